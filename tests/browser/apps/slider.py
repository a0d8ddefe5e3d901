"""A live slider with its picture, a prefetched one, and what the server knows about them."""

import io
import sys
import time
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[3]))

from dashboard.address import show_notes
from dashboard.components import live_slider, map_grid

FRAMES = 12


def frame(value: int) -> bytes:
    """A picture of 40 x 240 pixels, as grey as its value is large, too noisy to be packed small."""
    if "slow" in st.query_params:
        time.sleep(0.25)
    noise = np.random.default_rng(value).integers(0, 2, (40, 240, 3))
    file = io.BytesIO()
    Image.fromarray((20 * value + noise).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def count(name: str) -> int:
    st.session_state[name] = st.session_state.get(name, 0) + 1
    return st.session_state[name]


@st.fragment
def live() -> None:
    depth = live_slider(
        "Depth", key="depth", min_value=0, max_value=50, value=10, unit="px",
        help="How far to look.",
    )  # fmt: skip
    maps = np.full((4, 8, 8), depth, dtype=np.float32)
    maps[:, 0] = 0
    map_grid(
        maps, key="channel", label="Maps", scale="global", global_range=(0, 50), shows=str(depth)
    )
    st.text(f"depth is {depth!r}")


@st.fragment
def fractions() -> None:
    share = live_slider("Share", key="share", min_value=0.1, max_value=1.0, value=0.5, step=0.1)
    st.text(f"share is {share!r}")


@st.fragment
def prefetched() -> None:
    block = live_slider(
        "Block", key="block", min_value=0, max_value=FRAMES - 1, value=3, frames=frame,
        frames_key="blocks", frame_label="Block", format=lambda i: f"block {i} of {FRAMES}",
    )  # fmt: skip
    st.text(f"block is {block!r}, run {count('prefetched runs')}")


show_notes()
if st.button("Page again"):
    st.text("the page ran again")
if st.button("Another entry"):
    st.query_params["other"] = "1"
st.text(f"the hand: {st.session_state.get('depth', {}).get('sent', {}).get('moving')}")
st.text(f"the server's address: {dict(sorted(st.query_params.items()))}")
if "frames" in st.query_params:
    prefetched()
else:
    live()
    fractions()
