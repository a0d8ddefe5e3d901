"""Beside a scene's map: numbers large enough for the last row, and what its colours mean.

Plain HTML, so that they follow a slider; their look is sent once a page (``style``).
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from cnnviz.figures.scales import SEQUENTIAL

_STYLE = Path(__file__).with_suffix(".css")

#: What a number is, the number as written, a short line under it.
Number = tuple[str, str, str]


def style() -> None:
    """The look of these pictures. Stands outside of the fragment that draws them."""
    st.html(_STYLE)


def numbers(cells: Sequence[Number], title: str = "") -> None:
    """Large numbers beside each other, or below where there is no room; a title may stand above."""
    inside = "".join(
        f"<div>{escape(what)}<b>{escape(number)}</b>{escape(below)}</div>"
        for what, number, below in cells
    )
    above = f"<p class='scene-title'>{escape(title)}</p>" if title else ""
    st.html(f"{above}<div class='scene-numbers'>{inside}\n</div>")


def colour_key(rows: Sequence[tuple[str, str]], *, below: bool = False) -> None:
    """Colours (hexadecimal) and what they mean, in a row or one below the other."""
    inside = "".join(
        f"<span><i style='background:{colour}'></i>{escape(name)}</span>" for colour, name in rows
    )
    kind = "scene-key below" if below else "scene-key"
    st.html(f"<div class='{kind}'>{inside}\n</div>")


def colour_bar(label: str, low: str, high: str) -> None:
    """What the colours from dark to light mean.

    Args:
        label: what they are of.
        low, high: the numbers at the ends, as written.
    """
    colours = ", ".join(f"rgb{colour}" for colour in SEQUENTIAL)
    bar = f"<i style='background:linear-gradient(to right, {colours})'></i>"
    text = f"{escape(label)}<b>{escape(low)}</b>{bar}<b>{escape(high)}</b>"
    st.html(f"<div class='scene-bar'>{text}\n</div>")
