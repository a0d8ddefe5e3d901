"""How much noise is in a picture of which nothing else is known.

What is looked at is the diagonal detail of the Haar wavelet: of each four pixels a b / c d, half of
a - b - c + d. Little of a photo is in it, and of white noise its full deviation, in each four
independently. Blocks of a photo differ in how much detail is left in them: the smoothest tenth has
hardly any. Where all is noise, the tenth part of mean squares of 64 normal numbers lies at a known
share of the variance (chi-squared), and by that share it is brought back to the variance.

The detail and its use for noise: Donoho and Johnstone, "Ideal spatial adaptation by wavelet
shrinkage", Biometrika 1994, https://doi.org/10.1093/biomet/81.3.425, who take the median of all of
it, as scikit-image's ``estimate_sigma`` does. On photos that is too much, and too little where
pixels are clipped (``tests/data/test_noise_level.py`` compares both).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

BLOCK = 8  # fours of pixels a side
SHARE = 0.1
_COUNT = BLOCK * BLOCK
# Of the variance of white noise: where the tenth part of the mean squares of blocks lies.
_LEVEL = float(chi2.ppf(SHARE, _COUNT)) / _COUNT
_STRIP = 64  # rows of blocks that are looked at together


def estimated_sigma(pixels: NDArray[np.generic], white: float = 255.0) -> float | None:
    """The standard deviation of white noise in one channel.

    Blocks with pixels that are black or white are left out, as long as there are others: where
    values are cut off, noise is missing. Noise of one pixel that goes with the next one's, as a
    JPEG's or a camera's that interpolates colours, seems weaker than it is. Of noise that depends
    on brightness it is the weaker parts' level.

    Args:
        pixels: (H, W), 0 to ``white``.
        white: the level that white has.

    Returns:
        In units of ``white`` / 255, grey levels; None where not one block of 16 x 16 pixels fits.
    """
    side = 2 * BLOCK
    height, width = (length // side * side for length in pixels.shape)
    if not height or not width:
        return None
    means, cut = list[NDArray[np.float32]](), list[NDArray[np.float32]]()
    for top in range(0, height, _STRIP * side):
        strip = pixels[top : min(top + _STRIP * side, height), :width].astype(np.float32)
        detail = strip[::2, ::2] - strip[::2, 1::2] - strip[1::2, ::2] + strip[1::2, 1::2]
        means.append(_by_block(np.square(detail / 2), BLOCK))
        cut.append(_by_block((strip <= 0) | (strip >= white), side))
    squares, missing = np.concatenate(means), np.concatenate(cut)
    usable = squares[missing == missing.min()]
    return float(np.sqrt(np.quantile(usable, SHARE) / _LEVEL)) * 255 / white


def _by_block(values: NDArray[np.generic], side: int) -> NDArray[np.float32]:
    """The mean of each block, one after the other."""
    height, width = values.shape
    blocks = values.reshape(height // side, side, width // side, side)
    means: NDArray[np.float32] = blocks.mean(axis=(1, 3), dtype=np.float32).ravel()
    return means


def channel_sigmas(pixels: NDArray[np.integer[Any]]) -> tuple[float, ...]:
    """``estimated_sigma`` of each channel of a photo; empty where it is too small for that.

    Args:
        pixels: (H, W) or (H, W, 3), of an integer type whose largest value is white.
    """
    planes = [pixels] if pixels.ndim == 2 else list(np.moveaxis(pixels, -1, 0))
    white = float(np.iinfo(pixels.dtype).max)
    found = [estimated_sigma(plane, white) for plane in planes]
    return tuple(sigma for sigma in found if sigma is not None)


def overall(sigmas: tuple[float, ...]) -> float | None:
    """The level of noise in all channels together: the root of the mean variance."""
    return float(np.sqrt(np.mean(np.square(sigmas)))) if sigmas else None
