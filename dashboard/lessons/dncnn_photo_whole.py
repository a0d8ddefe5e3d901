"""The whole of a visitor's photo, denoised beside the pages: start, progress, cancel, result."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz.figures.numbers import THIN
from dashboard import frame
from dashboard.cache import dncnn_photo as cached
from dashboard.i18n import _, translate_error
from dashboard.run_words import duration, time_left

if TYPE_CHECKING:
    from dashboard.cache.dncnn_photo import Levels, OpenPhoto, PhotoJob, Way

SECONDS = 1.0  # between two looks at a photo that is being denoised
_KEPT = "dncnn: photo job"  # in the session: the photo's key, the way, the job


def whole(photo: "OpenPhoto", sigma: float | None, way: "Way") -> None:
    """The controls.

    Args:
        photo: what is denoised.
        sigma: its noise level; None to leave it to the network.
        way: what follows from it.
    """
    job = _job(photo)
    going = job is not None and job.going
    st.fragment(_work, run_every=SECONDS if going else None)(photo, sigma, way, going)


def result(photo: "OpenPhoto", way: "Way") -> "Levels | None":
    """The denoised photo, where it is there and was made in this way."""
    job = _job(photo)
    done = job is not None and job.state == "done" and _way_of_job() == way
    return job.result if done else None


def _job(photo: "OpenPhoto") -> "PhotoJob | None":
    """What was asked for of this photo; for another one it is stopped, and its result gone."""
    kept: Any = st.session_state.get(_KEPT)
    if kept is None or kept[0] != photo.key:
        _discard()
        return None
    job: PhotoJob = kept[2]
    return job


def _way_of_job() -> "Way":
    way: Way = st.session_state[_KEPT][1]
    return way


def _start(photo: "OpenPhoto", sigma: float | None, way: "Way") -> None:
    _discard()
    st.session_state[_KEPT] = (photo.key, way, cached.start(photo, sigma))


def _discard() -> None:
    kept: Any = st.session_state.pop(_KEPT, None)
    if kept is not None:
        kept[2].discard()


@frame.guard()
def _work(photo: "OpenPhoto", sigma: float | None, way: "Way", watched: bool) -> None:
    """Start, progress, cancel, result."""
    job = _job(photo)
    if (job is not None and job.going) != watched:
        st.rerun()  # it has begun or ended: so has the looking, and the close view has a result
    if job is not None and job.going:
        _progress(job)
        return
    if job is not None:
        _ended(photo, way, job)
    if result(photo, way) is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Denoise the whole photo"), key="photo_start", type="primary", on_click=_start,
                args=(photo, sigma, way),
            )  # fmt: skip
            text = _("About {time} (an estimate), in tiles, beside the pages.")
            st.caption(text.format(time=duration(cached.seconds(photo, way))))


def _progress(job: "PhotoJob") -> None:
    """How far it is."""
    if job.state == "waiting":
        text = _("Waiting: {count} before it").format(count=job.ahead)
    else:
        text = f"{100 * job.share:.0f}{THIN}%"
        if job.seconds_left is not None:
            text += " · " + time_left(job.seconds_left)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(text)
        st.button(_("Cancel"), key="photo_cancel", on_click=job.cancel)
    st.progress(job.share)


def _ended(photo: "OpenPhoto", way: "Way", job: "PhotoJob") -> None:
    """The result, or why there is none."""
    if job.error is not None:
        st.warning(translate_error(job.error))
    elif job.log_id is not None:
        text = _("Something went wrong here. The server's log tells more under the id {log_id}.")
        st.error(text.format(log_id=job.log_id))
    elif job.state == "stopped":
        st.markdown(_("Stopped. Nothing is left of it."))
    else:
        name = cached.result_name(photo)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                _("Download {name}").format(name=name), job.file.read_bytes, file_name=name,
                key="photo_download", type="primary", on_click="ignore",
            )  # fmt: skip
            if _way_of_job() != way:
                st.caption(_("Made with the level that was set before."))
