"""Pictures of a scene: what is stretched to what, and which colours mean what."""

import numpy as np
import pytest

from cnnviz.figures.hybridsn_pca import SMALL, small_maps
from cnnviz.figures.hybridsn_scene import (
    blended,
    colours_of,
    component_picture,
    side_pictures,
    stretched,
)
from cnnviz.figures.scenes import composite

DRAW = np.random.default_rng(0)


@pytest.mark.parametrize("percent", [0, 2, 10])
def test_three_stretched_bands_are_the_composite(percent: float) -> None:
    cube = DRAW.integers(900, 9000, (40, 30, 5)).astype(np.uint16)
    found = colours_of([stretched(cube[:, :, band], percent) for band in (4, 2, 0)])
    expected = composite(cube, (4, 2, 0), percent)
    assert np.abs(found.astype(int) - expected).max() <= 1  # rounding in single precision


def test_one_band_is_grey() -> None:
    picture = colours_of([stretched(np.arange(12.0).reshape(3, 4), 0)])
    assert (picture[..., 0] == picture[..., 1]).all()
    assert (picture[..., 0] == picture[..., 2]).all()
    assert (picture[0, 0, 0], picture[-1, -1, 0]) == (0, 255)


def test_a_constant_band_is_black() -> None:
    assert not stretched(np.full((3, 3), 7, np.uint16), 2).any()


def test_a_component_is_red_above_zero_and_blue_below() -> None:
    picture = component_picture(np.array([[-1.0, 0, 1]]), 0).astype(int)
    (low_red, _, low_blue), (_, _, _), (high_red, _, high_blue) = picture[0]
    assert low_blue > low_red
    assert high_red > high_blue
    assert np.ptp(picture[0, 1]) <= 1  # zero has no hue


def test_a_component_of_zeros_is_drawn() -> None:
    assert len(np.unique(component_picture(np.zeros((2, 2)), 2))) == 1


def test_the_sides_share_one_scale() -> None:
    sides = {"first_row": np.array([[0.0, 1]]), "last_row": np.array([[1.0, 2]])}
    pictures = side_pictures(sides, percent=0)
    assert (pictures["first_row"][0, 1] == pictures["last_row"][0, 0]).all()
    assert pictures["last_row"][0, 1].sum() > pictures["first_row"][0, 0].sum()


def test_classes_are_blended_where_there_are_any() -> None:
    plain = np.full((1, 2, 3), 100, np.uint8)
    over = np.array([[[200, 0, 100, 255], [9, 9, 9, 0]]], np.uint8)
    assert blended(plain, over, 0.5).tolist() == [[[150, 50, 100], [100, 100, 100]]]
    assert (blended(plain, over, 0) == plain).all()


def test_small_maps_take_every_nth_pixel() -> None:
    scores = DRAW.normal(size=(2 * SMALL + 1, 10, 3)).astype(np.float32)
    maps = small_maps(scores, 2)
    assert maps.shape == (2, 101, 4)
    np.testing.assert_array_equal(maps[1], scores[::3, ::3, 1])
