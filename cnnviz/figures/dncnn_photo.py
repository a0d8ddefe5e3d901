"""What was taken out of a photo, as a picture."""

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures.dncnn_classics import difference
from cnnviz.figures.scales import coloured

Pixels = NDArray[np.uint8]

_SPAN = 3.0  # standard deviations from zero to the ends of the colours
_LEAST = 3.0  # grey levels that they span at least: below that it is the file's rounding


def limit(sigma: float | None) -> float:
    """Grey levels at the ends of the colours, for noise of this level; None where it is unknown."""
    return max(_SPAN * (sigma or 0), _LEAST)


def taken_away(before: NDArray[np.floating], after: NDArray[np.floating], most: float) -> Pixels:
    """The noise that was found.

    Args:
        before, after: (H, W) or (H, W, 3), grey levels.
        most: at the ends of the colours.

    Returns:
        (H, W, 3). Of a grey photo in the colours of signed numbers, white for zero. In colour,
        where each channel is seen as its own, zero is the middle grey.
    """
    noise = before - after
    return coloured(noise, most, signed=True) if noise.ndim == 2 else difference(noise, most)
