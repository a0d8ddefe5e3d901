"""Statistics of noise, of what a network took for it, and of the error."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import correlate2d
from scipy.stats import kurtosis, norm

from cnnviz.errors import UserError
from cnnviz.explain import dncnn_white as explain
from cnnviz.explain.dncnn import Denoising, Picture
from cnnviz.explain.dncnn_white import (
    LAGS,
    LOW,
    RINGS,
    share_at_edges,
    share_in_common,
    statistics,
    whiteness,
)

SIGMA = 20.0


def drawn(*shape: int, seed: int = 0, sigma: float = SIGMA) -> Picture:
    return (sigma * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def denoising(clean: Picture, noise: Picture, error: Picture) -> Denoising:
    return Denoising(clean, clean + noise, clean + error)


def test_white_noise_has_a_flat_spectrum_and_is_like_itself_only_unmoved() -> None:
    found = statistics(drawn(180, 180))
    assert found.mean == pytest.approx(0, abs=0.3)
    assert found.deviation == pytest.approx(SIGMA, rel=0.01)
    assert found.kurtosis == pytest.approx(0, abs=0.1)
    # A ring of n frequencies is off by about 1 / sqrt(n / 2), the smallest one has some 40.
    assert found.spectrum == pytest.approx(np.full(RINGS, SIGMA**2), rel=0.5)
    assert found.spectrum[5:] == pytest.approx(np.full(RINGS - 5, SIGMA**2), rel=0.15)
    assert found.correlation[LAGS, LAGS] == pytest.approx(1)
    others = np.delete(found.correlation.ravel(), (2 * LAGS + 1) * LAGS + LAGS)
    assert np.abs(others).max() < 5 / 180
    assert found.low == pytest.approx(np.pi * LOW**2, abs=0.01)


def test_the_autocorrelation_is_the_mean_product_of_pixels_so_far_apart() -> None:
    values = drawn(19, 23, seed=3) + np.linspace(0, 50, 23, dtype=np.float32)
    centred = values.astype(np.float64) - values.mean(dtype=np.float64)
    sums = correlate2d(centred, centred)[18 - LAGS : 19 + LAGS, 22 - LAGS : 23 + LAGS]
    pairs = correlate2d(np.ones((19, 23)), np.ones((19, 23)))
    pairs = pairs[18 - LAGS : 19 + LAGS, 22 - LAGS : 23 + LAGS]
    expected = sums / pairs / centred.var()
    found = statistics(values)
    np.testing.assert_allclose(found.correlation, expected, atol=1e-9)
    touching = expected[[LAGS - 1, LAGS + 1, LAGS, LAGS], [LAGS, LAGS, LAGS - 1, LAGS + 1]]
    assert found.neighbours == pytest.approx(touching.mean())


def test_the_profile_is_the_mean_over_lags_of_a_length() -> None:
    found = statistics(drawn(40, 40, seed=4))
    for length in range(1, LAGS + 1):
        lags = [
            found.correlation[LAGS + down, LAGS + across]
            for down in range(-LAGS, LAGS + 1)
            for across in range(-LAGS, LAGS + 1)
            if round(float(np.hypot(down, across))) == length
        ]
        assert found.profile[length - 1] == pytest.approx(np.mean(lags))


def test_deviation_and_kurtosis_are_those_of_scipy() -> None:
    values = drawn(50, 60) ** 3
    found = statistics(values)
    assert found.deviation == pytest.approx(values.std(dtype=np.float64))
    assert found.kurtosis == pytest.approx(kurtosis(values.astype(np.float64), axis=None))


@pytest.mark.parametrize(("waves", "low"), [(3, True), (20, False)])
def test_a_wave_has_all_its_power_at_its_frequency(waves: int, low: bool) -> None:
    phase = 2 * np.pi * waves * np.arange(64) / 64
    found = statistics(np.tile(10 * np.cos(phase), (64, 1)).astype(np.float32) + 5)
    ring = int(2 * RINGS * waves / 64)
    others = np.delete(found.spectrum, ring)
    assert others == pytest.approx(np.zeros(RINGS - 1), abs=1e-6)
    down, across = np.meshgrid(np.fft.fftfreq(64), np.fft.fftfreq(64))
    rings = 2 * RINGS * np.hypot(down, across)
    count = ((rings >= ring) & (rings < ring + 1)).sum()
    # All of the power of 64 x 64 frequencies, which is on average the variance, 10^2 / 2.
    assert found.spectrum[ring] == pytest.approx(64 * 64 * 50 / count)
    assert found.low == pytest.approx(1.0 if low else 0.0, abs=1e-9)


def test_channels_are_planes_of_their_own() -> None:
    red, green = drawn(32, 32, seed=1), drawn(32, 32, seed=2, sigma=5)
    both = statistics(np.stack([red + 10, green - 30], axis=2))
    one, other = statistics(red), statistics(green)
    assert both.deviation**2 == pytest.approx((one.deviation**2 + other.deviation**2) / 2)
    np.testing.assert_allclose(both.spectrum, (one.spectrum + other.spectrum) / 2, rtol=1e-5)
    weighted = one.deviation**2 * one.correlation + other.deviation**2 * other.correlation
    total = one.deviation**2 + other.deviation**2
    np.testing.assert_allclose(both.correlation, weighted / total, atol=1e-6)


def test_where_there_is_no_noise_nothing_is_said_of_its_shape() -> None:
    found = statistics(np.full((64, 64), 3, dtype=np.float32))
    assert (found.mean, found.deviation) == (3, 0)
    assert np.isnan([found.kurtosis, found.low, found.neighbours]).all()
    assert np.isnan(found.correlation).all()
    assert (found.spectrum == 0).all()


def test_noise_prediction_and_error_are_told_apart() -> None:
    clean = np.full((64, 64), 100, dtype=np.float32)
    noise, error = drawn(64, 64), drawn(64, 64, seed=1, sigma=5)
    found = whiteness(denoising(clean, noise, error), SIGMA)
    assert found.true.deviation == pytest.approx(noise.std(), rel=1e-4)
    assert found.error.deviation == pytest.approx(error.std(), rel=1e-4)
    assert found.predicted.deviation == pytest.approx((noise - error).std(), rel=1e-4)
    assert found.low == pytest.approx(np.pi * LOW**2, rel=0.05)


def test_histograms_are_densities_beside_a_gaussian() -> None:
    clean = np.zeros((64, 64), dtype=np.float32)
    noise, error = drawn(64, 64), np.zeros((64, 64), dtype=np.float32)
    found = whiteness(denoising(clean, noise, error), SIGMA)
    width = found.levels[1] - found.levels[0]
    assert found.levels[len(found.levels) // 2] == pytest.approx(0, abs=1e-9)
    for values, density in zip((noise, noise, error), found.densities, strict=True):
        inside = np.abs(values) < found.levels[-1] + width / 2
        assert density.sum() * width == pytest.approx(inside.mean())
    assert found.densities[2].argmax() == len(found.levels) // 2
    np.testing.assert_allclose(found.gaussian, norm.pdf(found.levels, scale=SIGMA))
    assert np.abs(found.densities[0] - found.gaussian).max() < 0.2 * found.gaussian.max()


def test_without_noise_there_is_no_gaussian() -> None:
    clean = drawn(32, 32)
    nothing = np.zeros_like(clean)
    found = whiteness(denoising(clean, nothing, drawn(32, 32, seed=1, sigma=2)), 0)
    assert np.isnan(found.gaussian).all()
    assert found.error.deviation == pytest.approx(2, rel=0.1)
    assert np.isnan(whiteness(denoising(clean, nothing, nothing), 0).edges)


def test_white_noise_leaves_the_chance_band_as_often_as_said() -> None:
    outside = []
    for seed in range(60):
        found = whiteness(
            denoising(np.zeros((48, 48), np.float32), drawn(48, 48, seed=seed), drawn(48, 48)),
            SIGMA,
        )
        outside.append(np.abs(found.true.profile) > found.chance)
    assert 0.02 < np.mean(outside) < 0.09


def test_a_small_picture_has_no_very_low_frequency() -> None:
    spectrum = statistics(drawn(20, 20)).spectrum  # of 0, 1/20, ... of a cycle per pixel
    assert np.isnan(spectrum[:2]).all()
    assert not np.isnan(spectrum[2])


def test_very_small_pictures_are_refused() -> None:
    small: Picture = np.zeros((15, 40), dtype=np.float32)
    with pytest.raises(UserError, match=r"15 × 40 pixels.*at least 16 × 16"):
        whiteness(denoising(small, small, small), SIGMA)


def test_an_error_on_the_edges_is_found_there_and_white_noise_everywhere() -> None:
    clean: Picture = np.zeros((40, 40), dtype=np.float32)
    clean[:, 20:] = 200  # the gradient is not 0 in two columns of 40
    error = np.where(np.isin(np.arange(40), (19, 20)), np.float32(3), np.float32(0))
    assert share_at_edges(np.tile(error, (40, 1)), clean) == pytest.approx(1)
    assert share_at_edges(np.ones_like(clean), clean) == pytest.approx(explain.EDGES)
    natural = drawn(80, 80, seed=5)
    assert share_at_edges(drawn(80, 80), natural) == pytest.approx(explain.EDGES, abs=0.02)


def test_what_returns_with_other_noise_comes_from_the_picture() -> None:
    lost, first, second = (drawn(120, 120, seed=seed, sigma=10) for seed in range(3))
    assert share_in_common(lost, lost) == pytest.approx(1)
    assert share_in_common(first, second) == pytest.approx(0, abs=0.03)
    half: NDArray[np.float32] = lost + first
    assert share_in_common(half, lost + second) == pytest.approx(0.5, abs=0.03)
    assert share_in_common(first, -first) == 0
    assert np.isnan(share_in_common(np.zeros_like(lost), np.zeros_like(lost)))
