"""Pictures of principal components: all of them as small maps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Longest side of a small map, in pixels: a screen has no room for more.
SMALL = 150


def small_maps(scores: NDArray[np.floating[Any]], count: int) -> NDArray[np.float32]:
    """The first components as maps of at most ``SMALL`` pixels a side, every n-th pixel of them.

    Args:
        scores: (H, W, N).
        count: how many.

    Returns:
        (count, h, w).
    """
    every = -(-max(scores.shape[:2]) // SMALL)
    maps = scores[::every, ::every, :count].transpose(2, 0, 1)
    return np.ascontiguousarray(maps, dtype=np.float32)
