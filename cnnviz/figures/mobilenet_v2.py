"""Pictures of MobileNetV2: points of a plane, the channels that they go through, its maps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from plotly.colors import hex_to_rgb, sequential

from cnnviz.figures.colours import QUIET
from cnnviz.figures.scales import coloured

if TYPE_CHECKING:
    from cnnviz.explain.mobilenet_v2_linear import Collapse, Points
    from cnnviz.explain.mobilenet_v2_maps import Stage

# matplotlib's viridis, which every eye can order; without its end, too bright for a light page.
_SCALE = np.array([hex_to_rgb(colour) for colour in sequential.Viridis])
_BRIGHTEST = 0.92
_APART = 0.2  # of a curve's stretch of it, to the next curve's
# Okabe and Ito's blue and orange: the two kinds of cells.
_CELLS = np.array([hex_to_rgb("#0072B2"), hex_to_rgb("#E69F00")], dtype=np.uint8)
_CUT = (*hex_to_rgb(QUIET), 110)  # red, green, blue, opacity


def point_colours(points: "Points", *, by_cell: bool) -> NDArray[np.uint8]:
    """A colour for each point, by which it is found again.

    Args:
        points: with groups 0 and 1 at most.
        by_cell: one colour for each group; else along the curves, one after the other.

    Returns:
        (P, 3) RGB.
    """
    if by_cell:
        cells: NDArray[np.uint8] = _CELLS[points.group]
        return cells
    share = ((1 - _APART) * points.along + points.group) / (points.group.max() + 1 - _APART)
    at = _BRIGHTEST * share * (len(_SCALE) - 1)
    channels = [np.interp(at, np.arange(len(_SCALE)), _SCALE[:, c]) for c in range(3)]
    colours: NDArray[np.uint8] = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    return colours


def channels_picture(collapse: "Collapse", most: float) -> NDArray[np.uint8]:
    """What the activation lets through: a row for each channel, a column for each point.

    Args:
        collapse: the points' way.
        most: what the colours span, to both sides of zero.

    Returns:
        (50, P, 4) RGBA; what is cut at zero is a grey that lets the page through.
    """
    values = collapse.channels
    colours = coloured(values, most, signed=True)
    opaque = np.full((*values.shape, 1), 255, dtype=np.uint8)
    picture = np.concatenate((colours, opaque), axis=2)
    picture[collapse.cut & (values == 0)] = _CUT
    return picture


def colour_limit(stages: "Sequence[Stage]") -> float:
    """What the colours of stages that are compared span: the largest size of a shown value.

    Returns:
        above 0, also where all values are 0.
    """
    return max(float(np.abs(stage.maps).max()) for stage in stages) or 1.0
