"""Features of pictures and texts that belong together."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from cnnviz.data.retrieval import CAPTIONED_DIGITS, PAIRED_SETS, load_pairs
from cnnviz.data.table import data_set
from cnnviz.errors import UserError

draw = np.random.default_rng(0)


def write_wikipedia(folder: Path, *, train: int = 5, test: int = 3, listed: int = 5) -> None:
    (folder / "wikipedia").mkdir(parents=True)
    features, training, testing, categories = (
        folder / remote.path for remote in data_set("wikipedia").files
    )
    parts = {"tr": train, "te": test}
    arrays = {f"I_{part}": draw.random((n, 128)) for part, n in parts.items()}
    savemat(features, arrays | {f"T_{part}": draw.random((n, 10)) for part, n in parts.items()})
    training.write_text("".join(f"text{i}\timage{i}\t{i % 10 + 1}\n" for i in range(listed)))
    testing.write_text("".join(f"text{i}\timage{i}\t{10 - i}\n" for i in range(test)))
    categories.write_text("".join(f"class{i}\n" for i in range(10)))


def test_wikipedia_is_read_as_published(no_data: Path) -> None:
    write_wikipedia(no_data)
    train, test = load_pairs("wikipedia")
    assert train.images.shape == (5, 128)
    assert train.texts.shape == (5, 10)
    assert train.images.dtype == np.float32
    assert train.labels.tolist() == [0, 1, 2, 3, 4]
    assert test.labels.tolist() == [9, 8, 7]
    assert train.class_names[9] == "class9"
    assert not train.verified
    assert "unverified copy" in train.source


def test_lists_and_features_that_do_not_belong_together_are_refused(no_data: Path) -> None:
    write_wikipedia(no_data, listed=4)
    with pytest.raises(UserError, match="do not belong together"):
        load_pairs("wikipedia")


def test_a_list_that_is_none_is_refused(no_data: Path) -> None:
    write_wikipedia(no_data)
    (no_data / data_set("wikipedia").files[1].path).write_text("no list\n")
    with pytest.raises(UserError, match="does not list"):
        load_pairs("wikipedia")


def test_pascal_is_read_as_published(no_data: Path) -> None:
    (no_data / "pascal").mkdir(parents=True)
    for part, count in (("train", 6), ("test", 4)):
        labels = np.arange(1, count + 1)[:, None] % 3 + 1
        for name, array in (
            (f"{part}_img", draw.random((count, 4096))), (f"{part}_txt", draw.random((count, 300))),
            (f"{part}_img_lab", labels),
        ):  # fmt: skip
            savemat(no_data / "pascal" / f"{name}.mat", {name: array.astype(np.float32)})
    train, test = load_pairs("pascal")
    assert train.images.shape == (6, 4096)
    assert test.texts.shape == (4, 300)
    assert train.labels.tolist() == [1, 2, 0, 1, 2, 0]
    assert len(train.class_names) == 3


@pytest.mark.parametrize("name", ["wikipedia", "pascal"])
def test_a_set_that_is_not_here_is_one_sentence(no_data: Path, name: str) -> None:
    with pytest.raises(UserError, match=f"data fetch {name}"):
        load_pairs(name)


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(UserError, match="captioned_digits, wikipedia"):
        load_pairs("flickr")


def test_the_embedded_pairs_need_no_file(no_data: Path) -> None:
    train, test = load_pairs(CAPTIONED_DIGITS)
    assert next(iter(PAIRED_SETS)) == CAPTIONED_DIGITS
    assert train.captions is not None
    assert len(test) == 500
    assert set(np.unique(train.labels)) == set(range(10))


def test_the_published_wikipedia_features_are_read_and_match(
    shared_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    features = shared_data("wikipedia/raw_features.mat")
    monkeypatch.setenv("CNNVIZ_DATA", str(features.parents[1]))
    train, test = load_pairs("wikipedia")
    assert (train.images.shape, train.texts.shape) == ((2173, 128), (2173, 10))
    assert (len(test), len(train.class_names)) == (693, 10)
    assert train.verified
    assert set(train.labels.tolist()) == set(range(10))
