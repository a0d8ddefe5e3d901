"""SENet's channels: a bar for each, their gates class by class, and what follows from them.

A path for each colour: hundreds of bars follow the hand, where as many elements would not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell, image
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

STYLE = Path(__file__).with_suffix(".css")

Values = NDArray[np.floating]

_ROW = 24  # CSS pixels of a class, as in the style sheet
_TALL = 100.0  # units of the drawing's height
_GAP = 0.12  # of a bar's width
_HALF = 9  # CSS pixels, of a number of the axis
_FEW = 80  # bars between which a gap is seen


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each channel, from left to right.

    Attributes:
        title: what they are, translated.
        values: (C,).
        span: lowest and highest value of the axis; one of them 0, or 0 between them.
        tall: CSS pixels.
        under: what the places from left to right are, translated.
        line: (C,) other values of the same channels, drawn as a line; None for none.
        lifted, pressed, picked: places whose bars have a colour of their own.
        note: a sentence under all, translated.
    """

    title: str
    values: Values
    span: tuple[float, float]
    tall: int
    under: str = ""
    line: Values | None = None
    lifted: Collection[int] = ()
    pressed: Collection[int] = ()
    picked: Collection[int] = ()
    note: str = ""


def bars_cell(*bars: Bars) -> Cell:
    """Bars, one kind under the other, as a view of a board."""
    return html_cell("\n".join(map(bars_html, bars)), STYLE)


def bars_html(bars: Bars) -> str:
    """The drawing of some bars."""
    low, high = bars.span
    kinds = {"picked": bars.picked, "lifted": bars.lifted, "pressed": bars.pressed}
    kind_of = {place: kind for kind, places in kinds.items() for place in places}
    paths: dict[str, list[str]] = {"plain": [], **{kind: [] for kind in kinds}}
    zero = _up(0.0, bars)
    wide = 1 - (_GAP if len(bars.values) <= _FEW else 0)
    for place, value in enumerate(np.clip(bars.values, low, high).tolist()):
        path = f"M{place} {zero:g}V{_up(value, bars):g}h{wide:g}V{zero:g}z"
        paths[kind_of.get(place, "plain")].append(path)
    drawn = "".join(
        f"<path class='{kind}' d='{''.join(each)}'/>" for kind, each in paths.items() if each
    )
    if bars.line is not None:
        drawn += f"<path class='line' d='{_line(bars)}'/>"
    count = len(bars.values)
    drawn += f"<path class='zero' d='M0 {zero:g}H{count}'/>"
    under = f"<div class='places'>{escape(bars.under)}</div>" if bars.under else ""
    note = f"<p>{escape(bars.note)}</p>" if bars.note else ""
    return (
        f"<figure class='channels' {_rows(bars)}><figcaption>{escape(bars.title)}</figcaption>\n"
        f"<div class='plot'><div class='axis'>{_axis(bars)}</div>"
        f"<svg viewBox='0 0 {count} {_TALL:g}' preserveAspectRatio='none' "
        f"style='height:{bars.tall}px' aria-hidden='true'>{drawn}</svg>{under}</div>{note}</figure>"
    )


def _rows(bars: Bars) -> str:
    lists = [bars.values.tolist(), *([] if bars.line is None else [bars.line.tolist()])]
    head = (bars.under or _("place"), bars.title, _("drawn as a line"))[: len(lists) + 1]
    return kept_rows(head, [(place, *each) for place, each in enumerate(zip(*lists, strict=True))])


def _up(value: float, bars: Bars) -> float:
    low, high = bars.span
    return round(_TALL * (high - value) / ((high - low) or 1.0), 2)


def _line(bars: Bars) -> str:
    """A step for each channel."""
    assert bars.line is not None
    steps: Sequence[float] = np.clip(bars.line, *bars.span).tolist()
    return "".join(
        f"{'V' if place else 'M0 '}{_up(value, bars):g}H{place + 1}"
        for place, value in enumerate(steps)
    )


def _axis(bars: Bars) -> str:
    """Numbers at both ends, and at zero where it is away from them."""
    low, high = bars.span
    marks = {high, low} | ({0.0} if _TALL / 5 < _up(0.0, bars) < 4 * _TALL / 5 else set())
    return "".join(
        f"<span style='top:{max(_up(mark, bars) / _TALL * bars.tall - _HALF, 0):.0f}px'>"
        f"{f'{mark:.2g}'.replace('-', chr(0x2212))}</span>"
        for mark in sorted(marks)
    )


def class_map_cell(
    picture: NDArray[np.uint8], names: Sequence[str], *, title: str, under: str,
    scale: NDArray[np.uint8], ends: tuple[str, str], values: NDArray[np.floating],
    channels: Sequence[int],
) -> Cell:  # fmt: skip
    """Classes from top to bottom, channels from left to right, as a view of a board.

    Args:
        picture: (K, C, 3), a pixel for each.
        names: of the K classes, translated.
        title: what is seen, translated.
        under: what the places from left to right are, translated.
        scale: (1, N, 3) the colours from the lowest to the highest value.
        ends: these values, as written.
        values: (K, C), the numbers behind the picture.
        channels: numbers of the C channels, in the order of the places.
    """
    told = [
        (int(channel), *map(float, column))
        for channel, column in zip(channels, values.T, strict=True)
    ]
    rows = "".join(f"<span>{escape(name)}</span>" for name in names)
    attributes = f"class='field-of-classes' style='height:{_ROW * len(names)}px'"
    field = image(picture).replace("<img ", f"<img {attributes} ", 1)
    numbers = kept_rows((_("channel"), *names), told)
    return html_cell(
        f"<figure class='by-class' {numbers}><figcaption>{escape(title)}"
        f"<span class='scale'>{escape(ends[0])}{image(scale)}{escape(ends[1])}</span>"
        "</figcaption>\n"
        f"<div class='rows'><div class='names'>{rows}</div>"
        f"<div>{field}<div>{escape(under)}</div></div></div>"
        "</figure>",
        STYLE,
    )


def answers_cell(title: str, rows: Sequence[tuple[str, float, float, str]]) -> Cell:
    """Probabilities as bars, with a mark where they were before, as a view of a board.

    Args:
        title: what they are, translated.
        rows: of each class its name, its share (0 to 1), what it was, and the number as written.
    """
    lines = "\n".join(
        f"<tr><th scope='row'>{escape(name)}</th>"
        f"<td class='amount'><i style='width:{100 * now:.2f}%'></i>"
        f"<b style='left:{100 * before:.2f}%'></b></td><td class='number'>{escape(number)}</td>"
        "</tr>"
        for name, now, before, number in rows
    )
    return html_cell(
        f"<table class='answers'><caption>{escape(title)}</caption>{lines}</table>", STYLE
    )
