import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnviz.explain.pointwise import PointwiseSum, pointwise_sum

ONE = np.ones(2, dtype=np.float32)


@pytest.fixture
def maps() -> np.ndarray:
    values = [[[1, 1], [1, 1]], [[0, 0], [0, 0]], [[3, 0], [0, 4]]]
    return np.array(values, dtype=np.float32)  # norms 2, 0, 5


def of(maps: np.ndarray, weights: list[float]) -> PointwiseSum:
    matrix = np.array([[9, 9, 9], weights], dtype=np.float32)
    scale, shift = np.float32([1, 2]), np.float32([0, -10])
    return pointwise_sum(maps, matrix, 1, scale=scale, shift=shift)


def test_channels_are_ordered_by_what_they_make_not_by_their_weight(maps: np.ndarray) -> None:
    parts = of(maps, [-1, 100, 0.8])
    assert_allclose(parts.norms, [2, 0, 4])
    assert_allclose(parts.share, [1 / 3, 0, 2 / 3])
    assert_array_equal(parts.order, [2, 0, 1])


def test_the_sum_grows_part_by_part(maps: np.ndarray) -> None:
    parts = of(maps, [-1, 100, 0.8])
    assert_array_equal(parts.partial(0), np.zeros((2, 2)))
    assert_allclose(parts.partial(1), [[2.4, 0], [0, 3.2]], rtol=1e-6)
    assert_allclose(parts.partial(2), [[1.4, -1], [-1, 2.2]], rtol=1e-6)
    assert_allclose(parts.partial(3), [[1.4, -1], [-1, 2.2]], rtol=1e-6)


def test_finished_means_batch_norm_and_relu(maps: np.ndarray) -> None:
    assert_allclose(of(maps, [1, 0, 2]).finished(3), [[4, 0], [0, 8]])


def test_the_largest_parts_are_weighted_maps_the_largest_first(maps: np.ndarray) -> None:
    parts = of(maps, [-1, 100, 0.8])
    assert parts.largest(0).shape == (0, 2, 2)
    expected = [[[2.4, 0], [0, 3.2]], [[-1, -1], [-1, -1]]]
    assert_allclose(parts.largest(2), expected, rtol=1e-6)
    assert_allclose(parts.largest(3).sum(axis=0), parts.partial(3), rtol=1e-6)


def test_missing_falls_from_all_to_nothing() -> None:
    rng = np.random.default_rng(0)
    maps = rng.random((12, 3, 4), dtype=np.float32)
    parts = pointwise_sum(
        maps, rng.normal(size=(2, 12)).astype(np.float32), 0, scale=ONE, shift=ONE
    )
    whole = parts.partial(12)
    assert (parts.missing[0], parts.missing[12]) == (1, 0)
    for count in range(13):
        lacking = np.linalg.norm(whole - parts.partial(count)) / np.linalg.norm(whole)
        assert parts.missing[count] == pytest.approx(lacking, abs=1e-5)


def test_an_empty_sum_misses_nothing(maps: np.ndarray) -> None:
    parts = of(maps, [0, 5, 0])
    assert_array_equal(parts.missing, np.zeros(4))
    assert_array_equal(parts.share, np.zeros(3))


@pytest.mark.parametrize("count", [-1, 4])
def test_more_parts_than_there_are_are_refused(maps: np.ndarray, count: int) -> None:
    parts = of(maps, [1, 1, 1])
    for call in (parts.partial, parts.finished, parts.largest):
        with pytest.raises(ValueError, match="3 parts"):
            call(count)


@pytest.mark.parametrize("channel", [-1, 2])
def test_an_output_channel_that_is_not_there_is_refused(maps: np.ndarray, channel: int) -> None:
    with pytest.raises(ValueError, match="no channel"):
        pointwise_sum(maps, np.ones((2, 3), dtype=np.float32), channel, scale=ONE, shift=ONE)
