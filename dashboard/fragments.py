"""Where a page's controls stand: in which fragment, so that it can be run again without the rest.

Streamlit runs named fragments only from a widget's callback; what a page has seen elsewhere has
none. The requests below are what Streamlit itself makes of a callback's; they are not part of its
public interface, so where they are not as expected nothing is known of any control, and callers run
the whole page.
"""

from collections.abc import Collection, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

try:
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
    from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
except ImportError:  # another release
    RerunData = ThreadState = None

_PLACES = "fragments of the page's controls"


def page_begins() -> None:
    """The page is drawn anew, and with it its fragments."""
    st.session_state.pop(_PLACES, None)


def note(key: str) -> None:
    """Remember that a control stands in the fragment that now runs, or in none."""
    context = get_script_run_ctx()
    if ThreadState is None or context is None:
        return
    st.session_state.setdefault(_PLACES, {})[key] = ThreadState.get().fragment_id


def of(keys: Collection[str]) -> list[str] | None:
    """The fragments in which some controls stand; None where one stands in none, or is not there.

    Args:
        keys: the controls' parameters in the address.
    """
    context = get_script_run_ctx()
    places: dict[str, str | None] = st.session_state.get(_PLACES, {})
    found = [place for place in map(places.get, keys) if place is not None]
    if context is None or len(found) < len(keys):
        return None
    found = list(dict.fromkeys(found))
    return found if all(map(context.fragment_storage.contains, found)) else None


def run_again(places: Sequence[str]) -> None:
    """Run some fragments, after the present run, as if the visitor had gone back to this address:
    their controls read it anew."""
    context = get_script_run_ctx()
    if context is None or context.script_requests is None or not places:
        return
    asked = RerunData(
        query_string=context.query_string,
        page_script_hash=context.page_script_hash,
        fragment_id_queue=list(places),
        is_fragment_scoped_rerun=True,
        is_history_navigation=True,
        cached_message_hashes=context.cached_message_hashes,
        context_info=context.context_info,
    )
    context.script_requests.request_rerun(asked)
