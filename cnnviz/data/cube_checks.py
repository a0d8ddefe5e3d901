"""What is looked for in a cube before a scene is made of it.

A mapped cube is read once, piece by piece, along the axis on which its file is ordered; its pages
are given back after each piece, so that a cube larger than the memory is checked, too.
"""

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.cube_arrays import Array
from cnnviz.data.label_checks import listed
from cnnviz.errors import UserError
from cnnviz.text import N_

MIN_SIDE, MIN_BANDS = 5, 3
THIN = "\u202f"  # a narrow space between thousands
_PIECE = 1 << 24  # bytes that are looked at at once

_NAN = N_(
    "The cube has NaN (not a number) in {count} of {all} bands ({bands}), {values} in all: drop "
    "these bands, or replace the values."
)
_INFINITE = N_(
    "The cube has infinite values in {count} of {all} bands ({bands}), {values} in all: drop these "
    "bands, or replace the values."
)
_NAN_ALL_OVER = N_(
    "The cube has NaN (not a number) in {count} of {all} bands, {values} in all: too many bands to "
    "drop, so replace the values, those of missing pixels by 0."
)
_INFINITE_ALL_OVER = N_(
    "The cube has infinite values in {count} of {all} bands, {values} in all: too many bands to "
    "drop, so replace the values."
)
_CONSTANT = N_(
    "In {count} of {all} bands all pixels have one value ({bands}): these bands can be dropped."
)
_NEGATIVE = N_(
    "In {count} of {all} bands there are values below 0 ({bands}), down to {least}: replace them "
    "where they mark missing pixels; reflectance may have some."
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in each of a cube's bands, which are counted from 0 here, from 1 in sentences.

    Attributes:
        nan: (B,) values that are not numbers.
        infinite: (B,) values that are infinite.
        low, high: (B,) the smallest and the largest finite value; inf and -inf where there is none.
        labels: what is worth knowing of the ground truth.
    """

    nan: NDArray[np.int64]
    infinite: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    labels: tuple[UserError, ...] = ()

    @property
    def faulty(self) -> tuple[int, ...]:
        """Bands with values that no network can use."""
        return _places(self.nan + self.infinite > 0)

    @property
    def constant(self) -> tuple[int, ...]:
        """Bands that have one value in all pixels."""
        return _places(self.low == self.high)

    @property
    def negative(self) -> tuple[int, ...]:
        """Bands with values below 0."""
        return _places(self.low < 0)

    @property
    def droppable(self) -> tuple[int, ...]:
        """Faulty and constant bands, where enough others are left."""
        bands = tuple(sorted({*self.faulty, *self.constant}))
        return bands if len(bands) <= len(self.nan) - MIN_BANDS else ()

    def faults(self, dropped: Sequence[int] = ()) -> tuple[UserError, ...]:
        """What keeps the cube from being used without the dropped bands."""
        found = []
        enough = len(self.nan) - len(self.faulty) >= MIN_BANDS
        nan, infinite = (_NAN, _INFINITE) if enough else (_NAN_ALL_OVER, _INFINITE_ALL_OVER)
        for counts, message in ((self.nan, nan), (self.infinite, infinite)):
            bands = [band for band in _places(counts > 0) if band not in dropped]
            if bands:
                values = f"{int(counts[bands].sum()):,}".replace(",", THIN)
                found.append(self._said(message, bands, values=values))
        return tuple(found)

    def notes(self, dropped: Sequence[int] = ()) -> tuple[UserError, ...]:
        """What is odd and can be used all the same, without the dropped bands."""
        constant, negative = (
            [band for band in bands if band not in dropped]
            for bands in (self.constant, self.negative)
        )
        found = []
        if constant:
            found.append(self._said(_CONSTANT, constant))
        if negative:
            least = f"{self.low[negative].min():g}".replace("-", "\u2212")
            found.append(self._said(_NEGATIVE, negative, least=least))
        return (*found, *self.labels)

    def _said(self, message: str, bands: Sequence[int], **values: str) -> UserError:
        numbers = listed([band + 1 for band in bands])
        return UserError(message, count=len(bands), all=len(self.nan), bands=numbers, **values)


def inspect(cube: Array, labels: tuple[UserError, ...] = ()) -> Report:
    """Look through a cube (H, W, B).

    Args:
        cube: real numbers; may be mapped from a file.
        labels: what the report is to say of the ground truth.
    """
    bands = cube.shape[2]
    nan, infinite = np.zeros(bands, np.int64), np.zeros(bands, np.int64)
    low, high = np.full(bands, np.inf), np.full(bands, -np.inf)
    for place in pieces(cube):
        piece, here = cube[place], place[2]
        if cube.dtype.kind == "f":
            finite = np.isfinite(piece)
            missing = np.isnan(piece).sum(axis=(0, 1))
            nan[here] += missing
            infinite[here] += (~finite).sum(axis=(0, 1)) - missing
            lowest = piece.min(axis=(0, 1), initial=np.inf, where=finite)
            highest = piece.max(axis=(0, 1), initial=-np.inf, where=finite)
        else:
            lowest, highest = piece.min(axis=(0, 1)), piece.max(axis=(0, 1))
        low[here] = np.minimum(low[here], lowest)
        high[here] = np.maximum(high[here], highest)
        released(cube)
    return Report(nan, infinite, low, high, labels)


def check_sides(shape: tuple[int, ...], name: str) -> None:
    """Refuse a cube (H, W, B) that is too small to be looked at in windows.

    Raises:
        UserError: where it is below 5 x 5 pixels or 3 bands.
    """
    if min(shape[:2]) < MIN_SIDE or shape[2] < MIN_BANDS:
        raise UserError(
            "The cube {name} has {rows} × {columns} pixels and {bands} bands: it takes {side} × "
            "{side} pixels and {least} bands or more.",
            name=name,
            rows=shape[0],
            columns=shape[1],
            bands=shape[2],
            side=MIN_SIDE,
            least=MIN_BANDS,
        )


def released(cube: Array) -> None:
    """Give back the memory that a mapped array's pages take; they are read again when needed."""
    owner: object = cube
    while owner is not None and not isinstance(owner, mmap.mmap):
        owner = getattr(owner, "base", None)
    if isinstance(owner, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)


def pieces(cube: Array) -> Iterator[tuple[slice, slice, slice]]:
    """Places in a cube, in the order in which its values lie in the file."""
    axis = int(np.argmax(np.abs(cube.strides)))
    step = max(1, _PIECE * cube.shape[axis] // cube.nbytes)
    for start in range(0, cube.shape[axis], step):
        place = [slice(None)] * 3
        place[axis] = slice(start, start + step)
        yield place[0], place[1], place[2]


def _places(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(place) for place in np.flatnonzero(mask))
