"""How much of the test a network has seen while it was trained: window by window, pixel by pixel.

The counting is that of ``cnnviz.data.leakage``; here it is asked for one split at any window, and
for one test pixel.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz.data import splits
from cnnviz.data.leakage import Mask, near, window_sums
from cnnviz.data.parts import Split

How = Literal["random", "per_class", "blocks"]
Labels = NDArray[np.int64]
#: What a pixel is to the test, as ``Meter.kinds`` numbers it: not labelled; for training; left out
#: (validation, guard band); or for the test, with a window that holds no training pixel, some of
#: other classes alone, or one of its own class.
UNKNOWN, TRAINED_ON, LEFT_OUT, UNSEEN, SEEN_OTHERS, SEEN_OWN = range(6)


@dataclass(frozen=True, slots=True)
class Meter:
    """What test windows share with the training; shares are 0 to 1.

    Attributes:
        window: the windows' side.
        own_class: the share of the test windows that hold a training pixel of their own class.
        any_class: the same of any class.
        overlap: the mean share of a test window's pixels that lie in some training window. Padding
            counts as unseen.
        overlap_inside: the same of those of its pixels that lie in the scene.
        seen: (H, W) the pixels that lie in some training window.
        kinds: (H, W) uint8, what each pixel is to the test.
    """

    window: int
    own_class: float
    any_class: float
    overlap: float
    overlap_inside: float
    seen: Mask
    kinds: NDArray[np.uint8]


def made(
    labels: Labels, how: How, *, amount: float, seed: int, window: int, validation: float = 0.0
) -> Split:
    """Divide a scene in one of the three ways.

    Args:
        labels: (H, W): 0 where nothing is known, classes from 1 on.
        how: "random" and "blocks" take a share of each class, "per_class" a number of pixels.
        amount: that share, between 0 and 1, or that number.
        seed: from 0 on.
        window: the windows' side, odd; only blocks depend on it.
        validation: a share of each class that is in neither training nor test; not for
            "per_class".

    Raises:
        UserError: where the scene cannot be divided like that.
    """
    if how == "per_class":
        return splits.per_class(labels, train=int(amount), seed=seed, window=window)
    make: Any = splits.blocks if how == "blocks" else splits.stratified
    split: Split = make(labels, train=amount, validation=validation, seed=seed, window=window)
    return split


def meter(labels: Labels, split: Split, window: int) -> Meter:
    """Measure a split at any window; 5 ms for a scene of 145 by 145.

    Args:
        labels: (H, W) that were divided.
        split: of them.
        window: the windows' side, odd; another one than the split was made for will do.
    """
    train, test = (_mask(pixels, split.shape) for pixels in (split.train, split.test))
    # A pixel lies in some training window where its own window holds a training pixel.
    seen = near(train, window)
    own = np.zeros(split.shape, dtype=np.bool_)
    for number in np.unique(labels[train]):
        of_class = labels == number
        own |= near(train & of_class, window) & of_class
    sums = window_sums(seen, window)[test]
    sizes = window_sums(np.ones(split.shape, dtype=np.bool_), window)[test]
    kinds = np.where(labels > 0, LEFT_OUT, UNKNOWN).astype(np.uint8)
    kinds[train] = TRAINED_ON
    kinds[test] = np.where(own, SEEN_OWN, np.where(seen, SEEN_OTHERS, UNSEEN))[test]
    for array in (seen, kinds):
        array.setflags(write=False)
    return Meter(
        window=window,
        own_class=float(own[test].mean()),
        any_class=float(seen[test].mean()),
        overlap=float(np.mean(sums) / window**2),
        overlap_inside=float(np.mean(sums / sizes)),
        seen=seen,
        kinds=kinds,
    )


@dataclass(frozen=True, slots=True)
class Covered:
    """One pixel, and the training windows that it lies in.

    Attributes:
        row, column: the pixel.
        part: "train", "validation", "test" or "guard"; "" where nothing is known of it.
        training: (n, 2) row and column of the training pixels in whose windows it lies: those
            that lie in its own window.
        own_class: how many of these are of its class.
        layers: (H, W) in how many of these windows each pixel lies.
        seen: the share, 0 to 1, of the pixels of its window in the scene that lie in some training
            window, whether or not that one reaches the pixel itself.
    """

    row: int
    column: int
    part: str
    training: NDArray[np.int64]
    own_class: int
    layers: NDArray[np.int64]
    seen: float


def covered(labels: Labels, split: Split, found: Meter, row: int, column: int) -> Covered:
    """Look at one pixel.

    Args:
        labels: (H, W) that were divided.
        split: of them.
        found: the meter of this split.
        row, column: in the scene.

    Raises:
        IndexError: where they are not.
    """
    height, width = split.shape
    if not (0 <= row < height and 0 <= column < width):
        raise IndexError(f"pixel ({row}, {column}) is not in a scene of {height} by {width}")
    box = _window(row, column, found.window, split.shape)
    inside = _mask(split.train, split.shape)[box]
    training = np.argwhere(inside) + np.array([box[0].start, box[1].start])
    layers = np.zeros(split.shape, dtype=np.int64)
    for each in training:
        layers[_window(int(each[0]), int(each[1]), found.window, split.shape)] += 1
    number = labels[row, column]
    own = labels[tuple(training.T)] == number
    return Covered(
        row=row,
        column=column,
        part=_part(labels, split, row * width + column),
        training=training,
        own_class=int(own.sum()) if number else 0,
        layers=layers,
        seen=float(found.seen[box].mean()),
    )


def _part(labels: Labels, split: Split, pixel: int) -> str:
    if not labels.flat[pixel]:
        return ""
    for name in ("train", "validation", "test"):
        if np.isin(pixel, getattr(split, name)):
            return name
    return "guard"


def _mask(pixels: NDArray[np.int64], shape: tuple[int, int]) -> Mask:
    mask = np.zeros(shape, dtype=np.bool_)
    mask.reshape(-1)[pixels] = True
    return mask


def _window(row: int, column: int, window: int, shape: tuple[int, int]) -> tuple[slice, slice]:
    """The rows and columns of a pixel's window that lie in the scene."""
    half = window // 2
    rows, columns = (
        slice(max(at - half, 0), min(at + half + 1, side))
        for at, side in zip((row, column), shape, strict=True)
    )
    return rows, columns
