"""Several views in one message: pictures, grids of maps and bars that move with one slider.

Each element of a page costs its own update in the browser, some milliseconds and a repaint. In a
board all views arrive and are painted together, and sliders have their answer before.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.components.bars import STYLE as BARS_STYLE
from dashboard.components.bars import Bar, bars, bars_html
from dashboard.components.browser import in_browser, pack, source
from dashboard.components.live_slider import SCRIPTS, slider_in
from dashboard.components.map_grid import Maps, encoded_maps, map_script, words_of_maps
from dashboard.components.pixel_stepper import Box, Rgb8, picture_data

_STYLES = {
    "slider": source("live_slider.css"),
    "maps": source("map_view.css", "map_grid.css"),
    "picture": source("map_view.css", "pixel_map.css"),
    "bars": source("map_view.css", BARS_STYLE.name),
}


def _component(name: str, kinds: Sequence[str], script: str) -> Any:
    views = ", ".join(f"{kind}: {_VIEWS[kind]}" for kind in kinds)
    styles = json.dumps({kind: _STYLES[kind] for kind in kinds})
    return st.components.v2.component(
        f"cnnviz_{name}",
        html="<div class='board'>\n</div>",
        css=source("board.css"),
        js=f"const STYLES = {styles};\n{script}\nconst CELLS = {{ {views} }};\n"
        + source("board.js"),
    )


# The class of each view in the browser.
_VIEWS = {"slider": "LiveSlider", "maps": "MapGrid", "picture": "Picture", "bars": "Bars"}

_pictures = _component(
    "board",
    ("maps", "picture", "bars"),
    map_script("map_choice.js", "map_grid.js", "pixel_map.js", "board_bars.js"),
)
_sliders = _component("sliders", ("slider",), source("wire.js", *SCRIPTS))


@dataclass(frozen=True, slots=True)
class Cell:
    """A view of a board.

    Attributes:
        kind: which view of board.js.
        data: what the browser gets.
        name: of a slider's state.
        rows: of bars, which are shown where there is no browser, too.
    """

    kind: str
    data: bytes
    name: str = ""
    rows: tuple[str, Sequence[Bar]] | None = None


def slider_cell(
    board: str, label: str, *, key: str, min_value: int, max_value: int, value: int,
    step: int = 1, unit: str = "", format: Callable[[int], str] | None = None,
) -> tuple[int, Cell]:  # fmt: skip
    """A live slider of the board with the key ``board``, and its present value.

    A board of sliders comes before the board of what they move: the browser has their answer, and
    sends the next values, while the pictures are computed. Arguments as of ``live_slider``.
    """
    now, data = slider_in(
        board, label, key=key, min_value=min_value, max_value=max_value, value=value, step=step,
        unit=unit, format=format,
    )  # fmt: skip
    return now, Cell("slider", data, name=key)


def maps_cell(maps: Maps, *, count: int, label: str, columns: int, shows: str = "") -> Cell:
    """Tiles of maps, each in its own colours, that answer to the pointer and to keys.

    Args:
        maps: (C, H, W), the first of ``count``.
        count, label, columns, shows: as of ``map_grid``.
    """
    values, parts = encoded_maps(maps)
    header = values | {
        "key": "", "label": label, "unit": "", "scale": "unit", "range": None, "signed": False,
        "selected": 0, "default": 0, "turn": 0, "selectable": False, "marked": [], "names": None,
        "columns": columns, "maxTile": 192, "height": 0, "words": words_of_maps(), "shows": shows,
        "count": count,
    }  # fmt: skip
    return Cell("maps", pack(header, *parts))


def picture_cell(pixels: Rgb8, *, label: str, size: int, outline: Box | None = None) -> Cell:
    """A picture; arguments as of ``picture``."""
    return Cell("picture", picture_data(pixels, key="", label=label, outline=outline, size=size))


def bars_cell(label: str, rows: Sequence[Bar]) -> Cell:
    """Bars; arguments as of ``bars``."""
    return Cell("bars", pack({"html": bars_html(label, rows)}), rows=(label, rows))


def board(*columns: tuple[float, Sequence[Cell]], key: str) -> None:
    """Show views side by side.

    Args:
        columns: the width of each in shares of all, and its views from top to bottom; either all
            are sliders or none is.
        key: the component's key.
    """
    # Sliders that the link does not want shown have no data.
    shown = ((width, [cell for cell in inside if cell.data]) for width, inside in columns)
    columns = tuple((width, inside) for width, inside in shown if inside)
    cells = [cell for _width, inside in columns for cell in inside]
    if not in_browser():
        for cell in cells:
            if cell.rows:
                bars(*cell.rows)
        return
    if not cells:
        return
    # What changes while a hand moves is no part of the plan: the browser builds by it anew.
    plan = [
        {"width": width, "cells": [
            {"kind": cell.kind, "name": cell.name if cell.kind == "slider" else ""}
            for cell in inside
        ]}
        for width, inside in columns
    ]  # fmt: skip
    # Sliders have a script of their own, a small one.
    component = _sliders if all(cell.kind == "slider" for cell in cells) else _pictures
    component(key=key, data=pack({"columns": plan}, *(cell.data for cell in cells)))
