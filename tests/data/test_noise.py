"""Noise: its strength, what each kind is, and that a seed names it."""

import numpy as np
import pytest

from cnnviz.data.noise import KINDS, LEVELS, gaussian, noisy, poisson, salt_and_pepper

RAMP = np.tile(np.linspace(20, 220, 160), (160, 1)).astype(np.uint8)
COLOUR = np.stack([RAMP, RAMP[::-1], RAMP.T], axis=2)
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@pytest.mark.parametrize("picture", [RAMP, COLOUR], ids=["grey", "colour"])
@pytest.mark.parametrize("sigma", [5, 25, 60])
def test_sigma_is_the_root_of_the_mean_square(kind: str, picture: np.ndarray, sigma: float) -> None:
    added = noisy(picture, kind, sigma, 1) - picture
    assert added.dtype == np.float32
    assert np.sqrt(np.mean(added**2)) == pytest.approx(sigma, rel=0.05)


@every_kind
def test_a_seed_names_the_noise(kind: str) -> None:
    first, again, other = (noisy(RAMP, kind, 25, seed) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@every_kind
@pytest.mark.parametrize("picture", [RAMP, np.zeros_like(RAMP)], ids=["ramp", "black"])
def test_no_noise_leaves_the_picture_as_it_is(kind: str, picture: np.ndarray) -> None:
    assert np.array_equal(noisy(picture, kind, 0, 0), picture)


def test_gaussian_noise_is_the_same_at_all_levels_but_for_its_strength() -> None:
    one = gaussian(np.zeros(RAMP.shape), 1, 7)
    for sigma in LEVELS:
        expected = RAMP + np.float32(sigma) * one
        np.testing.assert_allclose(gaussian(RAMP, sigma, 7), expected, atol=1e-4)


def test_gaussian_noise_is_gaussian() -> None:
    added = (gaussian(RAMP, 10, 0) - RAMP).ravel() / 10
    assert added.mean() == pytest.approx(0, abs=0.02)
    assert np.mean(np.abs(added) < 1) == pytest.approx(0.6827, abs=0.01)


def test_each_picture_of_a_set_has_noise_of_its_own() -> None:
    first, second = (gaussian(RAMP, 25, 0, index) for index in (0, 1))
    assert abs(np.corrcoef((first - RAMP).ravel(), (second - RAMP).ravel())[0, 1]) < 0.03


def test_poisson_noise_grows_with_the_root_of_brightness() -> None:
    halves = np.repeat([[50, 200]], 200, axis=0).repeat(100, axis=1)
    added = poisson(halves, 20, 0) - halves
    assert added[:, 100:].std() / added[:, :100].std() == pytest.approx(2, rel=0.05)


def test_salt_and_pepper_turns_whole_pixels_black_or_white() -> None:
    made = salt_and_pepper(COLOUR, 40, 0)
    changed = (made != COLOUR).any(axis=2)
    assert 0.05 < changed.mean() < 0.5
    assert set(np.unique(made[changed])) == {0, 255}
    assert (made[changed].min(axis=1) == made[changed].max(axis=1)).all()


def test_clipping_is_a_choice() -> None:
    free, clipped = (noisy(RAMP, "gaussian", 75, 0, clipped=clip) for clip in (False, True))
    assert free.min() < 0
    assert free.max() > 255
    assert (clipped.min(), clipped.max()) == (0, 255)
    assert np.array_equal(clipped, free.clip(0, 255))
