"""Runs: all training runs that there are records of, to find, to compare and to open.

Ticked runs are compared, and a run is opened, in place of the list (``runs_detail``): the link then
names them. A run whose record cannot be read is listed, too: to see why, and to delete it.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
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
    records, broken = cache.all_runs(), cache.damaged_runs()
    if any(map(cache.is_going, records)) != watched:
        st.rerun()  # a run has begun or ended: so has the looking
    if not records and not broken:
        st.markdown(lesson_text(TEXT, "empty"))
        return
    st.markdown(lesson_text(TEXT, "intro"))
    shown, broken = _filtered(records, broken)
    if not shown and not broken:
        st.markdown(_("No run matches these filters."))
        return
    queue = cache.queue() if any(record.state == "queued" for record in shown) else []
    rows = st.container(key="run_list")
    pages = -(-len(shown) // PAGE)
    page = 1
    if pages > 1:
        text = _("Page (of {count})").format(count=pages)
        page = controls.number(
            text, key="runs_page", min_value=1, max_value=pages, default=1, step=1
        )
    with rows:
        for run, why in broken.items() if page == 1 else ():
            _damaged(run, why)
        for record in shown[PAGE * (page - 1) : PAGE * page]:
            _row(record, queue)


def _filtered(
    records: "list[Record]", broken: Mapping[str, UserError]
) -> "tuple[list[Record], Mapping[str, UserError]]":
    """The controls over the list, and the runs that they leave: whose records can be read, and
    those of which nothing but the id is known.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="run_filters"):
        whose = controls.segmented(
            _("Whose runs"), {"all": _("everyone's"), "mine": _("mine")}, key="whose",
            help=_("Yours are the runs that you started in this browser."),
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
    left = [
        record
        for record in records
        if (whose == "all" or owns(record.owner))
        and lesson in ("all", record.lesson or COMMAND_LINE)
        and state in ("all", record.state)
    ]
    unknown = whose == lesson == "all" and state in ("all", "damaged")
    return left, broken if unknown else {}


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
def _row(record: "Record", queue: Sequence[str]) -> None:
    """A run: to tick, to open, and what is known of it; its place among the ids that wait."""
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
        st.html(_told(record, queue))


@frame.guard()
def _damaged(run: str, why: UserError) -> None:
    """A run whose record cannot be read: why, and the way to be rid of it."""
    icon, state = run_words.state_words("damaged")
    called = run_settings.bare(run)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.checkbox(
            _("Compare {run}").format(run=called), key=f"tick_{run}", disabled=True,
            label_visibility="collapsed", width="content",
        )  # fmt: skip
        with st.popover(called, icon=icon, type="tertiary", width=280):
            st.markdown(_("Delete this run with all its files? This cannot be undone."))
            if st.button(_("Delete for good"), key=f"delete_{run}", type="primary"):
                cache.delete_damaged_run(run)
                detail.open_runs([])
        reason = _(why.message).format(**why.values)  # as it is: HTML knows no Markdown
        st.html(_cells([(state, reason)]))


def _untick() -> None:
    st.session_state[TICKED] = []


def _tick(run: str) -> None:
    ticked = [each for each in st.session_state[TICKED] if each != run]
    st.session_state[TICKED] = ticked + [run] * st.session_state[f"tick_{run}"]


def _told(record: "Record", queue: Sequence[str]) -> str:
    """What a row says beside the name: settings, state and result, when and how long."""
    changed = run_settings.changed(record.spec)
    settings = _(", ").join(f"{name} {value}" for name, value in changed.items())
    result, more = _result(record, queue)
    when = [run_words.clock(record.created, brief=True)]
    if (seconds := record.progress.get("seconds")) is not None:
        when.append(run_words.duration(seconds))
    if owns(record.owner):
        when.append(_("mine"))
    return _cells([
        (settings or _("default settings"), ""),
        (result, more),
        (run_words.ago(record.created), " · ".join(when)),
    ])  # fmt: skip


def _cells(told: Iterable[tuple[str, str]]) -> str:
    """The columns beside a run's name, each of two lines."""
    cells = "".join(
        f"<div><span>{escape(first)}</span><small>{escape(second)}</small></div>"
        for first, second in told
    )
    return f"<div class='run-row'>{cells}\n</div>"


def _result(record: "Record", queue: Sequence[str]) -> tuple[str, str]:
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
    if record.state == "queued":
        place = queue.index(record.id) + 1 if record.id in queue else 0
        return state, run_words.in_queue(place, len(queue))
    last = record.progress
    if not last:
        return state, best
    text = _("epoch {epoch} of {epochs}")
    return f"{state} · {text.format(epoch=last['epoch'], epochs=last['epochs'])}", best


st.title(_("Runs"), anchor=False)
st.html(STYLE)
if not detail.opened():
    listed()
