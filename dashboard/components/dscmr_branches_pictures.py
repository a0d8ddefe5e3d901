"""Two branches that end in one space: boxes with the numbers that go in and come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

STYLE = Path(__file__).with_suffix(".css")
# Units of the drawing: a box, the middles of the columns, the rows.
_WIDE, _TALL = 116, 56
_COLUMNS = (60, 214, 368, 522, 676)
_ROW, _TOP = 156, 30


@dataclass(frozen=True, slots=True)
class Box:
    """What a box holds.

    Attributes:
        count: its numbers, as written.
        name: what they are, translated.
    """

    count: str
    name: str


def branches_cell(
    image: Sequence[Box], text: Sequence[Box], common: Box, classes: Box,
    weights: tuple[str, str, str, str],
) -> Cell:  # fmt: skip
    """The network, from the outside to the middle, and up to the classes.

    Args:
        image, text: of each branch the features and the hidden layer.
        common: the space where both end.
        classes: what the classifier says.
        weights: on the arrows: of the image branch, of the text branch, of the layer that both
            share, and of the classifier.
    """
    boxes = (*image, common, *reversed(text))
    kinds = ("image", "image", "both", "text", "text")
    drawn = "".join(
        _box(x, _ROW, box, kind) for x, box, kind in zip(_COLUMNS, boxes, kinds, strict=True)
    )
    middle = _COLUMNS[2]
    arrows = (
        _arrow(_COLUMNS[0], _COLUMNS[1], "image", weights[0])
        + _arrow(_COLUMNS[1], middle, "both", weights[2])
        + _arrow(_COLUMNS[4], _COLUMNS[3], "text", weights[1])
        + _arrow(_COLUMNS[3], middle, "both", weights[2])
        + _up(middle, weights[3])
    )
    shared = escape(_("the same weights"))
    same = (
        f"<path class='same' d='M{(_COLUMNS[1] + middle) // 2} {_ROW + 16}V{_ROW + 58}"
        f"H{(_COLUMNS[3] + middle) // 2}V{_ROW + 16}'/>"
        f"<text x='{middle}' y='{_ROW + 76}'>{shared}</text>"
    )
    label = escape(_("Both branches, from their features to the common space"), quote=True)
    told = [(box.name, box.count) for box in (*image, *text, common, classes)]
    written = kept_rows((_("numbers"), _("count")), told)
    return html_cell(
        f"<svg {written} class='branches' viewBox='0 0 736 {_ROW + 84}' role='img' "
        f"aria-label='{label}'>{same}{arrows}{drawn}{_box(middle, _TOP, classes, 'both')}</svg>\n",
        STYLE,
    )


def _box(x: int, y: int, box: Box, kind: str) -> str:
    return (
        f"<rect class='{kind}' x='{x - _WIDE // 2}' y='{y - _TALL // 2}' width='{_WIDE}' "
        f"height='{_TALL}' rx='6'/><text class='count' x='{x}' y='{y - 3}'>{escape(box.count)}"
        f"</text><text x='{x}' y='{y + 18}'>{escape(box.name)}</text>"
    )


def _arrow(start: int, end: int, kind: str, weights: str) -> str:
    """Sideways, from the edge of one box to that of the next; what it takes is written over it."""
    way = 1 if end > start else -1
    first, last = start + way * _WIDE // 2, end - way * _WIDE // 2
    return (
        f"<path class='{kind}' d='M{first} {_ROW}H{last}m{-8 * way} -6l{8 * way} 6l{-8 * way} 6'/>"
        f"<text class='weights' x='{(start + end) // 2}' y='{_ROW - 38}'>{escape(weights)}</text>"
    )


def _up(x: int, weights: str) -> str:
    first, last = _ROW - _TALL // 2, _TOP + _TALL // 2
    return (
        f"<path class='both' d='M{x} {first}V{last}m-6 8l6 -8l6 8'/>"
        f"<text class='weights side' x='{x + 14}' y='{(first + last) // 2 + 5}'>{escape(weights)}"
        "</text>"
    )
