"""The question "Three steps" of the SENet lesson: squeeze, excitation, scale, on one photo."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.numbers import whole
from dashboard import controls, frame
from dashboard.cache import senet as cached
from dashboard.components import live_slider, map_grid
from dashboard.components.board_cells import show, tiles_cell
from dashboard.components.senet_pictures import Bars, bars_cell
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import of_count, size_text
from dashboard.lessons.senet_shared import gate_text
from dashboard.photo_input import Photo

if TYPE_CHECKING:
    from dashboard.cache.senet import Steps

CODE = (
    "cnnviz.models.senet:SEBlock", "cnnviz.explain.senet:steps", "cnnviz.explain.senet:Steps",
)  # fmt: skip
USUAL = 4  # block
GRID = 300  # CSS pixels that maps are high at most
SHOWN = 5  # maps that are lifted, and as many that are pressed


@st.fragment
@frame.guard()
def steps(photo: Photo) -> None:
    """All that a block's SE does with a photo."""
    count = cached.block_count()
    left, right = st.columns([1.4, 1], vertical_alignment="bottom")
    with left:
        number = live_slider(
            _("Block"), key="steps_block", min_value=1, max_value=count, value=USUAL,
            format=of_count(count),
        )  # fmt: skip
    with right:
        by_gate = controls.segmented(
            _("Bars in the order of"),
            {"network": _("the network"), "gate": _("their gates")}, key="order",
        ) == "gate"  # fmt: skip
    found = cached.steps(photo, number - 1)
    limit = float(np.abs(found.before).max())
    before, middle, after = st.columns([1, 1.05, 1])
    with before:
        chosen = map_grid(
            found.before, key="channel", label=_("Before: {size}").format(
                size=size_text(found.before.shape)),
            signed=True, scale="global", global_range=(-limit, limit), height=GRID,
            shows=str(number),
        ) or 0  # fmt: skip
    with middle:
        _bars(found, chosen, by_gate)
    with after:
        map_grid(
            found.after, key="scaled", label=_("After: each map × its gate"), signed=True,
            scale="global", global_range=(-limit, limit), height=GRID, selectable=False,
            selected=chosen, shows=str(number),
        )  # fmt: skip
    _formulas(found, chosen)
    _extremes(found, limit)


def _bars(found: "Steps", chosen: int, by_gate: bool) -> None:
    """Squeeze, hidden units and gates, one under the other."""
    order = found.order if by_gate else np.arange(len(found.gates))
    place = [int(np.flatnonzero(order == chosen)[0])]
    z, hidden = found.squeezed, found.hidden
    places = _("channels, largest gate first") if by_gate else _("channels, as in the network")
    show((1, [bars_cell(
        Bars(
            _("1 Squeeze: {count} means z").format(count=len(z)), z[order],
            (min(0.0, float(z.min())), max(0.0, float(z.max()))), 76, picked=place,
        ),
        Bars(
            _("2 Excitation: {count} hidden units").format(count=len(hidden)), hidden,
            (0.0, max(float(hidden.max()), 1e-6)), 44,
        ),
        Bars(
            _("… and {count} gates s").format(count=len(z)), found.gates[order], (0, 1), 96,
            picked=place, under=places,
        ),
    )]), key="steps_bars")  # fmt: skip


def _formulas(found: "Steps", channel: int) -> None:
    """The three steps with this block's numbers, for the channel that is chosen."""
    count, height, width = found.before.shape
    squeeze, excite, scale = st.columns([1.15, 1.5, 1])
    with squeeze:
        st.markdown(_("**1 Squeeze**: the mean of map {channel}").format(channel=channel))
        st.latex(
            rf"z_{{{channel}}} = \tfrac{{1}}{{{height} \cdot {width}}} \textstyle\sum_{{i,j}} "
            rf"u_{{{channel}}}(i,j) = {found.squeezed[channel]:.3f}"
        )
    with excite:
        text = _("**2 Excitation**: {formula}; {count} → {hidden} → {count}, {weights} weights")
        st.markdown(text.format(
            formula=r"$h = \mathrm{ReLU}(W_1 z)$", count=count, hidden=len(found.hidden),
            weights=whole(found.weights),
        ))  # fmt: skip
        st.latex(
            rf"s_{{{channel}}} = \sigma\big((W_2 h)_{{{channel}}}\big) = "
            rf"\sigma({found.excited[channel]:.3f}) = {found.gates[channel]:.3f}"
        )
    with scale:
        st.markdown(_("**3 Scale**: the map times its gate"))
        st.latex(
            rf"\tilde x_{{{channel}}} = s_{{{channel}}} \, u_{{{channel}}} = "
            rf"{found.gates[channel]:.3f} \; u_{{{channel}}}"
        )


def _extremes(found: "Steps", limit: float) -> None:
    """The maps of the largest and of the smallest gates, before and after."""
    titles = {
        _("Largest gates: before, below after"): found.order[:SHOWN],
        _("Smallest gates: before, below after"): found.order[-SHOWN:],
    }
    show(*(
        (1, [tiles_cell(
            np.concatenate([found.before[channels], found.after[channels]]), label=title,
            columns=SHOWN, signed=True, limit=limit, max_tile=84,
            names=[
                text.format(channel=channel, gate=gate_text(found.gates[channel]))
                for text in (_("channel {channel}, before"), _("channel {channel} × {gate}"))
                for channel in channels
            ],
        )])
        for title, channels in titles.items()
    ), key="steps_extremes")  # fmt: skip
