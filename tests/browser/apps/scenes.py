"""Scenes, lines and a cube, by ``?show=``."""

import sys
from pathlib import Path

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from dashboard.components.cube_view import SIDES, cube_view
from dashboard.components.line_plot import Axes, Line, line_plot
from dashboard.components.scene_layers import layers
from dashboard.components.scene_map import scene_map

ROWS, COLUMNS = 30, 40
NAMES = ("Corn", "Woods")
LONG = tuple(" ".join([name] * 20) for name in NAMES)


@st.fragment
def classified() -> None:
    """A scene of two classes, the left half corn, with all that is known of its pixels."""
    truth = np.ones((ROWS, COLUMNS), np.int64)
    truth[:, COLUMNS // 2 :] = 2
    truth[0] = 0
    marks = np.zeros_like(truth)
    marks[10, 10], marks[20, 30] = 1, 2
    top = np.stack([truth, 3 - truth, np.zeros_like(truth)], axis=-1)
    shares = np.broadcast_to([0.75, 0.25, 0.0], top.shape)
    overlay = np.zeros((ROWS, COLUMNS, 4), np.uint8)
    overlay[:, COLUMNS // 2 :] = (255, 0, 0, 255)
    facts = layers(
        "facts", truth=truth, prediction=3 - truth, top=top, probabilities=shares, marks=marks
    )
    over = layers("overlay", overlay=overlay)
    picture = np.full((ROWS, COLUMNS, 3), 100, np.uint8)
    most = int(st.query_params.get("most", "4"))
    names = LONG if st.query_params.get("names") == "long" else NAMES
    found = scene_map(
        picture, key="at", label="Scene", over=(facts, over), names=names, opacity=0.5, most=most,
        window=9,
        marks=(("training", "#000000"), ("test", "#FFFFFF")), shows="scene",
    )  # fmt: skip
    st.write(f"chosen {found}")


def lines() -> None:
    """A line with a band, one with a gap, and one that is interrupted."""
    x = np.linspace(400, 900, 51)
    waves = np.sin(x / 60) + 2
    line_plot(
        [
            Line("mean", waves, "#E69F00", spread=np.full(51, 0.3)),
            Line("pixel", waves + 0.4, letter="A", dash="dashed"),
            Line("step", np.where(x > 600, np.nan, 1.0), "#0072B2", points=True),
        ],
        Axes(x, "wavelength (nm)", "value", breaks=(25,), gaps=((640, 650),), gap_label="removed"),
        key="plot", label="Spectra", markers=[(500, "R", "#E31A1C")], shows="spectra",
    )  # fmt: skip


def cube() -> None:
    top = np.zeros((ROWS, COLUMNS, 3), np.uint8)
    top[..., 0] = 200
    lengths = (COLUMNS, COLUMNS, ROWS, ROWS)
    sides = {
        side: np.full((10, length, 3), 40 * i + 60, np.uint8)
        for i, (side, length) in enumerate(zip(SIDES, lengths, strict=True))
    }
    cube_view(top, sides, key="cube", label="The cube", shows="cube")


st.set_page_config(layout="wide")
{"scene": classified, "lines": lines, "cube": cube}[st.query_params.get("show", "scene")]()
