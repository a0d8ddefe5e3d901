"""A module with SE as it computes, from left to right, with the shape behind every layer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

if TYPE_CHECKING:
    from cnnviz.explain.senet_modules import ModuleWithSE, Step

STYLE = Path(__file__).with_suffix(".css")
# Units of the drawing: its width, a branch's height, the line of the SE chain under the main one.
_WIDE, _LANE, _CHAIN = 1000, 70, 92
_LINE, _RADIUS = 17, 11  # a line of text in a box; a circle
_TOP, _LOW_TOP = 40, 6  # room over the branches, for the shortcut or for none
# Widths of columns, in shares.
_LAYER, _NARROW, _CIRCLE, _END = 1.0, 0.85, 0.55, 0.9


@dataclass(slots=True)
class _Drawing:
    """Places of the columns, and what is drawn so far: lines lie under boxes."""

    centres: list[float]
    half: float
    top: float
    middle: float
    lines: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    def box(self, x: float, y: float, texts: Sequence[str], shape: str, kind: str = "") -> None:
        """A layer, and under it the shape of its output."""
        tall = _LINE * len(texts) + 8
        self.boxes.append(
            f"<rect class='{kind}' x='{x - self.half:.1f}' y='{y - tall / 2:.1f}' "
            f"width='{2 * self.half:.1f}' height='{tall}' rx='4'/>"
        )
        for i, text in enumerate(texts):
            line = y - tall / 2 + 17 + _LINE * i
            self.boxes.append(_text(x, line, text, kind))
        self.boxes.append(_text(x, y + tall / 2 + 15, shape, "shape"))

    def arrow(self, *points: tuple[float, float], kind: str = "") -> None:
        """Straight lines, the head at their end."""
        (_x0, y0), (_x1, y1) = points[-2:]
        heads = {(1, 0): "m-6 -4l6 4l-6 4", (0, 1): "m-4 -6l4 6l4 -6", (0, -1): "m-4 6l4 -6l4 6"}
        way = (1, 0) if y0 == y1 else (0, 1 if y1 > y0 else -1)
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self.lines.append(f"<path class='{kind}' d='M{path}{heads[way]}'/>")


def module_cell(found: "ModuleWithSE", *, label: str) -> Cell:
    """The module: its branches, what they are put together by, SE under the main line, the sum.

    Args:
        found: counted.
        label: what it is, for screen readers, translated.
    """
    longest = max(map(len, found.branches))
    widths = [_END, *[_LAYER] * longest]
    widths += [_NARROW] * (found.joined is not None) + [_LAYER] * (found.widened is not None)
    widths += [_LAYER] * 3 + [_CIRCLE] + ([_CIRCLE, _NARROW] if found.summed else [_END])
    unit = _WIDE / sum(widths)
    centres = [unit * (sum(widths[:i]) + width / 2) for i, width in enumerate(widths)]
    top = _TOP if found.summed else _LOW_TOP
    tall = _LANE * len(found.branches)
    drawn = _Drawing(centres, unit * 0.37, top, top + tall / 2)
    column = _branches(drawn, found, longest)
    height = max(_chain(drawn, found, column), top + tall) + 12
    return html_cell(
        f"<div class='se-module' {_rows(found)}><svg viewBox='0 0 {_WIDE} {height:.0f}' role='img' "
        f"aria-label='{escape(label)}'>{''.join(drawn.lines)}{''.join(drawn.boxes)}</svg>\n</div>",
        STYLE,
    )


def shape_text(shape: Sequence[int]) -> str:
    """256×56×56."""
    return "×".join(map(str, shape))


def _rows(found: "ModuleWithSE") -> str:
    """The layers in their order, each with its branch and the shape of its output."""
    told = [(_("input"), "", shape_text(found.input_shape))]
    for number, branch in enumerate(found.branches, start=1):
        told += [(" ".join(_layer(step)), str(number), shape_text(step.shape)) for step in branch]
    if found.joined:
        told.append((_("concat"), "", shape_text(found.joined)))
    if found.widened:
        told.append((" ".join(_layer(found.widened)), "", shape_text(found.widened.shape)))
    chain = (found.channels, found.hidden, found.channels)
    names = (_("squeeze"), "FC, ReLU", "FC, σ")
    told += [(f"SE: {name}", "", str(count)) for name, count in zip(names, chain, strict=True)]
    told.append((_("output"), "", shape_text(found.output_shape)))
    return kept_rows((_("layer"), _("branch"), _("output")), told)


def _branches(drawn: _Drawing, found: "ModuleWithSE", longest: int) -> int:
    """What comes before SE; returns the column of the last box."""
    at, half, middle = drawn.centres, drawn.half, drawn.middle
    drawn.boxes.append(_text(at[0], middle - 8, _("input"), "name"))
    drawn.boxes.append(_text(at[0], middle + 12, shape_text(found.input_shape), "shape"))
    start, split, column = at[0] + half + 6, at[1] - half - 12, longest
    for number, branch in enumerate(found.branches):
        y = drawn.top + _LANE * (number + 0.5)
        drawn.arrow((start, middle), (split, middle), (split, y), (at[1] - half, y))
        for place, step in enumerate(branch, start=1):
            drawn.box(at[place], y, _layer(step), shape_text(step.shape))
            if place > 1:
                drawn.arrow((at[place - 1] + half, y), (at[place] - half, y))
        if found.joined:
            end, turn = at[len(branch)] + half, at[longest + 1] - half - 12
            drawn.arrow((end, y), (turn, y), (turn, middle), (at[longest + 1] - half, middle))
    if found.joined:
        column += 1
        drawn.box(at[column], middle, [_("concat")], shape_text(found.joined))
    if found.widened:
        column += 1
        drawn.arrow((at[column - 1] + half, middle), (at[column] - half, middle))
        drawn.box(at[column], middle, _layer(found.widened), shape_text(found.widened.shape))
    return column


def _chain(drawn: _Drawing, found: "ModuleWithSE", column: int) -> float:
    """SE, and what comes behind it; returns how far down it reaches."""
    at, half, middle = drawn.centres, drawn.half, drawn.middle
    squeeze, reduce, expand, scale = (at[column + i] for i in (1, 2, 3, 4))
    low, shape = middle + _CHAIN, shape_text(found.output_shape)
    turn = squeeze - half - 12
    drawn.boxes.append(
        f"<rect class='ground' x='{turn - 5:.1f}' y='{low - 36}' rx='8' "
        f"width='{scale - turn + 22:.1f}' height='80'/>"
    )
    drawn.arrow((at[column] + half, middle), (scale - _RADIUS, middle))
    drawn.arrow((turn, middle), (turn, low), (squeeze - half, low))
    steps = ((squeeze, [_("squeeze"), _("(mean)")], found.channels),
             (reduce, ["FC", "ReLU"], found.hidden),
             (expand, ["FC", "σ"], found.channels))  # fmt: skip
    for x, texts, channels in steps:
        drawn.box(x, low, texts, str(channels), "se")
    for left, right in ((squeeze, reduce), (reduce, expand)):
        drawn.arrow((left + half, low), (right - half, low))
    drawn.arrow((expand + half, low), (scale, low), (scale, middle + _RADIUS))
    drawn.boxes.append(_circle(scale, middle, "m-4 -4l8 8m0 -8l-8 8", "se"))
    drawn.boxes.append(_text(scale - 24, middle - 18, shape, "shape"))
    end = at[column + 5]
    if found.summed:
        drawn.arrow((scale + _RADIUS, middle), (end - _RADIUS, middle))
        drawn.boxes.append(_circle(end, middle, "m-6 0h12m-6 -6v12", ""))
        over = [(at[0], middle - 26), (at[0], 14), (end, 14), (end, middle - _RADIUS)]
        drawn.arrow(*over, kind="shortcut")
        text = _("the input, unchanged")
        drawn.boxes.append(_text((at[0] + end) / 2, 33, text, ""))
        drawn.arrow((end + _RADIUS, middle), (at[column + 6] - half, middle))
        drawn.box(at[column + 6], middle, ["ReLU"], shape)
    else:
        drawn.arrow((scale + _RADIUS, middle), (end - half - 6, middle))
        drawn.boxes.append(_text(end, middle - 8, _("output"), "name"))
        drawn.boxes.append(_text(end, middle + 12, shape, "shape"))
    return low + 46


def _layer(step: "Step") -> list[str]:
    """What stands in a layer's box, line by line."""
    if not step.groups:
        return [_("mean"), f"{step.side} × {step.side}"]
    lines = [f"{step.side} × {step.side}"]
    if step.groups > 1:
        lines.append(_("{count} groups").format(count=step.groups))
    return [*lines, "ReLU" if step.relu else _("linear")]


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f"<text class='{kind}' x='{x:.1f}' y='{y:.1f}'>{escape(text)}</text>"


def _circle(x: float, y: float, sign: str, kind: str) -> str:
    return (
        f"<circle class='{kind}' cx='{x:.1f}' cy='{y:.1f}' r='{_RADIUS}'/>"
        f"<path class='sign {kind}' d='M{x:.1f} {y:.1f}{sign}'/>"
    )
