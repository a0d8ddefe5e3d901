"""Scaling and principal components: as scikit-learn's, on what was asked for, in pieces."""

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from cnnviz.data import preprocessing
from cnnviz.data.parts import Split
from cnnviz.data.preprocessing import (
    BandStatistics,
    On,
    PrincipalComponents,
    principal_components,
    standardize,
)
from cnnviz.data.splits import stratified
from cnnviz.errors import UserError

Cube = NDArray[np.float32]


@pytest.fixture
def cube() -> Cube:
    """(20, 16, 12): spectra of six sources and some noise, far from zero as counts are."""
    rng = np.random.default_rng(0)
    sources = rng.normal(size=(20, 16, 6)) @ rng.normal(size=(6, 12)) * 200
    return (3000 + sources + rng.normal(size=(20, 16, 12))).astype(np.float32)


@pytest.fixture
def split() -> Split:
    """A fifth of the 320 pixels for training."""
    return stratified(np.repeat([1, 2], 160).reshape(20, 16), train=0.2, seed=0, window=3)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows at once, or 48 pixels: several pieces, the last one smaller."""
    monkeypatch.setattr(preprocessing, "PIECE", 3 * 16 * 12 * 8)


def spectra(cube: Cube, on: On, split: Split) -> NDArray[np.float64]:
    flat = cube.reshape(-1, cube.shape[2]).astype(np.float64)
    return flat[split.train] if on == "training" else flat


def fitted(
    cube: Cube, on: On, split: Split | None
) -> tuple[BandStatistics, PrincipalComponents, PrincipalComponents]:
    return (
        standardize(cube, on, split),
        principal_components(cube, 4, on, split),
        principal_components(cube, 4, on, split, whiten=False),
    )


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("whiten", [True, False])
@pytest.mark.parametrize("on", ["scene", "training"])
def test_components_are_those_of_scikit_learn(
    cube: Cube, split: Split, on: On, whiten: bool
) -> None:
    ours = principal_components(cube, 5, on, split, whiten=whiten)
    theirs = PCA(5, whiten=whiten, svd_solver="full").fit(spectra(cube, on, split))
    np.testing.assert_allclose(ours.components, theirs.components_, atol=1e-9)
    np.testing.assert_allclose(ours.variance, theirs.explained_variance_)
    np.testing.assert_allclose(ours.explained_variance_ratio, theirs.explained_variance_ratio_)
    np.testing.assert_allclose(ours.mean, theirs.mean_)
    applied = ours.apply(cube)
    assert applied.shape == (20, 16, 5)
    assert applied.dtype == np.float32
    expected = theirs.transform(spectra(cube, "scene", split)).reshape(20, 16, 5)
    np.testing.assert_allclose(applied, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("on", ["scene", "training"])
def test_scaling_is_that_of_scikit_learn(cube: Cube, split: Split, on: On) -> None:
    cube = cube.astype(np.float64)
    cube[..., 3] = 0.1  # a constant that float64 cannot hold: rounding must not be scaled up
    ours = standardize(cube, on, split)
    theirs = StandardScaler().fit(spectra(cube, on, split))
    np.testing.assert_allclose(ours.mean, theirs.mean_)
    np.testing.assert_allclose(ours.deviation**2, theirs.var_, atol=1e-20)
    applied = ours.apply(cube)
    assert applied.dtype == np.float32
    expected = theirs.transform(spectra(cube, "scene", split)).reshape(cube.shape)
    np.testing.assert_allclose(applied, expected, atol=1e-5)
    assert not applied[..., 3].any()


def test_what_is_fitted_on_training_pixels_knows_no_other_pixel(cube: Cube, split: Split) -> None:
    changed = cube.copy()
    changed.reshape(-1, 12)[split.test] *= np.float32(1.5)
    before, after = fitted(cube, "training", split), fitted(changed, "training", split)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one.apply(cube), other.apply(cube))
    before, after = fitted(cube, "scene", split), fitted(changed, "scene", split)
    for one, other in zip(before, after, strict=True):
        assert not np.allclose(one.apply(cube), other.apply(cube))


@pytest.mark.parametrize("on", ["scene", "training"])
def test_the_choice_is_part_of_the_result(cube: Cube, split: Split, on: On) -> None:
    pixels = {"scene": 320, "training": 64}[on]
    for result in fitted(cube, on, split):
        assert result.on == on
        assert result.pixels == pixels
        assert on in result.fitted_on
        card = result.to_json()
        assert json.loads(json.dumps(card)) == card
        assert (card["on"], card["pixels"]) == (on, pixels)
    components = principal_components(cube, 4, on, split)
    assert components.to_json()["count"] == 4
    assert components.to_json()["whiten"] is True
    assert 0.5 < components.to_json()["explained_variance"] < 1


def test_pieces_give_what_the_whole_gives(
    cube: Cube, split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    for on in ("scene", "training"):
        whole = [result.apply(cube) for result in fitted(cube, on, split)]
        monkeypatch.setattr(preprocessing, "PIECE", 1)  # a row or a pixel at once
        for result, expected in zip(fitted(cube, on, split), whole, strict=True):
            np.testing.assert_allclose(result.apply(cube), expected, rtol=1e-5, atol=1e-5)
        monkeypatch.undo()


def test_the_largest_weight_of_a_component_is_positive(cube: Cube) -> None:
    for data in (cube, 6000 - cube):
        components = principal_components(data, 5, "scene", None).components
        assert (components[range(5), np.abs(components).argmax(axis=1)] > 0).all()


def test_what_was_fitted_cannot_be_changed(cube: Cube) -> None:
    result = principal_components(cube, 2, "scene", None)
    for array in (result.components, result.mean, result.variance, result.explained_variance_ratio):
        assert not array.flags.writeable
    assert not standardize(cube, "scene", None).mean.flags.writeable


# Interleaved by pixel, band after band, and interleaved by line; as (H, W, B) from that.
@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2, 0), (0, 2, 1)])
@pytest.mark.parametrize("on", ["scene", "training"])
def test_a_cube_in_a_file_is_never_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: On, axes: tuple[int, ...]
) -> None:
    shape = (100, 200, 100) if axes == (1, 2, 0) else (200, 100, 100)
    values = np.random.default_rng(0).integers(0, 9999, shape, dtype=np.uint16)
    np.save(tmp_path / "cube.npy", values)  # 4 MB, 16 MB as float64
    cube = np.load(tmp_path / "cube.npy", mmap_mode="r").transpose(axes)
    assert cube.shape == (200, 100, 100)
    split = stratified(np.arange(20000).reshape(200, 100) % 2 + 1, train=0.5, seed=0, window=3)
    monkeypatch.setattr(preprocessing, "PIECE", 1 << 16)
    tracemalloc.start()
    try:
        applied = principal_components(cube, 3, on, split).apply(cube)
        standardize(cube, on, split)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak - applied.nbytes < 1_500_000


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_counted(cube: Cube, split: Split, value: float) -> None:
    damaged = cube.copy()
    damaged[4:6, 2, 3] = damaged[5, 2, 7] = value
    sentence = "2 pixels have values that are not finite numbers, in 2 of 12 bands"
    for fit in (standardize, lambda *rest: principal_components(rest[0], 3, *rest[1:])):
        with pytest.raises(UserError, match=sentence):
            fit(damaged, "scene", split)
        with pytest.raises(UserError, match=sentence):
            fit(cube, "scene", split).apply(damaged)
    damaged = cube.copy()
    damaged.reshape(-1, 12)[split.train[:3]] = value
    with pytest.raises(UserError, match=r"3 pixels have .* in 12 of 12 bands"):
        standardize(damaged, "training", split)


def test_more_components_than_there_are_is_said_in_a_sentence(cube: Cube, split: Split) -> None:
    with pytest.raises(UserError, match="1 principal component or more, not 0"):
        principal_components(cube, 0, "scene", split)
    with pytest.raises(UserError, match="have 12 principal components: 13 are too many"):
        principal_components(cube, 13, "scene", split)
    few = stratified(np.repeat([1, 2], 160).reshape(20, 16), train=0.02, seed=0, window=3)
    assert len(few.train) == 6
    principal_components(cube, 5, "training", few)
    with pytest.raises(UserError, match="have 5 principal components: 6 are too many"):
        principal_components(cube, 6, "training", few)
    with pytest.raises(UserError, match="have 0 principal components"):
        principal_components(np.full((20, 16, 12), 0.1), 1, "scene", None)


def test_a_split_or_bands_of_another_scene_are_refused(cube: Cube, split: Split) -> None:
    with pytest.raises(ValueError, match="a split of the same scene"):
        standardize(cube, "training", None)
    with pytest.raises(ValueError, match="a split of the same scene"):
        standardize(cube[:10], "training", split)
    with pytest.raises(ValueError, match="fitted on 12 bands, not 1"):
        standardize(cube, "scene", None).apply(cube[..., :1])
