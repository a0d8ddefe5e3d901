"""The question "How good?" of the DSCMR lesson: its ranked lists beside those of two methods."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.dscmr_measured import retrieval_figure
from cnnviz.figures.numbers import percent, whole
from cnnviz.printed.dscmr import DSCMR_PASCAL
from cnnviz.text import N_
from dashboard import controls, frame
from dashboard.cache import dscmr as pairs_cached
from dashboard.cache import dscmr_measured as cached
from dashboard.components import cost_pictures
from dashboard.i18n import _
from dashboard.lessons.dscmr_shared import class_names, has_network

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.figures.dscmr_measured import View
    from dashboard.cache.dscmr_measured import Measured

EXPLAIN = "cnnviz.explain.dscmr_measured:"
CODE = (
    "cnnviz.ranking:ranked", "cnnviz.ranking:curves",
    *(f"{EXPLAIN}{name}" for name in ("by_network", "by_classifiers", "by_correlation")),
)  # fmt: skip
TEXT = "dscmr_measured"
POLL = 0.5  # seconds between two looks at what is at work
NAMES = {
    cached.DSCMR: N_("DSCMR"), cached.CLASSIFIERS: N_("two classifiers"), cached.CCA: N_("CCA"),
}  # fmt: skip


@st.fragment
@frame.guard()
def how_good(looked: pairs_cached.Looked) -> None:
    """The whole question.

    Args:
        looked: the pairs and the network that the page looks at.
    """
    cost_pictures.style()
    with st.container(horizontal=True, vertical_alignment="bottom", key="measured_controls"):
        back = _direction()
        view = _view()
    if looked.data == pairs_cached.PASCAL:
        _pascal()
    has_network(looked)  # the other methods need none
    going = _going(looked.data)
    st.fragment(_methods, run_every=POLL if going else None)(looked, back, view, going)


def _direction() -> bool:
    """Whether texts look for images in the plot."""
    options = {"across": _("Images find texts"), "back": _("Texts find images")}
    return controls.segmented(_("Direction"), options, key="way", hidden_label=True) == "back"


def _view() -> "View":
    """The plot's kind."""
    options: dict[View, str] = {
        "recall": _("Precision and recall"), "first": _("Precision at k"), "classes": _("By class"),
    }  # fmt: skip
    chosen = controls.segmented(
        _("Plot"), dict(options), key="measured_view", hidden_label=True
    )  # fmt: skip
    return next(view for view in options if view == chosen)


def _pascal() -> None:
    """What the paper has of this set."""
    rows = [
        [row.method, *(f"{number.value:.3f}" for number in (row.across, row.back, row.mean))]
        for row in DSCMR_PASCAL
    ]
    cost_pictures.table(_head(_("The paper, mAP")), rows, label=_("The paper’s numbers"))
    frame.cite(*(number for row in DSCMR_PASCAL for number in (row.across, row.back, row.mean)))


@frame.guard()
def _methods(looked: pairs_cached.Looked, back: bool, view: "View", watched: bool) -> None:
    """Tables and plot, as far as they are there."""
    found = _found(looked)
    done = {code: each for code, each in found.items() if each is not None}
    if watched and len(done) == len(found):
        st.rerun()  # the looking ends
    left, right = st.columns([1, 1.15], gap="medium")
    pairs = pairs_cached.test_pairs(looked.data)
    with left:
        _table(found, _("mAP, whole list"), lambda each: (
            each.across.map, each.back.map, each.map))  # fmt: skip
        cut = min((each.across.cut for each in done.values()), default=0)
        if cut:
            _table(found, _("mAP, first {count}").format(count=cut), lambda each: (
                each.across.map_at, each.back.map_at, each.map_at))  # fmt: skip
        text = _(
            "All {count} test pairs: each is a query, and all of the other modality are ranked."
        )
        said = [text.format(count=whole(len(pairs))), *_said(done)]
        if not pairs.verified and not pairs_cached.is_own(looked.data):
            said.append(_("From an unverified copy of the set."))
        st.caption(" ".join(said))
    with right:
        words = {
            "precision": _("precision"), "recall": _("recall"), "map": _("mAP"),
            "first": _("k, how many are looked at"),
        }  # fmt: skip
        ways = [
            (code, _(NAMES[code]), each.back if back else each.across)
            for code, each in done.items()
        ]
        figure = retrieval_figure(ways, view, words, class_names(pairs.class_names))
        st.plotly_chart(figure, config=frame.PLOT, key="measured_plot")


def _going(data: str) -> bool:
    """Whether a method is at work."""
    return not all(job.done for job in cached.others(data).values())


def _found(looked: pairs_cached.Looked) -> "dict[str, Measured | None]":
    """What each method has come to; None where it is at work."""
    found: dict[str, Measured | None] = {}
    if (network := cached.by_network(looked)) is not None:
        found[cached.DSCMR] = network
    for code, job in cached.others(looked.data).items():
        found[code] = job.result() if job.done else None
    return found


def _table(
    found: "dict[str, Measured | None]", title: str,
    numbers: "Callable[[Measured], tuple[float, float, float]]",
) -> None:  # fmt: skip
    rows = [
        [
            _(NAMES[code]),
            *(["…"] * 3 if each is None else [f"{number:.3f}" for number in numbers(each)]),
        ]
        for code, each in found.items()
    ]
    cost_pictures.table(_head(title), rows, label=title)


def _head(title: str) -> list[str]:
    return [title, _("image → text"), _("text → image"), _("mean")]


def _said(done: "dict[str, Measured]") -> list[str]:
    """What the other methods are, and how far the network is ahead of them."""
    said = []
    network = done.get(cached.DSCMR)
    for code in cached.OTHERS:
        if network is not None and code in done:
            change = network.ahead_of(done[code])
            text = (
                _("DSCMR’s mean is {share} above that of {method}.")
                if change >= 0
                else _("DSCMR’s mean is {share} below that of {method}.")
            )
            share = percent(abs(change), 0)
            said.append(text.format(share=share, method=_(NAMES[code])))
    if cached.CCA in done:
        text = _("CCA has {count} directions, chosen on validation.")
        said.append(text.format(count=done[cached.CCA].directions))
    if len(done) < len(NAMES) - (network is None):
        said.append(_("CCA is being fitted, some seconds."))
    return said
