"""Short links: a page's whole state under a few letters, as long as the server runs.

The letters are made from what they stand for: the same state has the same link.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

import streamlit as st

from cnnviz.text import N_

PARAMETER = "go"
#: To be read from a wall and typed: none of them looks like another.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
#: What a page says where the letters of a link mean nothing to it.
UNKNOWN = N_("This short link is not known here; it ends when the dashboard is started anew.")

_MOST = 10_000  # the oldest are forgotten
_LENGTH = 7

_kept: OrderedDict[str, tuple[str, dict[str, str]]] = OrderedDict()
_lock = Lock()


def keep(page: str, settings: Mapping[str, str]) -> str:
    """The letters for a state.

    Args:
        page: its name in the address.
        settings: as in the address.
    """
    code = _letters(json.dumps([page, sorted(settings.items())]))
    with _lock:
        _kept[code] = (page, dict(settings))
        _kept.move_to_end(code)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return code


def found(code: str) -> tuple[str, dict[str, str]] | None:
    """Page and settings that letters stand for; None where they are not known."""
    with _lock:
        return _kept.get(code.lower())


def asked_for() -> str | None:
    """The letters in the address, if there are any."""
    return st.query_params.get(PARAMETER)


def _letters(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    letters = []
    for _place in range(_LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)
