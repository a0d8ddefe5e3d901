"""DSCMR's losses on a batch, against numbers computed by hand."""

from itertools import product

import numpy as np
import pytest
import torch

from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.pairs import PairedSet
from cnnviz.explain.dscmr_losses import Batch, batch, chosen, least_likelihood
from cnnviz.models.dscmr import DSCMR

COUNT, CLASSES = 12, 3


@pytest.fixture(scope="module")
def pairs() -> PairedSet:
    random = np.random.default_rng(0)
    return PairedSet(
        images=random.random((COUNT, 5), dtype=np.float32),
        texts=random.random((COUNT, 7), dtype=np.float32),
        labels=np.repeat(np.arange(CLASSES), COUNT // CLASSES),
        class_names=("a", "b", "c"), captions=None, pixels=None, vocabulary=None,
        verified=True, source="made up",
    )  # fmt: skip


@pytest.fixture(scope="module")
def model() -> DSCMR:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return DSCMR(image_features=5, text_features=7, num_classes=3, hidden=8, common=4).eval()


@pytest.fixture(scope="module")
def found(model: DSCMR, pairs: PairedSet) -> Batch:
    return batch(model, FeatureScaling.of(pairs, "none"), pairs)


def test_the_numbers_are_those_of_the_formulas(
    found: Batch, model: DSCMR, pairs: PairedSet
) -> None:
    with torch.inference_mode():
        u, v, p, q = (
            part.double().numpy()
            for part in model(torch.from_numpy(pairs.images), torch.from_numpy(pairs.texts))
        )
    y = np.eye(CLASSES)[pairs.labels]
    assert found.terms.discrimination == pytest.approx(
        (np.linalg.norm(p - y) + np.linalg.norm(q - y)) / COUNT, rel=1e-5
    )
    assert found.terms.invariance == pytest.approx(np.linalg.norm(u - v) / COUNT, rel=1e-5)
    u, v = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (u, v))
    parts = []
    for place, cosines in enumerate((u @ u.T, u @ v.T, v @ v.T)):
        np.testing.assert_allclose(found.cosines[place], cosines, atol=1e-6)
        parts.append((np.log(1 + np.exp(cosines / 2)) - found.same * cosines / 2).mean())
    terms = found.terms
    assert (terms.images, terms.across, terms.texts) == pytest.approx(parts, rel=1e-5)
    assert terms.likelihood == pytest.approx(sum(parts), rel=1e-5)


def test_mean_cosines_leave_out_a_pair_s_own_place(found: Batch) -> None:
    alike, apart = [], []
    for i in range(COUNT):
        for j in range(COUNT):
            if found.labels[i] != found.labels[j]:
                apart.append(found.cosines[:, i, j])
            elif i != j:
                alike.append(found.cosines[:, i, j])
    np.testing.assert_allclose(found.alike, np.mean(alike, axis=0), rtol=1e-5)
    np.testing.assert_allclose(found.apart, np.mean(apart, axis=0), rtol=1e-5)
    assert_mean_of_classes(found)


def assert_mean_of_classes(found: Batch) -> None:
    classes = np.unique(found.labels)
    assert found.by_class.shape == (3, len(classes), len(classes))
    for cosines, means in zip(found.cosines, found.by_class, strict=True):
        for (i, one), (j, other) in product(enumerate(classes), repeat=2):
            rows, columns = (np.flatnonzero(found.labels == each) for each in (one, other))
            pairs = [cosines[row, column] for row in rows for column in columns if row != column]
            np.testing.assert_allclose(means[i, j], np.mean(pairs) if pairs else np.nan, rtol=1e-5)


def test_a_batch_has_as_many_of_each_class_one_after_the_other() -> None:
    labels = np.array([2, 0, 1, 0, 2, 1, 0, 2])
    assert chosen(labels, 6).tolist() == [1, 3, 2, 5, 0, 4]
    assert chosen(labels, 1).tolist() == [1, 2, 0]


def test_the_least_likelihood_is_that_of_labels_as_cosines() -> None:
    same = np.kron(np.eye(2), np.ones((3, 3)))
    theta = (2 * same - 1) / 2
    wanted = 3 * (np.log(1 + np.exp(theta)) - same * theta).mean()
    assert least_likelihood() == pytest.approx(wanted)
