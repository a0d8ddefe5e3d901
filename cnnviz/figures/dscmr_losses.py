"""Similarities in the common space, as pictures."""

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures.scales import coloured
from cnnviz.figures.senet import scale_strip

Pixels = NDArray[np.uint8]


def matrix_picture(values: NDArray[np.float32]) -> Pixels:
    """Cosines or labels, -1 to 1: blue below zero, white at it, red above.

    Args:
        values: (n, m).

    Returns:
        (n, m, 3) RGB, a pixel for each.
    """
    return coloured(values, 1.0, signed=True)


def scale_picture() -> Pixels:
    """(1, 255, 3) RGB: the colours from -1 to 1."""
    return scale_strip(signed=True)
