"""The numbers of several losses and of their weighted sum, as plain HTML that follows a slider."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

_STYLE = Path(__file__).with_suffix(".css")


@dataclass(frozen=True, slots=True)
class Weighted:
    """A loss as it is added.

    Attributes:
        text: the number, as written.
        share: of the sum, 0 to 1.
    """

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Row:
    """A loss, a part of one, or the sum.

    Attributes:
        name: of it.
        cells: from left to right: texts, and weighted numbers, which have a bar each.
        colour: of the bars.
        kind: "" for a loss, "part" for a part of one, "off" for one that is not counted, "sum".
    """

    name: str
    cells: Sequence[str | Weighted]
    colour: str = ""
    kind: str = ""


def style() -> None:
    """The look of the table. Stands outside of the fragment that draws it."""
    st.html(_STYLE)


def table(label: str, heads: Sequence[str], rows: Sequence[Row]) -> None:
    """The table.

    Args:
        label: what it is, for screen readers.
        heads: of the columns, the first one that of the names.
        rows: from top to bottom.
    """
    head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in heads)
    body = "\n".join(map(_row, rows))
    said = escape(label, quote=True)
    st.html(
        f"<div class='losses-wide' tabindex='0' role='region' aria-label='{said}'>\n"
        f"<table class='losses' aria-label='{said}'>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>{body}</tbody>\n</table></div>"
    )


def _row(row: Row) -> str:
    mark = f" class='{row.kind}'" if row.kind else ""
    cells = "".join(_cell(cell, row.colour) for cell in row.cells)
    return f"<tr{mark}><th scope='row'>{escape(row.name)}</th>{cells}</tr>"


def _cell(cell: str | Weighted, colour: str) -> str:
    if isinstance(cell, str):
        return f"<td>{escape(cell)}</td>"
    bar = f"<i style='background:{colour};width:{100 * cell.share:.1f}%'></i>"
    return f"<td>{escape(cell.text)}<span class='share' aria-hidden='true'>{bar}</span></td>"
