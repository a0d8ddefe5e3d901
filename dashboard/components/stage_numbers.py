"""What stands under the maps of one stage: how its values are spread, and what they amount to."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.figures.numbers import percent, written
from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell

if TYPE_CHECKING:
    from cnnviz.explain.mobilenet_v2_maps import Stage

STYLE = Path(__file__).with_suffix(".css")

# Units of the histogram.
_BAR, _TALL = 5, 36


def stage_cell(stage: "Stage", lines: Sequence[str]) -> Cell:
    """A histogram with its axis; where an activation cuts, over it what share it has cut.

    Args:
        stage: of a block.
        lines: beside it, translated.
    """
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return html_cell(
        f"<div class='stage'><div>{_cut(stage)}{_histogram(stage)}</div>\n<div>{said}</div></div>",
        STYLE,
    )


def missing_cell(lines: Sequence[str]) -> Cell:
    """Where a block does not have a stage: why, in place of its numbers."""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return html_cell(f"<div class='stage none'>{said}\n</div>", STYLE)


def _cut(stage: "Stage") -> str:
    """Shares at 0, between, and at 6, as one strip."""
    if not stage.activation:
        return ""
    widths = "".join(
        f"<i class='{name}' style='width:{100 * share:.2f}%'></i>"
        for name, share in (("zero", stage.zeros), ("six", stage.ceiling))
    )
    title = f"0: {percent(stage.zeros)}, 6: {percent(stage.ceiling)}"
    return f"<div class='cut' title='{title}'>{widths}</div>"


def _histogram(stage: "Stage") -> str:
    most = max(int(stage.counts.max()), 1)
    count = len(stage.counts)
    bars = "".join(
        f"<rect class='{_side(stage, i, count)}' x='{_BAR * i}' width='{_BAR - 1}' "
        f"y='{_TALL * (1 - number / most):.1f}' height='{_TALL * number / most:.1f}'/>"
        for i, number in enumerate(map(int, stage.counts))
    )
    wide = _BAR * count
    low, high = (written(end) for end in stage.span)
    return (
        f"<svg viewBox='0 0 {wide} {_TALL + 16}' aria-hidden='true'>{bars}"
        f"<path d='M0 {_TALL}H{wide}'/><text x='0' y='{_TALL + 14}'>{low}</text>"
        f"<text class='high' x='{wide}' y='{_TALL + 14}'>{high}</text></svg>"
    )


def _side(stage: "Stage", i: int, count: int) -> str:
    if stage.activation:
        return "between"
    return "below" if i < count // 2 else "above"
