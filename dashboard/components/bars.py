"""Labelled bars as plain HTML: they follow a hand on a slider, where plotly takes 200 ms."""

from collections.abc import Sequence
from html import escape

import streamlit as st


def bars(label: str, rows: Sequence[tuple[str, float, str]]) -> None:
    """Bars of shares; their look is in frame.css.

    Args:
        label: what they are, for screen readers.
        rows: for each bar its name, its share (0 to 1) and its number as written.
    """
    lines = "\n".join(
        f"<tr><th scope='row'>{escape(name)}</th>"
        f"<td><i style='width:{100 * min(max(share, 0), 1):.2f}%'></i></td>"
        f"<td class='number'>{escape(number)}</td></tr>"
        for name, share, number in rows
    )
    st.html(f"<table class='bars' aria-label='{escape(label, quote=True)}'>\n{lines}\n</table>")
