"""Average precision and its curves against scikit-learn, query by query."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from cnnviz import ranking
from cnnviz.ranking import curves, ranked, similarities, unit

random = np.random.default_rng(0)


def made(queries: int = 30, items: int = 40) -> tuple[NDArray[np.float32], ...]:
    return random.normal(size=(queries, 5)).astype(np.float32), random.normal(
        size=(items, 5)
    ).astype(np.float32)


def labels(count: int, classes: int = 4) -> NDArray[np.int64]:
    return random.integers(0, classes, count)


def expected(
    queries: NDArray[np.float32],
    items: NDArray[np.float32],
    of_queries: NDArray[np.int64],
    of_items: NDArray[np.int64],
) -> NDArray[np.float64]:
    scores = unit(queries) @ unit(items).T
    return np.array(
        [
            average_precision_score(of_items == label, row)
            for label, row in zip(of_queries, scores, strict=True)
        ]
    )


def test_each_query_has_scikit_learns_average_precision() -> None:
    queries, items = made()
    of = labels(30), labels(40)
    found = ranked(queries, items, *of)
    np.testing.assert_allclose(found.average_precision, expected(queries, items, *of), rtol=1e-6)
    assert found.map == pytest.approx(expected(queries, items, *of).mean())


def test_ties_come_at_one_time_as_scikit_learn_has_it() -> None:
    queries = np.eye(3, dtype=np.float32)
    items = np.repeat(np.eye(3, dtype=np.float32), 7, axis=0)  # cosines of 0 and 1 alone
    of = labels(3, 3), labels(21, 3)
    assert len(np.unique(unit(queries) @ unit(items).T)) == 2
    found = ranked(queries, items, *of)
    np.testing.assert_allclose(found.average_precision, expected(queries, items, *of))


@pytest.mark.parametrize("held", [1, 100, 10**6])
def test_blocks_do_not_change_the_result(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    queries, items = made()
    of = labels(30), labels(40)
    whole, both = ranked(queries, items, *of), curves(queries, items, *of)
    monkeypatch.setattr(ranking, "_HELD", held)
    assert sum(len(scores) for _part, scores in similarities(queries, items)) == 30
    parts = ranked(queries, items, *of)
    np.testing.assert_allclose(parts.average_precision, whole.average_precision, rtol=1e-6)
    np.testing.assert_allclose(parts.at, whole.at, rtol=1e-6)
    np.testing.assert_allclose(curves(queries, items, *of), both)


def test_the_first_items_alone_count_where_the_list_is_cut() -> None:
    queries = np.array([[1.0, 0.0]], dtype=np.float32)
    angles = np.linspace(0, 1, 5)
    items = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    right = np.array([0, 1, 0, 0, 1])  # the query's class is 0: right, wrong, right, right, wrong
    found = ranked(queries, items, np.array([0]), right, cut=3)
    assert found.at.tolist() == [pytest.approx((1 / 1 + 2 / 3) / 2)]
    assert found.average_precision.tolist() == [pytest.approx((1 / 1 + 2 / 3 + 3 / 4) / 3)]
    assert ranked(queries, items, np.array([1]), 1 - right, cut=1).at.tolist() == [1]
    assert ranked(queries, items, np.array([1]), right, cut=1).at.tolist() == [0]


def test_a_query_for_which_nothing_is_right_does_not_count() -> None:
    queries, items = made(2)
    of_items = np.zeros(40, dtype=np.int64)
    found = ranked(queries, items, np.array([0, 9]), of_items)
    assert np.isnan(found.average_precision[1])
    assert found.map == found.map_at == 1
    precision, recall = curves(queries, items, np.array([0, 9]), of_items)
    np.testing.assert_allclose(precision, 1)
    np.testing.assert_allclose(recall, np.arange(1, 41) / 40)
    with pytest.raises(ValueError, match="nothing right"):
        curves(queries, items, np.array([8, 9]), of_items)


def test_a_row_of_zeros_is_as_far_from_all() -> None:
    assert not unit(np.zeros((2, 3))).any()
    found = ranked(np.zeros((1, 3)), made(1, 4)[1][:, :3], np.array([0]), np.array([0, 1, 1, 1]))
    assert found.average_precision.tolist() == [0.25]


def test_what_does_not_fit_together_is_refused() -> None:
    queries, items = made()
    for wrong in (
        (queries[:, :4], items, labels(30), labels(40)),
        (queries, items, labels(29), labels(40)),
        (queries, items, labels(30), labels(41)),
        (queries[:0], items, labels(0), labels(40)),
        (queries, items[:0], labels(30), labels(0)),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            ranked(*wrong)
