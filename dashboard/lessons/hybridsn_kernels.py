"""The question "3-D kernels" of the HybridSN lesson: kernels along the bands, and their answers."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard import controls, frame
from dashboard.cache import hybridsn_kernels as cached
from dashboard.cache import hybridsn_scene as scenes
from dashboard.components import hybridsn_kernels_pictures as pictures
from dashboard.components.board import Cell, board, slider_cell
from dashboard.components.board_cells import show, tiles_cell
from dashboard.components.scene_map import scene_map
from dashboard.i18n import _
from dashboard.scene_words import longer_side

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_kernels import BandKernels, Scene

TEXT = "hybridsn_kernels"
EXPLAIN = "cnnviz.explain.hybridsn_kernels:"
HAND = "kernel_sliders"  # the board of the sliders
FLAT = "flat"  # in the link: the first layer of a network of 2-D convolutions
DEEP = 9  # slices that fit one line beside a profile
ACROSS = 6  # places of an answer in a row
TALL = 230  # pixels of an answer's map
PLACE = "place"  # in the link
SIZE, TALLEST = 230, 420  # CSS pixels of the scene's longer side, of a narrow scene's at most
STRETCH = 2  # percent of the pixels of a false-colour picture that are black, and as many white


def kernels(network: str, scene: "Scene") -> None:
    """The whole question.

    Args:
        network: the trained network; "" for none.
        scene: what it looks at.
    """
    if not network:
        st.info(_("No trained network knows this scene yet. “Train it” makes one."))
        return
    _place(network, scene)
    frame.folded(TEXT, "kernels", f"{EXPLAIN}band_kernels", f"{EXPLAIN}volumes")


@st.fragment
@frame.guard()
def _place(network: str, scene: "Scene") -> None:
    """Which layer and which place; what moves with the sliders is a fragment of its own."""
    left, right = st.columns([1, 3.4])
    with left:
        row, column = place(network, scene)
        area = controls.segmented(
            _("Looks at"), {cached.WINDOW: _("window"), cached.SCENE: _("scene")},
            key="kernel_area",
            help=_("The network's window around the chosen pixel, or up to {side} × {side} pixels "
                   "of the scene.").format(side=cached.WIDE),
        )  # fmt: skip
    with right:
        layer = controls.segmented(_("Layer"), _layers(network), key="kernel_layer")
        if layer != FLAT:
            _moving(network, scene, row, column, int(layer), area)
            return
        flat = cached.flat_network(network, scene)
        if flat is None:
            missing(network, scene)
        else:
            _moving(flat, scene, row, column, 0, area)


def place(network: str, scene: "Scene") -> tuple[int, int]:
    """A pixel of the scene, chosen by click, with the network's window around it."""
    [pixel] = scene_map(
        scenes.picture(scene, scene.rgb, STRETCH), key=PLACE,
        size=longer_side(scene, SIZE, TALLEST), label=_("Choose a place"),
        window=cached.window_of(network),
    )  # fmt: skip
    return pixel


def missing(network: str, scene: "Scene") -> None:
    """No trained network of 2-D convolutions is here: how to get one."""
    arguments = cached.network(network)[1].model_args
    command = " ".join(
        [
            "python -m cnnviz train hybridsn_2d", f"--data {scene.name}",
            *(f"--set {name}={arguments[name]}" for name in ("window", "components")),
            "--out hybridsn_2d",
        ]
    )  # fmt: skip
    text = _(
        "No network of 2-D convolutions has been trained on this scene yet. Train one under "
        "“3-D or 2-D?”, or with the command `{command}`."
    )
    st.info(text.format(command=command))


@st.fragment
@frame.guard()
def _moving(
    network: str, scene: "Scene", row: int, column: int, at: int, area: str
) -> None:  # fmt: skip
    """Sliders, and what moves with them."""
    layer = cached.layers(network)[at]
    answers = cached.volume(network, scene, row, column, area, layer.name)
    read = cached.read_by(network, scene, row, column, area, layer.name)
    count, inputs, depth = layer.kernels.shape[:3]
    chosen, kernel_slider = slider_cell(
        HAND, _("Kernel") if inputs == 1 else _("Output map"), key="kernel_out", min_value=1,
        max_value=count, value=1, format=lambda n: f"{n} / {count}",
    )  # fmt: skip
    sliders, source, band = [kernel_slider], 1, 1
    if inputs > 1:
        source, cell = slider_cell(
            HAND, _("Input map"), key="kernel_in", min_value=1, max_value=inputs, value=1,
            format=lambda n: f"{n} / {inputs}",
        )  # fmt: skip
        sliders.append(cell)
    places = answers.shape[1]
    if places > 1:
        band, cell = slider_cell(
            HAND, _("Place along the bands"), key="kernel_band", min_value=1, max_value=places,
            value=1, format=lambda n: f"{n}\u2013{n + depth - 1}",
        )  # fmt: skip
        sliders.append(cell)
    board(*((1, [cell]) for cell in sliders), key=HAND)
    shows = f"{chosen} {source} {band}"
    show(
        (1.25, [_kernel_cell(layer, chosen - 1, source - 1)]),
        (1, [
            _read_cell(read[source - 1, band - 1 : band - 1 + depth], inputs, source, band),
            *_answer_cells(answers[chosen - 1], chosen, band, depth, shows),
        ]),
        key="kernel_board",
    )  # fmt: skip


def _kernel_cell(layer: "BandKernels", chosen: int, source: int) -> Cell:
    """The kernels: of a first layer all, of a later one those that make the chosen map."""
    first = layer.kernels.shape[1] == 1
    if layer.kernels.shape[2] > DEEP:
        text = _("Kernel {number}: one slice for each component")
        return pictures.deep_cell(
            layer.kernels[chosen, 0], layer.limit, label=text.format(number=chosen + 1),
            number=chosen + 1,
        )  # fmt: skip
    rows = layer.kernels[:, 0] if first else layer.kernels[chosen]  # (K, D, kh, kw)
    text = _("Kernels, slice by slice") if first else _("Kernels of output map {number}")
    return pictures.sheet_cell(
        rows, layer.limit, label=text.format(number=chosen + 1),
        chosen=chosen if first else source,
        rows=_("kernel") if first else _("input map"), names=range(1, len(rows) + 1),
    )  # fmt: skip


def _read_cell(read: "np.ndarray", inputs: int, source: int, band: int) -> Cell:
    """What the kernel's slices lie over now."""
    numbers = range(band, band + len(read))
    if inputs == 1:
        label, word = _("It reads these components"), _("component {number}")
    else:
        label = _("It reads input map {number} at these places").format(number=source)
        word = _("place {number}")
    return tiles_cell(
        read, label=label, columns=min(len(read), ACROSS + 1), signed=inputs == 1,
        names=[word.format(number=n) for n in numbers], max_tile=80,
    )  # fmt: skip


def _answer_cells(
    volume: "np.ndarray", chosen: int, band: int, depth: int, shows: str
) -> list[Cell]:  # fmt: skip
    """The answer at the present place, and the whole volume of answers."""
    limit = float(np.abs(volume).max()) or 1.0
    many = len(volume) > 1
    text = _("Its answer there") if many else _("Its answer: one map for all components")
    now = tiles_cell(
        volume[band - 1 : band], label=text, columns=1, signed=True, limit=limit, max_tile=TALL,
        names=[_("kernel {number}").format(number=chosen)], shows=shows,
    )  # fmt: skip
    if not many:
        return [now]
    label = _("All {count} places along the bands").format(count=len(volume))
    every = max(1, -(-max(volume.shape[1:]) // 48))  # as many pixels as a tile has room for
    film = pictures.film_cell(
        volume[:, ::every, ::every], band - 1, limit, label=label, across=ACROSS
    )
    return [now, film]


def _layers(network: str) -> dict[str, str]:
    """The layers to choose from, by code."""
    names = {}
    for i, layer in enumerate(cached.layers(network)):
        size = "×".join(str(side) for side in layer.kernels.shape[2:])
        names[str(i)] = _("3-D {number}: {size}").format(number=i + 1, size=size)
    return {**names, FLAT: _("a 2-D first layer")}
