"""What a pixel looks at, and what is left at each depth, as pictures."""

import numpy as np
import pytest
from plotly.colors import hex_to_rgb

from cnnviz.explain.dncnn_layers import LayerMaps, ReceptiveField
from cnnviz.figures.colours import CHOSEN
from cnnviz.figures.dncnn_layers import NOISE, PICTURE, around, depth_figure, field_picture

WORDS = {
    name: name for name in (
        "picture", "noise", "all", "effective", "read", "single", "field", "layer",
    )
}  # fmt: skip


def field(row: int, column: int, gradient: list[list[float]]) -> ReceptiveField:
    values = np.array(gradient, dtype=np.float32)
    return ReceptiveField(len(values) // 2, row, column, values, 1)


def test_the_heat_is_the_root_of_the_gradient_over_a_grey_picture() -> None:
    grey = np.full((6, 7), 100.0)
    found = field_picture(grey, field(2, 3, [[0, 1, 0], [0, 4, 0], [0, 0, 0]]))
    orange = np.array(hex_to_rgb(CHOSEN))
    assert found[2, 3] == pytest.approx(0.1 * 100 + 0.9 * orange, abs=1)
    assert found[1, 3] == pytest.approx(0.55 * 100 + 0.45 * orange, abs=1)
    found[1:3, 3] = 100
    assert (found == 100).all()


def test_noise_beyond_black_and_white_is_drawn_as_black_and_white() -> None:
    found = field_picture(np.array([[-30.0, 300.0]]), field(0, 0, [[0]]))
    assert found.tolist() == [[[0, 0, 0], [255, 255, 255]]]


@pytest.mark.parametrize("place", [(0, 0), (3, 4), (0, 4)])
def test_a_field_that_reaches_over_the_edge_is_drawn_as_far_as_there_is_a_picture(
    place: tuple[int, int],
) -> None:
    values = np.arange(1, 50).reshape(7, 7)
    found = field_picture(np.zeros((4, 5)), field(*place, values.tolist()))
    wide = np.zeros((10, 11))
    wide[place[0] : place[0] + 7, place[1] : place[1] + 7] = np.sqrt(values / 49)
    red = 0.9 * hex_to_rgb(CHOSEN)[0] * wide[3:-3, 3:-3]
    assert found[..., 0] == pytest.approx(red, abs=0.51)


def test_what_is_around_a_pixel_is_transparent_beyond_the_picture() -> None:
    picture = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    found = around(picture, 0, 3, 2)
    assert found.shape == (5, 5, 4)
    assert (found[2, 2, :3] == picture[0, 3]).all()
    assert (found[2:, :3, :3] == picture[:, 1:]).all()
    assert found[..., 3].tolist() == [[0] * 5] * 2 + [[255] * 3 + [0] * 2] * 3


def layer(picture: float, noise: float, common: float) -> LayerMaps:
    return LayerMaps("", 1, np.zeros((1, 2, 2), np.float32), np.array([common]), picture, noise)


def test_each_depth_has_its_numbers_and_what_is_unknown_is_left_out() -> None:
    layers = [layer(0.5, float("nan"), 0.25), layer(0.75, 0.5, float("nan"))]
    fields = [field(0, 0, [[0, 0, 0], [0, 1, 0], [0, 0, 0]])]
    figure = depth_figure(layers, fields, WORDS)
    drawn = [
        (trace.name, trace.line.color, tuple(trace.x), tuple(trace.y)) for trace in figure.data
    ]
    assert drawn[:4] == [
        ("picture", PICTURE, (0, 1), (50, 75)), ("noise", NOISE, (0, 1), (None, 50)),
        ("picture", PICTURE, (0, 1), (25, None)), ("noise", NOISE, (0, 1), (75, None)),
    ]  # fmt: skip
    assert [(name, x, y) for name, _colour, x, y in drawn[4:]] == [
        ("all", (1,), (3,)), ("effective", (1,), (1,)),
    ]  # fmt: skip
    listed = [trace.name for trace in figure.data if trace.showlegend]
    assert listed == ["picture", "noise", "all", "effective"]
    assert figure.layout.font.size >= 14
