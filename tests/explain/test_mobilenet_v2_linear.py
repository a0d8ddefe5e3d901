"""What comes back of points sent through a random matrix and an activation."""

from typing import get_args

import numpy as np
import pytest

from cnnviz.explain.mobilenet_v2_linear import (
    CEILING,
    COUNTS,
    SEEDS,
    Activation,
    Shape,
    activated,
    best_fit,
    collapse,
    errors,
    matrix_of,
    points,
)

every_shape = pytest.mark.parametrize("shape", get_args(Shape))


@every_shape
def test_points_are_centred_and_of_size_one(shape: Shape) -> None:
    found = points(shape)
    assert found.places.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert (found.places**2).sum(axis=1).mean() == pytest.approx(1)
    assert len(found.along) == len(found.group) == len(found.places)
    assert found.along.min() >= 0
    assert found.along.max() <= 1
    assert set(found.group) == ({0} if shape == "spiral" else {0, 1})


def test_neighbours_on_the_spiral_are_about_equally_far_apart() -> None:
    steps = np.linalg.norm(np.diff(points("spiral").places, axis=0), axis=1)[10:]
    assert steps.max() < 1.5 * steps.min()


def test_the_disc_is_checkered() -> None:
    found = points("disc")
    distance = np.linalg.norm(found.places[:, None] - found.places, axis=2)
    nearest = (distance + 9 * np.eye(len(distance))).argmin(axis=1)
    alike = (found.group[nearest] == found.group).mean()
    assert 0.8 < alike < 1  # cells of many points, and edges between them
    assert 0.4 < found.group.mean() < 0.6


@every_shape
@pytest.mark.parametrize("activation", get_args(Activation))
def test_what_comes_back_is_what_the_pseudo_inverse_gives(
    shape: Shape, activation: Activation
) -> None:
    places, found = points(shape).places, collapse(shape, activation, seed=7, deviation=3)
    for count in (2, 3, 17, 50):
        matrix = found.matrix[:count]
        channels = activated(matrix @ places.T, activation, 3)
        by_hand = (np.linalg.pinv(matrix) @ channels).T
        assert found.channels[:count] == pytest.approx(channels)
        assert found.returned[count - 2] == pytest.approx(by_hand, abs=1e-7)


@every_shape
def test_without_an_activation_all_comes_back(shape: Shape) -> None:
    found = collapse(shape, "none", seed=0, deviation=1)
    assert found.error == pytest.approx(0, abs=1e-7)
    assert found.plain_error == pytest.approx(0, abs=1e-7)
    assert not found.cut.any()
    assert not found.lost.any()
    assert not found.flattened.any()


def test_a_matrix_of_more_channels_has_the_rows_of_one_of_fewer() -> None:
    assert matrix_of(3).shape == (COUNTS[-1], 2)
    assert np.array_equal(matrix_of(3), matrix_of(3))
    assert not np.array_equal(matrix_of(3), matrix_of(4))


def test_points_that_lose_every_channel_fall_onto_one_point() -> None:
    found = collapse("spiral", "relu", seed=0, deviation=1)
    gone = found.cut[:2].all(axis=0)
    assert 0 < gone.mean() == found.lost[0]
    assert np.ptp(found.returned[0][gone], axis=0) == pytest.approx(0, abs=1e-12)


def test_points_that_keep_one_channel_fall_onto_a_line() -> None:
    found = collapse("disc", "relu", seed=1, deviation=1)
    left = ~found.cut[:2]
    first = left[0] & ~left[1]
    assert first.any()
    assert (left.sum(axis=0) == 1).mean() == pytest.approx(found.flattened[0])
    singular = np.linalg.svd(found.returned[0][first], compute_uv=False)
    assert singular[1] < 1e-9 * singular[0]


def test_relu_does_the_same_at_any_size_and_relu6_does_not() -> None:
    relu = [collapse("moons", "relu", seed=2, deviation=d) for d in (1, 6)]
    assert np.array_equal(relu[0].returned, relu[1].returned)
    relu6 = [collapse("moons", "relu6", seed=2, deviation=d) for d in (1, 6)]
    assert not np.allclose(relu6[0].returned, relu6[1].returned)
    assert relu6[0].above < 0.001 < 0.05 < relu6[1].above
    assert relu[0].above == 0


def test_relu6_cuts_at_six() -> None:
    x = np.array([-1.0, 0.5, 3.0])
    assert CEILING == 6
    assert activated(x, "relu6", 1) == pytest.approx([0, 0.5, 3])
    # At a deviation of 4 the three is a twelve; what is left of it is six.
    assert activated(x, "relu6", 4) == pytest.approx([0, 0.5, 1.5])


def test_the_best_fit_undoes_a_size_and_a_place() -> None:
    places = points("spiral").places
    fitted, error = best_fit(0.3 * places + [2, -5], places)
    assert fitted == pytest.approx(places)
    assert error == pytest.approx(0, abs=1e-12)


def test_of_points_all_on_one_nothing_came_back() -> None:
    places = points("spiral").places
    fitted, error = best_fit(np.ones_like(places), places)
    assert not fitted.any()
    assert error == pytest.approx(1)


@every_shape
def test_the_error_falls_with_the_channels_and_relu_makes_all_half_as_large(shape: Shape) -> None:
    found = errors(shape, "relu", deviation=1)
    assert found.mean.shape == found.deviation.shape == (len(COUNTS),)
    chosen = found.mean[[COUNTS.index(n) for n in (2, 3, 5, 15, 30, 50)]]
    assert (np.diff(chosen) < 0).all()
    assert chosen[0] > 0.5 > 0.25 > chosen[3]
    assert found.plain_mean[-1] == pytest.approx(0.5, abs=0.03)


def test_the_mean_is_that_of_the_seeds() -> None:
    found = errors("spiral", "relu", deviation=1)
    each = [collapse("spiral", "relu", seed=s, deviation=1).error[3] for s in range(SEEDS)]
    assert found.mean[3] == pytest.approx(np.mean(each))
    assert found.deviation[3] == pytest.approx(np.std(each))
