"""The arrow keys, and those of a presenter's remote, as steps back and forth.

guide_keys.js listens on the whole page, and leaves keys to whatever needs them itself.
"""

from collections.abc import Callable

import streamlit as st

from dashboard.components.browser import in_browser, source

_KEY = "cnnviz_guide_keys"

_component = st.components.v2.component(
    _KEY, js=source("page_keys.js", "guide_keys.js"), isolate_styles=False
)


def guide_keys(at: str, *, place: str, on_move: Callable[[int], None]) -> None:
    """Listen for keys, and bring into sight what a step is about.

    Args:
        at: names the step: where it changes, the page is scrolled.
        place: key of the element that is scrolled to the top.
        on_move: called with 1 or -1 before the page runs again.
    """
    if not in_browser():
        return

    def moved() -> None:
        by = st.session_state[_KEY].get("by")
        if by in (1, -1):
            on_move(by)

    # Where Streamlit puts styles: nothing in there is shown, read out or reached by keys.
    with st._event:
        _component(key=_KEY, data={"at": at, "place": place}, on_by_change=moved)
