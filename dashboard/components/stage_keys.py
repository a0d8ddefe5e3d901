"""The keys of the stage, the list of them, and the ring that the pointer has around it there."""

import streamlit as st

from dashboard.components.browser import in_browser, source
from dashboard.i18n import _

_KEY = "cnnviz_stage_keys"

_component = st.components.v2.component(
    _KEY, js=source("page_keys.js", "stage_keys.js"), css=source("stage_keys.css"),
    isolate_styles=False,
)  # fmt: skip


def stage_keys() -> None:
    """Listen for keys, and make everything as large as the screen allows."""
    if not in_browser():
        return
    keys = [
        ["←  →", _("a step of the guided path back or on; also a presenter's remote")],
        [_("Space"), _("start, pause or go on with a training run")],
        ["L", _("a ring around the pointer, as a laser pointer")],
        ["?", _("this list")],
        ["Esc", _("close what is open")],
    ]
    # Where Streamlit puts styles: nothing in there is shown, read out or reached by keys.
    with st._event:
        _component(key=_KEY, data={"title": _("Keys"), "keys": keys})
