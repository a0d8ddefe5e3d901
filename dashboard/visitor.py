"""Who looks at a page: told apart by what their browser keeps, without a name or a login."""

import secrets

import streamlit as st

from dashboard.components.browser import in_browser
from dashboard.components.visitor_token import token_hash

_BROWSER, _SESSION = "visitor: the browser", "visitor: the session"


def visitor() -> str:
    """Who looks at the page, the same in all tabs of a browser and after a reload.

    Until the browser has answered (in the first run of a page) and where there is none (in tests),
    it is someone known in this session alone, so that a visitor can act at once. The answer runs
    the script again: best called in the fragment that needs it, so that nothing else runs; not in
    an ``st.form``, which keeps the answer until it is sent.

    Returns:
        64 hexadecimal digits that may be stored: the browser's token cannot be told from them.
    """
    browser: str | None = st.session_state.get(_BROWSER)
    if browser is None:
        browser = token_hash()
        if browser is None:
            return _session()
        st.session_state[_BROWSER] = browser
    return browser


def is_known() -> bool:
    """Whether the browser has said who looks at the page, or there is none to say it."""
    return _BROWSER in st.session_state or not in_browser()


def owns(owner: str) -> bool:
    """Whether ``owner`` is who looks at the page, as ``visitor()`` names them now or named them
    before the browser had answered.
    """
    return owner in (visitor(), _session())


def _session() -> str:
    return str(st.session_state.setdefault(_SESSION, secrets.token_hex(32)))
