"""Colours of points, and of the channels that they go through."""

import numpy as np

from cnnviz.explain.mobilenet_v2_linear import collapse, points
from cnnviz.figures.mobilenet_v2 import channels_picture, point_colours


def test_along_a_curve_colours_change_little_by_little_and_never_repeat() -> None:
    colours = point_colours(points("spiral"), by_cell=False).astype(int)
    assert np.abs(np.diff(colours, axis=0)).max() <= 6
    brightness = colours @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(brightness) > -1).all()  # ordered also where hues are not seen
    assert brightness[-1] > brightness[0] + 120


def test_the_moons_have_different_colours() -> None:
    found = points("moons")
    colours = point_colours(found, by_cell=False)
    first, second = (colours[found.group == group].astype(int) for group in (0, 1))
    assert not {tuple(c) for c in first} & {tuple(c) for c in second}


def test_cells_have_one_colour_each() -> None:
    found = points("disc")
    colours = point_colours(found, by_cell=True)
    for group in (0, 1):
        assert len(np.unique(colours[found.group == group], axis=0)) == 1
    assert len(np.unique(colours, axis=0)) == 2


def test_what_is_cut_lets_the_page_through_and_nothing_else_does() -> None:
    found = collapse("spiral", "relu", seed=0, deviation=1)
    picture = channels_picture(found, 2.0)
    assert picture.shape == (50, 400, 4)
    assert np.array_equal(picture[..., 3] < 255, found.cut)


def test_a_value_at_the_ceiling_is_drawn_as_what_it_is() -> None:
    found = collapse("spiral", "relu6", seed=0, deviation=6)
    picture = channels_picture(found, 2.0)
    at_ceiling = found.cut & (found.channels > 0)
    assert at_ceiling.any()
    assert (picture[..., 3][at_ceiling] == 255).all()
