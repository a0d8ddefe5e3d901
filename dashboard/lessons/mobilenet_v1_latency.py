"""The fold "MAdds are not milliseconds" of the MobileNetV1 lesson, and how a layer and its numbers
are called in the tab that it belongs to.
"""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.colours import KIND_NAMES
from cnnviz.figures.cost import madds_and_latency
from cnnviz.figures.numbers import THIN, millions, significant
from dashboard import cache, frame
from dashboard.i18n import _, lesson_heading, lesson_text

if TYPE_CHECKING:
    from dashboard.cache.costs import NetworkLayer

TEXT = "mobilenet_v1_cost"
# Passes of which a latency is the median; the paper's networks take long.
PASSES = {"course": 10, "paper": 3}
UNKNOWN = "…"  # not measured yet


@st.fragment
@frame.guard()
def latency(checkpoint: str) -> None:
    """Folded away: multiply-adds against measured time, and what is to be seen there."""
    with frame.unfolded(lesson_heading(TEXT, "latency"), "text: latency") as opened:
        if opened:
            _time_and_arithmetic(checkpoint)
            st.markdown(lesson_text(TEXT, "latency"))


def _time_and_arithmetic(checkpoint: str) -> None:
    """The trained network's layers: multiply-adds against measured time."""
    shape = ("course", cache.trained_width(checkpoint), 32, 3, True)
    cost = cache.network_layers(*shape)
    times = cache.layer_times(checkpoint, *shape, PASSES["course"])
    names = {layer.name: layer_name(layer) for layer in cost.layers}
    figure = madds_and_latency(cost.layers, times, names, height=360, tr=_)
    st.plotly_chart(figure, key="cost_scatter", config=frame.PLOT)
    pace = cost.milliseconds_per_million(times)
    text = _(
        "The network at α = {alpha}, on this machine: a million multiply-adds take {depthwise} in "
        "depthwise convolutions, {pointwise} in pointwise ones. The pointwise convolution of block "
        "9 takes {times} × as long as that of block 3."
    )
    frame.local_note(text.format(
        alpha=f"{shape[1]:g}", depthwise=number_text("latency", pace["depthwise"]),
        pointwise=number_text("latency", pace["pointwise"]),
        times=significant(times["blocks.8.pointwise"] / times["blocks.2.pointwise"], 2),
    ))  # fmt: skip


def number_text(quantity: str, value: float | None) -> str:
    if not value:
        return _("not timed") if value is None else UNKNOWN
    return f"{significant(value)}{THIN}ms" if quantity == "latency" else millions(value)


def layer_name(layer: "NetworkLayer") -> str:
    kind = _(KIND_NAMES[layer.kind])
    if layer.block is None:
        return kind if layer.kind == "linear" else slot(layer)
    return _("block {number}, {kind}").format(number=layer.block + 1, kind=kind)


def slot(layer: "NetworkLayer") -> str:
    """What stands under the columns of a layer's block."""
    if layer.block is not None:
        return str(layer.block + 1)
    return "FC" if layer.kind == "linear" else _("stem")
