"""Pictures of what a network has seen of its test."""

import numpy as np
from plotly.colors import hex_to_rgb

from cnnviz.figures.hybridsn_leakage import KINDS, MIDDLES, kinds_picture, windows_picture


def test_each_kind_has_its_colour_and_unlabelled_pixels_none() -> None:
    picture = kinds_picture(np.arange(6, dtype=np.uint8)[None])
    assert (picture[0, 0] == 0).all()
    for number, (colour, _name) in list(enumerate(KINDS))[1:]:
        assert tuple(picture[0, number]) == (*hex_to_rgb(colour), 255)
    assert len({colour for colour, _name in KINDS}) == len(KINDS)


def test_the_more_windows_the_less_shines_through() -> None:
    picture = windows_picture(np.array([[0, 1, 2, 30, 4]]), np.array([[0, 4]]))
    assert tuple(picture[0, 4]) == (*hex_to_rgb(MIDDLES[0]), 255)
    alpha = picture[0, :4, 3]
    assert alpha[0] == 0
    assert (np.diff(alpha.astype(int)) > 0).all()
    assert alpha[-1] < 255, "the scene is seen below"


def test_no_window_at_all_is_no_picture() -> None:
    nowhere = np.zeros((0, 2), dtype=np.int64)
    assert not windows_picture(np.zeros((3, 4), dtype=np.int64), nowhere).any()
