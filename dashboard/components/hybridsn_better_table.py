"""The table of what was tried against the plain network, as plain HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

_STYLE = Path(__file__).with_suffix(".css")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was tried.

    Attributes:
        name: of it.
        before: cells before the change, as written.
        change: mean difference to the plain network in points; None where there is none.
        change_text: as written.
        after: cells after the change, as written.
        clear: whether the change is larger than it varies; else its bar is pale.
        plain: whether it is the plain network itself.
        hint: said where the name is pointed at.
    """

    name: str
    before: Sequence[str]
    change: float | None
    change_text: str
    after: Sequence[str]
    clear: bool = False
    plain: bool = False
    hint: str = ""


def style() -> None:
    """The look of the table. Stands outside of the fragment that draws it."""
    st.html(_STYLE)


def table(label: str, heads: Sequence[str], rows: Sequence[Row]) -> None:
    """The table.

    Args:
        label: what it is, for screen readers.
        heads: of the columns, the first one that of the names.
        rows: from top to bottom; the longest bar is that of the largest change.
    """
    most = max((abs(row.change) for row in rows if row.change is not None), default=0) or 1
    head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in heads)
    body = "\n".join(_row(row, most) for row in rows)
    said = escape(label, quote=True)
    st.html(
        f"<div class='better-wide' tabindex='0' role='region' aria-label='{said}'>\n"
        f"<table class='better' aria-label='{said}'>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>{body}</tbody>\n</table></div>"
    )


def _row(row: Row, most: float) -> str:
    cells = [*map(_cell, row.before), _change(row, most), *map(_cell, row.after)]
    mark = " class='plain'" if row.plain else ""
    hint = f" title='{escape(row.hint, quote=True)}'" if row.hint else ""
    return f"<tr{mark}><th scope='row'{hint}>{escape(row.name)}</th>{''.join(cells)}</tr>"


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _change(row: Row, most: float) -> str:
    if row.change is None:
        return _cell(row.change_text)
    look = ("up" if row.change > 0 else "down") + ("" if row.clear else " pale")
    share = 50 * abs(row.change) / most
    bar = f"<i class='{look}' style='width:{share:.1f}%'></i>"
    return f"<td>{escape(row.change_text)}<span class='change' aria-hidden='true'>{bar}</span></td>"
