"""Whether MobileNetV2 is faster than MobileNetV1 where it has fewer multiply-adds: measured."""

import streamlit as st

from cnnviz.figures.numbers import THIN, millions, significant
from dashboard import frame
from dashboard.cache import mobilenet_v2 as cached
from dashboard.components import cost_pictures
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v2_shared import NETWORKS

PASSES = {"course": 10, "paper": 5}  # of which a latency is the median


@st.fragment
@frame.guard()
def latency() -> None:
    """Folded away: both networks, timed on this machine at the paper's and the course's size."""
    title = _("Fewer multiply-adds: faster, too? Measured on this machine")
    with frame.unfolded(title, "cost_latency") as opened:
        if opened:
            for layout, name in (("paper", "ImageNet"), ("course", "CIFAR-10")):
                _timed(layout, name)


def _timed(layout: str, name: str) -> None:
    size, measured = cached.size(layout), cached.times(layout, PASSES[layout])
    madds, spent, rows = {}, {}, []
    for network, title in NETWORKS.items():
        parts, kinds = cached.parts(network, layout, 1.0, size), measured[network]
        madds[network] = sum(part.madds for part in parts)
        spent[network] = sum(kinds.values())
        rows.append([
            title, millions(madds[network]), millions(sum(part.activations for part in parts)),
            *(_milliseconds(kinds[kind]) for kind in ("depthwise", "pointwise")),
            _milliseconds(spent[network]),
        ])  # fmt: skip
    head = [
        f"{name}, {size} × {size}", _("MAdds"), _("activations"), _("in depthwise"),
        _("in pointwise"), _("in all"),
    ]  # fmt: skip
    cost_pictures.table(head, rows, label=name)
    work, time = (each["mobilenet_v2"] / each["mobilenet_v1"] for each in (madds, spent))
    frame.local_note(_compared(work, time))


def _compared(work: float, time: float) -> str:
    """What was measured, in a sentence: V2's share of V1's work, and of its time."""
    if work < 1 <= time:
        text = _(
            "MobileNetV2 does {work} × MobileNetV1's multiply-adds and takes {time} × its time: "
            "fewer multiply-adds are not faster here."
        )
    elif work < time:
        text = _(
            "MobileNetV2 does {work} × MobileNetV1's multiply-adds and takes {time} × its time: "
            "a multiply-add takes it longer."
        )
    else:
        text = _(
            "MobileNetV2 does {work} × MobileNetV1's multiply-adds and takes {time} × its time: "
            "a multiply-add takes it less long."
        )
    return text.format(work=significant(work, 2), time=significant(time, 2))


def _milliseconds(value: float) -> str:
    return f"{significant(value)}{THIN}ms"
