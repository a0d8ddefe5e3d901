"""One number of a convolution over bands as the sum that it is, drawn over the components."""

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures.numbers import written
from cnnviz.figures.scales import coloured
from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

if TYPE_CHECKING:
    from cnnviz.explain.hybridsn_dimensions import VoxelSum

STYLE = Path(__file__).with_name("hybridsn_dimensions.css")

Numbers = NDArray[np.floating]

_WIDE = 700  # units that all components take together
_TALL = 56  # units of a row of bars
_WRITTEN_OUT = 9  # slices whose numbers fit beside each other
_DARK = 140_000  # of a colour's weighted brightness: below, letters are white


def three_cell(found: "VoxelSum") -> Cell:
    """A 3-D kernel at its place: what it reads of the components, the numbers, all its answers."""
    count, depth = len(found.spectrum), len(found.weights)
    first, last = found.depth + 1, found.depth + depth
    title = _("3-D kernel {number} reads components {first} to {last}, and slides along").format(
        number=found.kernel + 1, first=first, last=last
    )
    answers = _("Its answers, one for each of {count} places:").format(count=len(found.answers))
    drawing = _drawing(
        _bars(found.spectrum, 0)
        + _reach(found.depth, depth, count, 0, _TALL)
        + _ticks(count, _TALL)
        + f"<text class='start' x='0' y='{_TALL + 40}'>{escape(answers)}</text>"
        + _answers(found, _TALL + 50, count),
        2 * _TALL + 54,
    )  # fmt: skip
    html = (
        f"<div class='dims' {_rows(found)}><div class='three'><h4>{escape(title)}</h4>\n"
        f"{drawing}</div>\n"
        f"{_slices(found)}<p>{_told(found)}</p></div>"
    )
    return html_cell(html, STYLE)


def two_cell(found: "VoxelSum") -> Cell:
    """A 2-D kernel: it reads all components at once, and each adds to its one number."""
    count = len(found.spectrum)
    title = _(
        "2-D kernel {number} reads all {count} components at once: what each adds to its one number"
    ).format(number=found.kernel + 1, count=count)
    drawing = _drawing(
        f"<g class='two'>{_bars(found.slice_sums, 0, marked=True)}"
        f"{_reach(0, count, count, 0, _TALL)}</g>{_ticks(count, _TALL)}",
        _TALL + 20,
    )
    html = (
        f"<div class='dims' {_rows(found)}><h4>{escape(title)}</h4>\n{drawing}"
        f"<p>{_told(found)}</p></div>"
    )
    return html_cell(html, STYLE)


def _rows(found: "VoxelSum") -> str:
    """Each component: the pixel's own, and what it adds where the kernel lies over it."""
    added: list[float | None] = [None] * len(found.spectrum)
    added[found.depth : found.depth + len(found.weights)] = map(float, found.slice_sums)
    told = [
        (number, float(own), adds)
        for number, (own, adds) in enumerate(zip(found.spectrum, added, strict=True), start=1)
    ]
    return kept_rows((_("component"), _("pixel"), _("adds")), told)


def _told(found: "VoxelSum") -> str:
    text = _("Sum of {count} products and the bias: <b>{total}</b>. The network's number: "
             "<b>{value}</b>.")  # fmt: skip
    total, value = _five(found.total), _five(found.value)
    return text.format(count=found.products.size, total=total, value=value)


def _five(value: float) -> str:
    """Five significant digits: what a sum of some hundred float32 numbers is sure of."""
    return f"{value:.5g}".replace("-", "\u2212")


def _drawing(inside: str, height: int) -> str:
    return f"<svg viewBox='0 0 {_WIDE} {height}' aria-hidden='true'>{inside}</svg>"


def _bars(values: Numbers, top: float, *, marked: bool = False) -> str:
    """A bar up or down for each component."""
    step, middle = _WIDE / len(values), top + _TALL / 2
    most = float(np.abs(values).max()) or 1.0
    kind = "marked" if marked else "value"
    bars = "".join(
        f"<rect class='{kind}' x='{(i + 0.2) * step:.1f}' width='{0.6 * step:.1f}' "
        f"y='{middle - max(size, 0):.1f}' height='{abs(size):.1f}'><title>{i + 1}: "
        f"{written(float(value))}</title></rect>"
        for i, value in enumerate(values)
        for size in [(_TALL / 2 - 4) * float(value) / most]
    )
    return f"<path class='zero' d='M0 {middle}H{_WIDE}'/>{bars}"


def _reach(first: int, depth: int, count: int, top: float, height: float) -> str:
    step = _WIDE / count
    return (
        f"<rect class='reach' x='{first * step + 1.5:.1f}' y='{top + 1.5}' "
        f"width='{depth * step - 3:.1f}' height='{height - 3}'/>"
    )


def _ticks(count: int, top: float) -> str:
    step = _WIDE / count
    shown = [1, *range(5, count + 1, 5)]
    return "".join(
        f"<text x='{(number - 0.5) * step:.1f}' y='{top + 16}'>{number}</text>" for number in shown
    )


def _answers(found: "VoxelSum", top: float, count: int) -> str:
    """The numbers of all places, each over the middle of what it reads."""
    step, depth = _WIDE / count, len(found.weights)
    most = float(np.abs(found.answers).max()) or 1.0
    middle = top + _TALL / 2
    points = [
        ((i + depth / 2) * step, middle - (_TALL / 2 - 8) * float(value) / most)
        for i, value in enumerate(found.answers)
    ]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dots = "".join(f"<circle class='value' cx='{x:.1f}' cy='{y:.1f}' r='3'/>" for x, y in points)
    x, y = points[found.depth]
    side = -1 if x > _WIDE - 80 else 1
    anchor = "end" if side < 0 else "start"
    return (
        f"<path class='zero' d='M0 {middle}H{_WIDE}'/><path class='curve' d='M{line}'/>{dots}"
        f"<circle class='marked' cx='{x:.1f}' cy='{y:.1f}' r='7'/>"
        f"<text style='text-anchor:{anchor};font-weight:600' x='{x + 12 * side:.1f}' "
        f"y='{y + 5:.1f}'>{written(found.value)}</text>"
    )


def _slices(found: "VoxelSum") -> str:
    """The numbers of each slice: read, times kernel, summed up."""
    if len(found.weights) > _WRITTEN_OUT:
        return ""
    most = [float(np.abs(part).max()) for part in (found.patch, found.weights)]
    most_sum = float(np.abs(found.slice_sums).max())
    sides = ("", _("input"), "×", "Σ")
    cells = "".join(f"<span class='side'>{escape(text)}</span>" for text in sides)
    for i, (read, weights, total) in enumerate(
        zip(found.patch, found.weights, found.slice_sums, strict=True)
    ):
        name = _("component {number}").format(number=found.depth + i + 1)
        cells += (
            f"<span>{escape(name)}</span>{_grid(read, most[0])}{_grid(weights, most[1])}"
            f"<b>{_fixed(float(total), most_sum)}</b>"
        )
    return f"<div class='slices' tabindex='0'>{cells}</div>"


def _grid(values: Numbers, most: float) -> str:
    rows = "".join(f"<tr>{''.join(_cells(row, most))}</tr>" for row in values)
    return f"<table class='numbers'>{rows}</table>"


def _cells(row: Numbers, most: float) -> Sequence[str]:
    cells = []
    for value, colour in zip(row, coloured(row[None], most, True)[0], strict=True):
        red, green, blue = (int(part) for part in colour)
        ink = "#000" if 299 * red + 587 * green + 114 * blue > _DARK else "#fff"
        style = f"background:rgb({red},{green},{blue});color:{ink}"
        cells.append(f"<td style='{style}'>{_fixed(float(value), most)}</td>")
    return cells


def _fixed(value: float, most: float) -> str:
    """Two decimals, fewer where the largest of its kind is large, more where it is small."""
    power = math.floor(math.log10(most)) if most else 0
    decimals = max(1 - power, 0) if power < -1 or power > 0 else 2
    text = f"{value:.{decimals}f}".replace("-", "\u2212")
    return text if text.strip("\u22120.") else "0"
