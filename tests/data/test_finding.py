"""Files are found where people put them, and told from the published ones."""

import hashlib
import os
from pathlib import Path

import pytest

from cnnviz.data import cifar10
from cnnviz.data.checksums import is_published
from cnnviz.data.finding import find, part_file, state
from cnnviz.data.table import data_set
from cnnviz.data.table_rows import DataSet, Remote

CUBE, TRUTH = b"the cube", b"the ground truth"


def published(path: str, content: bytes, *also: str) -> Remote:
    return Remote(path, (), f"md5:{hashlib.md5(content).hexdigest()}", len(content), also=also)


SCENE = DataSet(
    "scene", "Scene", "For tests.", "None.", "http://page",
    (published("scene/cube.mat", CUBE, "cube.mat"), published("scene/gt.mat", TRUTH)), (),
    stand_in=("copy/a", "copy/b"),
)  # fmt: skip


def put(folder: Path, path: str, content: bytes) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def test_nothing_is_found_where_nothing_is(no_data: Path) -> None:
    found = state(SCENE)
    assert (found.word, found.files, found.folder, found.kept) == ("missing", {}, None, 0)
    assert not found.complete
    assert not found.verified


def test_published_files_are_verified(no_data: Path) -> None:
    cube, truth = put(no_data, "scene/cube.mat", CUBE), put(no_data, "scene/gt.mat", TRUTH)
    found = state(SCENE)
    assert (found.word, found.complete, found.verified) == ("here", True, True)
    assert found.files == find(SCENE) == {"scene/cube.mat": cube, "scene/gt.mat": truth}
    assert found.folder == no_data / "scene"


def test_a_file_alone_is_a_part_of_the_set(no_data: Path) -> None:
    put(no_data, "cube.mat", CUBE)
    found = state(SCENE)
    assert (found.word, found.complete, found.verified) == ("partly", False, False)
    assert found.folder == no_data


@pytest.mark.parametrize("content", [b"The cube", b"shorter", b""])
def test_a_file_that_is_not_the_published_one_is_an_unverified_copy(
    no_data: Path, content: bytes
) -> None:
    put(no_data, "scene/cube.mat", content)
    put(no_data, "scene/gt.mat", TRUTH)
    found = state(SCENE)
    assert (found.word, found.complete, found.verified) == ("unverified", True, False)
    assert found.unverified == ("scene/cube.mat",)


def test_the_folders_of_the_environment_come_first(
    no_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    monkeypatch.setenv("CNNVIZ_DATA", os.pathsep.join(map(str, (tmp_path / "none", first, second))))
    put(no_data, "scene/cube.mat", CUBE)
    file = put(second, "cube.mat", CUBE)
    assert find(SCENE) == {"scene/cube.mat": file}
    file = put(first, "scene/cube.mat", CUBE)
    assert find(SCENE) == {"scene/cube.mat": file}


def test_the_published_file_is_taken_before_another_of_its_name(
    no_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path / "first"))
    put(tmp_path / "first", "scene/cube.mat", b"mine")
    right = put(no_data, "scene/cube.mat", CUBE)
    assert find(SCENE) == {"scene/cube.mat": right}
    right.unlink()
    assert find(SCENE) == {"scene/cube.mat": tmp_path / "first" / "scene/cube.mat"}


def test_another_copy_stands_in_for_files_that_are_missing(no_data: Path) -> None:
    (no_data / "copy/a").mkdir(parents=True)
    assert state(SCENE).word == "missing"
    (no_data / "copy/b").mkdir()
    put(no_data, "scene/gt.mat", TRUTH)
    found = state(SCENE)
    assert (found.word, found.folder, found.files) == ("unverified", no_data / "copy", {})
    put(no_data, "scene/cube.mat", CUBE)
    assert state(SCENE).word == "here"


def test_class_folders_stand_in_for_cifar10(no_data: Path) -> None:
    for name in cifar10.CLASSES:
        (no_data / cifar10.FOLDER / "test" / name).mkdir(parents=True)
    found = state(data_set("cifar10"))
    assert found.word == "unverified"
    assert found.folder == cifar10.find()


def test_pickles_that_are_not_the_published_ones_are_not_here(no_data: Path) -> None:
    cifar = data_set("cifar10")
    for remote in cifar.files:
        put(no_data, remote.path, b"another")
    found = state(cifar)
    assert (found.word, found.complete, found.files) == ("missing", False, {})
    assert found.refused == found.unverified == tuple(remote.path for remote in cifar.files)
    put(no_data, "scene/cube.mat", b"another")
    assert state(SCENE).refused == ()


def test_what_an_interrupted_fetch_has_left_is_counted(no_data: Path) -> None:
    put(no_data, str(part_file(no_data, SCENE.files[0]).relative_to(no_data)), b"12345")
    assert state(SCENE).kept == 5


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    remote = SCENE.files[0]
    file = put(tmp_path, "cube.mat", CUBE)
    assert is_published(file, remote)
    file.write_bytes(CUBE[::-1])
    os.utime(file, ns=(1, 1))
    assert not is_published(file, remote)
    assert not is_published(tmp_path / "none", remote)


def test_a_known_file_is_not_read_again(tmp_path: Path) -> None:
    file = put(tmp_path, "cube.mat", CUBE)
    assert is_published(file, SCENE.files[0])
    before = file.stat()
    file.write_bytes(CUBE[::-1])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert is_published(file, SCENE.files[0])
