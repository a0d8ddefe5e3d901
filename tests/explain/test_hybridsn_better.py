"""What the network is compared with."""

import numpy as np
import pytest

from cnnviz.data.scene import Scene
from cnnviz.data.splits import stratified
from cnnviz.explain.hybridsn_better import (
    Classifier,
    Features,
    classified,
    features,
    on_test,
    smoothed,
)

HEIGHT, WIDTH, BANDS = 20, 24, 4


def made(noise: float = 1.0, constant: bool = False) -> Scene:
    """Three stripes, each of a spectrum of its own, in noise."""
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), WIDTH // 3)[None].repeat(HEIGHT, 0)
    means = np.zeros((3, BANDS)) if constant else 10 + 2 * random.normal(size=(3, BANDS))
    cube = means[labels] + noise * random.normal(size=(HEIGHT, WIDTH, BANDS))
    known = np.where(random.random((HEIGHT, WIDTH)) < 0.8, labels + 1, 0)
    names = ("one", "two", "three")
    return Scene("made", cube, known, names, None, (0, 1, 2), True, "made")


def test_features_are_the_bands_and_their_means_over_the_window() -> None:
    scene, pixels = made(), np.array([5 * WIDTH + 7, 12 * WIDTH + 20])
    plain = features(scene, pixels, 5, "spectra")
    both = features(scene, pixels, 5, "means")
    np.testing.assert_allclose(plain, scene.cube.reshape(-1, BANDS)[pixels], rtol=1e-6)
    assert (both[:, :BANDS] == plain).all()
    around = scene.cube[3:8, 5:10].mean(axis=(0, 1))
    np.testing.assert_allclose(both[0, BANDS:], around, rtol=1e-5)


@pytest.mark.parametrize("classifier", ["svm", "forest"])
def test_what_is_around_a_pixel_helps_where_the_pixel_is_noisy(classifier: Classifier) -> None:
    scene = made(noise=4.0)
    split = stratified(scene.labels, train=0.2, seed=0, window=5)
    oa = {}
    for what in ("spectra", "means"):
        found = classified(scene, split, classifier, what, window=5)
        oa[what] = found.scores.oa
        assert found.features == (BANDS if what == "spectra" else 2 * BANDS)
        assert found.scores.pixels == len(split.test)
        assert found.seconds > 0
    assert 0.34 < oa["spectra"] < oa["means"]


@pytest.mark.parametrize("what", ["spectra", "means"])
def test_the_classifier_is_scikit_learns_on_scaled_bands(what: Features) -> None:
    from sklearn.svm import SVC

    scene = made()
    split = stratified(scene.labels, train=0.2, seed=1, window=5)
    shares: list[float] = []
    found = classified(scene, split, "svm", what, window=5, report=shares.append)
    train, test = (features(scene, part, 5, what) for part in (split.train, split.test))
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    machine = SVC(C=100).fit((train - mean) / deviation, scene.labels.ravel()[split.train])
    right = machine.score((test - mean) / deviation, scene.labels.ravel()[split.test])
    assert found.scores.oa == pytest.approx(right, abs=0.01)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_test_labels_have_no_part_in_the_training() -> None:
    scene = made()
    split = stratified(scene.labels, train=0.2, validation=0.2, seed=0, window=5)
    changed = scene.labels.copy()
    changed.ravel()[split.validation] = 1
    other = Scene("x", scene.cube, changed, scene.class_names, None, (0, 1, 2), True, "x")
    one, two = (classified(s, split, "svm", "spectra", window=5) for s in (scene, other))
    assert (one.scores.confusion == two.scores.confusion).all()


def test_the_forest_has_a_seed() -> None:
    scene = made(noise=4.0)
    split = stratified(scene.labels, train=0.2, seed=0, window=5)
    found = [classified(scene, split, "forest", "spectra", window=5, seed=s) for s in (0, 0, 1)]
    confusions = [each.scores.confusion.tolist() for each in found]
    assert confusions[0] == confusions[1] != confusions[2]


def test_the_filter_takes_lone_pixels_away_and_leaves_edges() -> None:
    predicted = np.ones((9, 9), dtype=np.int64)
    predicted[:, 5:] = 2
    edge = smoothed(predicted)
    assert (edge == predicted).all()
    predicted[4, 2] = 3
    assert (smoothed(predicted) == edge).all()
    assert smoothed(predicted, 1)[4, 2] == 3


def test_a_map_is_measured_on_test_pixels_alone() -> None:
    scene = made()
    split = stratified(scene.labels, train=0.2, seed=0, window=5)
    predicted = np.ones_like(scene.labels)
    predicted.ravel()[split.test] = scene.labels.ravel()[split.test]
    assert on_test(predicted, scene, split).oa == 1
    assert on_test(predicted, scene, split).pixels == len(split.test)
