"""Images and texts in one space: a plot that follows an epoch slider, and what is nearest to what.

The browser gets all stages of a film at once: slider and choice need no server.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.figures.classes import class_colour
from dashboard.address import code_from_url, code_to_url
from dashboard.components.browser import follows_link, in_browser, pack, sent_state, source
from dashboard.components.live_slider import SCRIPTS, slider_in
from dashboard.i18n import _

if TYPE_CHECKING:
    from cnnviz.explain.dscmr import Asked
    from cnnviz.film import Film

SLIDER = "epoch"  # in the link, and of the board's state
KINDS = ("image", "text")
_ONE = 30_000  # of int16 for the outermost place
_FAR = 1_000  # of uint16 for a distance of 1
_CODE = re.compile(r"(image|text)-(\d{1,6})", re.ASCII)

Point = tuple[int, int]  # 0 for an image or 1 for a text, and its number

_component = st.components.v2.component(
    "cnnviz_common_space",
    html="<div class='board space'>\n</div>",
    css=source("common_space.css"),
    js=f"const SLIDER_STYLE = {json.dumps(source('live_slider.css'))};\n"
    + source(
        "wire.js", *SCRIPTS, "scrubbing_slider.js", "common_space_motion.js",
        "common_space_plot.js", "common_space_item.js", "common_space.js",
    )
    + "\nexport default mounted(CommonSpace);\n",
)  # fmt: skip


@dataclass(frozen=True)
class Pairs:
    """Pairs in the common space, stage by stage.

    Attributes:
        name: tells them from all others.
        film: of them.
        classes: their names, translated, in the order of the labels.
        captions: the texts; None where they came as features.
        pixels: (N, S, S) uint8, 255 for ink; None where the images came as features.
        told: a sentence for each stage.
    """

    name: str
    film: "Film"
    classes: Sequence[str]
    captions: Sequence[str] | None
    pixels: NDArray[np.uint8] | None
    told: Sequence[str]


def common_space(
    pairs: Pairs, *, key: str, picture: str, deep: bool, lines: str, usual: Point, height: int,
    asked: "tuple[str, Asked] | None", on_choice: Callable[[], None],
) -> None:  # fmt: skip
    """Show pairs, the one that is chosen, and its nearest of the other modality.

    It must stand in an ``st.fragment``.

    Args:
        pairs: what is shown.
        key: the component's; the chosen point is ``point`` in the link.
        picture: one of the film's kinds of picture.
        deep: whether its third dimension is seen.
        lines: between the two of a pair: of "all", of the "class" that the chosen one has, "none".
        usual: the default point.
        height: of the plot, CSS pixels.
        asked: a typed caption and what it finds, which stands before the chosen point.
        on_choice: called where a point is chosen, before the page runs.
    """
    film = pairs.film
    now, slider = film.stages - 1, b""
    if film.stages > 1:
        now, slider = slider_in(
            key, _("Epoch"), key=SLIDER, min_value=0, max_value=film.stages - 1, value=now,
            format=epoch_name,
        )  # fmt: skip
    count = len(film.labels)
    if not in_browser():
        _stock(pairs, now, usual, asked)
        return
    sent = sent_state(key)
    chosen = _inside(_present(key, sent, usual), count)
    header = _described(pairs) | {
        "slider": SLIDER, "key": "point", "turn": sent["turn"], "chosen": chosen, "usual": usual,
        "picture": picture, "deep": deep, "lines": lines, "height": height,
        "asked": _typed(film, asked), "words": _words(), "carried": True,
    }  # fmt: skip
    carried = _carried(pairs)
    have = {sent.get("have"), sent_state(key, SLIDER).get("have")}
    if pairs.name in have:
        header["carried"], carried = False, []
    _component(key=key, data=pack(header, slider, *carried), on_sent_change=on_choice)
    if sent["turn"] and not sent.get("moving"):
        code_to_url("point", _code(chosen), _code(usual))


def epoch_name(epoch: int) -> str:
    """Of a position of the slider."""
    return str(epoch) if epoch else _("before training")


def _described(pairs: Pairs) -> dict[str, Any]:
    """What the browser is told of the pairs in every run."""
    film = pairs.film
    return {
        "name": pairs.name, "stages": film.stages, "told": list(pairs.told),
        "classes": list(pairs.classes),
        "colours": [class_colour(number) for number in range(1, len(pairs.classes) + 1)],
        "captions": pairs.captions and list(pairs.captions),
        "side": 0 if pairs.pixels is None else pairs.pixels.shape[-1],
        "nearest": film.neighbours.shape[-1], "far": 1 / _FAR, "pictures": list(film.places),
        "dims": [places.shape[-1] for places in film.places.values()],
    }  # fmt: skip


def _carried(pairs: Pairs) -> list[bytes]:
    film = pairs.film
    pixels = b"" if pairs.pixels is None else pairs.pixels.tobytes()
    return [
        film.labels.astype(np.uint8).tobytes(),
        film.neighbours.astype("<u2").tobytes(),
        np.rint(film.distances * _FAR).astype("<u2").tobytes(),
        pixels,
        *(_shorts(places, places).tobytes() for places in film.places.values()),
    ]


def _shorts(places: NDArray[np.float32], whole: NDArray[np.float32]) -> NDArray[np.int16]:
    """Places as parts of the outermost one of a picture."""
    limit = float(np.abs(whole).max()) or 1.0
    shorts: NDArray[np.int16] = np.rint(places * (_ONE / limit)).clip(-32_767, 32_767).astype("<i2")
    return shorts


def _typed(film: "Film", asked: "tuple[str, Asked] | None") -> dict[str, Any] | None:
    """A typed caption; it has a place in PCA alone, whose axes were there before it."""
    if asked is None:
        return None
    caption, found = asked
    return {
        "caption": caption,
        "places": {"pca": _shorts(found.place, film.places["pca"]).tolist()},
        "neighbours": found.neighbours.tolist(),
        "distances": found.distances.tolist(),
    }


def _present(key: str, sent: Mapping[str, Any], usual: Point) -> Point:
    """The hand's point; before it chose one the link's, or the default."""
    value = sent.get("value")
    if not follows_link(key, sent["turn"]) and isinstance(value, list) and len(value) == 2:
        return int(value[0]), int(value[1])
    return _from_link(usual)


def _from_link(usual: Point) -> Point:
    code = code_from_url("point", _code(usual), lambda t: t if _CODE.fullmatch(t) else None)
    return _decoded(code) or usual


def _inside(point: Point, count: int) -> Point:
    return min(max(point[0], 0), 1), min(max(point[1], 0), count - 1)


def _code(point: Point) -> str:
    return f"{KINDS[point[0]]}-{point[1]}"


def _decoded(code: str) -> Point | None:
    found = _CODE.fullmatch(code)
    return (KINDS.index(found[1]), int(found[2])) if found else None


def _stock(pairs: Pairs, stage: int, usual: Point, asked: "tuple[str, Asked] | None") -> None:
    """The same choice and link where there is no browser: tests drive ``st.text_input``."""
    film = pairs.film
    if "point code" not in st.session_state:
        st.session_state["point code"] = _code(_from_link(usual))
    typed = st.text_input(_("Point"), key="point code")
    kind, index = _inside(_decoded(typed) or usual, len(film.labels))
    code_to_url("point", _code((kind, index)), _code(usual))
    st.markdown(pairs.told[stage])
    if asked is not None:
        st.markdown(f"{asked[0]}: {asked[1].neighbours.tolist()}")
        return
    found = film.neighbours[stage, kind, index]
    right = film.labels[found] == film.labels[index]
    st.markdown(f"{_code((kind, index))}: {found.tolist()}, {right.astype(int).tolist()}")


def _words() -> dict[str, str]:
    """The sentences of the browser's part, with places for what it fills in."""
    return {
        "play": _("Play"), "pause": _("Pause"),
        "image": _("image"), "text": _("text"),
        "item": _("{kind} {number}, class {name}"),
        "other": _("{kind} {number}, class {name}"),
        "typed": _("Your caption, at the last epoch"),
        "found_text": _("Nearest texts: {right} of {count} of its class"),
        "found_image": _("Nearest images: {right} of {count} of its class"),
        "found_typed": _("Nearest images"),
        "right": _("right"), "wrong": _("wrong"), "own": _("its pair"),
        "keys": _(
            "Left and right arrow keys choose the next pair, up and down its image or its text; "
            "with Shift they turn the space."
        ),
    }  # fmt: skip
