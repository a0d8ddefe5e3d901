import numpy as np
import pytest

from cnnviz.explain.senet_classes import ClassGates
from cnnviz.figures.scales import DIVERGING, SEQUENTIAL
from cnnviz.figures.senet import by_mean, class_map, most_apart, scale_strip

# Two classes, three channels; and a block whose classes are farther apart.
GATES = ClassGates(
    "", np.ones(2, dtype=np.int64),
    (np.array([[0.1, 0.9, 0.5], [0.1, 0.7, 0.7]]), np.array([[0.0], [1.0]])),
    (np.zeros((2, 3)), np.zeros((2, 1))), np.zeros(2),
)  # fmt: skip


def test_channels_stand_in_the_order_of_their_mean_gates() -> None:
    assert by_mean(GATES, 0).tolist() == [1, 2, 0]


def test_differences_are_coloured_on_one_scale_for_all_blocks() -> None:
    assert most_apart(GATES) == pytest.approx(0.5)
    near, far = (class_map(GATES, block, difference=True) for block in (0, 1))
    assert near.shape == (2, 3, 3)
    middle = tuple(scale_strip(signed=True)[0, 127])
    assert tuple(near[0, 2]) == middle, "the last channel is alike for both classes"
    assert near[0, 0, 0] > near[0, 0, 2], "above the mean of all classes: red"
    assert near[1, 0, 2] > near[1, 0, 0], "below: blue"
    assert tuple(far[0, 0]) == DIVERGING[0]
    assert tuple(far[1, 0]) == DIVERGING[-1]


def test_gates_are_coloured_from_dark_at_zero_to_light_at_one() -> None:
    picture = class_map(GATES, 1, difference=False)
    assert tuple(picture[0, 0]) == SEQUENTIAL[0]
    assert tuple(picture[1, 0]) == SEQUENTIAL[-1]


@pytest.mark.parametrize(("signed", "colours"), [(True, DIVERGING), (False, SEQUENTIAL)])
def test_the_strip_spans_the_whole_scale(signed: bool, colours: tuple) -> None:
    strip = scale_strip(signed=signed)
    assert tuple(strip[0, 0]) == colours[0]
    assert tuple(strip[0, -1]) == colours[-1]
