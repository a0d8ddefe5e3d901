"""The numbers of a picture made of HTML, for whoever saves it (keep_rows.js)."""

import json
from collections.abc import Sequence
from html import escape

Cell = str | float | None
_DIGITS = 4  # significant ones: more than a picture shows


def kept_rows(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """An attribute for the element that the numbers are drawn in.

    Args:
        head: the columns' names, translated.
        rows: numbers and texts; None where there is no number.
    """
    told = [list(head), *([_short(cell) for cell in row] for row in rows)]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"data-rows='{escape(text, quote=True)}'"


def _short(cell: Cell) -> Cell:
    return float(f"{cell:.{_DIGITS}g}") if isinstance(cell, float) else cell
