"""Denoised pictures and what they are off by, as pictures to lay beside each other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures.numbers import THIN, significant

Pixels = NDArray[np.uint8]

ZERO = 127  # the place of zero among the 255 of a signed colour scale
_LEAST = 5.0  # grey levels that differences' colours span at least


def limit(sigma: float) -> float:
    """Grey levels at the ends of differences' colours: what is left is less than the noise was."""
    return max(sigma, _LEAST)


def shown(picture: NDArray[np.floating]) -> Pixels:
    """Grey levels as a screen shows them: whole, from 0 to 255.

    Args:
        picture: (H, W) or (H, W, 3).
    """
    levels: Pixels = np.rint(picture).clip(0, 255).astype(np.uint8)
    return levels


def difference(error: NDArray[np.floating], most: float) -> Pixels:
    """A difference as places in the colours of signed numbers.

    Args:
        error: (H, W) or (H, W, 3), grey levels.
        most: at the ends of the colours.

    Returns:
        Of the same shape: 0 for -``most`` or less, ``ZERO`` for 0, 254 for ``most`` or more. In
        colour, where each channel is seen as its own, zero is the middle grey.
    """
    places: Pixels = np.rint(ZERO + ZERO * error / most).clip(0, 2 * ZERO).astype(np.uint8)
    return places


def best(values: Sequence[float]) -> int:
    """Which of these is the largest."""
    return int(np.argmax(values))


def decibels(value: float) -> str:
    """As papers print it: 29.23 dB."""
    return f"{value:.2f}{THIN}dB"


def seconds(value: float) -> str:
    """A short time: 24 ms, 1.32 s."""
    if value >= 1:
        return f"{significant(value)}{THIN}s"
    return f"{significant(1000 * value, 2)}{THIN}ms"
