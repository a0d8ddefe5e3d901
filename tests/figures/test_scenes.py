"""Scenes as pictures."""

import numpy as np
import pytest
from plotly.colors import hex_to_rgb

from cnnviz.figures.classes import COLOURS
from cnnviz.figures.scenes import class_overlay, class_picture, composite


def ramp(dtype: str) -> np.ndarray:
    """(10, 10, 4): each band rises from its own least to its own most, in another direction."""
    rising = np.arange(100).reshape(10, 10)
    return np.stack([rising, rising[::-1] * 2, np.full((10, 10), 9), rising.T + 50], 2).astype(
        dtype
    )


@pytest.mark.parametrize("dtype", ["u1", ">u2", "i4", "f4", "f8"])
def test_each_band_is_stretched_on_its_own(dtype: str) -> None:
    picture = composite(ramp(dtype)[:, :, [0, 1, 3]], (2, 0, 1), percent=0)
    expected = np.rint(255 * np.arange(100).reshape(10, 10) / 99).astype(np.uint8)
    np.testing.assert_array_equal(picture[:, :, 0], expected.T)
    np.testing.assert_array_equal(picture[:, :, 1], expected)
    np.testing.assert_array_equal(picture[:, :, 2], expected[::-1])


def test_two_percent_of_the_pixels_are_black_and_two_are_bright() -> None:
    picture = composite(ramp("f4"), (0, 1, 3))
    for channel in range(3):
        # The one whose value is the limit is as dark, too.
        assert np.count_nonzero(picture[:, :, channel] == 0) == 3
        assert np.count_nonzero(picture[:, :, channel] == 255) == 3


def test_a_band_of_one_value_is_black() -> None:
    assert composite(ramp("u2"), (2, 2, 0))[:, :, :2].max() == 0


def test_a_single_outlier_does_not_darken_the_picture() -> None:
    cube = ramp("f4")
    before = composite(cube, (0, 0, 0))
    cube[9, 9, 0] = 1e30
    np.testing.assert_allclose(composite(cube, (0, 0, 0)), before, atol=4)


def test_classes_have_their_colours_and_the_unlabelled_none() -> None:
    picture = class_picture(np.array([[0, 1, 2], [16, 17, 33]]))
    assert picture.dtype == np.uint8
    assert picture[0, 0].tolist() == [0, 0, 0, 0]
    for place, number in {(0, 1): 1, (0, 2): 2, (1, 0): 16, (1, 1): 1, (1, 2): 1}.items():
        assert picture[place].tolist() == [*hex_to_rgb(COLOURS[number - 1]), 255]


def test_over_a_picture_classes_keep_their_colours_and_the_rest_is_pale_grey() -> None:
    under = composite(ramp("u1"), (0, 1, 3))
    labels = np.zeros((10, 10), dtype=np.int64)
    labels[:5] = np.arange(1, 6)[:, None]
    over = class_overlay(under, labels)
    np.testing.assert_array_equal(over[:5], class_picture(labels)[:5, :, :3])
    rest = over[5:]
    assert (rest == rest[:, :, :1]).all()
    assert rest.min() >= 120
    assert rest.max() <= 225
    assert np.corrcoef(rest[:, :, 0].ravel(), under[5:].mean(axis=2).ravel())[0, 1] > 0.99
