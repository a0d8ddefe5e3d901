"""The page that slider_latency.py drives: the MobileNetV1 lesson's hero behind each kind of slider.

The photo is turned, the network runs, and a board shows the photo, the prediction and 24 maps after
each of a block's two convolutions, as in the lesson; but nothing else is on the page.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parent.parent))

from cnnviz.figures.scales import coloured
from dashboard import cache, maintenance
from dashboard.components import live_slider
from dashboard.components.board import bars_cell, board, maps_cell, picture_cell
from dashboard.components.frames import encoded
from dashboard.photo_input import Photo

if TYPE_CHECKING:
    from cnnviz.explain.mobilenet_v1 import Look

NETWORK, SIZE, BLOCK, MAPS, COLUMNS = "mobilenet_v1", 64, 1, 24, 6
POSITIONS = 100


def looked(value: int) -> "tuple[np.ndarray, Look]":
    """The turned photo and the network's look at it; never upright, which is kept."""
    photo = Photo("chelsea", "Cat", cache.bundled_photo("chelsea"))
    return cache.look(NETWORK, photo, SIZE, value + 1, BLOCK, MAPS)


def show(value: int) -> None:
    """The hero's board."""
    pixels, look = looked(value)
    found = zip(look.prediction.classes, look.prediction.probabilities, strict=True)
    bars = [(str(number), float(share), f"{share:.2f}") for number, share in found]
    grids = [
        maps_cell(maps, count=MAPS, label=f"picture of {value}", columns=COLUMNS, shows=str(value))
        for maps in (look.depthwise_maps, look.maps)
    ]
    board(
        (0.85, [picture_cell(pixels, label="Photo", size=176), bars_cell("Prediction", bars)]),
        (1.6, grids[:1]),
        (1.6, grids[1:]),
        key="board",
    )


def frame(value: int) -> bytes:
    """The maps after the depthwise convolution as one small picture."""
    maps = looked(value)[1].depthwise_maps
    rows = MAPS // COLUMNS
    side = maps.shape[1]
    tiles = maps.reshape(rows, COLUMNS, side, side).transpose(0, 2, 1, 3)
    return encoded(coloured(tiles.reshape(rows * side, COLUMNS * side), float(maps.max()), False))


@st.fragment
def live() -> None:
    show(live_slider("Live", key="live", min_value=0, max_value=POSITIONS - 1, value=0))


@st.fragment
def stock() -> None:
    show(st.slider("Stock", 0, POSITIONS - 1, 0, key="stock"))


@st.fragment
def prefetched() -> None:
    live_slider(
        "Prefetched", key="prefetched", min_value=0, max_value=POSITIONS - 1, value=0,
        frames=frame, frames_key="maps", frame_label="picture of",
    )  # fmt: skip


st.set_page_config(layout="wide")
maintenance.start()
KINDS = {"live": live, "stock": stock, "prefetched": prefetched}
KINDS[st.query_params.get("kind", "live")]()
