"""The tab "Where is the cost?" of the MobileNetV1 lesson: the whole network, layer by layer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import THIN, millions, si, significant, tick, whole
from cnnviz.papers import MOBILENET_V1, Published
from dashboard import cache, controls, frame
from dashboard.components import cost_pictures, live_slider
from dashboard.components.browser import sent_state
from dashboard.components.live_slider import slider_positions
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_latency import (
    PASSES,
    UNKNOWN,
    latency,
    layer_name,
    number_text,
    slot,
)
from dashboard.lessons.mobilenet_v1_saving import layer
from dashboard.lessons.mobilenet_v1_shared import size_text
from dashboard.lessons.mobilenet_v1_sizes import sizes

if TYPE_CHECKING:
    from dashboard.cache.costs import NetworkLayer

__all__ = ["layer", "network"]

TEXT = "mobilenet_v1_cost"
EXPLAIN = "cnnviz.explain.mobilenet_v1_cost:"
SLIDERS = ("cost_alpha", "cost_size", "cost_size_224", "cost_kernel")
WIDTHS = (0.25, 1.0, 0.05)
# Input pixels a side: the least, the most (rho = 1), and a step.
SIZES = {"course": (8, 32, 4), "paper": (64, 224, 32)}
MOST_TIMED = 40_000_000  # parameters: beyond, memory and seconds are dear on a shared server
POINTWISE = Published(94.86, "%", MOBILENET_V1, "table 2")

# Layout, alpha, input pixels, kernel size, separable: what makes a network.
Shape = tuple[str, float, int, int, bool]
# Quantity -> layer -> value.
Values = Mapping[str, Mapping[str, float]]


def network(checkpoint: str) -> None:
    """The whole tab.

    Args:
        checkpoint: the trained network whose width the slider starts with.
    """
    cost_pictures.style()
    _live(checkpoint)
    note = _(
        "Latency: of one picture on this machine, one thread, the median of {course} passes "
        "(CIFAR-10) or {paper} (ImageNet)."
    )
    frame.local_note(note.format(**PASSES))
    _in_the_paper()
    sizes()
    frame.folded(
        TEXT, "quantities", f"{EXPLAIN}network_cost", "cnnviz.cost:count",
        f"{EXPLAIN}layer_times", "cnnviz.training.grids:_trained",
    )  # fmt: skip
    latency(checkpoint)


@st.fragment
@frame.guard()
def _live(checkpoint: str) -> None:
    """Sliders, and what they move: first as counted, then again with what had to be measured."""
    left, right = cost_pictures.beside("cost_row")
    with left:
        shape = _sliders(checkpoint)
    with right:
        quantity, flops = _quantity()
        large, pictures = st.empty(), st.empty()
    with frame.unfolded(_("All numbers, layer by layer"), "cost_numbers") as opened:
        numbers = st.empty()
    other, full = (*shape[:4], not shape[4]), (shape[0], 1.0, SIZES[shape[0]][1], 3, shape[4])
    moving, usual = any(sent_state(key).get("moving") for key in SLIDERS), PASSES[shape[0]]
    for measured in (False, True):
        timed = quantity == "latency"
        if measured and moving and not timed:
            break  # the hand does not wait for a number that the picture does not show
        mine = _values(checkpoint, shape, flops, (1 if moving else usual) * measured)
        with large:
            beside = _values(checkpoint, other, flops, usual * (measured and not moving))
            sums = (_sums(shape, mine, flops), _sums(other, beside, flops))
            _totals(*sums, shape[4], quantity, flops)
        if opened:
            with numbers:
                _table(shape, mine, flops)
        if measured >= timed:
            before = _values(checkpoint, full, flops, usual * timed)
            with pictures.container():
                _columns(shape, mine, before, quantity, flops)


def _sliders(checkpoint: str) -> Shape:
    layout = controls.segmented(
        _("Layout"), {"course": "CIFAR-10", "paper": "ImageNet"}, key="cost_layout",
        help=_("The course's network for 32 × 32 pixels, or the paper's for 224 × 224."),
    )  # fmt: skip
    form = controls.segmented(
        _("Blocks"), {"separable": _("separable"), "standard": _("standard")}, key="cost_blocks",
        help=_("Depthwise and pointwise, or one full convolution in their place."),
    )  # fmt: skip
    trained = cache.trained_width(checkpoint)
    alpha = live_slider(
        _("Width α"), key="cost_alpha", min_value=WIDTHS[0], max_value=WIDTHS[1], step=WIDTHS[2],
        value=trained if trained in slider_positions(*WIDTHS) else 1.0,
    )  # fmt: skip
    least, most, step = SIZES[layout]
    size = live_slider(
        _("Resolution ρ"), key="cost_size" if layout == "course" else "cost_size_224",
        min_value=least, max_value=most, step=step, value=most,
        format=lambda pixels: f"{pixels / most:.3g} ({pixels}{THIN}px)",
    )  # fmt: skip
    kernel = live_slider(
        _("Kernel size"), key="cost_kernel", min_value=3, max_value=9, step=2, value=3,
        format=lambda side: f"{side} × {side}",
    )  # fmt: skip
    return layout, alpha, size, kernel, form == "separable"


def _quantity() -> tuple[str, bool]:
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.container(width="content")
        flops = controls.toggle(_("FLOPs = 2 × MAdds"), key="cost_flops")
        with place:
            names = _quantities(flops)
            quantity = controls.segmented(
                _("Quantity"), names, key="cost_quantity", hidden_label=True
            )
    return quantity, flops


def _quantities(flops: bool) -> dict[str, str]:
    return {
        "madds": "FLOPs" if flops else _("MAdds"), "parameters": _("parameters"),
        "activations": _("activations"), "latency": _("latency"),
    }  # fmt: skip


def _values(checkpoint: str, shape: Shape, flops: bool, passes: int) -> Values:
    """All quantities of all layers; latencies only where there are passes to measure them by."""
    layers = cache.network_layers(*shape).layers
    timed = passes and _timed(shape)
    return {
        "madds": {layer.name: (2 if flops else 1) * layer.madds for layer in layers},
        "parameters": {layer.name: layer.parameters for layer in layers},
        "activations": {layer.name: layer.activations for layer in layers},
        "latency": cache.layer_times(checkpoint, *shape, passes) if timed else {},
    }


def _timed(shape: Shape) -> bool:
    return cache.network_layers(*shape).parameters <= MOST_TIMED


def _sums(shape: Shape, values: Values, flops: bool) -> dict[str, float | None]:
    """Of each quantity, the sum over the layers; None where there is none to come."""
    cost = cache.network_layers(*shape)
    return {
        "madds": (2 if flops else 1) * cost.madds,
        "parameters": cost.parameters,
        "activations": cost.activations,
        "latency": sum(values["latency"].values()) if _timed(shape) else None,
    }


def _totals(
    mine: Mapping[str, float | None], beside: Mapping[str, float | None], separable: bool,
    quantity: str, flops: bool,
) -> None:  # fmt: skip
    """The four sums, each with that of the same network with the other kind of blocks."""
    form = _("standard: {number}") if separable else _("separable: {number}")
    cells = []
    for code, name in _quantities(flops).items():
        total, other = mine[code], beside[code]
        below = number_text(code, other)
        if total and other:
            below += f" ({significant(other / total, 2)}{THIN}×)"
        cells.append((name, number_text(code, total), form.format(number=below)))
    cost_pictures.totals(cells, chosen=list(_quantities(flops)).index(quantity))


def _columns(shape: Shape, mine: Values, before: Values, quantity: str, flops: bool) -> None:
    """The chosen quantity of each layer, and what each kind of layer has of it."""
    if not mine[quantity]:
        text = _("Networks of more than {most} parameters are not timed.")
        st.info(text.format(most=millions(MOST_TIMED)))
        return
    slots: dict[str, list[cost_pictures.Column]] = {}
    cost = cache.network_layers(*shape)
    for each in cost.layers:
        heights = (mine[quantity][each.name], before[quantity][each.name])
        column = (each.kind, *heights, _told(each, mine, flops))
        slots.setdefault(slot(each), []).append(column)
    cost_pictures.shares(cost.by_kind(mine[quantity]), _("at α = ρ = 1, 3 × 3"))
    label = _("{quantity}, layer by layer").format(quantity=_quantities(flops)[quantity])
    cost_pictures.columns(
        list(slots.items()), label=label, axis=_("block"),
        hint=_("Point at a column to read its numbers; all of them stand in the table below."),
        number=lambda level: tick(level, "ms" if quantity == "latency" else ""), height=220,
    )  # fmt: skip


def _table(shape: Shape, mine: Values, flops: bool) -> None:
    """Every number there is, with its sum."""
    names = _quantities(flops)
    rows = [
        [layer_name(each), size_text(each.output_shape),
         *_cells({code: mine[code].get(each.name, 0) for code in names}, _timed(shape))]
        for each in cache.network_layers(*shape).layers
    ]  # fmt: skip
    rows.append([_("all"), "", *_cells(_sums(shape, mine, flops), _timed(shape))])
    head = ["", _("output"), *names.values()]
    cost_pictures.table(head, rows, label=_("All numbers, layer by layer"), total=True)


def _cells(numbers: Mapping[str, float | None], timed: bool) -> list[str]:
    """A row's numbers: what is counted with all its digits, then the time."""
    *counted, time = numbers.values()
    unknown = UNKNOWN if timed else _("not timed")
    return [*(whole(int(n or 0)) for n in counted), f"{time:.3f}{THIN}ms" if time else unknown]


def _told(layer: "NetworkLayer", mine: Values, flops: bool) -> str:
    """What a column says when it is pointed at."""
    numbers = [
        f"{si(mine[code][layer.name])} {name}"
        for code, name in _quantities(flops).items()
        if code != "latency"
    ]
    if time := mine["latency"].get(layer.name):
        numbers.append(number_text("latency", time))
    return f"{layer_name(layer)}: {', '.join(numbers)}"


def _in_the_paper() -> None:
    """What the paper says of the shares, and our count of the same network."""
    shares = cache.network_layers("paper", 1.0, 224, 3, True).madds_shares
    text = _(
        "In the paper's network for ImageNet the pointwise convolutions do {counted} of the "
        "multiply-adds, as counted here; the paper prints {printed}."
    ).format(
        counted=f"{100 * shares['pointwise']:.2f}{THIN}%",
        printed=f"{POINTWISE.value}{THIN}%",
    )
    st.caption(f"{text} {frame.citation(POINTWISE)}")
