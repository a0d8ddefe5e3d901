"""What grows on which field of the generated scene, and which pixels are labelled."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.synthetic_bits import Bits, Ints
from cnnviz.data.synthetic_kinds import CLASSES, NUMBER, SPARE, SPARE_WOODED, WOODED
from cnnviz.data.synthetic_mosaic import ROAD, SIZE, STRIP, SUB, Mosaic, mosaic

FREE = -1  # the kind of a field on which nothing grows yet
SLIVER = 60  # fields with fewer unmixed pixels are too small, but for classes that want fewer


@dataclass(frozen=True, slots=True)
class Layout:
    """A settled mosaic.

    Attributes:
        mosaic: the fields.
        kinds: (fields,) what grows on each, as its place in ``KINDS``.
        labels: (SIZE, SIZE) the pixels' classes, 0 where none is known.
    """

    mosaic: Mosaic
    kinds: Ints
    labels: Ints


def layout(seed: int) -> Layout:
    """Draw mosaics until one has room for all that is wanted of every class: mostly the first.

    Args:
        seed: 0 or more.
    """
    bits = Bits(seed, 0)
    while True:
        settled = _settled(mosaic(bits), bits)
        if settled is not None:
            return settled


def _settled(land: Mosaic, bits: Bits) -> Layout | None:
    """Give each field its kind and label what is wanted; None where there is no room for it.

    The largest classes choose first. What they leave gets no label.
    """
    unmixed, deep = _unmixed(land), _depths(land)
    fields = len(land.lengthwise)
    room = np.bincount(unmixed[unmixed >= 0], minlength=fields)
    kinds = np.full(fields, FREE, dtype=np.int64)
    kinds[[ROAD, STRIP]] = NUMBER["road"], NUMBER["strip"]
    labels = np.zeros((SIZE, SIZE), dtype=np.int64)
    for number in sorted(range(len(CLASSES)), key=lambda place: -CLASSES[place].wanted):
        kind = CLASSES[number]
        left, share = kind.wanted, -(-kind.wanted // kind.fields)
        while left:
            need = min(left, share)
            chosen = _choice(kinds, room, need, deep if kind.name in WOODED else None)
            if chosen is None:
                return None
            kinds[chosen] = number
            pixels = _part(land, unmixed == chosen, bool(land.lengthwise[chosen]), need)
            labels[pixels] = number + 1
            left -= len(pixels[0])
    for spare in np.flatnonzero(kinds == FREE):
        names = SPARE_WOODED if deep[spare] > 100 else SPARE
        kinds[spare] = NUMBER[names[bits.one(0, len(names))]]
    return Layout(land, kinds, labels)


def _unmixed(land: Mosaic) -> Ints:
    """(SIZE, SIZE) the field of the pixels that lie on one field only, -1 elsewhere."""
    blocks = land.field.reshape(SIZE, SUB, SIZE, SUB)
    first = blocks[:, 0, :, 0]
    return np.where((blocks == first[:, None, :, None]).all(axis=(1, 3)), first, -1)


def _depths(land: Mosaic) -> NDArray[np.float64]:
    """(fields,) mean nearness of a field to the wooded corner."""
    field = land.field[::SUB, ::SUB].ravel()
    fields = len(land.lengthwise)
    # The sums are whole numbers, and a single division rounds alike everywhere.
    area = np.bincount(field, minlength=fields)
    return np.bincount(field, land.nearness.ravel(), fields) / np.maximum(area, 1)


def _choice(kinds: Ints, room: Ints, need: int, deep: NDArray[np.float64] | None) -> int | None:
    """The free field that suits best, None without one.

    That is the smallest one with room for all that is needed, else the largest; or for wooded
    classes the one that is ``deep``est in the woods.
    """
    free = np.flatnonzero((kinds == FREE) & (room >= min(need, SLIVER)))
    if not len(free):
        return None
    if deep is not None:
        return int(free[np.argmax(deep[free])])
    fitting = free[room[free] >= need]
    if len(fitting):
        return int(fitting[np.argmin(room[fitting])])
    return int(free[np.argmax(room[free])])


def _part(land: Mosaic, here: NDArray[np.bool_], lengthwise: bool, need: int) -> tuple[Ints, Ints]:
    """Rows and columns of the pixels at one end of a field: so many, or all that there are."""
    rows, columns = np.nonzero(here)
    axis = (land.down if lengthwise else land.across)[::SUB, ::SUB]
    order = np.argsort(axis[rows, columns], kind="stable")[:need]
    return rows[order], columns[order]
