"""Asks the browser for the random token that it keeps, to know it again after a reload.

Who knows a token acts as its visitor, so the token itself stays in this file: its hash is what the
rest sees. visitor_token.js makes it.
"""

import contextlib
import hashlib
import re
from collections.abc import Mapping

import streamlit as st
from streamlit.errors import StreamlitDuplicateElementKey

from dashboard.components.browser import in_browser, source

_KEY = "cnnviz_visitor_token"
_TOKEN = re.compile(r"[0-9a-f]{32}")

_component = st.components.v2.component(_KEY, js=source("visitor_token.js"), isolate_styles=False)


def token_hash() -> str | None:
    """The SHA-256 of this browser's token as 64 hexadecimal digits; None while it is not known.

    Each call until then asks the browser, whose answer runs the script again: the fragment from
    which it was first called in this run, or else the whole page.
    """
    state = st.session_state.get(_KEY)
    token = state.get("token") if isinstance(state, Mapping) else None
    if isinstance(token, str) and _TOKEN.fullmatch(token):
        return hashlib.sha256(token.encode()).hexdigest()
    if in_browser():
        _ask()
    return None


def _ask() -> None:
    # Where Streamlit puts styles: nothing in there is shown, read out or reached by keys, and
    # nothing on the page moves up when it goes. A second call in one run has nothing to add.
    with st._event, contextlib.suppress(StreamlitDuplicateElementKey):
        _component(key=_KEY)
