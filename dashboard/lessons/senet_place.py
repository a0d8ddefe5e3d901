"""The question "Where to put it" of the SENet lesson: five places, and the gradient in each."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.colours import CHOSEN
from cnnviz.figures.numbers import significant, written
from cnnviz.printed.senet import SENET_PLACES
from cnnviz.text import N_
from dashboard import controls, frame
from dashboard.cache import senet_place as cached
from dashboard.components import live_slider
from dashboard.components.board_cells import show
from dashboard.components.line_plot import Axes, Dash, Line, line_plot
from dashboard.components.senet_place_pictures import Place, places_cell
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.senet_place import Flows

CODE = (
    "cnnviz.models.senet:BasicBlock", "cnnviz.explain.senet_place:gradients",
    "cnnviz.explain.senet_place:measured",
    "cnnviz.explain.senet_place_flows:Flows.against_standard",
)  # fmt: skip
TEXT = "senet_place"
USUAL_DEPTH = 56
HEIGHT = 340  # CSS pixels of the plot with its legend
LEAST = 1e-24  # what is less leaves the plot at the bottom
NAMES = {
    "none": N_("without SE"), "standard": N_("standard"), "pre": N_("PRE"), "post": N_("POST"),
    "identity": N_("identity"), "after_addition": N_("after the addition"),
}  # fmt: skip
#: Colours and dashes of the lines by place; "" is the text's own.
LINES: dict[str, tuple[str, Dash]] = {
    "none": ("", "dotted"), "standard": ("#0072B2", "solid"), "pre": ("#56B4E9", "dashed"),
    "post": ("#E69F00", "dashed"), "identity": ("#CC79A7", "dashed"),
    "after_addition": (CHOSEN, "solid"),
}  # fmt: skip
#: What a choice of lines shows.
SHOWN = {
    "few": (cached.NONE, cached.STANDARD, cached.AFTER),
    "all": cached.PLACES,
}


def where() -> None:
    """The whole question."""
    show((1, [places_cell(_drawn(), label=_("A residual block, and five places for SE"))]),
         key="se_places")  # fmt: skip
    text = _(
        "Orange: SE; thick: the trunk. Top-1 error of SE-ResNet-50 on ImageNet; of the place that "
        "the course warns of the paper gives none."
    )
    st.caption(f"{text} {frame.citation(*SENET_PLACES.values())}")
    _flows()


def _drawn() -> list[Place]:
    """The five drawings and their lines."""
    where_it_is = {
        "standard": _("on the branch, at its end"), "pre": _("on the branch, at its beginning"),
        "post": _("on the trunk, after the ReLU"), "identity": _("on the trunk, in the shortcut"),
        "after_addition": _("on the trunk, before the ReLU"),
    }  # fmt: skip
    found = []
    for code, told in where_it_is.items():
        published = SENET_PLACES.get(code)
        number = _("error {value}").format(value=f"{published.value:.2f}\u202f%") if published \
            else _("not in the paper")  # fmt: skip
        found.append(Place(code, _(NAMES[code]), LINES[code][0], told, number))
    return found


@st.fragment
@frame.guard()
def _flows() -> None:
    """The gradient's size along a network as deep as the slider says."""
    found = cached.measured()
    columns = st.columns([3, 1.9, 1.3], vertical_alignment="bottom")
    with columns[0]:
        moments = {
            "init": _("At initialisation"),
            "steps": _("After {count} steps").format(count=cached.STEPS),
            "no_norm": _("Without batch norm"),
        }
        moment = controls.segmented(_("Measured"), moments, key="place_moment")
    with columns[1]:
        ways = {"all": _("all ways"), "trunk": _("trunk alone")}
        way = controls.segmented(
            _("Gradient by"), ways, key="place_way",
            help=_("Trunk alone: no branch passes any gradient back, the network is the same."),
        )  # fmt: skip
    with columns[2]:
        lines = {"few": _("three"), "all": _("all six")}
        places = SHOWN[controls.segmented(_("Lines"), lines, key="place_lines")]
    left, right = st.columns([1, 2.1], gap="medium")
    with left:
        depth = live_slider(
            _("Layers"), key="place_depth", min_value=cached.DEPTHS[0],
            max_value=cached.DEPTHS[-1], value=USUAL_DEPTH, step=6,
        )  # fmt: skip
        for sentence in _told(found, depth, moment, way):
            st.markdown(sentence)
    with right:
        _plot(found, depth, moment, way, places)
    st.caption(_about())


def _plot(found: "Flows", depth: int, moment: str, way: str, places: tuple[str, ...]) -> None:
    lines = []
    for place in places:
        flow = found.flows[depth, place, moment, way]
        colour, dash = LINES[place]
        ends = flow.ends if place in SHOWN["few"] else None  # six bands would hide one another
        lines.append(Line(_(NAMES[place]), flow.middle, colour, dash, ends=ends))
    least, most = found.reach(places, moment, way)
    numbers = np.arange(1, len(lines[0].values) + 1)
    axes = Axes(
        numbers, _("block, from the input"), _("gradient, last block = 1"), log=True,
        y_range=(min(max(least, LEAST), 0.5), max(most, 2.0)),
        x_names=[_("block {number}").format(number=number) for number in numbers],
    )  # fmt: skip
    line_plot(
        lines, axes, key="place_plot", height=HEIGHT, shows=f"{depth} {moment} {way}",
        label=_("Norm of the gradient that arrives at each block"),
    )  # fmt: skip


def _told(found: "Flows", depth: int, moment: str, way: str) -> list[str]:
    """What arrives at the first block, and whether that is the course's warning."""
    flow = {place: found.flows[depth, place, moment, way] for place in cached.PLACES}
    text = _(
        "{depth} layers, {blocks} blocks. Of the gradient behind the last block, the first one "
        "gets **{after} times** as much with SE after the addition, **{standard} times** in the "
        "standard place, {none} times without SE."
    )
    first = text.format(
        depth=depth, blocks=len(flow[cached.AFTER].middle), after=written(flow[cached.AFTER].first),
        standard=written(flow[cached.STANDARD].first), none=written(flow[cached.NONE].first),
    )  # fmt: skip
    said = [first, _verdict(found, depth, moment, way)]
    if moment == "steps":
        text = _("Loss: {after} after the addition, {standard} in the standard place, {none} "
                 "without SE.")  # fmt: skip
        said.append(text.format(**{
            name: " → ".join(map(significant, found.loss(depth, place)))
            for name, place in (
                ("after", cached.AFTER), ("standard", cached.STANDARD), ("none", cached.NONE),
            )
        }))  # fmt: skip
    return said


def _verdict(found: "Flows", depth: int, moment: str, way: str) -> str:
    """The course's warning against these numbers."""
    ratio, agreed = found.against_standard(depth, moment, way)
    if not agreed:
        said = _("**Cannot be told**: the seeds differ by more than the two places.")
    elif ratio * cached.CLEAR < 1:
        text = _("**The warning shows**: {times} times less than in the standard place.")
        said = text.format(times=written(1 / ratio) if ratio else "∞")
    elif ratio < 1:
        text = _("**The warning shows weakly**: {times} times less than in the standard place.")
        said = text.format(times=written(1 / ratio))
    else:
        text = _("**The opposite of the warning**: {times} times more than in the standard place.")
        said = text.format(times=written(ratio))
    start = found.shows_from(moment, way)
    if start is None:
        return said
    text = _("From {start} layers on it is less than a tenth.")
    return f"{said} {text.format(start=start)}"


def _about() -> str:
    """How it was measured."""
    text = _(
        "Norm of the loss's gradient at a block's input over that behind the last block; median of "
        "{seeds} seeds, the bands from the smallest to the largest. Thin residual networks of "
        "two-convolution blocks, one batch of {batch} digits of 8 × 8 pixels; steps: SGD, learning "
        "rate {rate}, momentum {momentum}. Measured again by `{command}`."
    )
    return text.format(
        seeds=cached.SEEDS, batch=cached.BATCH, rate=cached.RATE, momentum=cached.MOMENTUM,
        command=cached.COMMAND,
    )  # fmt: skip
