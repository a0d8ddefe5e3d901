"""A residual block with SE in each of its places, as the SENet paper draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

STYLE = Path(__file__).with_suffix(".css")
# Units of a drawing: the trunk's column and the branch's, half a box's width in each.
_TRUNK, _BRANCH, _NARROW, _WIDE = 46, 132, 34, 42
_SPLIT, _PLUS, _END = 20, 160, 250
_TALL = 24  # a box of one line
_RADIUS = 10  # of the addition's circle


@dataclass(frozen=True, slots=True)
class Place:
    """A place that SE can have in a block.

    Attributes:
        code: as ``cnnviz.models.senet`` calls it.
        name: translated.
        colour: of its line in the plot below.
        told: a line under it, translated.
        number: another, translated.
    """

    code: str
    name: str
    colour: str
    told: str
    number: str


def places_cell(found: Sequence[Place], *, label: str) -> Cell:
    """Blocks side by side; the trunk is the line that runs down on the left.

    Args:
        found: from left to right.
        label: what they are, for screen readers, translated.
    """
    figures = "".join(
        f"<figure><figcaption><i style='background:{each.colour}'></i>{escape(each.name)}"
        f"</figcaption><svg viewBox='0 0 184 {_END + 8}' aria-hidden='true'>{_block(each.code)}"
        f"</svg><p>{escape(each.told)}</p><p><b>{escape(each.number)}</b></p></figure>"
        for each in found
    )
    written = kept_rows(
        (_("place"), _("where"), _("measured")),
        [(each.name, each.told, each.number) for each in found],
    )
    return html_cell(
        f"<div class='se-places' role='group' aria-label='{escape(label)}' {written}>{figures}\n"
        "</div>",
        STYLE,
    )


def _block(code: str) -> str:
    """Lines from top to bottom, then the boxes over them."""
    lines = (
        f"<path class='trunk' d='M{_TRUNK} 2V{_END}m-6 -8l6 8l6 -8'/>"
        f"<path d='M{_TRUNK} {_SPLIT}H{_BRANCH}V{_PLUS}H{_TRUNK + _RADIUS}m7 -5l-7 5l7 5'/>"
    )
    plus = (
        f"<circle cx='{_TRUNK}' cy='{_PLUS}' r='{_RADIUS}'/>"
        f"<path class='plus' d='M{_TRUNK - 6} {_PLUS}h12m-6 -6v12'/>"
    )
    convolutions = [_box(_BRANCH, y, _WIDE, "3 × 3") for y in _convolutions(code)]
    # Under the addition what is there stands in the order in which it is done.
    under = {"after_addition": ("SE", "ReLU"), "post": ("ReLU", "SE")}.get(code, ("ReLU",))
    behind = [_box(_TRUNK, 196 + 30 * i, _NARROW, name) for i, name in enumerate(under)]
    on_branch = {"pre": 42, "standard": 132}
    where = [_box(_BRANCH, on_branch[code], _WIDE, "SE")] if code in on_branch else []
    where += [_box(_TRUNK, 90, _NARROW, "SE")] if code == "identity" else []
    return lines + plus + "".join([*convolutions, *behind, *where])


def _convolutions(code: str) -> tuple[int, int]:
    """Where the middles of both boxes are: they leave room for SE."""
    return {"pre": (86, 118), "standard": (58, 90)}.get(code, (72, 104))


def _box(x: int, middle: int, half: int, name: str) -> str:
    kind = "se" if name == "SE" else "layer"
    return (
        f"<rect class='{kind}' x='{x - half}' y='{middle - _TALL // 2}' width='{2 * half}' "
        f"height='{_TALL}' rx='4'/><text class='{kind}' x='{x}' y='{middle + 5}'>{name}</text>"
    )
