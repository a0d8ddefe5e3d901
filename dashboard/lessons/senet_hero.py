"""The hero of the SENet lesson: a block's gates, and how they move with the picture."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard import frame
from dashboard.cache import senet as cached
from dashboard.components.board import Cell, bars_cell, board, picture_cell, slider_cell
from dashboard.components.board_cells import show, tiles_cell
from dashboard.components.senet_pictures import Bars
from dashboard.components.senet_pictures import bars_cell as channels_cell
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import of_count
from dashboard.lessons.senet_shared import gate_text, likeliest
from dashboard.photo_input import Photo

if TYPE_CHECKING:
    from dashboard.cache.senet import Array, Look

HAND = "hero_sliders"  # the board of the hero's sliders
CODE = (
    "cnnviz.models.senet:SEBlock", "cnnviz.explain.senet:look", "cnnviz.explain.senet:Look",
    "cnnviz.data.photos:mixed",
)  # fmt: skip
USUAL = 6  # block
SHOWN = 6  # maps that are lifted, and as many that are pressed


@st.fragment
@frame.guard()
def hero(photo: Photo, other: Photo) -> None:
    """A photo, its gates in one block, and the maps that they lift and press most."""
    count = cached.block_count()
    number, block_cell = slider_cell(
        HAND, _("Block"), key="block", min_value=1, max_value=count, value=USUAL,
        format=of_count(count),
    )  # fmt: skip
    share, mix_cell = slider_cell(
        HAND, _("Mix in: {other}").format(other=other.title), key="mix", min_value=0,
        max_value=100, step=2, value=0, unit="%",
    )  # fmt: skip
    board((1, [block_cell]), (1, [mix_cell]), key=HAND)
    at = number - 1
    pixels, look = cached.look(photo, other, share / 100, at, SHOWN)
    alone = cached.gates(photo)[at]
    show(
        (0.8, [
            picture_cell(pixels, label=photo.title, size=150),
            bars_cell(_("What it thinks"), likeliest(look.probabilities)),
        ]),
        (1.5, [_gates(look, alone, share)]),
        (1.5, _maps(look, f"{number} {share}")),
        key="hero",
    )  # fmt: skip


def _gates(look: "Look", alone: "Array", share: int) -> Cell:
    """All gates in the order that they have for the photo alone."""
    order = np.argsort(-alone, kind="stable")
    place = np.argsort(order)
    moved = np.abs(look.gates - alone)
    note = _("Mean {mean}, from {least} to {most}.").format(
        mean=gate_text(look.gates.mean()), least=gate_text(look.gates.min()),
        most=gate_text(look.gates.max()),
    )  # fmt: skip
    if share:
        text = _("Moved by {mean} on average, at most by {most}.")
        note += " " + text.format(mean=gate_text(moved.mean()), most=gate_text(moved.max()))
    return channels_cell(Bars(
        _("{count} gates, one a channel").format(count=len(alone)), look.gates[order], (0, 1), 230,
        under=_("channels, by their gates for the photo alone (line)"), line=alone[order],
        lifted=place[look.channels[:SHOWN]].tolist(),
        pressed=place[look.channels[-SHOWN:]].tolist(), note=note,
    ))  # fmt: skip


def _maps(look: "Look", shows: str) -> list[Cell]:
    """Above before, below after the scaling, all in one scale."""
    limit = float(np.abs(look.before).max())
    titles = {
        _("Most lifted (red bars): before, below after"): slice(None, SHOWN),
        _("Most pressed (blue bars): before, below after"): slice(-SHOWN, None),
    }
    return [
        tiles_cell(
            np.concatenate([look.before[part], look.after[part]]), label=title, columns=SHOWN,
            signed=True, limit=limit, max_tile=64, shows=shows,
            names=[
                text.format(channel=channel, gate=gate_text(look.gates[channel]))
                for text in (_("channel {channel}, before"), _("channel {channel} × {gate}"))
                for channel in look.channels[part]
            ],
        )
        for title, part in titles.items()
    ]  # fmt: skip
