"""From what lies on the ground to what the sensor counts: blur, light, air, noise."""

import numpy as np

from cnnviz.data.synthetic_bits import BELL, Bits, Ints, fixed
from cnnviz.data.synthetic_mosaic import SIZE
from cnnviz.data.synthetic_spectra import DARK, gain, noise, sky, spectra
from cnnviz.data.synthetic_surface import PIXEL

#: The optics' point spread: a Gaussian of 0.6 pixels at -2 to 2 pixels, in 256ths.
SPREAD = (1, 42, 170, 42, 1)
LIGHT = 1024  # the scene's mean illumination
# How the light varies, percent: at most so much from the scene's middle to its sides, and the
# standard deviation of thin haze.
SLOPE, HAZE = 2, 1
REFLECTANCE_BITS, COUNT_BITS = 20, 4  # what stands behind the binary point
MOST = 65_535  # of uint16


def counts(shares: Ints, seed: int) -> Ints:
    """What the sensor counts.

    Args:
        shares: (SIZE, SIZE, materials) of each material in each pixel, in units of ``1 / PIXEL``.
        seed: 0 or more.

    Returns:
        (SIZE, SIZE, B) counts, 0 to ``MOST``.
    """
    bits = Bits(seed, 2)
    mixed = blurred(blurred(shares, 0), 1).reshape(SIZE * SIZE, -1)
    # Whole numbers below 2**53 as float64: their products and sums are exact in any order.
    table = fixed(spectra(), REFLECTANCE_BITS).astype(np.float64)
    seen = (mixed.astype(np.float64) @ table).astype(np.int64).reshape(SIZE, SIZE, -1) // PIXEL
    lit = seen * illumination(bits)[..., None] // LIGHT
    signal = (lit * fixed(gain(), COUNT_BITS)) >> REFLECTANCE_BITS
    signal += fixed(DARK + sky(), COUNT_BITS)
    signal += bits.bell(signal.shape) * fixed(noise(), COUNT_BITS) // BELL
    rounded = (signal + (1 << (COUNT_BITS - 1))) >> COUNT_BITS
    return np.asarray(rounded.clip(0, MOST))


def blurred(values: Ints, axis: int) -> Ints:
    """Blur along an axis by ``SPREAD``; beyond the scene it is as on its edge."""
    reach, size = len(SPREAD) // 2, values.shape[axis]
    total = np.zeros_like(values)
    for step, weight in enumerate(SPREAD, start=-reach):
        places = np.clip(np.arange(size) + step, 0, size - 1)
        total += weight * values.take(places, axis=axis)
    return total >> 8


def illumination(bits: Bits) -> Ints:
    """(SIZE, SIZE) light in units of ``1 / LIGHT`` of the mean."""
    place = np.arange(SIZE, dtype=np.int64) * 2 - SIZE + 1
    most = LIGHT * SLOPE // 100
    down, across = (bits.one(-most, most + 1) for _ in range(2))
    slope = (place[:, None] * down + place * across) // SIZE
    return LIGHT + slope + bits.smooth(SIZE, 40) * (LIGHT * HAZE // 100) // BELL
