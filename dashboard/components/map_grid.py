"""Feature maps and kernels as tiles on one canvas that answers to pointer and keys by itself.

The values are sent, not a picture: three significant digits each in 16 bits. The browser colours
them, and knows the number under the pointer.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import streamlit as st

from dashboard.address import number_from_url, number_to_url
from dashboard.components.browser import follows_link, in_browser, pack, sent_state, source
from dashboard.components.colours import SCRIPT
from dashboard.components.three_digits import encode
from dashboard.i18n import _

Scale = Literal["unit", "module", "global"]
Maps = npt.NDArray[np.floating]

MOST_VALUES = 262_144  # 512 KB a message; a screen has no pixels for more


def map_script(*names: str) -> str:
    """The script of a component that shows maps: what all of them share, and ``names``."""
    shared = ("wire.js", "map_values.js", "map_words.js", "map_paint.js", "map_view.js")
    return SCRIPT + source(*shared, *names)


_component = st.components.v2.component(
    "cnnviz_map_grid",
    html="<div class='maps'>\n</div>",
    css=source("map_view.css", "map_grid.css"),
    js=map_script("map_choice.js", "map_grid.js") + "\nexport default mounted(MapGrid);\n",
)


def map_grid(
    maps: Maps, *, key: str, label: str, unit: str = "", scale: Scale = "module",
    global_range: tuple[float, float] | None = None, signed: bool = False, selected: int = 0,
    marked: Collection[int] = (), marked_label: str = "", names: Sequence[str] | None = None,
    selectable: bool = True, columns: int | None = None, max_tile: int = 192, height: int = 400,
    shows: str = "", count: int | None = None,
) -> int | None:  # fmt: skip
    """Tiles of maps; one can be selected by click or arrow keys.

    Args:
        maps: (C, H, W); NaN stays blank. Beyond ``MOST_VALUES`` values they are averaged in
            blocks, and the line under the pointer says so.
        key: the component's key, and the parameter's name in the address.
        label: what the maps are, translated.
        unit: of the values.
        scale: what spans the colours: each map by itself (``unit``), all maps here (``module``),
            or ``global_range`` (``global``).
        global_range: lowest and highest value of the colours, for ``scale="global"``.
        signed: colours diverge at zero, for weights and differences.
        selected: the channel selected where the address names none.
        marked: channels with a stroke through them (dead filters, say).
        marked_label: what the stroke means, translated. Needed where any is marked.
        names: of the channels, beside their numbers.
        selectable: whether the page learns of a selection.
        columns: of the grid; as many as make the tiles largest where left out.
        max_tile: the longer side of a tile at most, in CSS pixels.
        height: of the grid at most, in CSS pixels (with ``columns``, no limit).
        shows: what the picture is of, such as a slider's value; written beside the painted canvas
            (``data-shows``), where tests and benchmarks look for it.
        count: how many channels there are where ``maps`` are only the first of them; 0 where the
            maps' numbers mean nothing, their names all.

    Returns:
        The selected channel, counted from 0 as in the tensor; None where not ``selectable``.

    Raises:
        ValueError: maps of another shape or empty; a range missing; names or marks that do not
            fit; marks without a label.
    """
    _check(maps, scale, global_range, names, marked, marked_label)
    usual = min(max(selected, 0), len(maps) - 1)
    if not in_browser():
        return _stock_number(label, key, len(maps), usual) if selectable else None
    sent = sent_state(key)
    chosen = _present(key, sent, len(maps), usual)
    values, parts = encoded_maps(maps)
    header = values | {
        "key": key, "label": label, "unit": unit, "scale": scale, "range": global_range,
        "signed": signed, "selected": chosen, "default": usual, "turn": sent["turn"],
        "selectable": selectable, "marked": sorted(int(i) for i in marked),
        "names": list(names) if names else None, "columns": columns, "maxTile": max_tile,
        "height": height, "words": words_of_maps(marked_label), "shows": shows,
        "count": len(maps) if count is None else count,
    }  # fmt: skip
    _component(key=key, data=pack(header, *parts))
    if not selectable:
        return None
    if sent["turn"] and not sent.get("moving"):
        number_to_url(key, chosen, usual)
    return chosen


def encoded_maps(maps: Maps) -> tuple[dict[str, Any], tuple[bytes, bytes]]:
    """Maps (C, H, W) as the browser gets them.

    Returns:
        The header's part (``shape`` of what is sent, ``full`` shape, side of the averaged blocks
        ``factor``, ``top`` power of ten) and two byte strings: the codes (uint16), and mean,
        smallest and largest of each whole map (float32, C * 3), taken before any averaging.
    """
    factor = block_side(maps.shape)
    shown = maps if factor == 1 else block_means(maps, factor)
    numbers = encode(shown)
    header = {
        "shape": list(shown.shape), "full": list(maps.shape), "factor": factor, "top": numbers.top,
    }  # fmt: skip
    return header, (numbers.codes.tobytes(), summaries(maps).tobytes())


def block_side(shape: tuple[int, ...]) -> int:
    """Side of the square blocks whose means fit into ``MOST_VALUES``: 1 where all values do."""
    count, height, width = shape
    side = 1
    while count * -(-height // side) * -(-width // side) > MOST_VALUES and side < max(shape[1:]):
        side += 1
    return side


def block_means(maps: Maps, side: int) -> npt.NDArray[np.float32]:
    """Means over blocks of ``side`` x ``side`` values, (C, ceil(H / side), ceil(W / side)).

    Blocks at the far edges hold what there is: nothing is invented, nothing is cut off.
    """
    rows, columns = np.arange(0, maps.shape[1], side), np.arange(0, maps.shape[2], side)
    sums = np.add.reduceat(np.add.reduceat(maps, rows, axis=1), columns, axis=2)
    tall = np.diff(np.append(rows, maps.shape[1]))
    wide = np.diff(np.append(columns, maps.shape[2]))
    return (sums / np.outer(tall, wide)).astype(np.float32)


def summaries(maps: Maps) -> npt.NDArray[np.float32]:
    """Mean, smallest and largest of each map's finite values, (C, 3); NaN where it has none. A mean
    that is but the rounding of the values is 0.
    """
    flat = maps.reshape(len(maps), -1)
    finite = np.isfinite(flat)
    if finite.all():
        columns = (flat.mean(axis=1, dtype=np.float64), flat.min(axis=1), flat.max(axis=1))
        rows = np.stack(columns, axis=1).astype(np.float32)
    else:
        rows = np.full((len(maps), 3), np.nan, dtype=np.float32)
        for row, ok, out in zip(flat, finite, rows, strict=True):
            if ok.any():
                kept = row[ok]
                out[:] = kept.mean(dtype=np.float64), kept.min(), kept.max()
    rounding = np.finfo(np.float32).eps * np.abs(rows[:, 1:]).max(axis=1)
    rows[np.abs(rows[:, 0]) < rounding, 0] = 0
    return rows


def _check(
    maps: Maps, scale: Scale, global_range: tuple[float, float] | None,
    names: Sequence[str] | None, marked: Collection[int], marked_label: str,
) -> None:  # fmt: skip
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError(f"maps have shape {maps.shape}; expected (C, H, W), none of them 0")
    if scale == "global" and global_range is None:
        raise ValueError("scale 'global' needs a global_range")
    if names and len(names) != len(maps):
        raise ValueError(f"{len(names)} names for {len(maps)} maps")
    if any(not 0 <= i < len(maps) for i in marked):
        raise ValueError("a marked channel is not among the maps")
    if len(marked) and not marked_label:
        raise ValueError("marks need a marked_label that says what they mean")


def _present(key: str, sent: Mapping[str, Any], count: int, usual: int) -> int:
    if follows_link(key, sent["turn"]):
        return number_from_url(key, usual, 0, count - 1, 1)
    value = sent.get("value")
    return value if isinstance(value, int) and 0 <= value < count else usual


def _stock_number(label: str, key: str, count: int, usual: int) -> int:
    """The same selection and link where there is no browser: tests drive ``st.number_input``."""
    held = st.session_state.get(key)
    if not isinstance(held, int) or not 0 <= held < count:
        linked = held is None
        st.session_state[key] = number_from_url(key, usual, 0, count - 1, 1) if linked else usual
    value = st.number_input(label, 0, count - 1, step=1, key=key)
    number_to_url(key, value, usual)
    return value


def words_of_maps(marked_label: str = "") -> dict[str, str]:
    """The sentences of the browser's part, with places for what it fills in."""
    return {
        "channel": _("channel {channel} of {count}"),
        "position": _("row {row}, column {column}"),
        "blocks": _("mean of {side} × {side}"),
        "summary": _("mean {mean}, largest {largest}"),
        "signedSummary": _("{smallest} to {largest}, mean {mean}"),
        "marks": _("{mark}: {number} of {count}"),
        "mark": marked_label,
        "blank": _("not a number"),
        "comma": _(", "),
        "ownScale": _("channel {channel}:"),
        "keys": _("Arrow keys select a channel."),
    }
