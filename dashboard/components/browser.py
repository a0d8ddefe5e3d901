"""What both components need: is a browser there, their files, one payload of bytes, the link."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime import Runtime

from dashboard.address import history_moved
from dashboard.components.no_delay import send_at_once

_HERE = Path(__file__).parent
_ALIGN = 8  # each part begins at a multiple of this, so that typed arrays can be laid over it


def in_browser() -> bool:
    """Whether a browser shows this run: False in AppTest and in a bare ``python`` run.

    AppTest puts a mock in the runtime's place, so only the real class itself counts.
    """
    if not Runtime.exists() or type(Runtime.instance()) is not Runtime:
        return False
    send_at_once()
    return True


def source(*names: str) -> str:
    """The files ``names`` of this folder as one text, in order: a component has one script.

    Without indents and lines of comment: Streamlit sends a component's script again with every
    update, and the browser compares it with the last.
    """
    text = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def pack(header: Mapping[str, Any], *parts: bytes) -> bytes:
    """One payload: length of the header (4 bytes, little endian), the header as JSON, the parts.

    Streamlit sends bytes as they are, where bytes inside a dictionary would become text. The
    parts' lengths are added to the header as ``sizes``; ``unpack`` in wire.js is the inverse.
    """
    text = json.dumps({**header, "sizes": [len(part) for part in parts]}, ensure_ascii=False)
    head = text.encode()
    head += b" " * (-(4 + len(head)) % _ALIGN)
    padded = (piece for part in parts for piece in (part, bytes(-len(part) % _ALIGN)))
    return b"".join((len(head).to_bytes(4, "little"), head, *padded))


def sent_state(key: str, name: str = "sent") -> dict[str, Any]:
    """What the browser last sent for the component ``key``; ``{"turn": 0}`` before the first time.

    Args:
        key: the component's.
        name: of the part of its state; a board has one for each of its sliders.

    ``turn`` counts the messages. It goes back with the answer, so that the browser can tell an
    answer to its newest message from one to a message that was overtaken.
    """
    state = st.session_state.get(key)
    sent = state.get(name) if isinstance(state, Mapping) else None
    if not isinstance(sent, Mapping) or not isinstance(sent.get("turn"), int):
        return {"turn": 0}
    return dict(sent)


def follows_link(key: str, turn: int) -> bool:
    """Whether the link has the value, not the hand: nothing was moved yet, or nothing since the
    visitor went back or forward to this link.

    (The browser's copy of the component's state cannot be changed from here, so the turn at which
    it went out of date is remembered.)
    """
    remembered = f"{key} (history)"
    if history_moved():
        st.session_state[remembered] = turn
    if st.session_state.get(remembered) == turn:
        return True
    st.session_state.pop(remembered, None)
    return turn == 0
