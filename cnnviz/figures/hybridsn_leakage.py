"""What a network has seen of its test, as pictures to lay over a scene."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from plotly.colors import hex_to_rgb

from cnnviz.figures.hybridsn_results import in_colours
from cnnviz.text import N_

Pixels = NDArray[np.uint8]

#: Of each kind of pixel as ``cnnviz.explain.hybridsn_leakage`` numbers them: colour and name.
KINDS = (
    ("", ""),
    ("#000000", N_("training pixel")),
    ("#CC79A7", N_("left out: guard band")),
    ("#56B4E9", N_("test pixel, no training pixel in its window")),
    ("#E69F00", N_("test pixel, only other classes in its window")),
    ("#D55E00", N_("test pixel, its own class in its window")),
)
#: The training pixels in whose windows a chosen pixel lies.
MIDDLES = ("#F0E442", N_("training pixel whose window covers the chosen one"))
# Windows laid over each other: the more of them, the less shines through.
_WINDOWS = "#0000CC"
_THIN, _DENSE = 70, 210


def kinds_picture(kinds: NDArray[np.uint8]) -> Pixels:
    """What each pixel is to the test.

    Args:
        kinds: (H, W), of ``Meter``.

    Returns:
        (H, W, 4) RGBA.
    """
    return in_colours(kinds, [colour for colour, _name in KINDS])


def windows_picture(layers: NDArray[np.integer[Any]], middles: NDArray[np.int64]) -> Pixels:
    """The windows that cover a pixel, laid over each other, with the pixels in their middles.

    Args:
        layers: (H, W) in how many of them each pixel lies.
        middles: (n, 2) rows and columns of the windows' middles.

    Returns:
        (H, W, 4) RGBA, transparent where there are none.
    """
    picture = np.zeros((*layers.shape, 4), dtype=np.uint8)
    some = layers > 0
    picture[some, :3] = hex_to_rgb(_WINDOWS)
    most = max(int(layers.max()), 1)
    picture[some, 3] = np.rint(_THIN + layers[some] / most * (_DENSE - _THIN))
    picture[tuple(middles.T)] = (*hex_to_rgb(MIDDLES[0]), 255)
    return picture
