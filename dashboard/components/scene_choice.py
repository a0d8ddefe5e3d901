"""Which pixel is chosen on a ``scene_map``, asked before it is drawn: for what is laid over it."""

import streamlit as st

from dashboard.address import code_from_url
from dashboard.components.browser import follows_link, in_browser, sent_state
from dashboard.components.pixel_links import Pixel, pixel_of
from dashboard.components.scene_map import code


def chosen_on(key: str, usual: Pixel, shape: tuple[int, int]) -> Pixel:
    """The pixel that ``scene_map(key=key, selected=(usual,))`` is about to return.

    Args:
        key: the map's.
        usual: the pixel chosen where nothing else is.
        shape: (H, W) of the map; the nearest pixel that it has is taken.
    """
    row, column = _pixel(_said(key, usual)) or usual
    return min(max(row, 0), shape[0] - 1), min(max(column, 0), shape[1] - 1)


def _said(key: str, usual: Pixel) -> str:
    """The choice as a link has it: what the hand says, or the link."""
    if not in_browser():
        typed = st.session_state.get(f"{key} code")
        # What was the default last time follows the default of this time.
        if typed is not None:
            return "" if typed == st.session_state.get(f"{key} default") else str(typed)
        return _linked(key, usual)
    sent = sent_state(key)
    if follows_link(key, sent["turn"]):
        return _linked(key, usual)
    match sent.get("value"):
        case [*_others, [int(row), int(column)]]:
            return code([(row, column)])
    return ""


def _linked(key: str, usual: Pixel) -> str:
    return code_from_url(key, code([usual]), lambda text: text if _pixel(text) else None)


def _pixel(text: str) -> Pixel | None:
    """The last pixel of a code; None where it is none."""
    return pixel_of(text.rpartition("-")[2])
