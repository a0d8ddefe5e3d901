"""MobileNetV1's depthwise kernels: which of them training has left next to nothing."""

import streamlit as st

from cnnviz.figures import mobilenet_v1 as figures
from cnnviz.figures.numbers import percent
from dashboard import cache, controls, frame
from dashboard.components import live_slider, map_grid
from dashboard.components.bars import bars
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import NETWORKS, block_slider, kernel_names

# The same recipe as α = 0.5, but for the weight decay.
SPARED = "mobilenet_v1_050_spared"


@st.fragment
@frame.guard()
def empty(network: str) -> None:
    """Which depthwise kernels training has left next to nothing."""
    places = st.columns([1.3, 1.3, 1.4], vertical_alignment="bottom")
    with places[0]:
        at = block_slider("empty", network, 0)
    with places[1]:
        limit = live_slider(
            _("Empty up to, of the block's largest"), key="threshold", min_value=0,
            max_value=100, value=10, unit="%",
        )  # fmt: skip
    with places[2]:
        measures = {"norm": _("kernel's norm"), "response": _("channel's response")}
        measure = controls.segmented(_("Measured by"), measures, key="measure")
    filters = cache.depthwise_filters(network)
    dead = cache.dead_share(network, limit / 100, measure)
    left, right = st.columns([1.5, 1])
    with left:
        map_grid(
            filters[at].kernels, key="kernel", signed=True, height=300, selectable=False,
            label=_("Depthwise kernels of block {block}").format(block=at + 1),
            marked=[int(i) for i in dead.by_block[at].nonzero()[0]], marked_label=_("empty"),
            names=kernel_names(filters[at]), shows=f"{at} {limit}",
        )  # fmt: skip
    with right:
        total = sum(len(of_block) for of_block in dead.by_block)
        bars(_("Share of empty kernels by block"), [
            (_("block {block}").format(block=number), float(share), percent(float(share), 1))
            for number, share in enumerate(dead.shares, start=1)
        ])  # fmt: skip
        st.markdown(_("In all: **{number} of {total}**, {percent} %").format(
            number=sum(int(of_block.sum()) for of_block in dead.by_block), total=total,
            percent=f"{100 * dead.share:.1f}"))  # fmt: skip
        bars(_("Share of empty kernels by network"), [
            (label, share, percent(share, 1))
            for label, share in _shares_by_network(limit, measure)
        ])  # fmt: skip


def _shares_by_network(limit: int, measure: str) -> list[tuple[str, float]]:
    names = {name: f"α = {alpha}" for name, alpha in NETWORKS.items()}
    names[SPARED] = _("α = 0.5, kernels not decayed")
    return [
        (label, cache.dead_share(name, limit / 100, measure).share) for name, label in names.items()
    ]


def kernels_plot(network: str) -> None:
    """Norm and batch-norm scale of every depthwise kernel."""
    labels = {"block": _("block"), "norm": _("kernel norm"), "gamma": _("batch-norm scale |γ|")}
    labels["kernels"] = _("kernels")
    figure = figures.kernels_figure(cache.depthwise_filters(network), labels)
    st.plotly_chart(figure, config=frame.PLOT)
