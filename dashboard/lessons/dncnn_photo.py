"""The question "Your photo" of the DnCNN lesson: a photo of any size, with noise of its own."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.dncnn_photo import limit, taken_away
from cnnviz.figures.numbers import significant
from dashboard import controls, frame
from dashboard.cache import dncnn_photo as cached
from dashboard.cache.dncnn import BLIND_TO, trained_for
from dashboard.components.board import board, picture_cell
from dashboard.components.browser import in_browser
from dashboard.components.scene_map import scene_map
from dashboard.i18n import _
from dashboard.lessons.dncnn_photo_whole import result, whole

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from dashboard.cache.dncnn_photo import OpenPhoto, Way

EXPLAIN = "cnnviz.explain.dncnn_photo:"
CODE = (
    f"{EXPLAIN}part", f"{EXPLAIN}denoised_photo", "cnnviz.data.noise_level:estimated_sigma",
    f"{EXPLAIN}way",
)  # fmt: skip
MEGABYTES = 100
SIGMA, LEAST, MOST = 25, 5, 75  # of the slider; where there is an estimate, it begins there
FAR = 2  # contrast times so much: measured, from there on the blind network is ahead
PLACE, GIVEN, LEVEL = "photo_place", "photo_given", "photo_sigma"  # in the link
SIZE = 256  # CSS pixels of the overview and of each close view
ENDINGS = ["png", "tif", "tiff", "jpg", "jpeg", "webp"]
_KEPT = "dncnn: own photo"  # in the session: which file it is, and the photo, or why there is none


@st.fragment
@frame.guard()
def photo() -> None:
    """The whole question."""
    left, right = st.columns([1, 1], gap="medium")
    with left:
        shown = _chosen()
        _facts(shown)
    with right:
        sigma = _level(shown)
        way = cached.way(sigma)
        _told(shown, sigma, way)
        whole(shown, sigma, way)
    _close_up(shown, way)


# Which photo


def _chosen() -> "OpenPhoto":
    """The visitor's photo; the example as long as there is none that can be used."""
    given = st.file_uploader(
        _("PNG, TIFF, JPEG or WebP, up to {most} MB").format(most=MEGABYTES), type=ENDINGS,
        key="photo_file", max_upload_size=MEGABYTES,
    )  # fmt: skip
    if given is None:
        st.session_state.pop(_KEPT, None)
    else:
        with frame.guard():
            return _opened(given)
    st.caption(_("Until there is a photo: the Hubble deep field, with noise of its own."))
    return cached.example()


def _opened(given: "UploadedFile") -> "OpenPhoto":
    """Open a file once, also one that cannot be used: it is there again at every run."""
    file, found = st.session_state.get(_KEPT, ("", None))
    if file != given.file_id:
        try:
            with st.spinner(_("Reading the photo …")):
                found = cached.opened(given.name, given.getbuffer())
        except UserError as error:
            found = UserError(error.message, **error.values)  # without its traceback
        st.session_state[_KEPT] = given.file_id, found
        if LEVEL not in st.query_params:  # nobody has set it: it begins at this one's estimate
            st.session_state.pop(LEVEL, None)
    if isinstance(found, UserError):
        raise UserError(found.message, **found.values)
    photo: OpenPhoto = found
    return photo


def _facts(photo: "OpenPhoto") -> None:
    """What the file holds, and how much noise."""
    height, width = photo.pixels.shape[:2]
    colour = _("colour") if photo.pixels.ndim == 3 else _("grey")
    size = _("{width} × {height} pixels").format(width=width, height=height)
    bits = _("{bits} bits a channel").format(bits=photo.bits)
    name = " ".join(photo.name.replace("`", "'").split())
    st.markdown(" · ".join((f"`{name}`", size, colour, bits)))
    if photo.sigma is None:
        st.markdown(_("It is too small for an estimate of its noise."))
        return
    text = _("Estimated noise: **σ = {sigma}** of 255 grey levels").format(
        sigma=significant(photo.sigma, 2)
    )
    if len(photo.sigmas) > 1:
        red, green, blue = (significant(each, 2) for each in photo.sigmas)
        text += " " + _("(red {red}, green {green}, blue {blue})").format(
            red=red, green=green, blue=blue
        )
    st.markdown(text)


# How


def _level(photo: "OpenPhoto") -> float | None:
    """The controls: a noise level, or None where the network is to find it."""
    given = controls.toggle(_("Give the noise level by hand"), key=GIVEN)
    if not given:
        return None
    estimate = SIGMA if photo.sigma is None else min(max(round(photo.sigma), LEAST), MOST)
    return controls.slider(
        _("Noise level σ (grey levels)"), key=LEVEL, min_value=LEAST, max_value=MOST,
        default=estimate, step=1,
    )  # fmt: skip


def _told(photo: "OpenPhoto", sigma: float | None, way: "Way") -> None:
    """What is done about the level."""
    if sigma is None:
        text = _("The blind network is told no level: it finds it itself, at each place.")
        if (photo.sigma or 0) > BLIND_TO:
            text += " " + _("It was trained up to σ = {most} only.").format(most=BLIND_TO)
        st.markdown(text)
        return
    level = trained_for(way.network)
    if way.gain == 1:
        st.markdown(_("By the network trained at σ = {level}.").format(level=level))
        return
    text = _(
        "By the network trained at σ = {level}: the contrast about the mean is multiplied by "
        "{gain} before it and divided after it, so that it sees noise of its level."
    )
    said = [text.format(level=level, gain=f"{way.gain:.2f}")]
    if way.gain > FAR:
        said.append(_("So far from it, the blind network does better."))
    st.markdown(" ".join(said))


# At one place


@st.fragment
@frame.guard()
def _close_up(photo: "OpenPhoto", way: "Way") -> None:
    """The whole photo, in which a place is chosen, and that place before and after."""
    left, right = st.columns([1, 3], gap="small")
    height, width = photo.overview.shape[:2]
    box_side = cached.LOUPE * max(height, width) / max(photo.pixels.shape[:2])
    with left:
        [(row, column)] = scene_map(
            photo.overview, key=PLACE, label=_place(photo), size=SIZE,
            window=min(round(box_side), height, width) | 1,
        )  # fmt: skip
    box = cached.loupe(photo, (row + 0.5) / height, (column + 0.5) / width)
    top, left_end, bottom, right_end = box
    before = _grey_levels(photo.pixels[top:bottom, left_end:right_end])
    with right:
        denoised = result(photo, way)
        if denoised is not None:
            after = _grey_levels(denoised[top:bottom, left_end:right_end])
        else:
            with st.spinner(_("Denoising this place …")):
                after = cached.preview(photo, box, way)
        _views(before, after, limit(photo.sigma))
        said = [_("Rows {top} to {bottom}, columns {left} to {right}").format(
            top=top, bottom=bottom - 1, left=left_end, right=right_end - 1
        )]  # fmt: skip
        if before.ndim == 3:
            said.append(_("Colours go through the network one by one; of what is taken away, "
                          "middle grey is zero."))  # fmt: skip
        st.caption(" · ".join(said))


def _place(photo: "OpenPhoto") -> str:
    """Over the picture that a place is chosen in: its rows and columns may be others."""
    if photo.overview.shape[:2] == photo.pixels.shape[:2]:
        return _("The whole photo: choose a place")
    return _("The whole photo, made small: choose a place")


def _views(before: "np.ndarray", after: "np.ndarray", most: float) -> None:
    """Before, after, and what was taken away, each pixel two screen pixels wide."""
    end = significant(most, 2)
    text = _("Taken away: ±{end} grey levels").format(end=end)
    board(
        *(
            (1, [picture_cell(pixels, label=label, size=SIZE)])
            for label, pixels in (
                (_("Before"), _rgb(before)),
                (_("Denoised"), _rgb(after)),
                (text, taken_away(before, after, most)),
            )
        ),
        key="photo_views",
    )
    if not in_browser():
        st.markdown(f"{text}: {float(np.abs(before - after).mean()):.4f}")


def _grey_levels(pixels: "np.ndarray") -> "np.ndarray":
    """Of 8 or 16 bits, as 0 to 255."""
    return pixels.astype(np.float32) * np.float32(255 / np.iinfo(pixels.dtype).max)


def _rgb(levels: "np.ndarray") -> "np.ndarray":
    """As a screen shows it."""
    shown = np.rint(levels).clip(0, 255).astype(np.uint8)
    return shown if shown.ndim == 3 else shown[..., None].repeat(3, axis=2)
