"""Noise of a known kind and strength, the same for the same seed.

A picture is (H, W) or (H, W, C), grey levels 0..255. Whatever the kind, ``sigma`` is the root of
the mean square of the noise, in grey levels, so that kinds can be compared.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Picture = NDArray[np.float32]
WHITE = 255.0
#: Strengths that a slider goes through, grey levels: up to where little of a photo is left to see.
LEVELS = tuple(range(0, 80, 5))


def gaussian(clean: ArrayLike, sigma: float, seed: int, index: int = 0) -> Picture:
    """A picture with additive white Gaussian noise; nothing is clipped.

    Args:
        clean: the picture.
        sigma: standard deviation of the noise, grey levels.
        seed: of the noise.
        index: of the picture in its set: each has noise of its own.
    """
    levels = np.asarray(clean, dtype=np.float32)
    drawn = np.random.default_rng([seed, index]).standard_normal(levels.shape, dtype=np.float32)
    return levels + np.float32(sigma) * drawn


def poisson(clean: ArrayLike, sigma: float, seed: int) -> Picture:
    """A picture as a camera counts it that catches few photons: bright parts have more noise.

    Args:
        clean: the picture.
        sigma: root of the mean variance of the noise, grey levels: it says how many photons.
        seed: of the noise.
    """
    levels = np.asarray(clean, dtype=np.float64)
    if sigma == 0 or not levels.any():
        return levels.astype(np.float32)
    photons = levels.mean() / sigma**2  # a grey level; counts vary by their own number
    counts = np.random.default_rng(seed).poisson(levels * photons)
    made: Picture = (counts / photons).astype(np.float32)
    return made


def salt_and_pepper(clean: ArrayLike, sigma: float, seed: int) -> Picture:
    """A picture of which some pixels are black or white, all channels of a pixel alike.

    Args:
        clean: the picture.
        sigma: root of the mean square of the noise, grey levels: it says how many pixels.
        seed: of the noise.
    """
    levels = np.asarray(clean, dtype=np.float32)
    # What one pixel that turns black or white adds, on average.
    square = float(np.mean((levels**2 + (WHITE - levels) ** 2) / 2, dtype=np.float64))
    draw = np.random.default_rng(seed)
    hit = draw.random(levels.shape[:2]) < sigma**2 / square
    white = np.where(draw.random(levels.shape[:2]) < 0.5, np.float32(WHITE), np.float32(0))
    if levels.ndim == 3:
        hit, white = hit[..., None], white[..., None]
    return np.where(hit, white, levels).astype(np.float32)


#: By name.
KINDS: dict[str, Callable[[ArrayLike, float, int], Picture]] = {
    "gaussian": gaussian,
    "poisson": poisson,
    "salt_and_pepper": salt_and_pepper,
}


def noisy(
    clean: ArrayLike, kind: str, sigma: float, seed: int, *, clipped: bool = False
) -> Picture:
    """A picture with noise.

    Args:
        clean: the picture.
        kind: a key of ``KINDS``.
        sigma: strength, grey levels.
        seed: of the noise.
        clipped: cut grey levels beyond 0..255 off, as a file would.
    """
    made = KINDS[kind](clean, sigma, seed)
    return np.clip(made, 0, np.float32(WHITE)) if clipped else made
