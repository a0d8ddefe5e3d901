"""Views of a board beside its own: pieces of HTML, and tiles of signed maps in one scale."""

import base64
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.components.bars import bars
from dashboard.components.board import Cell, board
from dashboard.components.browser import in_browser, pack
from dashboard.components.frames import encoded
from dashboard.components.map_grid import Maps, encoded_maps, words_of_maps


def html_cell(html: str, style: Path) -> Cell:
    """A piece of HTML with its style; unlike ``st.html`` it may hold SVG, and it follows the hand.

    Args:
        html: trusted: what came from a file or a link is escaped.
        style: a style sheet.
    """
    whole = f"<style>{style.read_text(encoding='utf-8')}</style>\n{html}"
    return Cell("bars", pack({"html": whole}), name=whole)


def tiles_cell(
    maps: Maps, *, label: str, columns: int | None, signed: bool, limit: float | None = None,
    names: Sequence[str] = (), max_tile: int = 192, height: int = 0,
    marked: Collection[int] = (), marked_label: str = "", count: int | None = None,
    shows: str = "",
) -> Cell:  # fmt: skip
    """Tiles of maps that answer to the pointer and to keys.

    Args:
        maps: (C, H, W).
        label: what they are, translated.
        columns: of the grid; as many as make the tiles largest where it is None.
        signed: colours diverge at zero.
        limit: colours span 0 or -limit to limit; each map's own range where left out.
        names: of the maps, instead of their numbers; beside them where there is a ``count``.
        max_tile: the longer side of a tile at most, in CSS pixels.
        height: of all tiles at most, in CSS pixels; counts where there are no ``columns``.
        marked: maps that are struck through.
        marked_label: what that means, translated.
        count: how many maps there are, where these are the first of them.
        shows: what the picture is of, for tests.
    """
    values, parts = encoded_maps(maps)
    span = None if limit is None else [-limit if signed else 0.0, limit]
    header = values | {
        "key": "", "label": label, "unit": "", "scale": "unit" if span is None else "global",
        "range": span, "signed": signed, "selected": 0, "default": 0, "turn": 0,
        "selectable": False, "marked": sorted(map(int, marked)),
        "names": list(names) or None, "columns": columns, "maxTile": max_tile, "height": height,
        "words": words_of_maps(marked_label), "shows": shows,
        "count": count or (0 if names else len(maps)),
    }  # fmt: skip
    return Cell("maps", pack(header, *parts))


def show(*columns: tuple[float, Sequence[Cell]], key: str) -> None:
    """A board; where there is no browser, its bars and pieces of HTML alone, for tests.

    Args:
        columns, key: as of ``board``.
    """
    if in_browser():
        board(*columns, key=key)
        return
    for _width, cells in columns:
        for cell in cells:
            if cell.rows:
                bars(*cell.rows)
            elif cell.kind == "bars" and cell.name:
                st.html(cell.name)


def image(pixels: NDArray[np.uint8], *, width: int | None = None) -> str:
    """A picture (H, W, 3 or 4) as an HTML image of ``width`` CSS pixels, or as wide as it is."""
    data = base64.b64encode(encoded(pixels)).decode()
    size = f" width='{width}'" if width else ""
    return f"<img alt='' src='data:image/png;base64,{data}'{size}>"
