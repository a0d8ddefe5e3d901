"""Maps of many kinds, one beside the query ``?show=``."""

import sys
from pathlib import Path

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from dashboard.components import map_grid

draw = np.random.default_rng(0)


def waves(count: int, rows: int, columns: int) -> np.ndarray:
    """Maps (count, rows, columns) >= 0 of stripes in all directions, the first one empty."""
    down, right = np.mgrid[0:rows, 0:columns] / max(rows, columns)
    angles = np.arange(count)[:, None, None] * np.pi / count
    stripes = np.cos(12 * (np.cos(angles) * right + np.sin(angles) * down)) * (1 + angles)
    stripes[0] = 0
    return np.maximum(stripes, 0).astype(np.float32)


st.set_page_config(layout="wide")
kind = st.query_params.get("show", "maps")
if kind == "maps":
    chosen = map_grid(
        waves(64, 32, 32), key="channel", label="Maps after block 3", marked=(0, 5),
        marked_label="empty", scale=st.query_params.get("scale", "module"),
    )  # fmt: skip
    st.write(f"chosen {chosen}")
elif kind == "kernels":
    map_grid(
        draw.normal(size=(64, 3, 3)).astype(np.float32) / 10, key="kernel", label="3×3 kernels",
        signed=True, marked=(3, 17, 40), marked_label="empty",
    )  # fmt: skip
elif kind == "signed":
    maps = np.array([-0.5, 0, 0.5], dtype=np.float32).reshape(1, 1, 3)
    map_grid(maps, key="maps", label="Below, at, above zero", signed=True)
elif kind == "many":
    map_grid(draw.random((1024, 2, 2), dtype=np.float32), key="maps", label="Small maps")
elif kind == "large":
    map_grid(waves(32, 192, 192), key="maps", label="Large maps", unit="V")
elif kind == "odd":
    maps = waves(6, 5, 7)
    maps[1], maps[2, 2, 3], maps[3, 0] = np.nan, np.nan, np.inf
    names = ["red", "green", "blue", "left", "right", "both"]
    map_grid(maps, key="maps", label="Odd maps", names=names, scale="unit", selectable=False)
elif kind == "matrix":
    matrix = draw.normal(size=(1, 64, 128)).astype(np.float32)
    map_grid(matrix, key="maps", label="Pointwise weights", signed=True, max_tile=900)
