"""Points on their way through few or many channels, and back: a slider, its pictures, its curve.

The browser gets what comes back for all positions of the slider at once and scrubs through them
without the server.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.components import line_plot
from dashboard.components.browser import in_browser, pack, sent_state, source
from dashboard.components.line_plot import Axes, Line, plot_data
from dashboard.components.live_slider import SCRIPTS, slider_in
from dashboard.i18n import _

SLIDER = "channels"  # in the link, and of the board's state
_HALF = 1.6  # what half a picture spans; the points' root mean square distance is 1
_ONE = 16_384  # of int16 for half a picture: what lies outside stays outside

_component = st.components.v2.component(
    "cnnviz_collapse_board",
    html="<div class='board'>\n</div>",
    css=source("collapse_board.css"),
    js=f"const SLIDER_STYLE = {json.dumps(source('live_slider.css'))};\n"
    f"const PLOT_STYLE = {json.dumps(source('line_plot.css'))};\n"
    + source("wire.js", *SCRIPTS, "scrubbing_slider.js", *line_plot.SCRIPTS, "collapse_board.js")
    + "\nexport default mounted(CollapseBoard);\n",
)


@dataclass(frozen=True, slots=True)
class Journey:
    """Points, and what becomes of them.

    Attributes:
        name: tells it from all others.
        places: (P, 2).
        colours: (P, 3) RGB.
        channels: (N, P, 4) RGBA: what is let through, a row for each channel.
        returned: (K, P, 2) what comes back, for each position of the slider.
        told: K sentences.
    """

    name: str
    places: NDArray[np.float64]
    colours: NDArray[np.uint8]
    channels: NDArray[np.uint8]
    returned: NDArray[np.float64]
    told: Sequence[str]


def collapse_board(
    journey: Journey, lines: Sequence[Line], axes: Axes, *, key: str, counts: Sequence[int],
    usual: int, through: str, note: str, label: str, height: int,
) -> None:  # fmt: skip
    """Show the journey at a number of channels that a slider chooses.

    Args:
        journey: at each of ``counts``.
        lines, axes: of the curve beside it; its x are ``counts``.
        key: the board's.
        counts: numbers of channels, one after the other.
        usual: the default among them.
        through: what is done to the channels, such as "after ReLU", translated.
        note: what the channels' colours mean, translated.
        label: what the curve is, for screen readers, translated.
        height: of the curve, CSS pixels.
    """
    now, slider = slider_in(
        key, _("Channels n"), key=SLIDER, min_value=counts[0], max_value=counts[-1], value=usual
    )
    if not in_browser():
        st.markdown(journey.told[counts.index(now)])
        return
    plot = plot_data(lines, axes, label=label, height=height)
    header = {
        "name": journey.name, "slider": SLIDER, "points": len(journey.places), "one": _ONE,
        "half": _HALF,
        "first": counts[0], "told": list(journey.told),
        "texts": _texts(through, note),
    }  # fmt: skip
    parts = [slider, plot]
    if sent_state(key, SLIDER).get("have") != journey.name:
        parts += [
            _shorts(journey.places), journey.colours.tobytes(), journey.channels.tobytes(),
            _shorts(journey.returned),
        ]  # fmt: skip
    _component(key=key, data=pack(header, *parts))


def _shorts(places: NDArray[np.float64]) -> bytes:
    limits = np.iinfo(np.int16)
    parts = np.rint(places * (_ONE / _HALF)).clip(limits.min, limits.max)
    return parts.astype("<i2").tobytes()


def _texts(through: str, note: str) -> list[dict[str, str]]:
    """Over and under the three pictures, with places for what the browser fills in."""
    channels = _("{n} channels {through}").format(n="{n}", through=through)
    return [
        {
            "title": _("Sent: points of a plane"),
            "note": _("each keeps its colour"),
            "label": _("Points of a plane"),
        },
        {"title": channels, "note": note, "label": channels},
        {
            "title": _("Back: what is left"),
            "note": _("grey: where they were"),
            "label": _("What comes back from {n} channels"),
        },
    ]
