"""Labelled bars as a plain table: they follow a hand on a slider, where plotly takes 200 ms."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

#: The look of the table, on a page as in a board.
STYLE = Path(__file__).with_suffix(".css")

Bar = tuple[str, float, str]


def bars(label: str, rows: Sequence[Bar]) -> None:
    """Bars of shares.

    Args:
        label: what they are, written above them.
        rows: for each bar its name, its share (0 to 1) and its number as written.
    """
    st.html(bars_html(label, rows))


def bars_html(label: str, rows: Sequence[Bar]) -> str:
    """The table of ``bars``."""
    lines = "\n".join(
        f"<tr><th scope='row'>{escape(name)}</th>"
        f"<td><i style='width:{100 * min(max(share, 0), 1):.2f}%'></i></td>"
        f"<td class='number'>{escape(number)}</td></tr>"
        for name, share, number in rows
    )
    return f"<table class='bars'>\n<caption>{escape(label)}</caption>\n{lines}\n</table>"
