"""Crops of photos: the squares that DnCNN's lesson looks at, in grey or in colour."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Box = tuple[int, int, int, int]

SIDE = 180  # pixels a side of the crop that is seen first, as of the paper's training pictures
# Where there is more to see than in the middle: row and column.
CENTRES = {"camera": (150, 245), "astronaut": (112, 222)}


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A photo (H, W, 3) in grey, (H, W)."""
    return np.array(Image.fromarray(pixels).convert("L"))


def usual_centre(name: str, shape: tuple[int, ...]) -> tuple[int, int]:
    """Row and column of the middle of the crop that is seen first of a photo.

    Args:
        name: of the photo.
        shape: of its pixels, (H, W) or (H, W, 3).
    """
    return CENTRES.get(name, (shape[0] // 2, shape[1] // 2))


def crop_box(shape: tuple[int, ...], centre: tuple[int, int], side: int) -> Box:
    """A square around a pixel, moved into the picture and no larger than it.

    Returns:
        Rows and columns as (top, left, bottom, right), the last ones not included.
    """
    sides = [min(side, length) for length in shape[:2]]
    top, left = (
        min(max(at - length // 2, 0), whole - length)
        for at, length, whole in zip(centre, sides, shape, strict=False)
    )
    return top, left, top + sides[0], left + sides[1]


def crop(pixels: NDArray[np.uint8], name: str, side: int, place: str = "") -> NDArray[np.uint8]:
    """The square of a photo around a place.

    Args:
        pixels: (H, W) or (H, W, 3).
        name: of the photo.
        side: of the square, pixels.
        place: its middle as links have it, "row.column"; "": where it is seen first.

    Returns:
        (side, side) or (side, side, 3); less where the photo is smaller.
    """
    centre = usual_centre(name, pixels.shape)
    if place:
        row, column = place.split(".")
        centre = int(row), int(column)
    top, left, bottom, right = crop_box(pixels.shape, centre, side)
    return pixels[top:bottom, left:right]
