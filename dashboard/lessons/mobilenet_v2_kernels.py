"""The question "Empty kernels?" of the MobileNetV2 lesson: V1's and V2's depthwise kernels."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.colours import KINDS
from cnnviz.figures.numbers import percent, written
from dashboard import cache, controls, frame
from dashboard.cache import mobilenet_v2_maps as cached
from dashboard.components.board import board, slider_cell
from dashboard.components.board_cells import show, tiles_cell
from dashboard.components.depth_charts import DepthChart, Series, depth_cell
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import kernel_names, of_count
from dashboard.lessons.mobilenet_v2_shared import NETWORKS

if TYPE_CHECKING:
    from dashboard.cache.maps import BlockFilters, DeadFilters
    from dashboard.components.board import Cell

HAND = "empty_sliders"  # the board of the sliders
EXPLAIN = "cnnviz.explain.filters:"
CODE = (
    f"{EXPLAIN}depthwise_filters", f"{EXPLAIN}block_filters", f"{EXPLAIN}share_dead",
)  # fmt: skip
USUAL = 4
# Where the sliders' values stand in the link.
KEYS = {"mobilenet_v1": "empty_v1", "mobilenet_v2": "empty_v2"}
TALL = 240  # CSS pixels of the kernels


@frame.guard()
def empty() -> None:
    """The whole question."""
    training = _trained()
    _beside()
    st.caption(training)


@st.fragment
@frame.guard()
def _beside() -> None:
    """Both networks' kernels of one block each, and the share of empty ones by block."""
    filters = {name: cache.depthwise_filters(name) for name in NETWORKS}
    places = st.columns([1.15, 2.5], vertical_alignment="bottom")
    with places[0]:
        measures = {"norm": _("kernel's norm"), "response": _("channel's response")}
        measure = controls.segmented(_("Measured by"), measures, key="measure")
    limit, limit_cell = slider_cell(
        HAND, _("Empty up to"), key="threshold", min_value=0, max_value=100, value=10,
        format=lambda share: _("{share} % of largest").format(share=share),
    )  # fmt: skip
    sliders = {
        name: slider_cell(
            HAND, _("{network}, block").format(network=title.removeprefix("MobileNet")),
            key=KEYS[name], min_value=1, max_value=len(filters[name]), value=USUAL,
            format=of_count(len(filters[name])),
        )
        for name, title in NETWORKS.items()
    }  # fmt: skip
    with places[1]:
        blocks = ((1, [cell]) for _number, cell in sliders.values())
        board((1.25, [limit_cell]), *blocks, key=HAND)
    dead = {name: cache.dead_share(name, limit / 100, measure) for name in NETWORKS}
    st.markdown(_told(dead))
    most = max(float(each.shares.max()) for each in dead.values()) or 1.0
    show(
        *(
            (1, _network(title, filters[name], dead[name], sliders[name][0] - 1, most, limit))
            for name, title in NETWORKS.items()
        ),
        key="empty_board",
    )


def _network(
    title: str, filters: "tuple[BlockFilters, ...]", dead: "DeadFilters", at: int, most: float,
    limit: int,
) -> list["Cell"]:  # fmt: skip
    """The kernels of a network's block, and the share of empty ones in all of its blocks."""
    shown = filters[at]
    kernels = tiles_cell(
        shown.kernels, label=_("{network}, block {block}").format(network=title, block=at + 1),
        columns=None, signed=True, limit=float(np.abs(shown.kernels).max()),
        names=kernel_names(shown), max_tile=60, height=TALL,
        marked=dead.by_block[at].nonzero()[0], marked_label=_("empty"),
        count=len(shown.kernels), shows=f"{at + 1} {limit}",
    )  # fmt: skip
    series = [Series("", [float(share) for share in dead.shares], KINDS["depthwise"])]
    chart = DepthChart(_("Share of empty kernels by block"), series, percent, most)
    return [depth_cell([chart], at, wide=470), kernels]


def _told(dead: "dict[str, DeadFilters]") -> str:
    """The totals, and which share is smaller."""
    text = _("{network}: **{number} of {total}** empty, {percent}")
    parts = [
        text.format(
            network=title, percent=percent(dead[name].share),
            number=sum(int(block.sum()) for block in dead[name].by_block),
            total=sum(len(block) for block in dead[name].by_block),
        )
        for name, title in NETWORKS.items()
    ]  # fmt: skip
    shares = {title: dead[name].share for name, title in NETWORKS.items()}
    fewer, more = sorted(shares, key=shares.__getitem__)
    if shares[fewer] == shares[more]:
        verdict = _("Both have the same share.")
    elif shares[fewer]:
        verdict = _("{network} has the smaller share, by a factor of {factor}.").format(
            network=fewer, factor=written(shares[more] / shares[fewer])
        )
    else:
        verdict = _("{network} has none.").format(network=fewer)
    return _("{counts}. {verdict}").format(counts=_("; ").join(parts), verdict=verdict)


def _trained() -> str:
    """How both came to be: they may differ in more than in their blocks."""
    decayed = _("{network}: {accuracy} of the test images, {epochs} epochs, weight decay {decay}")
    spared = _(
        "{network}: {accuracy} of the test images, {epochs} epochs, weight decay {decay}, not of "
        "depthwise kernels"
    )
    lines = []
    for name, title in NETWORKS.items():
        card = cached.card(name)
        text = decayed if card.recipe["decay_depthwise"] else spared
        lines.append(text.format(
            network=title, accuracy=percent(card.metrics["test"]["accuracy"]),
            epochs=card.recipe["epochs"], decay=f"{card.recipe['weight_decay']:g}",
        ))  # fmt: skip
    return _("; ").join(lines)
