"""Runs opened: one, those started together, or any compared; and what can be done with them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from dashboard import address, cache, frame, i18n, run_live, run_views, run_words, shell
from dashboard.i18n import _, translate_error
from dashboard.visitor import owns, visitor

if TYPE_CHECKING:
    from dashboard.cache import Record

RUN = "run"  # in the link: ids of runs or groups, with commas
MOST = 12  # names in a link, and runs that are shown together
LONGEST = 60  # characters of names that are not known


def open_runs(runs: Iterable[str]) -> None:
    """Show these runs, or the list where there are none, from here on."""
    address.code_to_url(RUN, ",".join(runs), "")
    st.rerun()


def opened() -> bool:
    """The runs that the link names, drawn; False where it names none that there are."""
    text = st.query_params.get(RUN, "")
    records, wrong = _linked(text)
    if records or not text:  # else the address keeps what was meant
        address.code_to_url(RUN, text, "")
    for error in wrong:
        st.warning(translate_error(error))
    if not records:
        return False
    ids = [record.id for record in records]
    _head(ids)
    run_live.live(records)
    return True


def _linked(text: str) -> "tuple[list[Record], list[UserError]]":
    """The runs that a link names, each once, and what is wrong with others that it names."""
    found: dict[str, Record] = {}
    wrong: dict[str, UserError] = {}
    missing = []
    damaged = cache.damaged_runs() if text else {}
    for name in filter(None, text.split(",")[:MOST]):
        # Also those of a group, of which the id is all that is left.
        broken = {run: why for run, why in damaged.items() if run == name or _among(run, name)}
        records = cache.run_group(name)
        if not records and not broken:
            try:
                records = [cache.run_record(name)]
            except UserError:
                missing.append(name)
        found |= {record.id: record for record in records}
        wrong |= broken
    errors = [*wrong.values(), *([_no_such(missing)] if missing else [])]
    return list(found.values())[:MOST], errors


def _among(run: str, group: str) -> bool:
    """Whether a run's id is one that the runs of a group have."""
    return run.startswith(f"{group}-")


def _no_such(names: Iterable[str]) -> UserError:
    """What is said of names that no run has."""
    told = ", ".join(names)
    short = told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"
    return UserError(
        "There is no run {names}; it may have been deleted. The others are below.", names=short
    )


@st.fragment
@frame.guard()
def _head(ids: list[str]) -> None:
    """The way back, what the runs are, and what can be done with them."""
    records = run_live.again(ids)
    first = records[0]
    with st.container(horizontal=True, vertical_alignment="center", key="run_actions"):
        if st.button(_("All runs"), key="run_back", icon=":material/arrow_back:"):
            open_runs([])
        if len({record.group for record in records}) == 1:
            _actions(records)
    st.markdown(_title(records))
    together = cache.run_group(first.group) if len(records) == 1 else []
    if len(together) > 1:
        text = _("Started together with others: show all {count}")
        if st.button(text.format(count=len(together)), key="run_together", type="tertiary"):
            open_runs([first.group])


def _title(records: "Sequence[Record]") -> str:
    """What is opened, as Markdown."""
    first = records[0]
    if len(records) == 1:
        called = run_words.name(first)
        return f"**{run_words.what(first)} · {called}**" if first.label else f"**{called}**"
    if len({record.group for record in records}) == 1:
        names = _(", ").join(run_words.names(records))
        return f"**{run_words.what(first)} · {run_words.clock(first.created)}** · {names}"
    return _("**{count} runs compared**").format(count=len(records))


def _actions(records: "Sequence[Record]") -> None:
    """What can be done with a run, or with runs started together."""
    mine = [record for record in records if owns(record.owner)]
    if mine:
        _own(mine)
    if st.button(
        _("Run again"), key="run_again", icon=":material/replay:",
        help=_("A new run of yours with the same settings, data and limits."),
    ):  # fmt: skip
        _run_again(records)
    _lesson_link(records[0])
    if len(records) == 1:
        with st.popover(_("Download"), icon=":material/download:"):
            run_views.downloads(records[0])
    if not mine:
        _of_others(records[0])


def _of_others(record: "Record") -> None:
    """Why there are no buttons to stop and to delete."""
    if record.owner:
        whose = _("another visitor's")
        why = _("A run is stopped and deleted in the browser that it was started in.")
    else:
        whose = _("from the command line")
        why = _("It is stopped where it was started; pages can only show it.")
    st.markdown(f":material/lock: {whose}", help=why)


def _own(mine: "Sequence[Record]") -> None:
    """The buttons for runs of one's own."""
    going = [record for record in mine if cache.is_going(record)]
    left = [record for record in mine if cache.can_go_on(record)]
    if going:
        if st.button(_("Stop"), key="run_stop", icon=":material/stop:"):
            for record in going:
                cache.stop_run(record)
            st.rerun()
    elif left and st.button(_("Go on"), key="run_go_on", icon=":material/play_arrow:"):
        for record in left:
            cache.go_on_with_run(record)
        st.rerun()
    _delete(mine, going)


def _delete(mine: "Sequence[Record]", going: "Sequence[Record]") -> None:
    """Asks before it deletes, and says what."""
    with st.popover(
        _("Delete"), icon=":material/delete:", disabled=bool(going),
        help=_("Stop it first.") if going else None,
    ):  # fmt: skip
        names = _(", ").join(run_words.names(mine))
        text = _("Delete **{names}** with weights and curves? This cannot be undone.")
        st.markdown(text.format(names=names))
        if st.button(_("Delete for good"), key="run_delete", type="primary"):
            for record in mine:
                cache.delete_run(record)
            open_runs([])


def _run_again(records: "Sequence[Record]") -> None:
    first = records[0]
    specs = {record.label: record.spec for record in records}
    group = cache.start_runs(
        specs, owner=visitor(), lesson=first.lesson, link=first.link, source=first.source,
        limits=first.limits,
    )  # fmt: skip
    open_runs([group])


def _lesson_link(record: "Record") -> None:
    """The way into the lesson in which a run was started, with the lesson's settings then."""
    lesson = next((each for each in shell.lessons() if each.name == record.lesson), None)
    if lesson is None:
        return
    page = st.Page(shell.page_file(lesson), title=lesson.title, url_path=lesson.name)
    link = {**record.link, RUN: record.group}
    if i18n.language() != i18n.DEFAULT:
        link[i18n.PARAMETER] = i18n.language()
    st.page_link(page, label=_("Open in the lesson"), icon=":material/school:", query_params=link)
