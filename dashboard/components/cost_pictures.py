"""Pictures of what a network costs, as plain HTML: plotly is too slow to follow a hand.

Their look is in cost_pictures.css, sent once a page.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from zlib import crc32

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.figures.colours import KIND_NAMES, KINDS
from cnnviz.figures.numbers import percent
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

_STYLE = Path(__file__).with_suffix(".css")
_LEVELS = 5  # of the scale above zero, at most

#: kind, value, value before anything was moved, what it says when pointed at
Column = tuple[str, float, float, str]


def style() -> None:
    """The look of these pictures. Stands outside of the fragment that draws them."""
    st.html(_STYLE)


def beside(key: str) -> list[DeltaGenerator]:
    """A narrow column of controls, and a wide one of the pictures that they move.

    The narrow one keeps room for a row of two buttons; on a narrow page the pictures give way.

    Args:
        key: of the row, unique in the page; ends in ``_row``.
    """
    with st.container(key=key):
        return st.columns([1, 2.7], gap="medium")


def totals(numbers: Sequence[tuple[str, str, str]], chosen: int) -> None:
    """Large numbers beside each other.

    Args:
        numbers: for each what it is, the number as written, and a short line under it.
        chosen: which of them the picture below shows.
    """
    marks = ["class='chosen'" if i == chosen else "" for i in range(len(numbers))]
    cells = "".join(
        f"<div {mark}>{escape(name)}<b>{escape(number)}</b>{escape(below)}</div>"
        for mark, (name, number, below) in zip(marks, numbers, strict=True)
    )
    st.html(f"<div class='cost-totals'>{cells}\n</div>")


def shares(values: Mapping[str, float], before: str) -> None:
    """What each kind of layer has of the whole: one bar, which is the columns' legend as well.

    Args:
        values: by kind.
        before: what the dashed outlines are.
    """
    whole = sum(values.values()) or 1.0
    kinds = [kind for kind in KINDS if kind in values]
    strip = "".join(
        f"<i style='background:{KINDS[kind]};width:{100 * values[kind] / whole:.2f}%'></i>"
        for kind in kinds
    )
    legend = "".join(
        f"<span><i style='background:{KINDS[kind]}'></i>{escape(_(KIND_NAMES[kind]))} "
        f"{percent(values[kind] / whole)}</span>"
        for kind in kinds
    )
    legend += f"<span><i class='before'></i>{escape(before)}</span>"
    st.html(
        f"<div class='cost-strip' aria-hidden='true' {_rows_of_shares(values)}>{strip}</div>\n"
        f"<div class='cost-legend'>{legend}</div>"
    )


def columns(
    slots: Sequence[tuple[str, Sequence[Column]]], *, label: str, axis: str, hint: str,
    number: Callable[[float], str], height: int, most: float = 0.0,
) -> None:  # fmt: skip
    """Columns side by side, one or more a slot.

    Args:
        slots: their names, and the columns in them.
        label: what the picture is, for screen readers.
        axis: what the slots are.
        hint: stands over the columns until one is pointed at, and tells screen readers where the
            numbers are: columns cannot be reached by keyboard, or there would be one stop for each.
        number: writes a value on the scale.
        height: of the tallest column, pixels.
        most: the value that is as high as that; the largest of these where left out.
    """
    most = most or max(
        max(value, before) for _name, each in slots for _k, value, before, _t in each
    )
    levels = "".join(
        f"<div class='cost-level' style='bottom:{100 * level / (most or 1):.2f}%'>"
        f"<span>{escape(number(level))}</span></div>"
        for level in scale(most)
    )
    drawn = "".join(
        f"<div class='cost-slot'>{''.join(_column(each, most) for each in columns)}</div>"
        for _name, columns in slots
    )
    names = "".join(f"<span>{escape(name)}</span>" for name, _columns in slots)
    name = f"cost-hint-{crc32(label.encode())}"
    st.html(
        f"<figure class='cost-columns' aria-label='{escape(label, quote=True)}' "
        f"aria-describedby='{name}' {_rows_of_columns(slots, axis, label)}>\n"
        f"<p class='cost-hint' id='{name}'>{escape(hint)}</p>"
        f"<div class='cost-plot' aria-hidden='true' style='height:{height}px'>{levels}{drawn}</div>"
        f"<div class='cost-names' aria-hidden='true'>{names}</div>"
        f"<div class='cost-axis' aria-hidden='true'>{escape(axis)}</div>\n</figure>"
    )


def scale(most: float) -> list[float]:
    """Round values from zero up to ``most``: 1, 2 or 5 times a power of ten apart."""
    if most <= 0:
        return [0.0]
    least = most / _LEVELS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
    return [i * step for i in range(int(most / step * (1 + 1e-9)) + 1)]


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, label: str, total: bool = False
) -> None:
    """Numbers to be read: the first column names the rows.

    Args:
        head: the columns' names.
        rows: as written.
        label: what the table is, for screen readers.
        total: whether the last row sums up the others.
    """

    def row(cells: Sequence[str], last: bool) -> str:
        name, *others = (escape(cell) for cell in cells)
        numbers = "".join(f"<td>{cell}</td>" for cell in others)
        mark = " class='total'" if last and total else ""
        return f"<tr{mark}><th scope='row'>{name}</th>{numbers}</tr>"

    heads = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    body = "\n".join(row(cells, i == len(rows)) for i, cells in enumerate(rows, start=1))
    st.html(
        f"<table class='cost-table' aria-label='{escape(label, quote=True)}'>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>{body}</tbody>\n</table>"
    )


def _rows_of_shares(values: Mapping[str, float]) -> str:
    return kept_rows(
        (_("kind"), _("number")), [(_(KIND_NAMES[kind]), value) for kind, value in values.items()]
    )


def _rows_of_columns(slots: Sequence[tuple[str, Sequence[Column]]], axis: str, label: str) -> str:
    rows = [
        (name, _(KIND_NAMES[kind]), value)
        for name, columns in slots
        for kind, value, _before, _tells in columns
    ]
    return kept_rows((axis, _("kind"), label), rows)


def _column(column: Column, most: float) -> str:
    kind, value, before, tells = column
    outline, bar = (f"height:{100 * number / (most or 1):.2f}%" for number in (before, value))
    moved = f"<i class='before' style='{outline}'></i>" if before != value else ""
    return (
        "<div class='cost-column'>"
        f"<span class='bars-in'><i class='bar' style='{bar};background:{KINDS[kind]}'></i>"
        f"{moved}</span>"
        f"<span class='cost-tip'>{escape(tells)}</span></div>"
    )
