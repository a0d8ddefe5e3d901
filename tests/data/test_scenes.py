"""The scenes by name: files as published, sentences where they are not, the published ones read."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.io import savemat

from cnnviz.data.aviris import indian_pines_wavelengths
from cnnviz.data.scenes import PUBLISHED, SCENES, SYNTHETIC, load_scene
from cnnviz.data.table import data_set
from cnnviz.errors import UserError

# Small files of every scene's shape would be large: the shapes are made small instead.
SMALL = (12, 10, 6)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, no_data: Path) -> Callable[..., Path]:
    """Writes a small cube and ground truth under a scene's names, and reads that shape."""
    from dataclasses import replace

    def write(name: str, shape: tuple[int, int, int] = SMALL, top: int | None = None) -> Path:
        published = PUBLISHED[name]
        monkeypatch.setitem(PUBLISHED, name, replace(published, shape=SMALL))
        cube_file, truth_file = (no_data / remote.path for remote in data_set(name).files)
        cube_file.parent.mkdir(parents=True, exist_ok=True)
        cube = np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)
        classes = len(published.class_names) if top is None else top
        truth = np.arange(shape[0] * shape[1]).reshape(shape[:2]) % (classes + 1)
        savemat(cube_file, {published.cube: cube})
        savemat(truth_file, {published.truth: truth.astype(np.uint8)})
        return cube_file

    return write


@pytest.mark.parametrize("name", [name for name in PUBLISHED if name != "salinas_a"])
def test_a_scene_is_read_from_its_published_names(small: Callable[..., Path], name: str) -> None:
    small(name)
    scene = load_scene(name)
    assert scene.name == name
    assert scene.cube.shape == SMALL
    assert scene.labels.shape == SMALL[:2]
    assert scene.labels.max() == len(scene.class_names)
    assert_array_equal(scene.cube[0, 0], np.arange(6))
    assert not scene.verified
    assert "unverified copy" in scene.source
    assert scene.counts.sum() == (scene.labels > 0).sum()


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_scene_that_is_not_here_is_one_sentence(no_data: Path, name: str) -> None:
    with pytest.raises(UserError, match=f"data fetch {name}"):
        load_scene(name)


def test_files_of_another_shape_are_refused(small: Callable[..., Path]) -> None:
    small("ksc", shape=(5, 6, 7))
    with pytest.raises(UserError, match="5 × 6 × 7"):
        load_scene("ksc")


def test_classes_that_the_scene_does_not_have_are_refused(small: Callable[..., Path]) -> None:
    small("pavia_university", top=10)
    with pytest.raises(UserError, match="other classes"):
        load_scene("pavia_university")


def test_a_cut_off_file_is_refused(small: Callable[..., Path]) -> None:
    file = small("botswana")
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(UserError):
        load_scene("botswana")


def test_an_unknown_scene_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(UserError, match="synthetic_scene, indian_pines"):
        load_scene("atlantis")


def test_salinas_a_is_the_part_of_salinas_with_its_six_classes(no_data: Path) -> None:
    published = PUBLISHED["salinas"]
    cube_file, truth_file = (no_data / remote.path for remote in data_set("salinas").files)
    cube_file.parent.mkdir(parents=True)
    rows, columns, _bands = published.shape
    cube = np.zeros(published.shape, dtype=np.uint8)
    cube[270, 0], cube[352, 85] = 1, 2
    truth = np.zeros((rows, columns), dtype=np.uint8)
    truth[270, :6] = 1, 10, 11, 12, 13, 14
    truth[271, 0] = 5  # a class that Salinas-A does not have
    savemat(cube_file, {published.cube: cube}, do_compression=True)
    savemat(truth_file, {published.truth: truth})
    scene = load_scene("salinas_a")
    assert scene.cube.shape == (83, 86, 204)
    assert scene.cube[0, 0, 0] == 1
    assert scene.cube[-1, -1, 0] == 2
    assert scene.class_names[:2] == ("Brocoli_green_weeds_1", "Corn_senesced_green_weeds")
    assert_array_equal(scene.counts, np.ones(6))
    assert "rows 270 to 352" in scene.source


def test_the_embedded_scene_needs_no_file(no_data: Path) -> None:
    scene = load_scene(SYNTHETIC)
    assert scene.cube.shape == (145, 145, 200)
    assert SCENES[0] == SYNTHETIC


def test_the_wavelengths_of_indian_pines_leave_out_water() -> None:
    centres = indian_pines_wavelengths()
    assert centres.shape == (200,)
    assert centres[0] == 400.02
    assert centres[-1] == 2489.11
    for low, high in ((1363, 1408), (1812, 1926)):
        assert not ((centres > low) & (centres < high)).any()


def test_the_published_ground_truth_of_indian_pines_is_read(
    shared_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = shared_data("indian_pines/Indian_pines_gt.mat")
    monkeypatch.setenv("CNNVIZ_DATA", str(truth.parents[1]))
    scene = load_scene("indian_pines")
    assert scene.counts.tolist() == [
        46, 1428, 830, 237, 483, 730, 28, 478, 20, 972, 2455, 593, 205, 1265, 386, 93,
    ]  # fmt: skip
    assert scene.cube.shape == (145, 145, 200)
    assert scene.cube.dtype == np.uint16
    assert scene.wavelengths is not None
    assert len(scene.wavelengths) == 200
