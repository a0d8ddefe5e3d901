"""CIFAR-10 is found in both layouts, read as it is, and refused where it is not what it says."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.data import checksums, cifar10, load_images
from cnnviz.data.finding import state
from cnnviz.data.table import data_set
from cnnviz.errors import UserError


def make_folder(base: Path, per_class: int = 2) -> Path:
    """Class folders of random pictures."""
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        for name in cifar10.CLASSES:
            folder = base / "cifar10" / split / name
            folder.mkdir(parents=True)
            for index in range(per_class):
                pixels = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{index}.png")
    return base / "cifar10"


def test_class_folders_are_read_in_the_order_of_the_published_classes(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    images = cifar10.load("test", str(tmp_path))
    assert images.images.shape == (20, 32, 32, 3)
    assert images.labels.tolist() == sorted([*range(10)] * 2)
    first = np.asarray(Image.open(folder / "test" / "airplane" / "0.png"))
    np.testing.assert_array_equal(images.images[0], first)


def test_a_copy_without_checksums_is_unverified(tmp_path: Path) -> None:
    make_folder(tmp_path)
    assert not cifar10.load("train", str(tmp_path)).verified


def test_the_folder_is_found_through_the_environment(
    no_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cifar10.find() is None
    folder = make_folder(tmp_path / "elsewhere")
    monkeypatch.setenv("CNNVIZ_DATA", f"/nowhere:{tmp_path / 'elsewhere'}")
    assert cifar10.find() == folder


def test_a_missing_set_is_one_sentence_with_the_address(no_data: Path) -> None:
    with pytest.raises(UserError, match=r"cifar\.html"):
        cifar10.load("test")


def test_damaged_published_files_are_never_unpickled(tmp_path: Path) -> None:
    batches = tmp_path / cifar10.BATCHES
    batches.mkdir()
    for name in ("batches.meta", "test_batch", *(f"data_batch_{i}" for i in range(1, 6))):
        # A pickle that would end the interpreter if anything loaded it.
        (batches / name).write_bytes(b"cos\n_exit\n(I99\ntR.")
    with pytest.raises(UserError, match="not the published"):
        cifar10.load("test", str(tmp_path))


def test_batches_that_cannot_be_read_do_not_hide_class_folders(no_data: Path) -> None:
    folder = make_folder(no_data)
    batches = no_data / cifar10.BATCHES
    batches.mkdir()
    for remote in reversed(data_set("cifar10").files):  # at last a complete set of something else
        (batches / remote.name).write_bytes(b"cos\n_exit\n(I99\ntR.")
        assert cifar10.find() == state(data_set("cifar10")).folder == folder
    assert len(cifar10.load("test").images) == 20


def test_published_batches_come_before_class_folders(
    no_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(tmp_path / "first")
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path / "first"))
    files = published_by_size(monkeypatch, no_data)
    assert cifar10.find() == state(data_set("cifar10")).folder == no_data / cifar10.BATCHES
    files[0].unlink()
    assert cifar10.find() == state(data_set("cifar10")).folder == tmp_path / "first" / "cifar10"


def published_by_size(monkeypatch: pytest.MonkeyPatch, base: Path) -> list[Path]:
    """Files as long as the published ones, which pass for them."""
    monkeypatch.setattr(
        checksums, "_digest", lambda file, *_: DIGITS.get(Path(file).name, "another")
    )
    files = [base / remote.path for remote in data_set("cifar10").files]
    for file, remote in zip(files, data_set("cifar10").files, strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as content:
            content.truncate(remote.size)
    return files


DIGITS = {each.name: each.checksum.partition(":")[2] for each in data_set("cifar10").files}


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    Image.new("RGB", (31, 32)).save(folder / "test" / "cat" / "9.png")
    with pytest.raises(UserError, match="not 32 by 32"):
        cifar10.load("test", str(tmp_path))


def test_a_file_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / "test" / "cat" / "9.png").write_bytes(b"GIF89a nonsense")
    with pytest.raises(UserError, match="cannot be read"):
        cifar10.load("test", str(tmp_path))


@pytest.mark.parametrize(("name", "split"), [("cifar11", "test"), ("digits", "validation")])
def test_unknown_names_and_splits_are_refused(name: str, split: str) -> None:
    with pytest.raises(UserError):
        load_images(name, split)
