"""One map drawn large, on which one pixel is chosen, and the picture that may stand beside it.

Values, colours and the number under the pointer are as in map_grid.py; the choice is sent as there.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from dashboard.address import code_to_url
from dashboard.components.browser import follows_link, in_browser, pack, sent_state, source
from dashboard.components.map_grid import MOST_VALUES, encoded_maps, map_script
from dashboard.components.pixel_links import Pixel, code_of, linked_pixel
from dashboard.i18n import _

Map = npt.NDArray[np.floating]
Rgb8 = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]


def _component(name: str, view: str, *scripts: str) -> Any:
    return st.components.v2.component(
        name,
        html="<div class='maps'>\n</div>",
        css=source("map_view.css", "pixel_map.css"),
        js=f"{map_script(*scripts)}\nexport default mounted({view});\n",
    )


_stepper = _component(
    "cnnviz_pixel_stepper", "PixelStepper", "map_choice.js", "pixel_map.js", "pixel_stepper.js"
)
_still = _component("cnnviz_pixel_map", "PixelMap", "pixel_map.js")
_picture = _component("cnnviz_picture", "Picture", "pixel_map.js")


def pixel_stepper(
    values: Map, *, key: str, label: str, unit: str = "", signed: bool = False,
    selected: Pixel | None = None, size: int = 360, outline: Box | None = None,
    span: tuple[float, float] | None = None, selectable: bool = True,
) -> Pixel | None:  # fmt: skip
    """A map on which a pixel is chosen by click or arrow keys (Home and End: the row's ends).

    What was chosen stays chosen when the map changes; where the next map has no such pixel, the
    nearest that it has is taken. It must stand in an ``st.fragment`` with what it moves.

    Args:
        values: (H, W), at most ``MOST_VALUES``; NaN stays blank.
        key: the component's key, and the parameter's name in the address: ``key=row.column``.
        label: what the map is, translated.
        unit: of the values.
        signed: colours diverge at zero, for weights and differences.
        selected: row and column chosen where the address names none; the centre where left out.
        size: the longer side of the map at most, in CSS pixels.
        outline: rows top to bottom and columns left to right, as (top, left, bottom, right), the
            last ones not included, in a dashed frame: a receptive field. What lies off the map is
            left out.
        span: lowest and highest value of the colours; the map's own where left out.
        selectable: whether a pixel can be chosen at all.

    Returns:
        Row and column, counted from 0 as in the tensor; None where not ``selectable``.

    Raises:
        ValueError: values of another shape, none or too many; an outline that is no box.
    """
    if values.ndim != 2 or not 0 < values.size <= MOST_VALUES:
        raise ValueError(f"the map has shape {values.shape}; expected (H, W), 1 to {MOST_VALUES}")
    shape = (values.shape[0], values.shape[1])
    shown, parts = encoded_maps(values[None])
    header = {
        **_header(key, label, size, _clipped(outline, shape)), **shown,
        "unit": unit, "signed": signed, "span": [float(end) for end in span] if span else None,
    }  # fmt: skip
    if not selectable:
        _show(_still, key, header, parts[0])
        return None
    usual = _inside(selected or (shape[0] // 2, shape[1] // 2), shape)
    if not in_browser():
        return _stock_numbers(label, key, usual, shape)
    sent = sent_state(key)
    wanted = _wanted(key, sent, usual)
    choice = {"selected": wanted, "default": usual, "turn": sent["turn"], "selectable": True}
    _show(_stepper, key, header | choice, parts[0])
    if sent["turn"] and not sent.get("moving"):
        code_to_url(key, code_of(wanted), code_of(usual))
    return _inside(wanted, shape)


def picture(
    pixels: Rgb8, *, key: str, label: str, outline: Box | None = None, size: int = 360
) -> None:
    """A picture as large and in the same place as a map of ``pixel_stepper``.

    Args:
        pixels: (H, W, 3) uint8, at most ``MOST_VALUES`` pixels: red, green and blue.
        key, label, outline, size: as there.

    Raises:
        ValueError: pixels of another shape or type, none or too many; an outline that is no box.
    """
    data = picture_data(pixels, key=key, label=label, outline=outline, size=size)
    if in_browser():
        _picture(key=key, data=data)


def picture_data(
    pixels: Rgb8, *, key: str, label: str, outline: Box | None = None, size: int = 360
) -> bytes:
    """What ``picture`` sends to the browser; arguments and errors as there."""
    fits = pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3
    if not fits or not 0 < pixels.size <= 3 * MOST_VALUES:
        raise ValueError(
            f"the picture is {pixels.dtype} of shape {pixels.shape}; expected uint8 (H, W, 3), "
            f"1 to {MOST_VALUES} pixels"
        )
    height, width, _colours = pixels.shape
    header = _header(key, label, size, _clipped(outline, (height, width)))
    shape = {"shape": [1, height, width], "signed": False}
    return pack(header | shape, pixels.tobytes())


def _header(key: str, label: str, size: int, outline: Box | None) -> dict[str, Any]:
    return {
        "key": key, "label": label, "columns": 1, "maxTile": size, "height": size,
        "outline": outline, "words": _words(),
    }  # fmt: skip


def _show(component: Any, key: str, header: Mapping[str, Any], part: bytes) -> None:
    if in_browser():
        component(key=key, data=pack(header, part))


def _clipped(outline: Box | None, shape: tuple[int, int]) -> Box | None:
    """The part of a box that lies on the map; None where there is none."""
    if outline is None:
        return None
    top, left, bottom, right = (int(side) for side in outline)
    if bottom <= top or right <= left:
        raise ValueError(f"the outline {outline} is no box (top, left, bottom, right)")
    top, left = max(top, 0), max(left, 0)
    bottom, right = min(bottom, shape[0]), min(right, shape[1])
    return (top, left, bottom, right) if bottom > top and right > left else None


def _inside(pixel: Pixel, shape: tuple[int, int]) -> Pixel:
    """The nearest pixel that the map has."""
    row, column = (min(max(int(at), 0), end - 1) for at, end in zip(pixel, shape, strict=True))
    return row, column


def _wanted(key: str, sent: Mapping[str, Any], usual: Pixel) -> Pixel:
    """What the link or the hand says; it may lie beyond this map, since the map may have changed.

    (So a link to a view on which the choice was moved inside is a link to that view.)
    """
    if follows_link(key, sent["turn"]):
        return linked_pixel(key, usual)
    match sent.get("value"):
        case [int(row), int(column)]:
            return row, column
    return usual


def _stock_numbers(label: str, key: str, usual: Pixel, shape: tuple[int, int]) -> Pixel:
    """The same choice and link where there is no browser: tests drive two ``st.number_input``."""
    names, last = (f"{key} row", f"{key} column"), f"{key} default"
    wanted = usual
    match [st.session_state.get(name) for name in names]:
        case [None, None]:
            wanted = _wanted(key, {"turn": 0}, usual)
        case [int(row), int(column)] if (row, column) != st.session_state.get(last):
            wanted = row, column
    st.session_state[last] = usual
    for name, at in zip(names, _inside(wanted, shape), strict=True):
        st.session_state[name] = at
    titles = (_("{label}, row"), _("{label}, column"))
    row, column = (
        st.number_input(title.format(label=label), 0, end - 1, step=1, key=name)
        for title, end, name in zip(titles, shape, names, strict=True)
    )
    code_to_url(key, code_of((row, column)), code_of(usual))
    return row, column


def _words() -> dict[str, str]:
    """The sentences of the browser's part, with places for what it fills in."""
    return {
        "position": _("row {row}, column {column}"),
        "blank": _("not a number"),
        "colours": _("red {red}, green {green}, blue {blue}"),
        "outline": _("Dashed frame: rows {top} to {bottom}, columns {left} to {right}"),
        "keys": _("Arrow keys move to the next pixel."),
    }
