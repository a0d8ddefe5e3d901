import numpy as np
import pytest
from numpy.testing import assert_array_equal

from cnnviz.figures.scales import DIVERGING, SEQUENTIAL, coloured, in_own_colours


def test_the_ends_and_the_middle_have_the_scales_own_colours() -> None:
    values = np.array([[-2.0, 0.0, 2.0]])
    picture = coloured(values, 2.0, signed=True)
    assert picture.dtype == np.uint8
    assert_array_equal(picture[0, 0], DIVERGING[0])
    assert_array_equal(picture[0, 1], DIVERGING[len(DIVERGING) // 2])
    assert_array_equal(picture[0, 2], DIVERGING[-1])
    picture = coloured(values, 2.0, signed=False)
    assert_array_equal(picture[0, 1], SEQUENTIAL[0])
    assert_array_equal(picture[0, 2], SEQUENTIAL[-1])


@pytest.mark.parametrize("signed", [True, False])
def test_values_beyond_the_scale_have_its_ends_colours(signed: bool) -> None:
    picture = coloured(np.array([[-9.0, 9.0]]), 2.0, signed)
    scale = DIVERGING if signed else SEQUENTIAL
    assert_array_equal(picture[0], [scale[0], scale[-1]])


@pytest.mark.parametrize("signed", [True, False])
def test_an_empty_map_is_of_one_colour_zeros(signed: bool) -> None:
    picture = coloured(np.zeros((2, 2)), 0.0, signed)
    zero = DIVERGING[len(DIVERGING) // 2] if signed else SEQUENTIAL[0]
    assert_array_equal(picture, np.broadcast_to(zero, (2, 2, 3)))


def test_the_sequential_scale_grows_lighter_all_the_way() -> None:
    picture = coloured(np.linspace(0, 1, 50)[None], 1.0, signed=False).astype(float)
    assert (np.diff(picture[0] @ [0.299, 0.587, 0.114]) > 0).all()


def test_own_colours_end_at_the_maps_own_largest_value() -> None:
    values = np.array([[-1.0, 0.5]])
    assert_array_equal(in_own_colours(values, True), coloured(values, 1.0, True))
