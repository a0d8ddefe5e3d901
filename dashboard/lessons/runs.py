"""Runs: all training runs that there are records of, to find, to compare and to open.

Ticked runs are compared, and a run is opened, in place of the list (``runs_detail``): the link then
names them.
"""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.lessons import LESSONS
from dashboard import cache, controls, frame, run_settings, run_words
from dashboard.i18n import _, lesson_text
from dashboard.lessons import runs_detail as detail
from dashboard.visitor import owns

if TYPE_CHECKING:
    from dashboard.cache import Record

TEXT = "runs"
SECONDS = 2.0  # between two looks at the list while something goes
PAGE = 25
TICKED = "runs ticked"
COMMAND_LINE = "cli"
STYLE = Path(__file__).with_suffix(".css")


def listed() -> None:
    """The list, looked at again and again while a run goes."""
    watched = any(map(cache.is_going, cache.all_runs()))
    st.fragment(_listed, run_every=SECONDS if watched else None)(watched)


@frame.guard()
def _listed(watched: bool) -> None:
    records = cache.all_runs()
    if any(map(cache.is_going, records)) != watched:
        st.rerun()  # a run has begun or ended: so has the looking
    if not records:
        st.markdown(lesson_text(TEXT, "empty"))
        return
    st.markdown(lesson_text(TEXT, "intro"))
    shown = _filtered(records)
    if not shown:
        st.markdown(_("No run fits these choices."))
        return
    rows = st.container(key="run_list")
    pages = -(-len(shown) // PAGE)
    page = 1
    if pages > 1:
        text = _("Page, of {count}").format(count=pages)
        page = controls.number(
            text, key="runs_page", min_value=1, max_value=pages, default=1, step=1
        )
    with rows:
        for record in shown[PAGE * (page - 1) : PAGE * page]:
            _row(record)


def _filtered(records: "list[Record]") -> "list[Record]":
    """The controls over the list, and the runs that they leave."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="run_filters"):
        whose = controls.segmented(
            _("Whose"), {"all": _("everybody's"), "mine": _("mine")}, key="whose",
            help=_("Yours are those that you started in this browser."),
        )  # fmt: skip
        titles = {each.name: each.title for each in LESSONS}
        lessons = dict.fromkeys(record.lesson or COMMAND_LINE for record in records)
        names = {name: titles.get(name, run_settings.bare(name)) for name in lessons}
        if COMMAND_LINE in names:
            names[COMMAND_LINE] = _("command line")
        lesson = controls.select(_("Lesson"), {"all": _("all lessons"), **names}, key="runs_lesson")
        states = {state: run_words.state_words(state)[1] for state in run_words.STATES}
        state = controls.select(_("State"), {"all": _("all states"), **states}, key="runs_state")
        _compare({record.id for record in records})
    return [
        record
        for record in records
        if (whose == "all" or owns(record.owner))
        and lesson in ("all", record.lesson or COMMAND_LINE)
        and state in ("all", record.state)
    ]


def _compare(there: set[str]) -> None:
    """The button that opens all ticked runs together."""
    ticked = [run for run in st.session_state.get(TICKED, ()) if run in there]
    st.session_state[TICKED] = ticked
    text = _("Compare ({count})").format(count=len(ticked))
    if st.button(
        text, key="run_compare", type="primary", icon=":material/compare_arrows:",
        disabled=not 2 <= len(ticked) <= detail.MOST,
        help=_("Tick two to {most} runs.").format(most=detail.MOST),
    ):  # fmt: skip
        detail.open_runs(ticked)
    st.button(_("Untick all"), key="run_untick", disabled=not ticked, on_click=_untick)


@frame.guard()
def _row(record: "Record") -> None:
    """A run: to tick, to open, and what is known of it."""
    icon, _state = run_words.state_words(record.state)
    called = run_words.what(record)
    if record.label:
        called = f"{called} · {run_words.name(record)}"
    key = f"tick_{record.id}"
    st.session_state[key] = record.id in st.session_state[TICKED]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.checkbox(
            _("Compare {run}").format(run=f"{called} · {run_words.clock(record.created)}"),
            key=key, label_visibility="collapsed", on_change=_tick, args=(record.id,),
            width="content",
        )  # fmt: skip
        if st.button(called, key=f"open_{record.id}", icon=icon, type="tertiary", width=280):
            detail.open_runs([record.id])
        st.html(_told(record))


def _untick() -> None:
    st.session_state[TICKED] = []


def _tick(run: str) -> None:
    ticked = [each for each in st.session_state[TICKED] if each != run]
    st.session_state[TICKED] = ticked + [run] * st.session_state[f"tick_{run}"]


def _told(record: "Record") -> str:
    """What a row says beside the name: settings, state and result, when and how long."""
    changed = run_settings.changed(record.spec)
    settings = _(", ").join(f"{name} {value}" for name, value in changed.items())
    result, more = _result(record)
    when = [run_words.clock(record.created, brief=True)]
    if (seconds := record.progress.get("seconds")) is not None:
        when.append(run_words.duration(seconds))
    if owns(record.owner):
        when.append(_("mine"))
    told = (
        (settings or _("as the recipe has it"), ""),
        (result, more),
        (run_words.ago(record.created), " · ".join(when)),
    )
    cells = "".join(
        f"<div><span>{escape(first)}</span><small>{escape(second)}</small></div>"
        for first, second in told
    )
    return f"<div class='run-row'>{cells}\n</div>"


def _result(record: "Record") -> tuple[str, str]:
    """State and result, in two short lines."""
    metric = run_words.metric_of([record])
    state = run_words.state_words(record.state)[1]
    tested = run_words.test(record, metric)
    value, epoch = run_words.validation(record, metric)
    best = ""
    if value is not None:
        best = _("validation {value} (epoch {epoch})").format(
            value=run_words.metric_text(metric, value), epoch=epoch
        )
    if tested is not None:
        test = _("test {value}").format(value=run_words.metric_text(metric, tested))
        return f"{state} · {test}", best
    last = record.progress
    if not last or record.state == "queued":
        return state, best
    text = _("epoch {epoch} of {epochs}")
    return f"{state} · {text.format(epoch=last['epoch'], epochs=last['epochs'])}", best


st.title(_("Runs"), anchor=False)
st.html(STYLE)
if not detail.opened():
    listed()
