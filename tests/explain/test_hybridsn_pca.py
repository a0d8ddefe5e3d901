"""What components keep, against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from cnnviz.data.scene import Scene
from cnnviz.data.synthetic_scene import synthetic_scene
from cnnviz.errors import UserError
from cnnviz.explain.hybridsn_pca import Components, components, rebuilt, trial


@pytest.fixture(scope="module")
def generated() -> Scene:
    return synthetic_scene()


@pytest.fixture(scope="module")
def found(generated: Scene) -> Components:
    return components(generated, 12)


@pytest.fixture(scope="module")
def reference(generated: Scene) -> PCA:
    return PCA(12, svd_solver="covariance_eigh").fit(generated.cube.reshape(-1, 200).astype(float))


def test_what_is_kept_is_scikit_learns(found: Components, reference: PCA) -> None:
    kept = np.concatenate([[0], np.cumsum(reference.explained_variance_ratio_)])
    np.testing.assert_allclose(found.kept, kept, atol=1e-9)


@pytest.mark.parametrize("count", [0, 1, 5, 12])
def test_the_error_is_that_of_the_scene_rebuilt(
    generated: Scene, found: Components, reference: PCA, count: int
) -> None:
    spectra = generated.cube.reshape(-1, 200).astype(float)
    directions = reference.components_[:count]
    again = (spectra - reference.mean_) @ directions.T @ directions + reference.mean_
    error = np.sqrt(np.square(spectra - again).mean())
    np.testing.assert_allclose(found.error[count], error, rtol=1e-6)
    if count == 0:
        np.testing.assert_allclose(found.spread, error, rtol=1e-9)


def test_a_pixel_is_rebuilt_from_some_of_its_components(
    generated: Scene, found: Components, reference: PCA
) -> None:
    spectrum = generated.cube[50, 60].astype(float)
    directions = reference.components_[:4]
    again = (spectrum - reference.mean_) @ directions.T @ directions + reference.mean_
    np.testing.assert_allclose(rebuilt(found, 50, 60, 4), again, rtol=1e-5)
    np.testing.assert_allclose(rebuilt(found, 50, 60, 0), reference.mean_, rtol=1e-9)


def small(cube: np.ndarray, labels: np.ndarray) -> Scene:
    names = tuple(f"class {n}" for n in range(1, int(labels.max()) + 1))
    return Scene("small", cube, labels, names, None, (0, 1, 2), True, "made")


def test_a_scene_of_fewer_independent_bands_has_as_many_components() -> None:
    draw = np.random.default_rng(0)
    two = draw.normal(size=(9, 8, 2))
    cube = np.concatenate([two, two @ draw.normal(size=(2, 4))], axis=2)
    found = components(small(cube, np.ones((9, 8), np.int64)))
    assert found.scores.shape == (9, 8, 2)
    np.testing.assert_allclose(found.kept, [0, found.kept[1], 1])
    assert found.error[2] < 1e-6


def test_a_scene_without_variance_is_refused_in_a_sentence() -> None:
    with pytest.raises(UserError, match="principal components"):
        components(small(np.ones((5, 5, 4)), np.ones((5, 5), np.int64)))


def test_two_classes_that_only_the_second_component_tells_apart_need_two() -> None:
    draw = np.random.default_rng(0)
    labels = np.tile([1, 2], (30, 15)).astype(np.int64)
    bright = draw.normal(scale=30, size=labels.shape)
    cube = np.stack([bright, bright, 3.0 * labels], axis=2)
    cube += draw.normal(scale=0.1, size=cube.shape)
    made = small(cube, labels)
    found = trial(made, components(made), counts=(1, 2, 7))
    assert found.counts == (1, 2)
    assert found.plain[0] < 0.75
    assert found.plain[1] > 0.95
    assert found.whitened[1] > 0.95
    assert (found.trained, found.validated) == (90, 90)


def test_the_same_trial_gives_the_same_numbers(generated: Scene, found: Components) -> None:
    first, second = (trial(generated, found, counts=(1, 4)) for _ in range(2))
    assert first == second
    assert first.plain[1] > first.plain[0]
