"""JPEG blocks, up-scaling and noise: what a picture goes through."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnviz.data.damage import Damage, jpeg, upscaled
from cnnviz.data.noise import gaussian
from cnnviz.data.pictures import load_pictures
from cnnviz.metrics import psnr


@pytest.fixture(scope="module")
def clean() -> NDArray[np.uint8]:
    return load_pictures("bundled").images[0]


def test_the_lower_the_quality_the_more_jpeg_loses(clean: NDArray[np.uint8]) -> None:
    found = [psnr(clean, jpeg(clean, quality)) for quality in (5, 20, 50, 90)]
    assert found == sorted(found)
    assert found[0] < 30 < found[-1]


def test_jpeg_breaks_pictures_at_every_eighth_pixel(clean: NDArray[np.uint8]) -> None:
    steps = np.abs(np.diff(jpeg(clean, 5) - clean, axis=1)).mean(axis=0)
    borders = np.arange(7, len(steps), 8)
    assert steps[borders].mean() > 1.5 * np.delete(steps, borders).mean()


def test_the_larger_the_factor_the_more_is_lost(clean: NDArray[np.uint8]) -> None:
    found = [psnr(clean, upscaled(clean, factor)) for factor in (2, 3, 4)]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("shape", [(7, 9), (30, 31), (64, 48)])
@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_scaled_picture_has_its_size_and_its_mean(shape: tuple[int, int], factor: int) -> None:
    flat = np.full(shape, 90, dtype=np.uint8)
    np.testing.assert_allclose(upscaled(flat, factor), 90, atol=0.01)
    assert upscaled(flat, factor).shape == shape


def test_each_damage_does_what_its_name_says(clean: NDArray[np.uint8]) -> None:
    cases = {
        "25": (Damage("noise", 25), gaussian(clean, 25, 3, 1)),
        "jpeg_10": (Damage("jpeg", 10), jpeg(clean, 10)),
        "x3": (Damage("upscale", 3), upscaled(clean, 3)),
    }
    for name, (damage, expected) in cases.items():
        assert damage.name == name
        np.testing.assert_array_equal(damage.done_to(clean, 3, 1), expected)
