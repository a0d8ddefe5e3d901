"""The page that slider_latency.py drives: a picture of maps behind each kind of slider."""

import io
import sys
from pathlib import Path

import numpy as np
import streamlit as st
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from dashboard.components import live_slider, map_grid

SIDE = 48
POSITIONS = 100


@st.cache_resource
def network() -> tuple[torch.nn.Module, torch.Tensor]:
    """A convolution as large as the first ones of a MobileNet, and something to look at."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    image = torch.rand(1, 3, SIDE, SIDE)
    convolution = torch.nn.Sequential(
        torch.nn.Conv2d(3, 32, 3, padding=1), torch.nn.ReLU(),
        torch.nn.Conv2d(32, 32, 3, padding=1), torch.nn.ReLU(),
    )  # fmt: skip
    return convolution.eval(), image


def maps(value: int) -> np.ndarray:
    """Activations (32, SIDE, SIDE) of the picture, darkened by ``value``."""
    convolution, image = network()
    with torch.inference_mode():
        return convolution(image * (value + 1) / POSITIONS)[0].numpy()


def frame(value: int) -> bytes:
    """The same maps as one small picture."""
    tiles = maps(value).reshape(4, 8, SIDE, SIDE).transpose(0, 2, 1, 3).reshape(4 * SIDE, 8 * SIDE)
    grey = (255 * tiles / tiles.max()).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "WEBP", quality=80)
    return file.getvalue()


def show(value: int) -> None:
    label = f"picture of {value}"
    map_grid(maps(value), key="maps", label=label, selectable=False, shows=str(value))


@st.fragment
def live() -> None:
    value = live_slider("Live", key="live", min_value=0, max_value=POSITIONS - 1, value=0)
    show(value)


@st.fragment
def stock() -> None:
    value = st.slider("Stock", 0, POSITIONS - 1, 0, key="stock")
    show(value)


@st.fragment
def prefetched() -> None:
    live_slider(
        "Prefetched", key="prefetched", min_value=0, max_value=POSITIONS - 1, value=0,
        frames=frame, frames_key="maps", frame_label="picture of",
    )  # fmt: skip


KINDS = {"live": live, "stock": stock, "prefetched": prefetched}
KINDS[st.query_params.get("kind", "live")]()
