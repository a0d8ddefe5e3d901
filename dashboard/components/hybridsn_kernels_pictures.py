"""Kernels slice by slice along the bands with their profiles, and an answer place by place."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures.numbers import written
from cnnviz.figures.scales import DIVERGING, coloured
from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell, image
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

STYLE = Path(__file__).with_name("hybridsn_kernels.css")

Numbers = NDArray[np.floating]

_WEIGHT, _GAP = 10, 5  # pixels of a weight in a slice, and between two slices
_SMALL = 7  # pixels of a weight where there are many rows
_ROWS = 8  # with large slices
_LINE = 8  # slices in a line, where a kernel has more than fit one
_PLOT = 160  # units of a profile's width


def sheet_cell(
    kernels: Numbers, limit: float, *, label: str, chosen: int, rows: str, names: Sequence[int]
) -> Cell:  # fmt: skip
    """Kernels in rows, slice beside slice, each with its profile along the bands.

    Args:
        kernels: (K, D, kh, kw).
        limit: colours span -limit to limit; profiles share a scale of their own.
        label: what they are, translated; over the rows.
        chosen: the row that stands out.
        rows: what a row is, translated.
        names: the number of each row as written.
    """
    weight = _WEIGHT if len(kernels) <= _ROWS else _SMALL
    lines, most = [], _most(kernels)
    for i, (kernel, name) in enumerate(zip(kernels, names, strict=True)):
        mark = " picked" if i == chosen else ""
        slices = image(_slices(kernel, limit, weight))
        height = weight * kernel.shape[1]
        lines.append(
            f"<div class='row{mark}'><span aria-label='{escape(rows, quote=True)} {name}'>{name}"
            f"</span>{slices}{_profile(kernel, most, height)}</div>"
        )
    return html_cell(_sheet(label, lines, limit, _weights(kernels, rows, names)), STYLE)


def deep_cell(kernel: Numbers, limit: float, *, label: str, number: int) -> Cell:
    """One kernel of many slices: lines of slices, and under them the whole profile.

    Args:
        kernel: (D, kh, kw).
        limit, label: as of ``sheet_cell``.
        number: the kernel's.
    """
    lines = []
    for start in range(0, len(kernel), _LINE):
        part = kernel[start : start + _LINE]
        name = f"{start + 1}\u2013{start + len(part)}"
        slices = image(_slices(part, limit, _WEIGHT - 1))
        lines.append(f"<div class='row lines'><span>{name}</span>{slices}</div>")
    lines.append(f"<div class='whole'>{_profile(kernel, _most(kernel[None]), 90)}</div>")
    return html_cell(
        _sheet(label, lines, limit, _weights(kernel[None], _("kernel"), [number])), STYLE
    )


def film_cell(volume: Numbers, at: int, limit: float, *, label: str, across: int) -> Cell:
    """All places of an answer along the bands, one beside the other, the present one in a frame.

    Args:
        volume: (D, h, w).
        at: the present place.
        limit: colours span -limit to limit.
        label: what it is, translated.
        across: tiles in a row.
    """
    count, height, width = volume.shape
    down = -(-count // across)
    gap = max(1, round(height / 12))
    step = (height + gap, width + gap)
    picture = np.zeros((down * step[0] - gap, across * step[1] - gap, 4), dtype=np.uint8)
    for i, tile in enumerate(volume):
        top, left = (i // across) * step[0], (i % across) * step[1]
        picture[top : top + height, left : left + width, :3] = coloured(tile, limit, True)
        picture[top : top + height, left : left + width, 3] = 255
    top, left = (at // across) * step[0], (at % across) * step[1]
    box = ";".join(
        f"{side}:{100 * value / whole:.3f}%"
        for side, value, whole in (
            ("left", left, picture.shape[1]), ("top", top, picture.shape[0]),
            ("width", width, picture.shape[1]), ("height", height, picture.shape[0]),
        )
    )  # fmt: skip
    html = (
        f"<div class='strip'><div>{escape(label)}</div>\n<div class='film'>{image(picture)}"
        f"<i class='at' style='{box}'></i></div></div>"
    )
    return html_cell(html, STYLE)


def _weights(kernels: Numbers, rows: str, names: Sequence[int]) -> str:
    """A line for each slice: its weights, row by row."""
    places = [f"{row + 1},{column + 1}" for row, column in np.ndindex(*kernels.shape[2:])]
    told = [
        (name, depth, *map(float, plane.ravel()))
        for name, kernel in zip(names, kernels, strict=True)
        for depth, plane in enumerate(kernel, start=1)
    ]
    return kept_rows((rows, _("slice"), *places), told)


def _sheet(label: str, lines: Sequence[str], limit: float, numbers: str) -> str:
    colours = ", ".join(f"rgb{colour}" for colour in DIVERGING)
    scale = (
        f"<span class='scale'>{written(-limit)}<i style='background:linear-gradient(to right, "
        f"{colours})'></i>{written(limit)}</span>"
    )
    keys = "".join(
        f"<span><svg width='28' height='6'><path class='{kind}' d='M0 3H28'/></svg>{escape(said)}"
        "</span>"
        for kind, said in (("mean", _("mean of a slice")), ("centre", _("its middle")))
    )
    return (
        f"<div class='sheet' {numbers}><div class='head'>{escape(label)}</div>\n"
        f"<div class='keys'>{scale}</div>\n<div class='keys'>{keys}</div>\n"
        + "\n".join(lines)
        + "\n</div>"
    )


def _slices(kernel: Numbers, limit: float, weight: int) -> NDArray[np.uint8]:
    """(h, w, 4): the slices side by side, nothing between them."""
    depth, height, width = kernel.shape
    picture = np.zeros((height * weight, depth * (width * weight + _GAP) - _GAP, 4), np.uint8)
    for i, plane in enumerate(kernel):
        left = i * (width * weight + _GAP)
        large = np.kron(coloured(plane, limit, True), np.ones((weight, weight, 1), np.uint8))
        picture[:, left : left + width * weight, :3] = large
        picture[:, left : left + width * weight, 3] = 255
    return picture


def _most(kernels: Numbers) -> float:
    """How far profiles reach: the largest mean or middle of a slice, a little more."""
    middles = kernels[..., kernels.shape[-2] // 2, kernels.shape[-1] // 2]
    return 1.05 * max(float(np.abs(middles).max()), float(np.abs(kernels.mean((-1, -2))).max()))


def _profile(kernel: Numbers, limit: float, height: int) -> str:
    """What a kernel does along the bands: each slice's mean, and its middle."""
    middle = kernel[:, kernel.shape[1] // 2, kernel.shape[2] // 2]
    paths = "".join(
        f"<path class='{kind}' vector-effect='non-scaling-stroke' "
        f"d='{_path(values, limit, height)}'/>"
        for kind, values in (("centre", middle), ("mean", kernel.mean(axis=(1, 2))))
    )
    return (
        f"<svg height='{height}' viewBox='0 0 {_PLOT} {height}' preserveAspectRatio='none' "
        f"aria-hidden='true'><path class='zero' vector-effect='non-scaling-stroke' "
        f"d='M0 {height / 2}H{_PLOT}'/>{paths}</svg>"
    )


def _path(values: Numbers, limit: float, height: int) -> str:
    step = _PLOT / max(len(values), 1)
    points = (
        f"{(i + 0.5) * step:.1f} {height / 2 * (1 - float(value) / (limit or 1)):.1f}"
        for i, value in enumerate(values)
    )
    return "M" + "L".join(points)
