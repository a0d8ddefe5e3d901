"""Hyperspectral scenes as pictures: three bands as colours, and what is known of the pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from plotly.colors import hex_to_rgb

from cnnviz.figures.classes import COLOURS

Pixels = NDArray[np.uint8]

_SAMPLE = 1 << 18  # pixels that a stretch is measured on
_PALETTE = np.array([(*hex_to_rgb(colour), 255) for colour in COLOURS], dtype=np.uint8)
# What the ground without a class is drawn in: greys that both dark and light colours stand out of.
_GREYS = (120, 225)


def composite(cube: NDArray[Any], bands: tuple[int, int, int], percent: float = 2) -> Pixels:
    """A false-colour picture: each band is stretched over the whole range of its colour.

    Args:
        cube: (H, W, B) finite real numbers; may be mapped from a file.
        bands: for red, green and blue.
        percent: of the pixels that are as dark as can be, and as many as bright.

    Returns:
        (H, W, 3). A band of one value is black.
    """
    values = np.asarray(cube[:, :, list(bands)], dtype=np.float64)
    pixels = values.reshape(-1, 3)
    step = max(1, len(pixels) // _SAMPLE)
    low, high = np.percentile(pixels[::step], [percent, 100 - percent], axis=0)
    wide = high > low
    share = (values - low) / np.where(wide, high - low, 1) * wide
    picture: Pixels = np.rint(255 * share.clip(0, 1)).astype(np.uint8)
    return picture


def class_picture(labels: NDArray[np.integer[Any]]) -> Pixels:
    """The classes of a scene's pixels in their colours.

    Args:
        labels: (H, W): 0 where nothing is known, k for class k.

    Returns:
        (H, W, 4) RGBA, transparent where nothing is known.
    """
    picture: Pixels = _PALETTE[(labels - 1) % len(_PALETTE)]
    picture[labels == 0] = 0
    return picture


def class_overlay(picture: Pixels, labels: NDArray[np.integer[Any]]) -> Pixels:
    """The classes in their colours over a picture in pale grey.

    Args:
        picture: (H, W, 3), of ``composite``.
        labels: (H, W), as of ``class_picture``.

    Returns:
        (H, W, 3).
    """
    dark, light = _GREYS
    grey = np.rint(dark + picture.mean(axis=2, keepdims=True) / 255 * (light - dark))
    classes = class_picture(labels)
    over: Pixels = np.where(classes[:, :, 3:] > 0, classes[:, :, :3], grey.astype(np.uint8))
    return over
