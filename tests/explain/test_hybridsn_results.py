"""Maps and scores of a whole scene, against scikit-learn and by hand."""

from typing import Literal

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    precision_score,
)

from cnnviz.data.splits import blocks, per_class, stratified
from cnnviz.explain import hybridsn_results as results

RANDOM = np.random.default_rng(0)
LABELS = RANDOM.integers(0, 6, (24, 30))
PREDICTED = np.where(RANDOM.random(LABELS.shape) < 0.7, LABELS, RANDOM.integers(1, 6, LABELS.shape))
PREDICTED[PREDICTED == 0] = 1
CHOSEN = RANDOM.random(LABELS.shape) < 0.6


def test_scores_are_those_of_scikit_learn() -> None:
    found = results.scores(PREDICTED, LABELS, CHOSEN, 5)
    truth, said = (each[CHOSEN & (LABELS > 0)] for each in (LABELS, PREDICTED))
    assert found.pixels == len(truth)
    assert found.oa == pytest.approx(accuracy_score(truth, said))
    assert found.aa == pytest.approx(balanced_accuracy_score(truth, said))
    assert found.kappa == pytest.approx(cohen_kappa_score(truth, said))
    np.testing.assert_allclose(found.precision, precision_score(truth, said, average=None))
    assert found.confusion.sum() == len(truth)
    assert found.confusion.diagonal().sum() / len(truth) == pytest.approx(found.oa)
    assert (found.zero, found.absent) == ((), ())


def test_classes_that_are_never_right_and_classes_without_pixels_are_told_apart() -> None:
    labels = np.array([[1, 1, 2, 2, 0]])
    said = np.array([[1, 1, 1, 3, 2]])
    found = results.scores(said, labels, np.ones_like(labels, dtype=bool), 4)
    assert found.zero == (2,)
    assert found.absent == (3, 4)
    assert found.pixels == 4
    np.testing.assert_array_equal(found.accuracy, [1, 0, np.nan, np.nan])
    np.testing.assert_allclose(found.precision, [2 / 3, np.nan, 0, np.nan])
    assert found.aa == pytest.approx(0.5), "over the classes that occur"


def test_one_class_that_is_all_right_has_no_kappa() -> None:
    labels = np.array([[2, 2, 1]])
    found = results.scores(labels, labels, np.array([[True, True, False]]), 2)
    assert (found.oa, found.aa) == (1, 1)
    assert np.isnan(found.kappa)


def test_nothing_to_measure_on_is_an_error() -> None:
    labels = np.array([[0, 1]])
    with pytest.raises(ValueError, match="no labelled pixel"):
        results.scores(labels, labels, np.array([[True, False]]), 2)


def test_a_map_keeps_the_three_likeliest_classes_and_their_probabilities() -> None:
    logits = RANDOM.normal(size=(7, 9, 16)).astype(np.float32)
    shares = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    found = results.scene_map(logits)
    np.testing.assert_array_equal(found.predicted, logits.argmax(axis=2) + 1)
    np.testing.assert_array_equal(
        np.sort(found.classes, axis=2), np.sort(np.argsort(-shares, axis=2)[:, :, :3] + 1, axis=2)
    )
    expected = -np.sort(-shares, axis=2)[:, :, :3]
    np.testing.assert_allclose(found.probabilities, expected, rtol=1e-3)
    assert found.classes.nbytes + found.probabilities.nbytes == 9 * 7 * 9


def test_strips_are_joined_to_the_map_of_the_whole() -> None:
    logits = RANDOM.normal(size=(7, 9, 5))
    whole = results.scene_map(logits)
    joined = results.joined([results.scene_map(part) for part in np.array_split(logits, 3)])
    np.testing.assert_array_equal(joined.classes, whole.classes)
    np.testing.assert_array_equal(joined.probabilities, whole.probabilities)
    assert not joined.classes.flags.writeable


def test_logits_of_thousands_and_of_two_classes_have_a_map() -> None:
    found = results.scene_map(np.array([[[5000.0, -5000.0], [0.0, 0.0]]]))
    np.testing.assert_array_equal(found.classes, [[[1, 2], [1, 2]]])
    np.testing.assert_array_equal(found.probabilities, [[[1, 0], [0.5, 0.5]]])


@pytest.mark.parametrize(
    ("logits", "reason"),
    [(np.zeros((1, 1, 1)), "classes"), (np.full((1, 1, 3), np.nan), "not finite")],
)
def test_what_is_no_map_is_an_error(logits: np.ndarray, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        results.scene_map(logits)


FIELDS = np.kron(np.arange(1, 7).reshape(2, 3), np.ones((14, 14), dtype=np.int64))


@pytest.mark.parametrize(
    "split",
    [
        stratified(FIELDS, train=0.1, validation=0.05, seed=3, window=5),
        per_class(FIELDS, train=20, validation=4, seed=3, window=5),
        blocks(FIELDS, train=0.2, seed=3, window=5),
    ],
    ids=lambda split: str(split.kind),
)
def test_a_split_is_made_again_from_its_card_and_not_on_another_scene(split) -> None:  # type: ignore[no-untyped-def]
    described = split.to_json()
    again = results.split_again(described, FIELDS)
    assert again is not None
    np.testing.assert_array_equal(again.test, split.test)
    changed = FIELDS.copy()
    changed[:3] = 6
    assert results.split_again(described, changed) is None
    assert results.split_again(described, FIELDS.T) is None
    assert results.split_again({"kind": "stratified"}, FIELDS) is None


@pytest.mark.parametrize("order", ["C", "F"])  # F: as MATLAB files have it
def test_every_pixel_has_its_part(order: Literal["C", "F"]) -> None:
    labels = FIELDS.copy(order)
    labels[:, 20] = 0
    split = blocks(labels, train=0.2, validation=0.1, seed=1, window=3)
    parts = results.parts_map(labels, split)
    for name, number in (("train", 1), ("validation", 2), ("test", 3)):
        np.testing.assert_array_equal(np.flatnonzero(parts == number), getattr(split, name))
    assert (parts == results.GUARD).sum() == sum(split.counts.guard) > 0
    np.testing.assert_array_equal(parts == results.NO_PART, labels == 0)


def test_two_maps_are_laid_over_each_other() -> None:
    labels = np.array([[1, 1, 1, 1, 0, 0, 2]])
    first = np.array([[1, 1, 2, 2, 1, 1, 2]])
    second = np.array([[1, 2, 1, 3, 1, 2, 1]])
    chosen = np.array([[1, 1, 1, 1, 1, 1, 0]], dtype=bool)
    found = results.compare(first, second, labels, chosen)
    np.testing.assert_array_equal(found.kinds, [[0, 1, 2, 3, 0, 3, 1]])
    assert (found.both, found.only_first, found.only_second, found.neither) == (1, 1, 1, 1)
    assert found.pixels == 4
    assert found.differing == pytest.approx(5 / 7)
