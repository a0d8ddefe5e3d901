"""What was taken out of a photo is seen with its sign."""

import numpy as np
import pytest

from cnnviz.figures.dncnn_photo import limit, taken_away
from cnnviz.figures.scales import DIVERGING


def test_of_a_grey_photo_too_bright_pixels_are_red_and_too_dark_ones_blue() -> None:
    before = np.array([[10.0, 16.0, 4.0, 99.0]])
    seen = taken_away(before, np.full((1, 4), 10.0), most=6)
    assert (seen[0, 0] > 240).all()
    assert tuple(seen[0, 1]) == DIVERGING[-1]
    assert tuple(seen[0, 2]) == DIVERGING[0]
    assert tuple(seen[0, 3]) == DIVERGING[-1]


def test_in_colour_each_channel_lies_about_the_middle_grey() -> None:
    seen = taken_away(np.array([[[10.0, 16.0, 4.0]]]), np.full((1, 1, 3), 10.0), most=6)
    assert seen.tolist() == [[[127, 254, 0]]]


@pytest.mark.parametrize(("sigma", "most"), [(10, 30), (0.2, 3), (None, 3)])
def test_the_colours_reach_as_far_as_the_noise(sigma: float | None, most: float) -> None:
    assert limit(sigma) == most
