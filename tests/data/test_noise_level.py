"""The noise that is found in a picture is the noise that was put into it."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from cnnviz.data import photos
from cnnviz.data.noise import gaussian
from cnnviz.data.noise_level import estimated_sigma

CLEAN = ("chelsea", "astronaut", "coffee", "china", "flower", "rocket", "camera", "brick")


def grey(name: str) -> np.ndarray:
    return np.array(Image.fromarray(photos.load(name)).convert("L"))


def median_of_all(pixels: np.ndarray) -> float:
    """As scikit-image does it, with Haar's detail."""
    even = pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2].astype(float)
    detail = (even[::2, ::2] - even[::2, 1::2] - even[1::2, ::2] + even[1::2, 1::2]) / 2
    return float(np.median(np.abs(detail)) / 0.6745)


@pytest.mark.parametrize("sigma", [5, 15, 25])
@pytest.mark.parametrize("name", CLEAN)
def test_known_noise_on_photos_is_found(name: str, sigma: float) -> None:
    found = estimated_sigma(gaussian(grey(name), sigma, seed=1))
    assert found == pytest.approx(sigma, abs=1, rel=0.06)


@pytest.mark.parametrize("sigma", [5, 25])
def test_it_is_nearer_than_the_median_of_all_detail(sigma: float) -> None:
    noisy = [gaussian(grey(name), sigma, seed=1) for name in CLEAN]
    own = [estimated_sigma(pixels) - sigma for pixels in noisy]
    median = [median_of_all(pixels) - sigma for pixels in noisy]
    assert np.hypot.reduce(own) < np.hypot.reduce(median) / 1.5


def test_where_values_are_cut_off_other_places_are_looked_at() -> None:
    clean = np.full((160, 320), 120.0)
    clean[:, 60:] = 254
    noisy = np.clip(np.rint(gaussian(clean, 20, seed=0)), 0, 255).astype(np.uint8)
    assert estimated_sigma(noisy) == pytest.approx(20, rel=0.08)
    assert median_of_all(noisy) < 14


def test_where_all_values_are_cut_off_there_is_an_answer_all_the_same() -> None:
    assert estimated_sigma(np.full((40, 40), 255, np.uint8)) == 0
    half = np.random.default_rng(0).integers(0, 2, (64, 64)) * 255
    assert estimated_sigma(half) > 50


def test_white_is_what_it_is_measured_by() -> None:
    noisy = gaussian(grey("coffee"), 10, seed=0)
    deep = np.clip(np.rint(noisy * 257), 0, 65535).astype(np.uint16)
    found = estimated_sigma(deep, white=65535)
    assert found == pytest.approx(estimated_sigma(np.clip(noisy, 0, 255)), rel=0.01)


@pytest.mark.parametrize("shape", [(1, 1), (15, 400), (400, 15)])
def test_of_a_picture_without_one_whole_block_nothing_is_said(shape: tuple[int, int]) -> None:
    assert estimated_sigma(np.zeros(shape)) is None


def test_a_picture_of_any_size_is_looked_at_strip_by_strip() -> None:
    rng = np.random.default_rng(0)
    large = rng.normal(128, 10, (2600, 130)).clip(1, 254).astype(np.float32)
    assert estimated_sigma(large) == pytest.approx(10, rel=0.03)
    deep = np.zeros((6000, 1000), np.uint16)
    tracemalloc.start()
    estimated_sigma(deep, white=65535)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * deep.nbytes  # as floats all at once it would be more
