"""Many maps as one picture, for a notebook: tiles beside each other in a single heat map."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cnnviz.figures.scales import DIVERGING, SEQUENTIAL, Rgb

_TILE = 110  # pixels of the figure that a tile gets, about
_GAP = 1  # of the maps' own pixels


def maps_figure(
    values: NDArray[np.floating],
    *,
    title: str = "",
    signed: bool = False,
    columns: int = 8,
    most: float | None = None,
) -> go.Figure:
    """Maps as tiles, row by row.

    Args:
        values: (maps, H, W), or (H, W) for a single one; finite.
        title: what they are.
        signed: whether the colours diverge at zero.
        columns: tiles in a row, at most.
        most: where the colours end; None: at the largest size of a value.

    Returns:
        A heat map of all tiles; hovering names the map, the row and the column.
    """
    maps = np.asarray(values, dtype=np.float64)
    maps = maps[None] if maps.ndim == 2 else maps
    count, height, width = maps.shape
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    shape = (rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP)
    tiled, named = np.full(shape, np.nan), np.full(shape, "", dtype=object)
    for number, one in enumerate(maps):
        row, column = divmod(number, columns)
        top, left = row * (height + _GAP), column * (width + _GAP)
        place = (slice(top, top + height), slice(left, left + width))
        tiled[place] = one
        named[place] = _names(number, height, width)
    end = most if most is not None else float(np.abs(maps).max())
    picture = go.Heatmap(
        z=tiled,
        text=named,
        hovertemplate="%{text}: %{z:.3g}<extra></extra>",
        colorscale=_scale(DIVERGING if signed else SEQUENTIAL),
        zmin=-end if signed else 0,
        zmax=end or 1,
        hoverongaps=False,
    )
    figure = go.Figure(picture)
    figure.update_layout(
        title=title,
        width=columns * _TILE + 120,
        height=round(rows * _TILE * height / width) + 120,
        margin={"l": 20, "r": 20, "t": 60, "b": 20},
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    return figure


def picture_figure(pixels: NDArray[np.uint8], *, title: str = "", height: int = 420) -> go.Figure:
    """A picture (H, W, 3) as a figure, ``height`` pixels high."""
    figure = go.Figure(go.Image(z=pixels))
    figure.update_layout(title=title, height=height, margin={"l": 20, "r": 20, "t": 60, "b": 20})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def _names(number: int, height: int, width: int) -> list[list[str]]:
    return [[f"map {number}, row {y}, column {x}" for x in range(width)] for y in range(height)]


def _scale(colours: Sequence[Rgb]) -> list[tuple[float, str]]:
    last = len(colours) - 1
    return [(at / last, "rgb({},{},{})".format(*colour)) for at, colour in enumerate(colours)]
