"""The pictures that a live slider scrubs through in the browser: which of them a message carries.

Two megabytes of pictures must reach a browser once, not with every rerun. So the browser says in
its state what it has, and asks for what it lacks; a message carries the present position's picture
only, until the browser asks.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from dashboard.i18n import _

Frames = Sequence[bytes] | Callable[[Any], bytes]


def encoded(pixels: NDArray[np.uint8]) -> bytes:
    """A picture (H, W, 3 or 4) as PNG: without loss, and small where squares are of one colour."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def check_frames(frames: Frames | None, frames_key: str, count: int) -> None:
    """Raises ValueError where the frames are not one for each of ``count`` positions."""
    if callable(frames):
        if not frames_key:
            raise ValueError("frames made by a function need a frames_key")
    elif frames is not None and len(frames) != count:
        raise ValueError(f"{len(frames)} frames for {count} positions")


def carried_frames(
    frames: Frames, name: str, sent: dict[str, Any], key: str, positions: Sequence[Any], at: int
) -> dict[int, bytes]:
    """The frames that this message takes along, by position.

    Args:
        frames: one for each of ``positions``, or a function of a value.
        name: of the set.
        sent: the browser's state: ``have`` names the set it holds, ``want`` one it asks for.
        key: the slider's.
        positions: the slider's values.
        at: the present position.

    Each asking is answered once: the browser's state stays in all later runs, so the turn that
    was answered is remembered. (An answer that is lost is asked for again, with a new turn.)
    """
    if sent.get("have") == name:
        return {}
    answered = f"{key} (frames)"
    asking = (name, sent["turn"])
    if sent.get("want") == name and st.session_state.get(answered) != asking:
        st.session_state[answered] = asking
        return {i: _frame(frames, i, value) for i, value in enumerate(positions)}
    return {at: _frame(frames, at, positions[at])}


def frames_header(name: str, label: str, carried: Sequence[int]) -> dict[str, Any]:
    """What the browser is told about the set: its name, the carried positions, the words."""
    return {
        "name": name,
        "carried": carried,
        "label": label,
        "waiting": _("The picture of {value} is on its way."),
    }


def frames_name(frames: Frames, frames_key: str) -> str:
    """The name of a set: the caller's, or else made of the pictures themselves."""
    if frames_key or callable(frames):
        return frames_key
    digest = hashlib.blake2b(digest_size=12)
    for frame in frames:
        digest.update(frame)
    return digest.hexdigest()


def _frame(frames: Frames, at: int, value: Any) -> bytes:
    return frames(value) if callable(frames) else frames[at]
