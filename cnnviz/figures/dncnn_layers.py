"""DnCNN layer by layer, as pictures: what a pixel looks at, and what is left at each depth."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import hex_to_rgb
from plotly.subplots import make_subplots

from cnnviz.figures.colours import CHOSEN, QUIET
from cnnviz.figures.layout import laid_out
from cnnviz.figures.training import RUN_COLOURS

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_layers import LayerMaps, ReceptiveField

Pixels = NDArray[np.uint8]

#: Of the clean picture and of the noise, in every plot.
PICTURE, NOISE = RUN_COLOURS[0], CHOSEN
#: Of a receptive field as the layers make it, and as it is measured.
ALL, EFFECTIVE = QUIET, RUN_COLOURS[2]

_STRONGEST = 0.9  # how much of a pixel the heat covers at most
_HEIGHT = 340


def field_picture(picture: NDArray[np.floating[Any]], field: "ReceptiveField") -> Pixels:
    """A picture in grey, and over it in orange what a pixel of a layer looks at.

    Args:
        picture: (H, W), grey levels; those beyond 0..255 are drawn as the nearest of them.
        field: of one of its pixels. The heat is the square root of the gradient, by its largest.

    Returns:
        (H, W, 3) RGB.
    """
    grey = np.clip(picture, 0, 255).astype(np.float32)
    heat = np.zeros_like(grey)
    top, left = field.row - field.layer, field.column - field.layer
    rows, columns = (
        slice(max(first, 0), min(first + field.side, size))
        for first, size in zip((top, left), grey.shape, strict=True)
    )
    most = float(field.gradient.max()) or 1.0
    heat[rows, columns] = np.sqrt(
        field.gradient[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
        ]
        / most
    )
    cover = _STRONGEST * heat[..., None]
    tint = np.array(hex_to_rgb(CHOSEN), dtype=np.float32)
    found: Pixels = np.rint((1 - cover) * grey[..., None] + cover * tint).astype(np.uint8)
    return found


def around(picture: Pixels, row: int, column: int, reach: int) -> Pixels:
    """A pixel of a picture and what is around it.

    Args:
        picture: (H, W, 3).
        row, column: the pixel.
        reach: pixels on each side of it.

    Returns:
        (2 * reach + 1, same, 4) RGBA, transparent beyond the picture.
    """
    opaque = np.full((*picture.shape[:2], 1), 255, dtype=np.uint8)
    wide = np.pad(
        np.concatenate((picture, opaque), axis=2), ((reach, reach), (reach, reach), (0, 0))
    )
    return wide[row : row + 2 * reach + 1, column : column + 2 * reach + 1]


def depth_figure(
    layers: "Sequence[LayerMaps]", fields: "Sequence[ReceptiveField]", words: Mapping[str, str]
) -> go.Figure:  # fmt: skip
    """What is left of picture and noise at each depth, and how far a layer sees.

    Args:
        layers: the noisy picture, then every layer.
        fields: of every layer.
        words: "picture" and "noise", "all" and "effective" for the lines; "read", "single" and
            "field" for the panels' vertical axes; "layer" for their common one. Translated.
    """
    figure = make_subplots(rows=1, cols=3, horizontal_spacing=0.09)
    depths = list(range(len(layers)))
    structure = [layer.structure for layer in layers]
    panels = (
        ([layer.picture for layer in layers], [layer.noise for layer in layers]),
        (structure, [1 - share for share in structure]),
    )
    for column, shares in enumerate(panels, start=1):
        for name, colour, values in zip(
            ("picture", "noise"), (PICTURE, NOISE), shares, strict=True
        ):
            percent = [100 * value for value in values]
            _line(
                figure, column, depths, percent, colour, words[name], column == 1, ".1f", "\u202f%"
            )
        figure.update_yaxes(range=(-3, 103), row=1, col=column)
    sides = [field.side for field in fields], [field.effective for field in fields]
    for name, colour, pixels in zip(("all", "effective"), (ALL, EFFECTIVE), sides, strict=True):
        _line(figure, 3, depths[1:], pixels, colour, words[name], True, "d", "")
    figure.update_yaxes(rangemode="tozero", row=1, col=3)
    for column, name in enumerate(("read", "single", "field"), start=1):
        figure.update_yaxes(title=words[name], row=1, col=column)
    figure.update_xaxes(title=words["layer"], range=(-0.5, len(layers) - 0.5))
    laid_out(figure, _HEIGHT)
    figure.update_layout(
        showlegend=True, hovermode="x unified", uirevision="layers",
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 40},
    )  # fmt: skip
    return figure


def _line(
    figure: go.Figure, column: int, x: Sequence[int], y: Sequence[float], colour: str, name: str,
    listed: bool, digits: str, unit: str,
) -> None:  # fmt: skip
    figure.add_scatter(
        x=x, y=[value if value == value else None for value in y], mode="lines+markers", name=name,
        legendgroup=name, showlegend=listed, line={"color": colour, "width": 3},
        marker={"size": 7}, hovertemplate=f"%{{y:{digits}}}{unit}", row=1, col=column,
    )  # fmt: skip
