"""Data: which sets are here, how to get the others, and a scene of one's own.

A row a set, each in a fragment of its own: while a set is fetched, its row looks at the fetch once
a second, and the rest of the page stays as it is.
"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import cache, controls, frame
from dashboard.i18n import _, lesson_heading, lesson_text, translate_error
from dashboard.scene_input import own_scene

if TYPE_CHECKING:
    from dashboard.cache import DataSet, Job, State

TEXT = "data"
SECONDS = 1.0  # between two looks at a fetch
ICONS = {
    "here": ":material/check_circle:",
    "unverified": ":material/help:",
    "partly": ":material/incomplete_circle:",
    "missing": ":material/radio_button_unchecked:",
}


def row(data_set: "DataSet") -> None:
    """One set: what it is, what there is of it, and what can be done."""
    watched = _running(cache.data_job(data_set.name))
    with st.container(border=True, key=f"set_{data_set.name}"):
        st.fragment(_row, run_every=SECONDS if watched else None)(data_set, watched)


@frame.guard()
def _row(data_set: "DataSet", watched: bool) -> None:
    job = cache.data_job(data_set.name)
    if _running(job) != watched:
        st.rerun()  # a fetch has begun or ended: so has the looking, and others may share its files
    found = cache.data_state(data_set.name)
    what, state, action = st.columns([6.6, 3.1, 1.2], vertical_alignment="center", gap="small")
    with what:
        size = cache.size_in_words(data_set.size)
        first = f"**[{data_set.title}]({data_set.page})** · {size} · {_(data_set.terms)}"
        st.markdown(f"{first}  \n{_(data_set.purpose)}")
    with state:
        if job is not None and _running(job):
            _progress(job)
        else:
            _state(found)
    with action:
        _button(found, job)
    if job is not None and not found.verified:
        _failure(job)


def _failure(job: "Job") -> None:
    """Why a fetch has failed. All visitors see the same job: its error is told, never raised."""
    if job.error is not None:
        st.warning(translate_error(job.error))
    elif job.log_id is not None:
        text = _("Something went wrong here. The server's log tells more under the id {log_id}.")
        st.error(text.format(log_id=job.log_id))


def _state(found: "State") -> None:
    """What there is of a set, and where it lies."""
    data_set = found.data_set
    words = {
        "here": _("here, as published"),
        "unverified": _("here, an unverified copy"),
        "partly": _("{count} of {files} files are here").format(
            count=len(found.files), files=len(data_set.files)
        ),
        "missing": _("not here"),
    }
    lines = [f"{ICONS[found.word]} **{words[found.word]}**"]
    if found.folder is not None:
        lines.append(f"`{found.folder}`")
    elif not data_set.fetchable:
        lines.append(_("No address known: see its page."))
    if found.refused:
        text = _("not the published file, and not read: {files}")
        names = (path.rpartition("/")[2] for path in found.refused)
        lines.append(text.format(files=", ".join(names)))
    if found.kept and not found.verified:
        text = _("{kept} of it have arrived and are kept")
        lines.append(text.format(kept=cache.size_in_words(found.kept)))
    st.markdown("  \n".join(lines))


def _progress(job: "Job") -> None:
    """How far a fetch is. The bar's own label would be smaller than the page's text."""
    progress = job.progress
    if progress is None:
        st.markdown(_("Asking for the first file"))
        st.progress(0.0)
        return
    done, total = (cache.size_in_words(size) for size in (progress.done, progress.total))
    text = _("{done} of {total}").format(done=done, total=total)
    if progress.phase == "unpacking":
        text = _("Unpacking {file}").format(file=progress.file)
    elif progress.phase == "waiting":
        text += " · " + _("another program fetches it")
    elif progress.seconds_left is not None:
        text += " · " + _time_left(progress.seconds_left)
    st.markdown(text)
    st.progress(progress.share)


def _time_left(seconds: float) -> str:
    if seconds < 100:
        return _("{count} s left").format(count=round(seconds))
    return _("{count} min left").format(count=round(seconds / 60))


def _button(found: "State", job: "Job | None") -> None:
    """The one thing that can be done with a set as it is now."""
    name = found.data_set.name
    if job is not None and _running(job):
        st.button(
            _("Stopping") if job.stopping else _("Cancel"), key=f"cancel_{name}",
            width="stretch", disabled=job.stopping, on_click=job.cancel,
        )  # fmt: skip
    elif found.data_set.fetchable and not found.verified:
        st.button(
            _("Go on") if found.kept else _("Fetch"), key=f"fetch_{name}",
            width="stretch", on_click=cache.start_fetch, args=(name,),
        )  # fmt: skip


def _running(job: "Job | None") -> bool:
    return job is not None and job.state == "running"


def published() -> None:
    """The course's sets, and how to get them without a network."""
    st.markdown(lesson_text(TEXT, "intro"))
    for each in cache.data_sets():
        row(each)
    st.subheader(lesson_heading(TEXT, "by_hand"), anchor=False)
    st.markdown(lesson_text(TEXT, "by_hand"))
    st.markdown("\n".join(f"- `{folder}`" for folder in cache.data_folders()))
    st.markdown(" · ".join(f"{each.title} `{each.folder}`" for each in cache.data_sets()))
    st.subheader(lesson_heading(TEXT, "checksums"), anchor=False)
    st.markdown(lesson_text(TEXT, "checksums"))


st.title(_("Data"), anchor=False)
parts = {"sets": _("The course's sets"), "own": _("Your own scene")}
if controls.questions(_("Data"), parts) == "own":
    own_scene()
else:
    published()
