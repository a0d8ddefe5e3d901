"""Numbers with three significant digits in 16 bits: what a hover shows, at float16's price.

float16 cannot keep the promise: near 9.99 its steps are 0.0078, so every third value would be
shown with a wrong third digit. Here a code is sign, power of ten and three decimal digits, so the
number in the browser is the rounded number itself.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DECADES = 36  # 2 signs * 36 powers * 900 digits < 2**16
_DIGITS = 900
_NEGATIVE = DECADES * _DIGITS  # added to a code for the minus sign
ZERO = 2 * _NEGATIVE
NAN, INF, MINUS_INF = ZERO + 1, ZERO + 2, ZERO + 3


@dataclass(frozen=True)
class ThreeDigits:
    """Encoded numbers.

    codes: uint16, the shape of the numbers; top: the power of ten of the largest digit group, so
    that code 899 + 900 * 0 means 9.99 * 10**top.
    """

    codes: npt.NDArray[np.uint16]
    top: int


def encode(values: npt.NDArray[np.floating]) -> ThreeDigits:
    """`values` (any shape) rounded to three significant digits, half to even, as 16-bit codes.

    What is smaller than 10**-35 of the largest becomes 0; NaN and infinities stay themselves.
    """
    size = np.abs(values).astype(np.float64)
    usable = np.isfinite(size) & (size > 0)
    if not usable.all():
        size[~usable] = 1.0
    power = np.floor(np.log10(size)).astype(np.int32)
    digits = np.rint(size * _powers_of_ten(2 - power))
    # log10 may fall on the wrong side of a whole number, and 9.996 rounds up to 10.0.
    power += digits >= 1000
    power -= digits < 100
    digits = np.rint(size * _powers_of_ten(2 - power))
    top = int(power.max(where=usable, initial=-300))
    below = top - power
    codes = (below * _DIGITS + digits.astype(np.int32) - 100).astype(np.int32)
    codes[np.signbit(values)] += _NEGATIVE
    codes[~usable | (below >= DECADES)] = ZERO
    codes[np.isnan(values)] = NAN
    codes[np.isposinf(values)] = INF
    codes[np.isneginf(values)] = MINUS_INF
    return ThreeDigits(codes=codes.astype(np.uint16), top=max(top, -300))


def decode(numbers: ThreeDigits) -> npt.NDArray[np.float64]:
    """The numbers behind the codes: what map_grid.js computes from them."""
    codes = numbers.codes.astype(np.int64)
    negative = (codes >= _NEGATIVE) & (codes < ZERO)
    rest = codes - _NEGATIVE * negative
    size = (rest % _DIGITS + 100) * 10.0 ** (numbers.top - 2 - rest // _DIGITS)
    values = np.where(negative, -size, size)
    for code, value in ((ZERO, 0.0), (NAN, np.nan), (INF, np.inf), (MINUS_INF, -np.inf)):
        values[codes == code] = value
    return values


def _powers_of_ten(exponents: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    return _POWERS[exponents + _OFFSET]


_OFFSET = 330
# NOTE: beyond 10**308 the table holds infinities; float32 numbers never reach them.
with np.errstate(over="ignore"):
    _POWERS = 10.0 ** np.arange(-_OFFSET, _OFFSET + 1, dtype=np.float64)
