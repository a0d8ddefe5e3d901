"""Is what a network takes away white noise, and what is in the error that it leaves?

White noise knows no neighbours: its autocorrelation is 1 at lag 0 and 0 elsewhere, and its power is
the same at all frequencies. What differs from that has structure.
"""

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import UserError
from cnnviz.explain.dncnn import Denoising, Picture

Values = NDArray[np.float64]

#: The largest lag of an autocorrelation, pixels down and across.
LAGS = 7
#: Frequencies below this are low, cycles per pixel: waves longer than 8 pixels.
LOW = 1 / 8
#: The share of the pixels that count as edges: those where the clean picture changes most.
EDGES = 0.1
#: Pixels a side of the smallest picture whose statistics say something.
LEAST = 16
RINGS = 24  # of frequencies, from 0 to 1/2 cycle per pixel
BINS = 61  # of a histogram; odd, so that zero has one of its own
_REACH = 4  # standard deviations to either side of zero that it spans


@dataclass(frozen=True)
class Statistics:
    """A noise picture as statistics see it; of a colour one, over all channels.

    Attributes:
        mean: grey levels.
        deviation: standard deviation, grey levels.
        kurtosis: excess kurtosis: 0 for a Gaussian, more for heavier tails; NaN for a constant.
        correlation: (15, 15) autocorrelation by lag, -7 to 7 pixels down and across, 1 in the
            middle; NaN for a constant.
        neighbours: the same of pixels that touch: its mean over lags of one pixel down or across.
        profile: (7,) the mean over all lags that are 1, 2, ... 7 pixels long, rounded.
        spectrum: (24,) mean power of the frequencies in a ring, grey levels squared; of white
            noise that is its variance, however large the picture. NaN where a small picture has no
            such frequency.
        low: share of the power, 0 to 1, at frequencies below ``LOW``; NaN for a constant.
    """

    mean: float
    deviation: float
    kurtosis: float
    correlation: Values
    neighbours: float
    profile: Values
    spectrum: Values
    low: float


@dataclass(frozen=True)
class Whiteness:
    """The noise, what the network took for noise, and the error, beside white Gaussian noise.

    Attributes:
        true: of the noise that was added.
        predicted: of the noise that the network found.
        error: of the denoised picture minus the clean one.
        levels: (61,) middles of a histogram's bins, grey levels.
        densities: (3, 61) of true noise, predicted noise and error: the share of the pixels in a
            bin, for each grey level that it is wide.
        gaussian: (61,) the density of a Gaussian of the noise's strength; NaN where that is 0.
        lags: (7,) lengths of lags, pixels.
        chance: (7,) how far from 0 a profile of white noise is seldom (1 in 20), by lag.
        frequencies: (24,) middles of the rings of a spectrum, cycles per pixel.
        low: share of all frequencies, 0 to 1, below ``LOW``: what white noise has there.
        edges: share of the error's power, 0 to 1, in the pixels that count as edges; NaN where
            there is no error.
    """

    true: Statistics
    predicted: Statistics
    error: Statistics
    levels: Values
    densities: Values
    gaussian: Values
    lags: Values
    chance: Values
    frequencies: Values
    low: float
    edges: float


def whiteness(found: Denoising, sigma: float) -> Whiteness:
    """Compare noise, predicted noise and error with white Gaussian noise.

    Args:
        found: a denoised picture.
        sigma: the strength of its noise, grey levels.

    Raises:
        UserError: where the picture has fewer than 16 pixels a side.
    """
    height, width = found.clean.shape[:2]
    if min(height, width) < LEAST:
        raise UserError(
            "A picture of {height} × {width} pixels is too small for statistics: they take at "
            "least {least} × {least}.",
            height=height,
            width=width,
            least=LEAST,
        )
    pictures = (found.noise, found.predicted, found.error)
    true, predicted, error = map(statistics, pictures)
    reach = _REACH * max(sigma, true.deviation, error.deviation, 1.0)
    levels = np.linspace(-reach, reach, BINS)
    steps = (np.arange(BINS + 1) - BINS / 2) * (levels[1] - levels[0])
    frequency = _frequency(height, width)
    return Whiteness(
        true=true,
        predicted=predicted,
        error=error,
        levels=levels,
        densities=np.stack([_density(values, steps) for values in pictures]),
        gaussian=_gaussian(levels, sigma),
        lags=np.arange(1.0, LAGS + 1),
        chance=_chance(found.clean.size),
        frequencies=(np.arange(RINGS) + 0.5) / (2 * RINGS),
        low=float(((frequency > 0) & (frequency < LOW)).sum() / (frequency > 0).sum()),
        edges=share_at_edges(found.error, found.clean),
    )


def statistics(values: Picture) -> Statistics:
    """What statistics say of a noise picture, (H, W) or (H, W, C), in grey levels."""
    planes = _planes(values)
    centred = planes - planes.mean(axis=(1, 2), keepdims=True)
    variance = float(np.mean(centred**2))
    correlation = autocorrelation(centred)
    power = np.mean(np.abs(np.fft.fft2(centred)) ** 2, axis=0) / centred[0].size
    frequency = _frequency(*centred.shape[1:])
    total = float(power.sum())
    return Statistics(
        mean=float(planes.mean()),
        deviation=variance**0.5,
        kurtosis=float(np.mean(centred**4)) / variance**2 - 3 if variance else np.nan,
        correlation=correlation,
        neighbours=float(correlation[LAGS, LAGS + 1] + correlation[LAGS + 1, LAGS]) / 2,
        profile=_ring_means(correlation, _lag_rings(), LAGS),
        spectrum=_ring_means(power, _rings(frequency), RINGS),
        low=float(power[frequency < LOW].sum()) / total if total else np.nan,
    )


def autocorrelation(centred: Values) -> Values:
    """How alike a picture is to itself moved by some pixels: the mean product of all pairs of
    pixels that far apart, over the variance.

    Args:
        centred: (C, H, W) with mean 0, larger than ``LAGS``.

    Returns:
        (15, 15) by lag; NaN for a constant.
    """
    height, width = centred.shape[1:]
    # Room beyond the edges: what leaves on one side must not come in on the other.
    spectrum = np.fft.rfft2(centred, s=(height + LAGS, width + LAGS))
    sums = np.fft.irfft2(np.mean(np.abs(spectrum) ** 2, axis=0), s=(height + LAGS, width + LAGS))
    lags = np.arange(-LAGS, LAGS + 1)
    pairs = np.multiply.outer(height - np.abs(lags), width - np.abs(lags))
    variance = np.mean(centred**2)
    if not variance:
        return np.full(pairs.shape, np.nan)
    products: Values = sums[np.ix_(lags, lags)] / pairs
    return products / variance


def share_at_edges(error: Picture, clean: Picture) -> float:
    """The share of an error's power in the tenth of the pixels where the clean picture changes
    most; 0.1 for white noise, NaN where there is no error.

    Args:
        error: (H, W) or (H, W, C).
        clean: of the same shape.
    """
    slopes = np.gradient(_planes(clean), axis=(1, 2))
    steepness = np.hypot(*slopes).ravel()
    power = _planes(error).ravel() ** 2
    steepest = np.argsort(-steepness, kind="stable")[: round(EDGES * steepness.size)]
    return float(power[steepest].sum() / power.sum()) if power.any() else np.nan


def share_in_common(error: Picture, again: Picture) -> float:
    """The share of an error's power, 0 to 1, that returns when the noise is drawn anew: it comes
    from the picture, not from the noise. NaN where there is no error.

    What comes from the noise is independent in both errors, and so the mean product of the errors
    is that of what both have in common (an estimate, cut off at 0).

    Args:
        error: (H, W) or (H, W, C), of one draw of the noise.
        again: the same of another draw.
    """
    one, other = error.astype(np.float64), again.astype(np.float64)
    power = float(np.mean(one**2 + other**2)) / 2
    return max(float(np.mean(one * other)) / power, 0.0) if power else np.nan


def _planes(picture: Picture) -> Values:
    """(C, H, W); C is 1 for a grey picture."""
    planes = picture[None] if picture.ndim == 2 else picture.transpose(2, 0, 1)
    return planes.astype(np.float64)


def _frequency(height: int, width: int) -> Values:
    """(H, W) cycles per pixel, as ``numpy.fft.fft2`` orders them."""
    return _hypotenuses(np.fft.fftfreq(height), np.fft.fftfreq(width))


def _rings(frequency: Values) -> NDArray[np.int_]:
    """Which ring each frequency is in; beyond the last one where it is in none: 0 (the mean, which
    was taken away), and those of the corners.
    """
    rings = np.floor(2 * RINGS * frequency).astype(int)
    rings[0, 0] = RINGS
    inside: NDArray[np.int_] = np.minimum(rings, RINGS)
    return inside


def _lag_rings() -> NDArray[np.int_]:
    """(15, 15) lengths of lags, rounded, counted from 0 for one pixel; lag 0 and the corners are in
    no ring.
    """
    lags = np.arange(-LAGS, LAGS + 1)
    rings = np.rint(_hypotenuses(lags, lags)).astype(int) - 1
    rings[LAGS, LAGS] = LAGS
    return rings


def _hypotenuses(down: NDArray[np.generic], across: NDArray[np.generic]) -> Values:
    return np.asarray(np.hypot.outer(down, across), dtype=np.float64)


def _ring_means(values: Values, rings: NDArray[np.int_], count: int) -> Values:
    """The means of the first ``count`` rings; NaN for one that is empty in a small picture."""
    inside = rings < count
    sums = np.bincount(rings[inside], values[inside], minlength=count)
    sizes = np.bincount(rings[inside], minlength=count)
    means: Values = np.where(sizes, sums, np.nan) / np.maximum(sizes, 1)
    return means


def _density(values: Picture, steps: Values) -> Values:
    counts = np.histogram(values, steps)[0]
    return np.asarray(counts / (values.size * np.diff(steps)), dtype=np.float64)


def _gaussian(levels: Values, sigma: float) -> Values:
    if not sigma:
        return np.full(levels.shape, np.nan)
    density: Values = np.exp(-((levels / sigma) ** 2) / 2) / (sigma * (2 * pi) ** 0.5)
    return density


def _chance(size: int) -> Values:
    """Two standard deviations of a profile of white noise; a lag and its opposite are one."""
    lags = np.bincount(_lag_rings().ravel())[:LAGS] / 2
    return np.asarray(2 / np.sqrt(size * lags), dtype=np.float64)
