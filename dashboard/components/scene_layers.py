"""What lies over a scene's picture, or says what its pixels are: encoded once, for the browser."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Labels = NDArray[np.integer[Any]]

SHARES = 200  # levels of a probability: half percents
_TOP = 3


@dataclass(frozen=True, slots=True)
class Layers:
    """What lies over a scene's picture, or says what its pixels are; made by ``layers``.

    Attributes:
        name: tells it from all others: other pixels take another name.
        shape: (H, W).
        parts: encoded pictures, by what they are.
    """

    name: str
    shape: tuple[int, int]
    parts: Mapping[str, bytes]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(map(len, self.parts.values()))


def layers(
    name: str, *, overlay: Pixels | None = None, marks: Labels | None = None,
    truth: Labels | None = None, prediction: Labels | None = None, top: Labels | None = None,
    probabilities: NDArray[np.floating[Any]] | None = None,
) -> Layers:  # fmt: skip
    """Encode layers for the browser; takes some 10 ms, so their place is in ``dashboard.cache``.

    Args:
        name: tells these layers from all others.
        overlay: (H, W, 4) RGBA, drawn over the picture.
        marks: (H, W): k where the pixel has the k-th mark, 0 where it has none.
        truth: (H, W) classes up to 255, 0 where none is known.
        prediction: (H, W) classes, 0 where there is none.
        top: (H, W, 3) the likeliest classes, the likeliest first; 0 for none.
        probabilities: (H, W, 3) of these, 0 to 1.

    Raises:
        ValueError: nothing is given, or the shapes do not fit.
    """
    shares = None if probabilities is None else np.rint(np.clip(probabilities, 0, 1) * SHARES)
    given = {
        "overlay": overlay, "marks": marks, "truth": truth, "prediction": prediction,
        "top": top, "shares": shares,
    }  # fmt: skip
    arrays = {what: array for what, array in given.items() if array is not None}
    shapes = {array.shape[:2] for array in arrays.values()}
    channels = {"overlay": (4,), "top": (_TOP,), "shares": (_TOP,)}
    fits = all(array.shape[2:] == channels.get(what, ()) for what, array in arrays.items())
    if len(shapes) != 1 or not fits:
        raise ValueError(f"layers of the shapes {[array.shape for array in arrays.values()]}")
    [(height, width)] = shapes
    parts = {what: png(array.astype(np.uint8)) for what, array in arrays.items()}
    return Layers(name, (height, width), parts)


def png(pixels: Pixels) -> bytes:
    """A picture without loss, encoded quickly."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()
