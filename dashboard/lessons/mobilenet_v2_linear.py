"""The hero of the MobileNetV2 lesson: what ReLU leaves of points in few and in many channels."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.colours import CHOSEN
from cnnviz.figures.numbers import THIN, percent
from dashboard import controls, frame
from dashboard.cache import mobilenet_v2 as cached
from dashboard.components import live_slider
from dashboard.components.collapse_board import Journey, collapse_board
from dashboard.components.line_plot import Axes, Dash, Line
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.mobilenet_v2 import Sent

BOARD = "collapse"
EXPLAIN = "cnnviz.explain.mobilenet_v2_linear:"
CODE = (
    f"{EXPLAIN}collapse", f"{EXPLAIN}sent_and_returned", f"{EXPLAIN}activated",
    f"{EXPLAIN}best_fit", f"{EXPLAIN}points",
)  # fmt: skip
USUAL = 3
# A channel's standard deviation before the activation, and how many of them six is.
DEVIATIONS = {"1": 1.0, "3": 3.0, "6": 6.0}
# Okabe and Ito's vermilion, blue and green.
LINES: dict[str, tuple[str, Dash]] = {
    "relu": (CHOSEN, "solid"), "relu6": ("#0072B2", "dashed"), "none": ("#009E73", "mixed"),
}  # fmt: skip
TALL = 246  # CSS pixels of the curve with its legend


@st.fragment
@frame.guard()
def hero() -> None:
    """Points are sent through n channels and an activation, and brought back."""
    shape, activation, deviation, seed, fitted = _settings()
    found = cached.sent(shape, activation, seed, deviation)
    name = f"{shape} {activation} {seed} {deviation:g} {fitted}"
    journey = Journey(
        name, found.points.places, found.colours, found.channels,
        found.way.fitted if fitted else found.way.returned,
        _told(found, shape, activation, deviation, fitted),
    )  # fmt: skip
    axes = Axes(
        np.array(cached.COUNTS, dtype=np.float32), _("channels n"), _("error"), y_range=(0, 1.2)
    )
    collapse_board(
        journey, _lines(found, shape, activation, deviation, seed, fitted), axes, key=BOARD,
        counts=cached.COUNTS, usual=USUAL, through=_through(activation),
        note=_("grey: cut off") if activation != "none" else _("red above zero, blue below"),
        height=TALL,
        label=_("How far off the points come back, by number of channels"),
    )  # fmt: skip


def _settings() -> tuple[str, str, float, int, bool]:
    places = st.columns([1.25, 1.75, 1.35, 1.5, 1.5], vertical_alignment="bottom")
    with places[0]:
        shapes = {"spiral": _("spiral"), "moons": _("two moons"), "disc": _("checkered disc")}
        shape = controls.select(_("Points"), shapes, key="points")
    with places[1]:
        activation = controls.segmented(_("Activation"), _activations(), key="activation")
    with places[2]:
        deviation = controls.segmented(
            _("A channel's σ"), {code: code for code in DEVIATIONS}, key="deviation",
            help=_(
                "The channels' standard deviation before the activation, on average over random "
                "matrices. Behind a batch norm it is 1. ReLU does the same at any size; ReLU6 cuts "
                "at 6, so that for it the size counts."
            ),
        )  # fmt: skip
    with places[3]:
        seed = live_slider(
            _("Seed"), key="matrix", min_value=0, max_value=cached.SEEDS - 1, value=0
        )
    with places[4]:
        fitted = controls.toggle(
            _("Size put right"), key="fit", default=True,
            help=_(
                "What comes back is moved and multiplied by one number so that it fits the points "
                "best: a batch norm can do that, too. Off: as the pseudo-inverse gives it. ReLU "
                "then makes everything about half as large."
            ),
        )  # fmt: skip
    return shape, activation, DEVIATIONS[deviation], seed, fitted


def _activations() -> dict[str, str]:
    return {"relu": "ReLU", "relu6": "ReLU6", "none": _("none")}


def _through(activation: str) -> str:
    """Behind "3 channels"."""
    if activation == "none":
        return _("as they are")
    return _("after {activation}").format(activation=_activations()[activation])


def _lines(
    found: "Sent", shape: str, activation: str, deviation: float, seed: int, fitted: bool
) -> list[Line]:
    """Each activation's mean error, the chosen one's with its spread, and that of this matrix."""
    lines = []
    for code, name in _activations().items():
        errors = cached.errors(shape, code, deviation)
        mean = errors.mean if fitted else errors.plain_mean
        spread = errors.deviation if fitted else errors.plain_deviation
        colour, dash = LINES[code]
        chosen = code == activation
        lines.append(Line(name, mean, colour, dash, spread=spread if chosen else None))
    own = found.way.error if fitted else found.way.plain_error
    lines.append(Line(_("this matrix"), own, dash="dotted"))
    return lines


def _told(found: "Sent", shape: str, activation: str, deviation: float, fitted: bool) -> list[str]:
    """What is seen at each number of channels, in two sentences or three."""
    way, errors = found.way, cached.errors(shape, activation, deviation)
    own, mean, spread = (
        (way.error, errors.mean, errors.deviation) if fitted
        else (way.plain_error, errors.plain_mean, errors.plain_deviation)
    )  # fmt: skip
    ceiling = _ceiling(way.above, deviation) if activation == "relu6" else ""
    return [
        f"{_cut(n, float(lost), float(flat), activation)} {_error(*map(float, numbers))} {ceiling}"
        for n, lost, flat, *numbers in zip(
            cached.COUNTS, way.lost, way.flattened, own, mean, spread, strict=True
        )
    ]  # fmt: skip


def _cut(count: int, lost: float, flattened: float, activation: str) -> str:
    if activation == "none":
        return _("Nothing is cut: {n} channels of a plane are a plane.").format(n=count)
    if not lost and not flattened:
        text = _(
            "Of each point at least two of the {n} channels get through: enough to tell where it "
            "was."
        )
        return text.format(n=count)
    if lost:
        text = _(
            "{lost} of the points lose all {n} channels and fall onto one point; {flat} keep one "
            "and fall onto lines."
        )
    else:
        text = _("{flat} of the points keep only one of the {n} channels and fall onto lines.")
    return text.format(n=count, lost=percent(lost, 0), flat=percent(flattened, 0))


def _error(own: float, mean: float, deviation: float) -> str:
    text = _("Error {own}; over {seeds} random matrices {spread}.")
    spread = f"{mean:.2f}{THIN}±{THIN}{deviation:.2f}"
    return text.format(own=f"{own:.2f}", seeds=cached.SEEDS, spread=spread)


def _ceiling(above: float, deviation: float) -> str:
    """At which scale ReLU6 cuts, and how much."""
    text = _("σ = {deviation}: {share} of the values are above 6.")
    if deviation == 1:
        text = _("σ = {deviation}, as behind a batch norm: {share} of the values are above 6.")
    return text.format(deviation=f"{deviation:g}", share=percent(above))
