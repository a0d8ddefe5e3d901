"""A window on its way through a network, layer by layer, and what layers cost beside each other."""

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from cnnviz.figures.numbers import si, whole
from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell
from dashboard.components.hybridsn_dimensions_hand import STYLE
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

if TYPE_CHECKING:
    from cnnviz.explain.hybridsn_dimensions import FlowLayer

THREE, TWO, BOTH = "#D55E00", "#0072B2", "#009E73"

Pair = tuple[str, float, str, str]  # name, value, number as written, colour

_TALL = 140  # pixels of the largest window's side
_WIDE = 96  # percent of a column that the most components take
_TIMES = "\u202f×\u202f"


def flow_cell(layers: "Sequence[FlowLayer]", *, most_side: int, most_depth: int) -> Cell:
    """A column for each layer: a box as wide as it has bands and as high as it has rows.

    Args:
        layers: the window's way.
        most_side, most_depth: of the largest window there could be; boxes keep one scale.
    """
    parameters = sum(layer.parameters for layer in layers)
    madds = sum(layer.madds for layer in layers)
    text = _("{parameters} parameters, {madds} multiply-adds for one window")
    total = text.format(parameters=f"<b>{whole(parameters)}</b>", madds=f"<b>{si(madds)}</b>")
    columns = "".join(
        _column(layer, (parameters, madds), most_side, most_depth) for layer in layers
    )
    told = [
        (_name(each), _maps(each), _size(each).strip("\u200b"), each.parameters, each.madds)
        for each in layers
    ]
    head = (_("layer"), _("maps"), _("map"), _("parameters"), "MAdds")
    html = (
        f"<p class='flow-total'>{total}</p>\n<div class='flow' {kept_rows(head, told)}>{columns}"
        "</div>"
    )
    return html_cell(html, STYLE)


def pairs_cell(groups: Sequence[tuple[str, Sequence[Pair]]]) -> Cell:
    """Bars in groups, each group in a scale of its own.

    Args:
        groups: a title, and its bars.
    """
    parts = []
    for title, rows in groups:
        most = max(value for _name, value, _number, _colour in rows) or 1.0
        parts.append(f"<h4>{escape(title)}</h4>")
        parts += [
            f"<span>{escape(name)}</span><span class='track' aria-hidden='true'><i style='"
            f"width:{100 * value / most:.2f}%;background:{colour}'></i></span>"
            f"<span class='number'>{escape(number)}</span>"
            for name, value, number, colour in rows
        ]
    told = [(title, name, value) for title, rows in groups for name, value, *_rest in rows]
    written = kept_rows(("", "", _("number")), told)
    return html_cell(f"<div class='pairs' {written}>{''.join(parts)}\n</div>", STYLE)


def _column(
    layer: "FlowLayer", totals: tuple[int, int], most_side: int, most_depth: int
) -> str:  # fmt: skip
    """The cells of a layer, from top to bottom."""
    kind = "maps-step" if layer.kind == "maps" else layer.kind
    if layer.kind == "input":
        shares = [f"<div class='words'>{escape(w)}</div>" for w in (_("parameters"), "MAdds")]
    else:
        shares = [
            _share(layer.parameters, totals[0], whole(layer.parameters)),
            _share(layer.madds, totals[1], si(layer.madds)),
        ]
    cells = (
        ("box", _box(layer, most_side, most_depth)),
        ("name", escape(_name(layer))),
        ("maps", _maps(layer)),
        ("", _size(layer)),
        *(("", share) for share in shares),
    )
    return "".join(f"<div class='{kind} {part}'>{inside}</div>" for part, inside in cells)


def _box(layer: "FlowLayer", most_side: int, most_depth: int) -> str:
    """Bands are its width and rows its height; a dense layer is a line without either."""
    if layer.kind == "dense":
        height = 10 + 5 * math.log2(layer.shape[0])
        return f"<i style='width:0;height:{height:.0f}px'></i>"
    depth = layer.shape[1] if len(layer.shape) == 4 else 0
    height = max(_TALL * layer.shape[-1] / most_side, 4)
    width = f"{_WIDE * depth / most_depth:.1f}%" if depth else "0"
    return f"<i class='cube' style='width:{width};height:{height:.0f}px'></i>"


def _name(layer: "FlowLayer") -> str:
    if layer.kind == "input":
        return _("the window")
    if layer.kind == "maps":
        return _("bands become maps")
    if layer.kind == "dense":
        return _("dense")
    side = "×".join(str(reach) for reach in layer.kernel)
    return f"{'3-D' if layer.kind == 'conv3d' else '2-D'} {side}"


def _maps(layer: "FlowLayer") -> str:
    if layer.kind == "dense":
        return whole(layer.shape[0])
    if layer.kind == "input":
        return _("1 cube")
    count = layer.shape[0]
    if len(layer.shape) == 4:
        return _("{count} cubes").format(count=whole(count))
    return _("{count} maps").format(count=whole(count))


def _size(layer: "FlowLayer") -> str:
    """What each of the maps measures."""
    return _TIMES.join(str(side) for side in layer.shape[1:]) if len(layer.shape) > 1 else "\u200b"


def _share(value: int, total: int, number: str) -> str:
    """A number, and its share of all layers' as a bar."""
    if not value:
        return "\u200b"
    share = 100 * value / total
    return f"<div class='share'><i style='width:{share:.1f}%'></i></div>{number}"
