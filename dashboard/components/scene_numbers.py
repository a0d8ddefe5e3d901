"""Beside a scene's map: numbers large enough for the last row, and what its colours mean.

Plain HTML, so that they follow a slider; their look is sent once a page (``style``).
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

_STYLE = Path(__file__).with_suffix(".css")

#: What a number is, the number as written, a short line under it.
Number = tuple[str, str, str]


def style() -> None:
    """The look of these pictures. Stands outside of the fragment that draws them."""
    st.html(_STYLE)


def numbers(cells: Sequence[Number]) -> None:
    """Large numbers beside each other, or below where there is no room."""
    inside = "".join(
        f"<div>{escape(what)}<b>{escape(number)}</b>{escape(below)}</div>"
        for what, number, below in cells
    )
    st.html(f"<div class='scene-numbers'>{inside}\n</div>")


def colour_key(rows: Sequence[tuple[str, str]]) -> None:
    """Colours (hexadecimal) and what they mean."""
    inside = "".join(
        f"<span><i style='background:{colour}'></i>{escape(name)}</span>" for colour, name in rows
    )
    st.html(f"<div class='scene-key'>{inside}\n</div>")
