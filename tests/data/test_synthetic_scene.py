"""The generated scene is the same everywhere, is kept, and says what it is."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from cnnviz.data import synthetic_scene
from cnnviz.data.scene import Scene
from cnnviz.data.synthetic_kinds import CLASSES
from cnnviz.data.synthetic_spectra import RGB

BYTES = "adfc89655c514b3cf330a31269a40140b27508519d854814520fb0d7840e398f"


def digest(scene: Scene) -> str:
    return hashlib.sha256(
        scene.cube.astype("<u2").tobytes() + scene.labels.astype("<i8").tobytes()
    ).hexdigest()


@pytest.fixture(scope="module")
def scene() -> Scene:
    return synthetic_scene.synthetic_scene()


# What it is


def test_it_has_the_shape_of_indian_pines(scene: Scene) -> None:
    assert scene.name == "synthetic_scene"
    assert (scene.cube.shape, scene.cube.dtype) == ((145, 145, 200), np.uint16)
    assert (scene.labels.shape, scene.labels.dtype) == ((145, 145), np.int64)
    assert scene.rgb == RGB
    # As of Indian Pines: about 1000 to 9500.
    assert 900 < scene.cube.min() < 1010
    assert 7500 < scene.cube.max() < 10_000


def test_it_says_that_it_is_generated(scene: Scene) -> None:
    assert scene.source.startswith("Generated scene")
    assert not any("Indian" in text for text in (scene.name, scene.source, *scene.class_names))


def test_the_bands_leave_the_gaps_of_water_vapour_out(scene: Scene) -> None:
    waves = scene.wavelengths
    assert waves is not None
    assert len(waves) == 200
    assert (waves[0], waves[-1] > 2480, waves[-1] < 2500) == (400, True, True)
    steps = np.diff(waves)
    assert (steps > 0).all()
    gaps = [(round(waves[at]), round(waves[at + 1])) for at in np.flatnonzero(steps > 10)]
    assert gaps == [(1378, 1436), (1819, 1963)]


def test_classes_are_as_uneven_as_indian_pines_and_half_has_no_label(scene: Scene) -> None:
    assert len(set(scene.class_names)) == len(scene.class_names) == 16
    assert scene.counts.tolist() == [kind.wanted for kind in CLASSES]
    assert (scene.counts.min(), scene.counts.max()) == (20, 2440)
    assert 0.45 < (scene.labels > 0).mean() < 0.55


# The same everywhere


def test_a_seed_makes_the_same_bytes_for_ever(scene: Scene) -> None:
    assert digest(scene) == BYTES


def test_another_seed_makes_another_scene(scene: Scene) -> None:
    other = synthetic_scene.synthetic_scene(1)
    assert (other.labels != scene.labels).mean() > 0.3
    assert (other.cube != scene.cube).mean() > 0.9
    assert other.counts.tolist() == scene.counts.tolist()
    assert "seed 1" in other.source


def test_a_processor_without_vector_instructions_makes_the_same_bytes() -> None:
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    code = (
        "import hashlib; from cnnviz.data.synthetic_scene import synthetic_scene\n"
        "s = synthetic_scene()\n"
        "data = s.cube.astype('<u2').tobytes() + s.labels.astype('<i8').tobytes()\n"
        "print(hashlib.sha256(data).hexdigest())"
    )
    plain = {"NPY_DISABLE_CPU_FEATURES": " ".join(found), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | plain,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == BYTES


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="non-negative"):
        synthetic_scene.synthetic_scene(-1)


# The cache


@pytest.fixture
def made(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A data folder of its own, and the seeds that were generated."""
    seeds: list[int] = []

    def generate(seed: int) -> Scene:
        seeds.append(seed)
        return scene

    monkeypatch.setattr(synthetic_scene, "data_folders", lambda: (Path("elsewhere"), tmp_path))
    monkeypatch.setattr(synthetic_scene, "synthetic_scene", generate)
    yield seeds
    assert not list(tmp_path.rglob("*.part"))


def stored(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "synthetic").iterdir()
    return file


def test_a_scene_is_generated_once_and_read_afterwards(
    made: list[int], scene: Scene, tmp_path: Path
) -> None:
    for _ in range(3):
        cached = synthetic_scene.cached_scene()
        assert digest(cached) == digest(scene)
        for name in ("name", "class_names", "rgb", "verified", "source"):
            assert getattr(cached, name) == getattr(scene, name)
        np.testing.assert_array_equal(cached.wavelengths, scene.wavelengths)
    assert made == [0]
    assert stored(tmp_path).name == f"scene_v{synthetic_scene.VERSION}_seed0.npz"
    synthetic_scene.cached_scene(7)
    assert made == [0, 7]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:100_000])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[1_000_000] ^= 1
    file.write_bytes(data)


def reshape(file: Path) -> None:
    np.savez(file, cube=np.zeros((145, 145, 199), np.uint16), labels=np.zeros((145, 145), np.int64))


def retype(file: Path) -> None:
    np.savez(file, cube=np.zeros((145, 145, 200), np.uint16), labels=np.zeros((145, 145)))


def pickle(file: Path) -> None:
    np.savez(file, cube=np.array([{}], dtype=object), labels=np.zeros((145, 145), np.int64))


def rename(file: Path) -> None:
    np.savez(file, scene=np.zeros(3))


@pytest.mark.parametrize("damage", [cut, empty, flip, reshape, retype, pickle, rename])
def test_a_damaged_file_is_made_anew(
    made: list[int], scene: Scene, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    synthetic_scene.cached_scene()
    damage(stored(tmp_path))
    assert digest(synthetic_scene.cached_scene()) == digest(scene)
    assert digest(synthetic_scene.cached_scene()) == digest(scene)
    assert made == [0, 0]


def test_a_file_of_another_version_is_not_read(
    made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic_scene.cached_scene()
    monkeypatch.setattr(synthetic_scene, "VERSION", synthetic_scene.VERSION + 1)
    synthetic_scene.cached_scene()
    assert made == [0, 0]


def test_without_a_folder_to_write_to_there_is_still_a_scene(
    made: list[int], scene: Scene, tmp_path: Path
) -> None:
    (tmp_path / "synthetic").write_bytes(b"a file where the folder should be")
    assert digest(synthetic_scene.cached_scene()) == digest(scene)
    assert made == [0]
