"""MobileNetV2's block as it computes, widths of three networks' blocks, and of whole networks.

Bars are as high as there are channels; within a picture all have one scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.figures.colours import KIND_NAMES, KINDS, QUIET
from cnnviz.figures.numbers import si, whole
from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

if TYPE_CHECKING:
    from cnnviz.explain.mobilenet_v2_block import Block
    from cnnviz.explain.network_cost import NetworkLayer

STYLE = Path(__file__).with_suffix(".css")

_TIMES = "\u202f×\u202f"
# Units of the block's drawing: its columns, the feet of its bars, the tallest bar, the widest.
_COLUMNS, _FOOT, _TALL, _WIDE = (100, 295, 490, 685, 880), 166, 112, 84
_OVER = 22  # the shortcut's line
# The same of three blocks side by side.
_SMALL_STEP, _SMALL_FOOT, _SMALL_TALL, _SMALL_WIDE = 74, 124, 90, 34


@dataclass(frozen=True, slots=True)
class Silhouette:
    """Channels along a block or a network.

    Attributes:
        name: what it is, translated.
        widths: channels of the maps, in order.
        kinds: of the layers that put them out; "" for an input.
        between: which of them are passed from block to block.
        joined: whether the first is added to the last.
    """

    name: str
    widths: Sequence[int]
    kinds: Sequence[str]
    between: Sequence[bool]
    joined: bool = False


def block_cell(block: "Block", *, most: int, largest: int) -> Cell:
    """The block, a column for each step: bars as wide as its maps have pixels a side.

    Args:
        block: counted.
        most: channels that are as high as there is room.
        largest: pixels a side that are as wide as there is room.
    """
    depthwise = next(layer for layer in block.layers if layer.kind == "depthwise")
    first, last = block.layers[0], block.layers[-1]
    steps = [
        (_("Input"), "", block.input_shape, None),
        (_("Expansion"), f"1 × 1, {block.activation}", first.output_shape,
         None if first is depthwise else first),
        (_("Depthwise"), f"3 × 3, {block.activation}", depthwise.output_shape, depthwise),
        (_("Projection"), _("1 × 1, linear"), last.output_shape, last),
    ]  # fmt: skip
    if block.joined:
        steps.append((_("Sum"), _("no activation"), block.output_shape, None))
    told = [
        (name, how, *shape, layer and layer.parameters, layer and layer.madds)
        for number, (name, how, shape, layer) in enumerate(steps)
        if number != 1 or layer is not None
    ]
    if (added := block.shortcut) is not None:
        shortcut = (_("Shortcut"), _("1 × 1, linear"), *block.output_shape)
        told.append((*shortcut, added.parameters, added.madds))
    written = kept_rows(
        (_("step"), "", _("channels"), _("rows"), _("columns"), _("parameters"), "MAdds"), told
    )
    drawn = []
    for number, (name, how, shape, layer) in enumerate(steps):
        at = _COLUMNS[number]
        if number == 1 and layer is None:
            drawn.append(_nothing(at))
            continue
        colour = KINDS[layer.kind] if layer else QUIET
        drawn.append(_bar(at, shape, colour, most, largest) + _under(at, name, how, shape, layer))
    arrows = "".join(_arrow(_COLUMNS[i] + 56, _COLUMNS[i + 1] - 56) for i in range(len(steps) - 1))
    return html_cell(
        f"<div class='block' {written}><svg viewBox='0 0 980 272' aria-hidden='true'>{arrows}"
        f"{''.join(drawn)}{_shortcut(block, most)}</svg>\n</div>",
        STYLE,
    )  # fmt: skip


def silhouettes_cell(found: "Sequence[Silhouette | str]", *, most: int) -> Cell:
    """Blocks side by side, in one scale.

    Args:
        found: a block, or a sentence where there is none.
        most: channels that are as high as there is room.
    """
    parts = []
    for each in found:
        if isinstance(each, str):
            parts.append(f"<figure><p>{escape(each)}</p></figure>")
            continue
        bars = "".join(
            _small_bar(i, width, kind, most)
            for i, (width, kind) in enumerate(zip(each.widths, each.kinds, strict=True))
        )
        if each.joined:
            start, end = (_SMALL_STEP * (i + 0.5) for i in (0, len(each.widths) - 1))
            feet = [_SMALL_FOOT - _SMALL_TALL * each.widths[i] / most - 22 for i in (0, -1)]
            bars += (
                f"<path class='joined' d='M{start} {feet[0]:.1f}V4H{end}V{feet[1]:.1f}'/>"
            )  # fmt: skip
        parts.append(
            f"<figure><figcaption>{escape(each.name)}</figcaption>"
            f"<svg viewBox='0 0 {4 * _SMALL_STEP} 152' aria-hidden='true'>{bars}</svg></figure>"
        )
    written = _rows([each for each in found if not isinstance(each, str)])
    return html_cell(f"<div class='beside' {written}>{''.join(parts)}\n</div>{_legend()}", STYLE)


def skylines_cell(rows: Sequence[tuple[Silhouette, str]], *, most: int) -> Cell:
    """Whole networks one under the other, in one scale.

    Args:
        rows: the network's layers, and its numbers as written.
        most: channels that are as high as there is room.
    """
    parts = []
    for each, numbers in rows:
        bars = "".join(
            f"<i class='{'between' if between else 'inside'}' style='height:"
            f"{100 * width / most:.2f}%;--of:{KINDS.get(kind, QUIET)}' title='{width}'></i>"
            for width, kind, between in zip(each.widths, each.kinds, each.between, strict=True)
        )
        parts.append(
            f"<h4>{escape(each.name)} <span>{escape(numbers)}</span></h4>"
            f"<div class='skyline'><span>{whole(most)}</span>{bars}</div>"
        )
    told = _("High: channels. Solid: what goes from block to block. Pale: inside a block.")
    return html_cell(
        f"<div class='skylines' {_rows([each for each, _numbers in rows])}>{''.join(parts)}\n</div>"
        f"{_legend()}<p class='told'>{escape(told)}"
        "</p>",
        STYLE,
    )


def _rows(found: Sequence[Silhouette]) -> str:
    """A line for each layer; an input is layer 0."""
    told = [
        (each.name, place, _(KIND_NAMES[kind]) if kind else _("input"), width)
        for each in found
        for first in [0 if each.kinds[0] == "" else 1]
        for place, (kind, width) in enumerate(zip(each.kinds, each.widths, strict=True), first)
    ]
    return kept_rows((_("network"), _("layer"), _("kind"), _("channels")), told)


def _bar(
    at: float, shape: Sequence[int], colour: str, most: int, largest: int
) -> str:  # fmt: skip
    height = max(_TALL * shape[0] / most, 1.5)
    width = max(_WIDE * shape[-1] / largest, 3)
    return (
        f"<rect x='{at - width / 2:.1f}' y='{_FOOT - height:.1f}' width='{width:.1f}' "
        f"height='{height:.1f}' fill='{colour}'/>"
    )


def _under(
    at: float, name: str, how: str, shape: Sequence[int], layer: "NetworkLayer | None"
) -> str:
    lines = [name, how, _TIMES.join(map(str, shape))]
    if layer is not None:
        lines.append(_("{number} parameters").format(number=whole(layer.parameters)))
        lines.append(f"{si(layer.madds)}\u202fMAdds")
    return "".join(
        f"<text class='{'name' if i == 0 else ''}' x='{at}' y='{_FOOT + 20 + 20 * i}'>"
        f"{escape(line)}</text>"
        for i, line in enumerate(lines)
    )


def _nothing(at: float) -> str:
    lines = (_("t = 1:"), _("nothing is expanded"))
    return "".join(
        f"<text class='quiet' x='{at}' y='{_FOOT - 50 + 20 * i}'>{escape(line)}</text>"
        for i, line in enumerate(lines)
    )


def _arrow(start: float, end: float) -> str:
    y = _FOOT - 14
    return f"<path class='arrow' d='M{start} {y}H{end}m-7 -5l7 5l-7 5'/>"


def _shortcut(block: "Block", most: int) -> str:
    """The line from the input over the layers to the sum, or why there is none."""
    start = _FOOT - _TALL * block.input_shape[0] / most - 6
    end = _FOOT - _TALL * block.output_shape[0] / most - 30
    left, right = _COLUMNS[0], _COLUMNS[4]
    middle = (left + right) / 2
    if not block.joined:
        text = why_no_shortcut(block.barrier, block.stride, block.input_shape, block.output_shape)
        return (
            f"<path class='barred' d='M{left} {start:.1f}V{_OVER}H{middle - 250}'/>"
            f"<text class='why' x='{middle - 240}' y='{_OVER + 5}'>✕ {escape(text)}</text>"
        )
    line = (
        f"<path class='joined' d='M{left} {start:.1f}V{_OVER}H{right}V{end:.1f}'/>"
        f"<circle class='plus' cx='{right}' cy='{end + 12:.1f}' r='11'/>"
        f"<path class='joined' d='M{right - 6} {end + 12:.1f}h12m-6 -6v12'/>"
    )
    if block.shortcut is None:
        return line + _over(middle, _("the input, unchanged"))
    text = _("1 × 1 convolution, {inputs} → {outputs}: {number} parameters").format(
        inputs=block.input_shape[0], outputs=block.output_shape[0],
        number=whole(block.shortcut.parameters),
    )  # fmt: skip
    return line + _over(middle, text)


def _over(at: float, text: str) -> str:
    return f"<text x='{at}' y='{_OVER - 7}'>{escape(text)}</text>"


def why_no_shortcut(
    barrier: str, stride: int, inputs: Sequence[int], outputs: Sequence[int]
) -> str:
    """Why input and output of a block cannot be added.

    Args:
        barrier: "stride" or "widths".
        stride: of the block.
        inputs, outputs: shapes (C, H, W).
    """
    if barrier == "stride":
        text = _("No shortcut: the stride is {stride}, {before} pixels a side become {after}.")
        return text.format(stride=stride, before=inputs[-1], after=outputs[-1])
    text = _("No shortcut: {before} channels cannot be added to {after}.")
    return text.format(before=inputs[0], after=outputs[0])


def _small_bar(place: int, width: int, kind: str, most: int) -> str:
    at, height = _SMALL_STEP * (place + 0.5), max(_SMALL_TALL * width / most, 1.5)
    top = _SMALL_FOOT - height
    sides = {"depthwise": "3 × 3", "convolution": "3 × 3", "pointwise": "1 × 1"}
    return (
        f"<rect x='{at - _SMALL_WIDE / 2:.1f}' y='{top:.1f}' width='{_SMALL_WIDE}' "
        f"height='{height:.1f}' fill='{KINDS.get(kind, QUIET)}'/>"
        f"<text class='name' x='{at}' y='{top - 6:.1f}'>{width}</text>"
        f"<text x='{at}' y='{_SMALL_FOOT + 20}'>{sides.get(kind, '')}</text>"
    )


def _legend() -> str:
    kinds = ("convolution", "depthwise", "pointwise")
    marks = "".join(
        f"<span><i style='background:{KINDS[kind]}'></i>{escape(_(KIND_NAMES[kind]))}</span>"
        for kind in kinds
    )
    return f"<p class='legend'>{marks}</p>"
