"""Pictures of DSCMR's similarities and of mAP by its weights."""

import numpy as np
import pytest

from cnnviz.figures.dscmr_grid import grid_figure
from cnnviz.figures.dscmr_losses import matrix_picture, scale_picture

LABELS = {"alpha": "how much J2", "beta": "how much J3", "map": "mAP"}


def test_zero_is_white_and_the_signs_have_the_ends_of_the_scale() -> None:
    picture = matrix_picture(np.array([[-1.0, 0.0, 1.0]], dtype=np.float32))
    assert picture.shape == (1, 3, 3)
    strip = scale_picture()[0]
    assert picture[0].tolist() == [strip[0].tolist(), strip[127].tolist(), strip[-1].tolist()]
    assert picture[0, 1].min() > 240
    assert picture[0, 0, 2] > picture[0, 0, 0]
    assert picture[0, 2, 0] > picture[0, 2, 2]


def test_each_cell_says_its_number_where_it_stands() -> None:
    scores = np.array([[0.9, 0.91], [np.nan, 0.8]])
    figure = grid_figure(scores, (0.001, 1.0), (0.001, 1.0), LABELS)
    texts = {(each.x, each.y): each.text for each in figure.layout.annotations}
    assert texts == {(0, 0): "0.900", (1, 0): "0.910", (1, 1): "0.800"}
    assert figure.layout.xaxis.ticktext == figure.layout.yaxis.ticktext == ("0.001", "1")
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
        "how much J3", "how much J2",
    )  # fmt: skip
    [frame] = figure.layout.shapes
    assert (frame.x0 + frame.x1, frame.y0 + frame.y1) == (2, 0)
    assert figure.data[0].text[1][0] == "α 1, β 0.001"


def test_a_frame_around_no_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        grid_figure(np.ones((1, 1)), (0.1,), (0.2, 0.1), LABELS)
