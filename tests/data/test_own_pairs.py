"""One's own features of pairs: read, told apart, divided, refused."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import savemat

from cnnviz.data.own_pairs import read_pairs
from cnnviz.data.retrieval import divided, load_pairs
from cnnviz.errors import UserError
from cnnviz.training.recipes import base
from cnnviz.training.tasks import task_of

random = np.random.default_rng(0)
IMAGES, TEXTS = random.normal(size=(60, 5)), random.random((60, 3)).astype(np.float32)
LABELS = np.repeat([3, 7, 11], 20)


def npz(folder: Path, **arrays: NDArray[np.generic]) -> Path:
    np.savez(folder / "own.npz", **arrays)
    return folder / "own.npz"


def test_names_tell_images_from_texts_else_the_order_does(tmp_path: Path) -> None:
    named = read_pairs(npz(tmp_path, txt=TEXTS, img=IMAGES, y=LABELS))
    np.testing.assert_allclose(named.images, IMAGES, rtol=1e-6)
    np.testing.assert_allclose(named.texts, TEXTS)
    in_order = read_pairs(npz(tmp_path, y=LABELS, a=TEXTS, b=IMAGES))
    np.testing.assert_allclose(in_order.images, TEXTS)
    assert named.class_names == ("3", "7", "11")
    assert named.labels.tolist() == np.repeat([0, 1, 2], 20).tolist()
    assert (named.source, named.verified, named.captions) == ("own.npz", False, None)


@pytest.mark.parametrize("shape", [(60,), (60, 1), (1, 60)])
def test_labels_lie_in_a_row_or_in_a_column(shape: tuple[int, ...], tmp_path: Path) -> None:
    savemat(tmp_path / "own.mat", {"I": IMAGES, "T": TEXTS, "L": LABELS.reshape(shape)})
    found = read_pairs(tmp_path / "own.mat")
    assert found.labels.tolist() == np.repeat([0, 1, 2], 20).tolist()


def test_every_class_is_in_each_part_and_the_parts_are_apart(tmp_path: Path) -> None:
    file = npz(tmp_path, img=IMAGES, txt=TEXTS, y=LABELS)
    training, held, test = divided(str(file), 12, 0)
    assert [len(part) for part in (training, held, test)] == [36, 12, 12]
    rows = [tuple(row) for part in (training, held, test) for row in part.images.tolist()]
    assert len(set(rows)) == 60
    assert all(set(part.labels) == {0, 1, 2} for part in (training, held, test))
    assert np.array_equal(load_pairs(str(file))[1].images, test.images)


def test_a_run_trains_on_them(tmp_path: Path) -> None:
    file = npz(tmp_path, img=IMAGES, txt=TEXTS, y=LABELS)
    spec = base("dscmr", str(file)).with_settings({"held_out": 12, "batch_size": 10})
    task = task_of(spec)
    assert task.arguments == {"image_features": 5, "text_features": 3, "num_classes": 3}
    assert task.epoch_steps == 3


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"img": IMAGES, "txt": TEXTS}, "three arrays"),
        ({"img": IMAGES, "txt": TEXTS[:59], "y": LABELS}, "three arrays"),
        ({"img": IMAGES, "txt": TEXTS, "y": LABELS, "z": LABELS}, "three arrays"),
        ({"img": IMAGES, "txt": TEXTS, "third": TEXTS, "y": LABELS}, "three arrays"),
        ({"img": np.where(IMAGES > 2, np.nan, IMAGES), "txt": TEXTS, "y": LABELS}, "no numbers"),
        ({"img": IMAGES, "txt": TEXTS, "y": LABELS + 0.5}, "whole numbers"),
        ({"img": IMAGES, "txt": TEXTS, "y": np.zeros(60)}, "2 to 100 classes"),
        ({"img": IMAGES, "txt": TEXTS, "y": np.r_[LABELS[:59], 2]}, "1 pairs of the class 2"),
        ({"img": np.zeros((60, 10_001)), "txt": TEXTS, "y": LABELS}, "up to 100000 and 10000"),
    ],
)
def test_what_is_no_pairs_is_one_sentence(
    arrays: dict[str, NDArray[np.generic]], said: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=said):
        read_pairs(npz(tmp_path, **arrays))


def test_a_file_of_another_kind_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "own.npz").write_bytes(b"no arrays at all")
    with pytest.raises(UserError):
        read_pairs(tmp_path / "own.npz")
    np.savez(tmp_path / "objects.npz", img=np.array([{}, {}], dtype=object))
    with pytest.raises(UserError, match="three arrays"):
        read_pairs(tmp_path / "objects.npz")
