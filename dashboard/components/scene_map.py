"""A scene's picture on which pixels are chosen: layers over it, marks, a window, words of a pixel.

Nothing but the picture itself changes while a band slider moves. What lies over it is made once (in
``dashboard.cache``) and kept by the browser under its name.
"""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from dashboard.address import code_from_url, code_to_url
from dashboard.components.browser import follows_link, in_browser, pack, sent_state, source
from dashboard.components.map_grid import map_script
from dashboard.components.pixel_links import Pixel, code_of
from dashboard.components.scene_layers import SHARES, Layers, Pixels, png
from dashboard.i18n import _

MOST_CHOSEN = 4
_LOSSLESS = 1 << 16  # pixels of a picture that is sent as it is; a larger one is a fine JPEG
_SMALL = 1 << 16  # bytes of layers that may travel along every time
_CODE = re.compile(r"\d{1,6}\.\d{1,6}(-\d{1,6}\.\d{1,6}){0,3}", re.ASCII)


_SCRIPTS = (
    "map_choice.js", "pixel_map.js", "pixel_stepper.js", "scene_words.js", "scene_picture.js",
    "scene_map.js",
)  # fmt: skip


def _component(name: str, view: str) -> Any:
    return st.components.v2.component(
        name,
        html="<div class='maps'>\n</div>",
        css=source("map_view.css", "pixel_map.css", "scene_map.css"),
        js=map_script(*_SCRIPTS) + f"\nexport default mounted({view});\n",
    )


_chosen = _component("cnnviz_scene_map", "SceneMap")
_still = _component("cnnviz_scene_picture", "ScenePicture")


def scene_map(
    picture: Pixels, *, key: str, label: str, over: Sequence[Layers] = (),
    names: Sequence[str] = (), opacity: float = 1, marks: Sequence[tuple[str, str]] = (),
    selected: Sequence[Pixel] = (), most: int = 1, window: int = 0, selectable: bool = True,
    size: int = 360, titled: bool = True, shows: str = "", exact: bool = True,
) -> tuple[Pixel, ...]:  # fmt: skip
    """A picture of a scene; a click chooses a pixel, arrow keys move the one chosen last.

    Where several may be chosen, a click adds one and the oldest goes; Enter keeps the last one and
    begins another, Delete takes it away. It must stand in an ``st.fragment`` with what it moves.

    Args:
        picture: (H, W, 3) uint8.
        key: the component's key, and the parameter's name in the address: ``key=row.column``, or
            several of these joined by "-".
        label: what the picture is, translated.
        over: layers, the uppermost last. Of each kind of words the last layers that have it count.
        names: of the classes 1 to K, translated; their numbers where left out.
        opacity: of the overlays, 0 to 1.
        marks: name (translated) and colour (hexadecimal) of the marks 1, 2, ... of the layers.
        selected: chosen where the address names none; the centre where left out.
        most: how many may be chosen together, up to ``MOST_CHOSEN``.
        window: side in pixels, odd, of a frame around the pixel chosen last; 0 for none.
        selectable: whether pixels can be chosen at all.
        size: the longer side of the picture at most, in CSS pixels.
        titled: whether the label stands above the picture; screen readers read it always.
        shows: what the picture is of; written beside the painted canvas (``data-shows``), where
            tests and benchmarks look for it.
        exact: whether a small picture is sent as it is, or as a fine JPEG, a third as large: while
            a hand moves, or where it is only what the layers lie over.

    Returns:
        The chosen pixels, (row, column) each, counted from 0, the last one last; none where not
        ``selectable``.

    Raises:
        ValueError: a picture of another shape or type, or layers of another size.
    """
    shape = _checked(picture, over)
    usual = _inside(selected or ((shape[0] // 2, shape[1] // 2),), shape, most)
    if not in_browser():
        return _stock_text(label, key, usual, shape, most) if selectable else ()
    sent = sent_state(key)
    wanted = _wanted(key, sent, usual)
    carried, parts = _carried(over, sent)
    header = {
        "key": key, "label": label, "columns": 1, "maxTile": size, "height": size,
        "shape": [1, *shape], "signed": False, "outline": None, "words": _words(),
        "names": list(names), "layers": carried, "opacity": opacity,
        "marks": [list(mark) for mark in marks],
        "selected": wanted, "default": usual, "turn": sent["turn"], "selectable": selectable,
        "most": min(most, MOST_CHOSEN), "window": window, "titled": titled, "shows": shows,
        "levels": SHARES, "report": sum(each.size for each in over) > _SMALL,
    }  # fmt: skip
    show = _chosen if selectable else _still
    show(key=key, data=pack(header, _encoded(picture, exact), *parts))
    if not selectable:
        return ()
    if sent["turn"] and not sent.get("moving"):
        code_to_url(key, code(wanted), code(usual))
    return _inside(wanted, shape, most)


def code(pixels: Sequence[Pixel]) -> str:
    """Pixels as the link has them."""
    return "-".join(map(code_of, pixels))


def _checked(picture: Pixels, over: Sequence[Layers]) -> tuple[int, int]:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise ValueError(f"the picture is {picture.dtype} of shape {picture.shape}")
    shape = (picture.shape[0], picture.shape[1])
    for each in over:
        if each.shape != shape:
            raise ValueError(f"{each.name} has the size {each.shape}, the picture {shape}")
    return shape


def _carried(
    over: Sequence[Layers], sent: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[bytes]]:
    """What the header says of the layers, and the pictures that go along: the browser tells which
    of them it has, and asks for what it lacks."""
    said, parts = [], []
    for each in over:
        places: dict[str, int] | None = None
        if each.name not in (sent.get("have") or ()):
            places = {what: 1 + len(parts) + i for i, what in enumerate(each.parts)}
            parts += each.parts.values()
        said.append({"name": each.name, "places": places})
    return said, parts


def _encoded(picture: Pixels, exact: bool) -> bytes:
    if exact and picture.shape[0] * picture.shape[1] <= _LOSSLESS:
        return png(picture)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=92, subsampling=0)
    return file.getvalue()


def _inside(pixels: Sequence[Pixel], shape: tuple[int, int], most: int) -> tuple[Pixel, ...]:
    """The nearest that the scene has, the last ones of them."""
    return tuple(
        (min(max(int(row), 0), shape[0] - 1), min(max(int(column), 0), shape[1] - 1))
        for row, column in pixels[-min(most, MOST_CHOSEN) :]
    )


def _wanted(key: str, sent: Mapping[str, Any], usual: tuple[Pixel, ...]) -> tuple[Pixel, ...]:
    """What the link or the hand says; some may lie beyond this scene."""
    if follows_link(key, sent["turn"]):
        return _from_link(key, usual)
    value = sent.get("value")
    if not isinstance(value, list) or not value:
        return usual
    return tuple((int(row), int(column)) for row, column in value)


def _from_link(key: str, usual: tuple[Pixel, ...]) -> tuple[Pixel, ...]:
    text = code_from_url(key, code(usual), lambda text: text if _CODE.fullmatch(text) else None)
    return _decoded(text)


def _decoded(text: str) -> tuple[Pixel, ...]:
    pairs = (pair.split(".") for pair in text.split("-"))
    return tuple((int(row), int(column)) for row, column in pairs)


def _stock_text(
    label: str, key: str, usual: tuple[Pixel, ...], shape: tuple[int, int], most: int
) -> tuple[Pixel, ...]:
    """The same choice and link where there is no browser: tests drive ``st.text_input``."""
    name, last = f"{key} code", f"{key} default"
    if name not in st.session_state:
        st.session_state[name] = code(_from_link(key, usual))
    elif st.session_state[name] == st.session_state.get(last):
        st.session_state[name] = code(usual)
    st.session_state[last] = code(usual)
    typed = st.text_input(label, key=name)
    pixels = _decoded(typed) if _CODE.fullmatch(typed) else usual
    code_to_url(key, code(pixels), code(usual))
    return _inside(pixels, shape, most)


def _words() -> dict[str, str]:
    """The sentences of the browser's part, with places for what it fills in."""
    return {
        "position": _("row {row}, column {column}"),
        "unknown": _("not labelled"),
        "truth": _("labelled {name}"),
        "prediction": _("predicted {name}"),
        "share": _("{name} {percent}\u202f%"),
        "comma": _(", "),
        "colon": _(": "),
        "colours": _("red {red}, green {green}, blue {blue}"),
        "outline": _("Dashed frame: rows {top} to {bottom}, columns {left} to {right}"),
        "keys": _("Arrow keys move to the next pixel."),
        "several": _("Enter keeps the pixel and begins another, Delete takes it away."),
        "clear": _("Clear"),
    }
