"""A slider that moves its picture while it is dragged.

``st.slider`` sends one value when it is let go. This one sends the newest value all the time, one
request on its way (wire.js says why not more). It must stand in an ``st.fragment`` together
with the picture it moves: outside of one, every request would cut off the page's own run.

With ``frames``, the pictures of all positions are sent to the browser once and the slider scrubs
through them there, without the server.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import streamlit as st

from dashboard.address import history_moved, is_shown, number_from_url, number_to_url
from dashboard.components.browser import follows_link, in_browser, pack, sent_state, source
from dashboard.components.frames import (
    Frames,
    carried_frames,
    check_frames,
    frames_header,
    frames_name,
)

Number = TypeVar("Number", int, float)

_MOST_POSITIONS = 2_000  # a track has no more pixels than that

#: The browser's part, beside what all components share.
SCRIPTS = ("frames.js", "live_slider.js")

_component = st.components.v2.component(
    "cnnviz_live_slider",
    html="<div class='slider'>\n</div>",
    css=source("live_slider.css"),
    js=source("wire.js", *SCRIPTS) + "\nexport default mounted(LiveSlider);\n",
)


def live_slider(
    label: str, *, key: str, min_value: Number, max_value: Number, value: Number,
    step: Number = 1, unit: str = "", help: str | None = None,
    format: Callable[[Number], str] | None = None, frames: Frames | None = None,
    frames_key: str = "", frame_label: str = "",
) -> Number:  # fmt: skip
    """A slider whose value reaches the page while it is dragged.

    Args:
        label: what is set, translated.
        key: the component's key, and the parameter's name in the address. The address follows at
            the end of a drag; a value in it that no position has gives the default and a note.
        min_value, max_value, step: positions are ``min_value`` plus whole numbers of steps.
        value: the default, a position.
        unit: written behind the number.
        help: a short sentence under the slider.
        format: the text of a position instead of number and unit, as in "block 3 of 13".
        frames: an encoded picture (PNG, WebP or JPEG) for each position, in order, or a function
            that makes the one of a value. The slider then shows them itself: the present one at
            once, the others are fetched once, right after.
        frames_key: names what the frames depend on beside the position (a photo's and a layer's
            name, say); the browser drops its copies when it changes. Needed where ``frames`` is a
            function; a sequence without it is told apart by its content.
        frame_label: what the frames show: the text for screen readers, before the value.

    Returns:
        The value: an int where default, bounds and step are ints, else a float. Where the link
        says that this control is not shown, it keeps its value.

    Raises:
        ValueError: the default is not a position, there are too many positions, the number of
            frames is not that of the positions, or a function came without ``frames_key``.
    """
    positions = slider_positions(min_value, max_value, step)
    if value not in positions:
        raise ValueError(f"the default {value} is not a position of the slider")
    check_frames(frames, frames_key, len(positions))
    if not in_browser():
        return _stock_slider(label, key, positions, value, step, help)
    sent = sent_state(key)
    now = _present(key, sent, positions, value, step)
    if not is_shown(key, label):
        return now
    pictures, parts = None, []
    if frames is not None:
        name = frames_name(frames, frames_key)
        carried = carried_frames(frames, name, sent, key, positions, positions.index(now))
        pictures, parts = frames_header(name, frame_label, list(carried)), list(carried.values())
    header = _header(label, key, positions, value, step, unit, help, format)
    _component(key=key, data=pack(header | _present_state(now, sent, pictures), *parts))
    _follow(key, sent, now, value)
    return now


def slider_in(
    board: str, label: str, *, key: str, min_value: Number, max_value: Number, value: Number,
    step: Number = 1, unit: str = "", help: str | None = None,
    format: Callable[[Number], str] | None = None,
) -> tuple[Number, bytes]:  # fmt: skip
    """A live slider inside a board: its value, and what the board sends to the browser.

    Args:
        board: the board's key, under which the browser keeps the slider's state.
        label, key, min_value, max_value, value, step, unit, help, format: as of ``live_slider``.

    Returns:
        Nothing is sent where the slider is not shown.
    """
    positions = slider_positions(min_value, max_value, step)
    if not in_browser():
        return _stock_slider(label, key, positions, value, step, help), b""
    sent = sent_state(board, key)
    now = _present(key, sent, positions, value, step)
    if not is_shown(key, label):
        return now, b""
    header = _header(label, key, positions, value, step, unit, help, format)
    _follow(key, sent, now, value)
    return now, pack(header | _present_state(now, sent, None))


def _header(
    label: str, key: str, positions: Sequence[Number], default: Number, step: Number, unit: str,
    help: str | None, format: Callable[[Number], str] | None,
) -> dict[str, Any]:  # fmt: skip
    """What stays as it is while the slider moves."""
    return {
        "key": key, "label": label, "help": help or "", "unit": unit,
        "min": positions[0], "max": positions[-1], "step": step, "default": default,
        "decimals": _decimals(positions[0], step),
        "texts": [format(position) for position in positions] if format else None,
    }  # fmt: skip


def _present_state(
    now: Number, sent: Mapping[str, Any], frames: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {"value": now, "turn": sent["turn"], "frames": frames}


def _follow(key: str, sent: Mapping[str, Any], now: Number, default: Number) -> None:
    """Let the address follow the hand once it rests."""
    if sent["turn"] and not sent.get("moving"):
        number_to_url(key, now, default)


@lru_cache(maxsize=64, typed=True)  # 0 and 0.0 are equal, their positions are not
def slider_positions(min_value: Number, max_value: Number, step: Number) -> tuple[Number, ...]:
    """All values of a slider, counted in decimals as the browser does: 0.3, not 0.1 + 0.2.

    Raises:
        ValueError: no positions, or too many.
    """
    if step <= 0 or max_value < min_value:
        raise ValueError("a slider needs a step above 0 and min_value <= max_value")
    first, stride = Decimal(str(min_value)), Decimal(str(step))
    count = int((Decimal(str(max_value)) - first) / stride) + 1
    if count > _MOST_POSITIONS:
        raise ValueError(f"{count} positions; a slider takes {_MOST_POSITIONS}")
    as_number = int if isinstance(min_value, int) and isinstance(step, int) else float
    return tuple(as_number(first + i * stride) for i in range(count))


def nearest(positions: Sequence[Number], value: Any) -> Number:
    """The position closest to ``value``: the bounds may have changed since the browser sent it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return positions[0]
    return min(positions, key=lambda position: abs(position - value))


def _present(
    key: str, sent: dict[str, Any], positions: Sequence[Number], default: Number, step: Number
) -> Number:
    """The value of this run: the hand's; before it moved anything the link's, or the default."""
    if follows_link(key, sent["turn"]):
        linked = number_from_url(key, default, positions[0], positions[-1], step)
        return nearest(positions, linked)
    return nearest(positions, sent.get("value", default))


def _stock_slider(
    label: str, key: str, positions: Sequence[Number], default: Number, step: Number,
    help: str | None,
) -> Number:  # fmt: skip
    """The same value and the same link where there is no browser: tests drive ``st.slider``."""
    if key not in st.session_state or history_moved():
        linked = number_from_url(key, default, positions[0], positions[-1], step)
        st.session_state[key] = nearest(positions, linked)
    if len(positions) == 1 or not is_shown(key, label):  # st.slider refuses a single one
        return nearest(positions, st.session_state[key])
    value = st.slider(label, positions[0], positions[-1], step=step, key=key, help=help)
    number_to_url(key, value, default)
    return value


def _decimals(min_value: Number, step: Number) -> int:
    """Digits behind the point that the positions need."""
    return max(0, *(-int(Decimal(str(number)).as_tuple().exponent) for number in (min_value, step)))
