"""Chance and fractions as integers: what makes a generated scene the same on every machine.

A floating-point result may differ in its last digit from one processor, compiler or library to the
next (exp and sin do, and so does a sum whose order is free), and numpy may change how it draws
normal numbers from one release to the next. So the generated scene is made of integers: chance is
the raw words of PCG64, which numpy promises never to change; a number from a formula becomes a
fixed-point integer at once (``fixed``); and after that there are only integer additions, products
and shifts. Division and right shift round down, also below zero.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]

#: Standard deviation of ``Bits.bell``.
BELL = 1024


def fixed(values: ArrayLike, bits: int) -> Ints:
    """Round numbers to integers in units of ``2**-bits``."""
    rounded: Ints = np.rint(np.asarray(values, dtype=np.float64) * 2**bits).astype(np.int64)
    return rounded


class Bits:
    """A stream of random integers.

    Args:
        seed: 0 or more; a negative one is a ValueError.
        stream: several streams of one seed are independent of each other.
    """

    def __init__(self, seed: int, stream: int) -> None:
        self._words = np.random.PCG64(np.random.SeedSequence([seed, stream]))

    def _raw(self, shape: tuple[int, ...]) -> NDArray[np.uint64]:
        return self._words.random_raw(int(np.prod(shape, dtype=np.int64))).reshape(shape)

    def below(self, limit: int, shape: tuple[int, ...]) -> Ints:
        """Even chances for 0 to ``limit - 1``; the limit is below 2**31."""
        high = (self._raw(shape) >> np.uint64(32)).astype(np.int64)
        return (high * limit) >> 32

    def one(self, start: int, stop: int) -> int:
        """One integer, ``start`` to ``stop - 1``."""
        return start + int(self.below(stop - start, (1,))[0])

    def bell(self, shape: tuple[int, ...]) -> Ints:
        """Nearly normal, mean 0 and standard deviation ``BELL``: the sum of four 16-bit numbers.

        It ends at 3.46 standard deviations.
        """
        words = self._raw(shape)
        total = np.full(shape, -2 * 0xFFFF, dtype=np.int64)
        for shift in (0, 16, 32, 48):
            total += ((words >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.int64)
        return (total * 111) >> 12  # from 37,837, which is 65,536 * sqrt(4 / 12), to 1,025

    def smooth(self, size: int, cell: int) -> Ints:
        """(size, size) nearly normal numbers that change slowly: mean 0, at most ``BELL``.

        Bell numbers stand at the corners of cells of ``cell`` pixels; between them it is bilinear.
        """
        corners = self.bell((size // cell + 2, size // cell + 2))
        whole, part = np.divmod(np.arange(size), cell)
        down = corners[whole] * (cell - part)[:, None] + corners[whole + 1] * part[:, None]
        across: Ints = down[:, whole] * (cell - part) + down[:, whole + 1] * part
        return across // (cell * cell)
