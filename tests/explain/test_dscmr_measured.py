"""How well pairs are found: against scikit-learn, and what each method may know."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.cross_decomposition import CCA
from sklearn.metrics import average_precision_score

from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.pairs import PairedSet
from cnnviz.explain.dscmr import embed
from cnnviz.explain.dscmr_measured import (
    MOST_DIRECTIONS,
    Parts,
    by_classifiers,
    by_correlation,
    by_network,
    measured,
)
from cnnviz.models.dscmr import DSCMR
from cnnviz.ranking import ranked, similarities

CLASSES = 4


def made(count: int, seed: int, *, wide: int = 12) -> PairedSet:
    """Pairs whose image and text are two views of three hidden numbers around their class's."""
    draw, same = np.random.default_rng(seed), np.random.default_rng(0)
    centres, views = 2 * same.normal(size=(CLASSES, 3)), same.normal(size=(2, 3, 400))
    labels = np.arange(count) % CLASSES
    hidden = centres[labels] + draw.normal(size=(count, 3))
    images, texts = (
        (hidden @ view[:, :size] + draw.normal(size=(count, size))).astype(np.float32)
        for view, size in zip(views, (wide, 9), strict=True)
    )
    names = tuple("abcd")
    return PairedSet(images, texts, labels, names, None, None, None, True, "made")


def parts(**options: int) -> tuple[Parts, FeatureScaling]:
    found = made(200, 1, **options), made(80, 2, **options), made(100, 3, **options)
    return found, FeatureScaling.of(found[0], "standard")


def test_both_ways_are_as_scikit_learn_measures_them() -> None:
    pairs = made(60, 5)
    images, texts = pairs.images[:, :9], pairs.texts
    found = measured(images, texts, pairs.labels, CLASSES)
    for way, (queries, items) in ((found.across, (images, texts)), (found.back, (texts, images))):
        scores = np.concatenate([part for _place, part in similarities(queries, items)])
        each = np.array([
            average_precision_score(pairs.labels == label, row)
            for label, row in zip(pairs.labels, scores, strict=True)
        ])  # fmt: skip
        assert way.map == pytest.approx(each.mean())
        assert way.by_class == pytest.approx([each[pairs.labels == k].mean() for k in range(4)])
        assert way.recall[-1] == pytest.approx(1)
        assert way.precision[-1] == pytest.approx(15 / 60)
    assert found.map == pytest.approx((found.across.map + found.back.map) / 2)


def test_a_class_that_no_query_has_has_no_number() -> None:
    pairs = made(20, 5).take(np.flatnonzero(made(20, 5).labels != 2))
    found = measured(pairs.texts, pairs.texts, pairs.labels, CLASSES)
    assert np.isnan(found.across.by_class).tolist() == [False, False, True, False]


def test_the_network_is_measured_on_what_it_embeds() -> None:
    torch.manual_seed(0)
    model = DSCMR(image_features=12, text_features=9, num_classes=4, hidden=8, common=6).eval()
    (_training, _held, test), scaling = parts()
    images, texts = embed(model, scaling, test)
    expected = ranked(images, texts, test.labels, test.labels)
    found = by_network(model, scaling, test)
    assert found.across.map == expected.map
    assert found.across.map_at == expected.map_at
    assert found.directions == 0


def test_directions_are_those_best_on_validation_of_a_fit_with_as_many() -> None:
    (training, held, test), scaling = parts()
    found = by_correlation((training, held, test), scaling)

    def fitted(count: int, part: PairedSet) -> float:
        cca = CCA(n_components=count, max_iter=1000).fit(*scaling(training))
        return measured(*cca.transform(*scaling(part)), part.labels, CLASSES).map

    on_validation = [fitted(count, held) for count in range(1, 10)]
    assert found.directions == 1 + int(np.argmax(on_validation))
    assert found.map == pytest.approx(fitted(found.directions, test))


def test_correlation_needs_pairs_and_no_classes() -> None:
    (training, held, test), scaling = parts()
    found = by_correlation((training, held, test), scaling)
    blind = replace(training, labels=np.zeros(200, dtype=np.int64))
    assert by_correlation((blind, held, test), scaling).map == found.map
    other = np.random.default_rng(0).permutation(200)
    apart = replace(training, texts=training.texts[other])
    assert by_correlation((apart, held, test), scaling).map < found.map - 0.1


def test_classifiers_need_classes_and_no_pairs() -> None:
    (training, held, test), scaling = parts()
    found = by_classifiers((training, held, test), scaling)
    order = np.argsort(training.labels, kind="stable")
    within = order.reshape(CLASSES, 50)[:, ::-1].ravel()  # another partner of the same class
    texts = training.texts.copy()
    texts[order] = training.texts[within]
    again = by_classifiers((replace(training, texts=texts), held, test), scaling)
    assert again.map == pytest.approx(found.map, abs=1e-3)
    wrong = replace(training, labels=np.random.default_rng(0).permutation(training.labels))
    assert by_classifiers((wrong, held, test), scaling).map != pytest.approx(found.map, abs=0.02)


def test_features_as_many_as_pairs_are_reduced_before_they_are_correlated() -> None:
    found, scaling = parts(wide=400)
    wide = by_correlation(found, scaling)
    assert 1 <= wide.directions <= MOST_DIRECTIONS
    assert wide.map > 0.5  # chance is a quarter


def test_one_method_is_ahead_of_another_by_a_share() -> None:
    found, scaling = parts()
    one, other = by_correlation(found, scaling), by_classifiers(found, scaling)
    assert one.ahead_of(one) == 0
    assert (1 + one.ahead_of(other)) * other.map == pytest.approx(one.map)
