"""The visitor's own pairs: a file with image features, text features and labels.

It belongs to its visitor: it lies in a folder of that session alone and goes with it. What was
usable last stays until something better comes.
"""

from typing import Any

import streamlit as st

from cnnviz.figures.numbers import whole
from dashboard import frame
from dashboard.cache import dscmr as cached
from dashboard.i18n import _
from dashboard.uploads import Folder

_KEPT = "own pairs"
MEGABYTES = 100


def own_pairs() -> str:
    """The control: a file, and what is in it.

    Returns:
        The path of the file that could be used last; "" as long as there is none.
    """
    kept: dict[str, Any] = st.session_state.setdefault(_KEPT, {})
    given = st.file_uploader(
        _("Features: .npz or .mat, up to {most} MB").format(most=MEGABYTES), type=["npz", "mat"],
        key="pairs_file", max_upload_size=MEGABYTES,
        help=_("Three arrays with a row for each pair: image features, text features, and one "
               "label, a whole number. An array with “img” or “image” in its name is of images; "
               "else they come in the file’s order. The file stays on this server while this page "
               "is open."),
    )  # fmt: skip
    if given is not None:
        with frame.guard():
            _take(kept, given)
    if "folder" not in kept:
        return ""
    path = str(kept["folder"].files[0])
    st.caption(_told(kept["found"]))
    if given is not None and kept["id"] != given.file_id:
        st.caption(_("Shown are the last pairs that could be used."))
    return path


def _take(kept: dict[str, Any], given: Any) -> None:
    """Keep a file that has just been given, where it holds pairs.

    Raises:
        UserError: where it holds none.
    """
    if kept.get("id") == given.file_id:
        return
    folder = Folder([given])
    found = cached.own(str(folder.files[0]))
    kept.update(id=given.file_id, folder=folder, found=found)


def _told(found: cached.Own) -> str:
    """What is in a file, in one sentence."""
    text = _("{pairs} pairs, {images} and {texts} features, {classes} classes; {test} are for the "
             "test.")  # fmt: skip
    return text.format(
        pairs=whole(found.pairs), images=whole(found.image_features),
        texts=whole(found.text_features), classes=found.classes, test=whole(found.test),
    )  # fmt: skip
