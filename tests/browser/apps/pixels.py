"""A map to choose a pixel on, of a size that a slider changes, with a picture that follows.

``?show=`` gives other maps: odd (blanks and infinities), signed, wide (192 x 192), still.
"""

import sys
from pathlib import Path

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from dashboard.address import show_notes
from dashboard.components import live_slider, picture, pixel_stepper

PHOTO = np.zeros((96, 128, 3), dtype=np.uint8)
PHOTO[..., 0] = 2 * np.arange(96)[:, None]  # red grows downwards, green to the right
PHOTO[..., 1] = np.arange(128)
PHOTO[..., 2] = 40


def numbered(rows: int, columns: int) -> np.ndarray:
    """A map (rows, columns) whose values count its pixels."""
    return np.arange(rows * columns, dtype=np.float32).reshape(rows, columns)


def waves(rows: int, columns: int) -> np.ndarray:
    down, right = np.mgrid[0:rows, 0:columns] / max(rows, columns)
    return (np.sin(9 * down) * np.cos(14 * right * (1 + down))).astype(np.float32)


def count() -> int:
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    return st.session_state["runs"]


@st.fragment
def by_hand() -> None:
    rows = live_slider("Rows", key="rows", min_value=3, max_value=24, value=24, step=3)
    left, right = st.columns(2)
    with left:
        chosen = pixel_stepper(
            numbered(rows, rows * 4 // 3), key="pixel", label="Map after block 3", unit="V",
            outline=(0, 0, 1, 2) if "outline" in st.query_params else None,
        )  # fmt: skip
        st.text(f"chosen {chosen}, run {count()}")
    with right:
        row, column = (96 // rows * at for at in chosen)
        picture(
            PHOTO, key="photo", label="Photo", outline=(row - 8, column - 8, row + 8, column + 8)
        )


st.set_page_config(layout="wide")
kind = st.query_params.get("show", "map")
if kind == "map":
    if st.button("Another entry"):
        st.query_params["other"] = "1"
    by_hand()
elif kind == "odd":
    odd = numbered(5, 7)
    odd[1, 2], odd[2, 3], odd[3, 4] = np.nan, np.inf, -np.inf
    pixel_stepper(odd, key="pixel", label="Odd map", selected=(1, 2), span=(0, 1000))
elif kind == "signed":
    pixel_stepper(waves(28, 28), key="pixel", label="Differences", signed=True, selected=(27, 0))
elif kind == "wide":
    chosen = pixel_stepper(waves(192, 192), key="pixel", label="Large map", selected=(191, 191))
    st.text(f"chosen {chosen}")
elif kind == "still":
    pixel_stepper(
        numbered(6, 6), key="pixel", label="Still map", outline=(-3, 2, 4, 5), selectable=False
    )
show_notes()
