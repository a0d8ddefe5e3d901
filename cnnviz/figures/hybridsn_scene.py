"""Pictures of a hyperspectral scene: bands as grey or colour, and the sides of its cube."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures.scales import coloured, in_own_colours

Pixels = NDArray[np.uint8]

_SAMPLE = 1 << 16  # values that a stretch is measured on


def stretched(values: NDArray[Any], percent: float) -> Pixels:
    """A band as brightness: stretched over the whole range, as ``scenes.composite`` does it.

    Args:
        values: (H, W) finite real numbers.
        percent: of the pixels that are as dark as can be, and as many as bright; 0 to below 50.

    Returns:
        (H, W). A band of one value is black.
    """
    low, high = limits(values, percent)
    if high <= low:
        return np.zeros(values.shape, dtype=np.uint8)
    shown = values.astype(np.float32)
    shown -= np.float32(low)
    shown *= np.float32(255 / (high - low))
    np.rint(shown, out=shown)
    np.clip(shown, 0, 255, out=shown)
    return shown.astype(np.uint8)


def limits(values: NDArray[Any], percent: float) -> tuple[float, float]:
    """The values that are shown darkest and brightest; measured on some 65,000 of them."""
    flat = values.ravel()
    flat = flat[:: max(1, len(flat) // _SAMPLE)]
    low, high = np.percentile(flat, [percent, 100 - percent])
    return float(low), float(high)


def colours_of(planes: Sequence[Pixels]) -> Pixels:
    """(H, W, 3): three stretched bands as red, green and blue, or one as grey."""
    red, green, blue = planes if len(planes) == 3 else (planes[0],) * 3
    return np.stack((red, green, blue), axis=-1)


def component_picture(values: NDArray[np.floating[Any]], percent: float) -> Pixels:
    """(H, W, 3): a principal component, blue below the mean of the scene and red above it.

    Args:
        values: (H, W).
        percent: of the pixels on either side that may have the ends' colours.
    """
    low, high = limits(values, percent)
    most = max(-low, high)
    return coloured(values, most, signed=True) if most > 0 else in_own_colours(values, True)


def side_pictures(
    sides: Mapping[str, NDArray[np.floating[Any]]], percent: float = 1
) -> dict[str, Pixels]:
    """The spectra along the edges of a scene in colours, all on one scale: dark is little light.

    Args:
        sides: (B, length) each.
        percent: of the values that may have the ends' colours.
    """
    everything = np.concatenate([side.ravel() for side in sides.values()])
    low, high = limits(everything, percent)
    return {
        name: coloured(side - low, max(high - low, 0), signed=False) for name, side in sides.items()
    }


def blended(plain: Pixels, over: Pixels, opacity: float) -> Pixels:
    """A picture (H, W, 3) with one of (H, W, 4) over it, so opaque at most: (H, W, 3)."""
    share = over[:, :, 3:] / 255 * opacity
    mixed: Pixels = np.rint(plain * (1 - share) + over[:, :, :3] * share).astype(np.uint8)
    return mixed
