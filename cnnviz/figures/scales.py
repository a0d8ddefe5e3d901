"""The two colour scales of maps, as the few colours between which one blends.

Both are safe for colour-blind eyes, and the same in both themes, so that a printed picture and a
sentence about it ("red is positive") hold everywhere.
"""

import numpy as np
from numpy.typing import NDArray
from plotly.colors import diverging, hex_to_rgb, sequential, unlabel_rgb

Rgb = tuple[int, int, int]

# Activations: from dark to light. matplotlib's cividis (Nunez, Anderton, Renslow 2018).
SEQUENTIAL: tuple[Rgb, ...] = tuple(
    (int(r), int(g), int(b)) for r, g, b in map(hex_to_rgb, sequential.Cividis)
)

# Weights and differences: blue below zero, red above (ColorBrewer's RdBu, turned round).
DIVERGING: tuple[Rgb, ...] = tuple(
    (int(r), int(g), int(b)) for r, g, b in map(unlabel_rgb, reversed(diverging.RdBu))
)

_LEVELS = 255  # odd, so that zero has the very middle of the diverging scale


def _blended(colours: tuple[Rgb, ...]) -> NDArray[np.uint8]:
    at = np.linspace(0, len(colours) - 1, _LEVELS)
    known = np.array(colours, dtype=np.float64)
    channels = [np.interp(at, np.arange(len(colours)), known[:, c]) for c in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


_SEQUENTIAL, _DIVERGING = _blended(SEQUENTIAL), _blended(DIVERGING)


def in_own_colours(values: NDArray[np.floating], signed: bool) -> NDArray[np.uint8]:
    """``coloured`` on a scale that ends at the map's own largest size of a value."""
    return coloured(values, float(np.abs(values).max()), signed)


def coloured(values: NDArray[np.floating], most: float, signed: bool) -> NDArray[np.uint8]:
    """Colour a map.

    Args:
        values: (H, W), finite.
        most: what the scale spans: 0 to ``most``, or -``most`` to ``most`` where ``signed``.
            Values beyond have the end's colour.
        signed: whether the colours diverge at zero.

    Returns:
        (H, W, 3) RGB.
    """
    most = most or 1.0  # a map of zeros has the colour of zero
    low, scale = (-most, _DIVERGING) if signed else (0.0, _SEQUENTIAL)
    share = (values - low) / (most - low)
    levels = np.rint(share * (_LEVELS - 1)).clip(0, _LEVELS - 1).astype(np.intp)
    picture: NDArray[np.uint8] = scale[levels]
    return picture
