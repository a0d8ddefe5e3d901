"""The question "3-D or 2-D?" of the HybridSN lesson: by hand, in cost, in shape, trained."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import millions, si, whole
from dashboard import controls, frame
from dashboard.cache import hybridsn_dimensions as cached
from dashboard.cache import hybridsn_kernels as networks
from dashboard.components import hybridsn_dimensions_flow as flows
from dashboard.components import hybridsn_dimensions_hand as hands
from dashboard.components.board import Cell, board, slider_cell
from dashboard.components.board_cells import show
from dashboard.i18n import _
from dashboard.lessons import hybridsn_dimensions_runs as runs
from dashboard.lessons.hybridsn_kernels import place

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_kernels import Scene

TEXT = "hybridsn_dimensions"
EXPLAIN = "cnnviz.explain.hybridsn_dimensions"
HAND, COST, FLOW = "hand_sliders", "dims_cost_sliders", "flow_sliders"
MOST_WINDOW, MOST_COMPONENTS, MOST_DEPTH = 31, 40, 9
CLASSES = 16  # as in the paper


def dimensions(network: str, scene: "Scene") -> None:
    """The whole question.

    Args:
        network: the trained network; "" for none.
        scene: what it looks at.
    """
    parts = {
        "hand": _("One number by hand"), "shape": _("How the cube shrinks"),
        "cost": _("What it costs"), "trained": _("Trained: who wins?"),
    }  # fmt: skip
    match controls.segmented(_("Look at"), parts, key="dims", hidden_label=True):
        case "hand":
            _by_hand(network, scene)
            frame.folded(TEXT, "hand", f"{EXPLAIN}:voxel_sum", f"{EXPLAIN}:VoxelSum")
        case "shape":
            _flow()
            frame.folded(TEXT, "shape", f"{EXPLAIN}:shape_flow", "cnnviz.models.hybridsn:HybridSN",
                         "cnnviz.models.hybridsn_windows:sizes_after")  # fmt: skip
        case "cost":
            _cost()
            frame.folded(TEXT, "cost", f"{EXPLAIN}:first_layers", "cnnviz.cost:count")
        case "trained":
            runs.comparison(scene)
            frame.folded(
                TEXT, "trained", "dashboard.cache.hybridsn_dimensions_runs:specs",
                "cnnviz.training.scene_data:reordered",
                "cnnviz.models.hybridsn_counterparts:HybridSN2D",
                "cnnviz.models.hybridsn_counterparts:HybridSN3D",
            )  # fmt: skip


@st.fragment
@frame.guard()
def _by_hand(network: str, scene: "Scene") -> None:
    """A place, and the numbers that the two kinds of kernels make of it."""
    if not network:
        st.info(_("No trained network knows this scene yet. “Train it” makes one."))
        return
    left, right = st.columns([1, 4.9])
    with left:
        row, column = place(network, scene)
        flat = networks.flat_network(network, scene)
        if flat is None:
            st.caption(_("The 2-D kernel is an untrained one: no trained one is here yet."))
    with right:
        _moving_hand(network, flat, scene, row, column)


@st.fragment
@frame.guard()
def _moving_hand(
    network: str, flat: str | None, scene: "Scene", row: int, column: int
) -> None:  # fmt: skip
    """Sliders move the 3-D kernel along the bands; the 2-D one stays where it is."""
    count, _inputs, depth = networks.layers(network)[0].kernels.shape[:3]
    places = len(networks.cube(network, scene)) - depth + 1
    first, band_cell = slider_cell(
        HAND, _("Slide along the components"), key="hand_band", min_value=1, max_value=places,
        value=min(3, places), format=lambda n: f"{n}\u2013{n + depth - 1}",
    )  # fmt: skip
    kernel, kernel_cell = slider_cell(
        HAND, _("Kernel"), key="hand_kernel", min_value=1, max_value=count, value=1,
        format=lambda n: f"{n} / {count}",
    )  # fmt: skip
    board((1.6, [band_cell]), (1, [kernel_cell]), key=HAND)
    three = cached.voxel(network, scene, row, column, kernel - 1, first - 1)
    if flat is None:
        two = cached.untrained_voxel(network, scene, row, column, kernel - 1)
    else:
        two = cached.voxel(flat, scene, row, column, kernel - 1, 0)
    show((1, [hands.three_cell(three), hands.two_cell(two)]), key="hand_board")


@st.fragment
@frame.guard()
def _flow() -> None:
    """Layer by layer: sliders of the input and of the kernels, and the boxes that they move."""
    network = controls.segmented(_("Network"), runs.networks(), key="flow_net")
    window, window_cell = _window(FLOW, "flow_window", 25)
    components, components_cell = _components(FLOW, "flow_components", 30)
    sliders, depths = [window_cell, components_cell], []
    for i, usual in enumerate(cached.DEPTHS[network], start=1):
        depth, cell = slider_cell(
            FLOW, _("Depth {number}").format(number=i), key=f"flow_{network}_{i}",
            min_value=1, max_value=MOST_DEPTH, value=usual,
        )  # fmt: skip
        depths.append(depth)
        sliders.append(cell)
    board(*((1, [cell]) for cell in sliders), key=f"{FLOW}")
    layers = cached.flow(network, components, window, CLASSES, tuple(depths))
    show(
        (1, [flows.flow_cell(layers, most_side=MOST_WINDOW, most_depth=MOST_COMPONENTS)]),
        key="flow_board",
    )


@st.fragment
@frame.guard()
def _cost() -> None:
    """One layer both ways, then whole networks: parameters and multiply-adds on one input."""
    window, window_cell = _window(COST, "dims_window", 25)
    components, components_cell = _components(COST, "dims_components", 30)
    depth, depth_cell = slider_cell(
        COST, _("Depth of the 3-D kernel"), key="dims_depth", min_value=1, max_value=MOST_DEPTH,
        value=7,
    )  # fmt: skip
    maps, maps_cell = slider_cell(
        COST, _("Kernels in the layer"), key="dims_maps", min_value=1, max_value=64, value=8
    )
    board(*((1, [c]) for c in (window_cell, components_cell, depth_cell, maps_cell)), key=COST)
    one = cached.first_layers(components, window, maps, min(depth, components))
    names = (_("3-D kernels"), flows.THREE), (_("2-D kernels"), flows.TWO)
    layer = [
        (
            title,
            [(name, getattr(cost, field), written(getattr(cost, field)), colour)
             for (name, colour), cost in zip(names, (one.three, one.two), strict=True)],
        )
        for title, field, written in (
            (_("Parameters of the layer"), "parameters", whole),
            (_("Multiply-adds of the layer"), "madds", si),
            (_("Numbers that it puts out"), "activations", si),
        )
    ]  # fmt: skip
    show((1, [flows.pairs_cell(layer)]), (1, [_networks(components, window)]), key="dims_board")


def _networks(components: int, window: int) -> Cell:
    """The three networks on the same input."""
    colours = (flows.BOTH, flows.TWO, flows.THREE)
    found = {
        name: cached.flow(code, components, window, CLASSES, ())
        for code, name in runs.networks().items()
    }
    rows = [
        (title, [
            (name, total, millions(total), colour)
            for (name, layers), colour in zip(found.items(), colours, strict=True)
            for total in [sum(getattr(layer, field) for layer in layers)]
        ])
        for title, field in (
            (_("Parameters of the whole network"), "parameters"),
            (_("Multiply-adds of the whole network"), "madds"),
        )
    ]  # fmt: skip
    return flows.pairs_cell(rows)


def _window(board_key: str, key: str, usual: int) -> tuple[int, Cell]:
    return slider_cell(
        board_key, _("Window"), key=key, min_value=5, max_value=MOST_WINDOW, step=2, value=usual,
        format=lambda side: f"{side} × {side}",
    )  # fmt: skip


def _components(board_key: str, key: str, usual: int) -> tuple[int, Cell]:
    return slider_cell(
        board_key, _("Components"), key=key, min_value=3, max_value=MOST_COMPONENTS, value=usual
    )
