"""What a lesson looks at: a bundled photo, a CIFAR-10 image, the visitor's own picture.

An upload belongs to its visitor: it is checked, reduced and kept in that session alone, and the
address names it no further than ``photo=upload``.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.errors import UserError
from dashboard import cache, controls, frame
from dashboard.i18n import _

#: Pixels a side at which a photo is looked at.
SIZES = (32, 48, 64, 96, 128, 192)
# A bundled photo is named "camera", for the man in it.
UPLOAD, CAMERA, CIFAR = "upload", "webcam", "cifar10"
_KEPT = "own pictures"
_REFUSED = "own picture that cannot be used"


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture to look at.

    Attributes:
        name: tells it from all others: the key of caches.
        title: for people, translated.
        pixels: (H, W, 3) uint8, not much larger than any size it is shown at.
        truth: its class, where it is known.
    """

    name: str
    title: str
    pixels: NDArray[np.uint8]
    truth: str | None = None


def photo_and_size(default: str, sizes: Sequence[int] = SIZES) -> tuple[Photo, int]:
    """The controls: which picture, and at how many pixels a side. They stand in the sidebar.

    Args:
        default: name of a bundled photo.
        sizes: that there are, 32 and 64 among them.
    """
    picture = photo(default)
    # CIFAR-10's images are shown as they are, photos larger than the networks were trained on.
    key, usual = ("size", "64") if picture.truth is None else ("cifar_size", "32")
    size = controls.select(
        _("Pixels a side"), {str(pixels): f"{pixels} px" for pixels in sizes}, key=key,
        default=usual, help=_("The network was trained on 32 × 32 pixels."),
    )  # fmt: skip
    return picture, int(size)


def photo(default: str) -> Photo:
    """The control: which picture. It stands in the sidebar.

    Args:
        default: name of a bundled photo.
    """
    titles = {name: _(title) for name, title in cache.photo_titles().items()}
    options = dict(titles)
    if cache.cifar10_place() is not None:
        options[CIFAR] = _("CIFAR-10 test images")
    options |= {UPLOAD: _("Own file …"), CAMERA: _("Camera …")}
    chosen = controls.select(_("Photo"), options, key="photo", default=default)
    if chosen == CIFAR:
        return _cifar10_image()
    if chosen in (UPLOAD, CAMERA):
        return _own(chosen) or _bundled(default, titles)
    return _bundled(chosen, titles)


def _bundled(name: str, titles: Mapping[str, str]) -> Photo:
    st.caption(cache.photo_credit(name))
    return Photo(name, titles[name], cache.bundled_photo(name))


def _cifar10_image() -> Photo:
    with st.spinner(_("Reading CIFAR-10 …")):
        count = cache.cifar10_count()
    index = controls.number(
        _("Image"), key="image", min_value=0, max_value=count - 1, default=0, step=1
    )
    pixels, label, verified = cache.cifar10_image(index)
    if not verified:
        st.caption(_("From an unverified copy of CIFAR-10."))
    return Photo(f"cifar10.{index}", f"CIFAR-10 {index}", pixels, label)


def _own(kind: str) -> Photo | None:
    """The visitor's picture; None, with a word, as long as there is none that can be used."""
    asks: Mapping[str, Callable[[], object]] = {
        UPLOAD: lambda: st.file_uploader(
            _("PNG, JPEG or WebP, up to 20 MB"),
            type=["png", "jpg", "jpeg", "webp"],
            key="file",
            max_upload_size=20,
        ),
        CAMERA: lambda: st.camera_input(_("Take a picture"), key="shot"),
    }
    given = asks[kind]()
    kept: dict[str, tuple[str, NDArray[np.uint8]]] = st.session_state.setdefault(_KEPT, {})
    if given is not None:
        content = given.getvalue()  # type: ignore[attr-defined]
        digest = hashlib.blake2b(content, digest_size=12).hexdigest()
        with frame.guard():  # where it cannot be used, the picture before it stays
            _take(kind, digest, content)
    if kind not in kept:
        st.caption(_("Until there is a picture, the lesson shows its own."))
        return None
    digest, pixels = kept[kind]
    titles = {UPLOAD: _("Own file"), CAMERA: _("Camera picture")}
    return Photo(f"{kind}.{digest}", titles[kind], pixels)


def _take(kind: str, digest: str, content: bytes) -> None:
    """Decode a picture once, also one that cannot be used: it is there again at every run."""
    kept = st.session_state[_KEPT]
    if kept.get(kind, ("",))[0] == digest:
        return
    refused: dict[str, UserError] = st.session_state.setdefault(_REFUSED, {})
    if digest in refused:
        raise UserError(refused[digest].message, **refused[digest].values)
    try:
        kept[kind] = (digest, cache.decoded_photo(content))
    except UserError as error:
        refused.clear()
        refused[digest] = UserError(error.message, **error.values)
        raise
