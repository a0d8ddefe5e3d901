"""Which blocks of a scene to set aside for a part, so that as much as can be is left to test on.

A set-aside pixel costs more than itself: no pixel within half a window of it can be tested. One
compact block a class, in the middle of its field, would leave few test pixels in a scene of
small fields. Blocks where several classes meet, at the border of what is labelled or beside blocks
already taken cost least: a greedy search finds them, and its seed decides between those about as
good.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.leakage import Mask, near, rectangle_sums, summed_area

Integers = NDArray[np.int64]

# What a block costs that costs no test pixel, in shares of a class: it keeps scores finite.
LEAST_COST = 0.02
# What taking the last test pixel of a class costs more, in the same unit.
WIPE_COST = 10.0


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Candidate blocks, clipped at the scene's border: (N,) each.

    ``middle`` is (2, N), of the unclipped blocks; ``inner`` holds rows and columns of the blocks
    (top, bottom, left, right), ``outer`` of the blocks with their guard band; ``luck`` is 1 to 4.
    """

    middle: NDArray[np.float64]
    inner: tuple[Integers, Integers, Integers, Integers]
    outer: tuple[Integers, Integers, Integers, Integers]
    luck: NDArray[np.float64]


def default_side(shape: tuple[int, ...], window: int) -> int:
    """A block's side in pixels: half a window, or a twelfth of the scene's side where that is more.

    Measured on Indian Pines, as it is and enlarged: how many test pixels remain hardly depends on
    the side, 3 to 35 pixels at windows 11 and 25, since of each class no more is taken from a block
    than is still wanted. Smaller blocks are more and slower to find.
    """
    return max(window // 2, round(float(np.sqrt(shape[0] * shape[1])) / 12), 1)


def choose(
    index: Integers,
    allowed: Mask,
    wanted: Integers,
    *,
    window: int,
    side: int,
    random: np.random.PCG64,
    may_wipe: bool,
) -> Mask:
    """Set pixels aside, block by block.

    Of a block, the pixels nearest to its middle are taken, of each class as many as still wanted.
    Each block is the one with most wanted pixels (in shares of what is wanted, a class without any
    counting double) for the test pixels it costs (in shares of what the class has left).

    Args:
        index: (H, W) classes counted from 0; -1 where nothing is known.
        allowed: (H, W) the pixels that may be taken or be tested.
        wanted: (C,) how many pixels of each class.
        window: the windows' side, odd.
        side: the blocks' side in pixels.
        random: decides between blocks; the same state gives the same pixels on every machine.
        may_wipe: whether a class's first pixels may cost a class its last test pixels, where
            there is no other way.

    Returns:
        (H, W) the pixels set aside; what is farther than ``window // 2`` from all of them can be
        tested.
    """
    search = _Search(index, allowed, wanted, window, may_wipe)
    # The fine lattice is for what has no place on the coarse one: classes of small fields.
    for step in (max(1, side // 3), max(1, side // 12)):
        lattice = _lattice(index.shape, side, window // 2, step, random)
        search.run(lattice, may_wipe=False)
    if may_wipe:
        search.run(lattice, may_wipe=True)
    return search.chosen


def _lattice(
    shape: tuple[int, ...], side: int, reach: int, step: int, random: np.random.PCG64
) -> _Lattice:
    """Blocks at every ``step``-th row and column, from a random one on."""
    offsets = random.random_raw(2) % step
    first = [np.arange(int(o) - side + 1, length) for o, length in zip(offsets, shape, strict=True)]
    rows, columns = (grid.ravel() for grid in np.meshgrid(*(a[::step] for a in first)))

    def rectangles(margin: int) -> tuple[Integers, Integers, Integers, Integers]:
        top, bottom = (np.clip(rows + d, 0, shape[0]) for d in (-margin, side + margin))
        left, right = (np.clip(columns + d, 0, shape[1]) for d in (-margin, side + margin))
        return top, bottom, left, right

    middle = np.stack([rows, columns]).astype(np.float64) + (side - 1) / 2
    luck = 1 + 3 * (random.random_raw(len(rows)) / 2.0**64)
    return _Lattice(middle, rectangles(0), rectangles(reach), luck)


class _Search:
    """The state of the greedy search: what is set aside, and what can still be tested."""

    def __init__(
        self, index: Integers, allowed: Mask, wanted: Integers, window: int, may_wipe: bool
    ) -> None:
        self.index, self.allowed, self.wanted, self.window = index, allowed, wanted, window
        self.classes = range(len(wanted))
        self.chosen = np.zeros(index.shape, dtype=np.bool_)
        self.testable = allowed & (index >= 0)
        self.taken = np.zeros_like(wanted)
        # A class that cannot be in both loses its test pixels where its first ones matter more.
        self.tested = [not may_wipe or self._divisible(number) for number in self.classes]

    def _divisible(self, number: int) -> bool:
        """Whether two pixels of a class are so far apart that one can be tested, one set aside."""
        places = np.nonzero(self.testable & (self.index == number))
        return len(places[0]) > 0 and max(int(np.ptp(a)) for a in places) > self.window // 2

    def run(self, lattice: _Lattice, *, may_wipe: bool) -> None:
        """Take blocks of a lattice until nothing is wanted or no block is worth it."""
        supply = np.stack([self._supply(number, lattice) for number in self.classes])
        loss = np.stack([self._loss(number, lattice) for number in self.classes])
        while np.any(self.taken < self.wanted):
            scores = self._scores(supply, loss, lattice.luck, may_wipe)
            best = int(scores.argmax())
            if scores[best] <= 0:
                return
            for number in self._take(lattice, best):
                supply[number] = self._supply(number, lattice)
                loss[number] = self._loss(number, lattice)

    def _supply(self, number: int, lattice: _Lattice) -> Integers:
        free = self.allowed & (self.index == number) & ~self.chosen
        return rectangle_sums(summed_area(free), *lattice.inner)

    def _loss(self, number: int, lattice: _Lattice) -> Integers:
        return rectangle_sums(summed_area(self.testable & (self.index == number)), *lattice.outer)

    def _scores(
        self, supply: Integers, loss: Integers, luck: NDArray[np.float64], may_wipe: bool
    ) -> NDArray[np.float64]:
        """(N,) how good each block is; 0 where it must not be taken."""
        gain, cost = np.zeros(len(luck)), np.zeros(len(luck))
        first, wiped = np.zeros(len(luck), dtype=np.int64), np.zeros(len(luck), dtype=np.int64)
        left = np.bincount(self.index[self.testable], minlength=len(self.wanted))
        for number in self.classes:
            lacking = self.wanted[number] - self.taken[number]
            if lacking > 0:
                gain += np.minimum(lacking, supply[number]) / self.wanted[number]
                first += (supply[number] > 0) & (self.taken[number] == 0)
            if self.tested[number] and left[number] > 0:
                cost += loss[number] / left[number]
                wiped += loss[number] == left[number]
        scores = luck * (gain + first) / (LEAST_COST + cost + WIPE_COST * wiped)
        permitted = (wiped == 0) | (may_wipe & (first >= wiped))
        return np.where(permitted & (gain > 0), scores, 0.0)

    def _take(self, lattice: _Lattice, block: int) -> list[int]:
        """Set the wanted pixels of a block aside; returns the classes that it changed."""
        top, bottom, left, right = (int(side[block]) for side in lattice.inner)
        inside = np.zeros(self.index.shape, dtype=np.bool_)
        inside[top:bottom, left:right] = True
        places = np.nonzero(inside & self.allowed & (self.index >= 0) & ~self.chosen)
        distance = np.abs(np.stack(places) - lattice.middle[:, block, None]).max(axis=0)
        nearest = np.argsort(distance, kind="stable")
        numbers = self.index[places][nearest]
        new = np.zeros(self.index.shape, dtype=np.bool_)
        for number in np.unique(numbers):
            lacking = max(0, int(self.wanted[number] - self.taken[number]))
            picked = nearest[numbers == number][:lacking]
            new[places[0][picked], places[1][picked]] = True
            self.taken[number] += len(picked)
        self.chosen |= new
        lost = self.testable & near(new, self.window)
        self.testable &= ~lost
        changed: list[int] = np.unique(self.index[lost | new]).tolist()
        return changed
