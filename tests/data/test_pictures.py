"""Sets of grey images."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.pictures import BUNDLED, CROP, PICTURE_SETS, load_pictures
from cnnviz.data.table import data_set
from cnnviz.errors import UserError


def test_crops_of_the_bundled_photos_need_no_network(no_data: Path) -> None:
    crops = load_pictures(BUNDLED)
    assert len(crops.images) >= 40
    assert len(set(crops.names)) == len(crops.names) == len(crops.images)
    assert all(image.shape == (CROP, CROP) and image.dtype == np.uint8 for image in crops.images)
    assert min(image.std() for image in crops.images) >= 10
    assert crops.verified


@pytest.mark.parametrize("name", [name for name in PICTURE_SETS if name != BUNDLED])
def test_a_set_that_is_not_here_is_one_sentence(no_data: Path, name: str) -> None:
    with pytest.raises(UserError, match=f"data fetch {name}"):
        load_pictures(name)


def test_another_copy_of_a_set_is_read_and_marked(no_data: Path) -> None:
    files = [no_data / remote.path for remote in data_set("set12").files]
    files[0].parent.mkdir(parents=True)
    for i, file in enumerate(files):
        Image.new("L", (9, 8), 10 * i).save(file)
    found = load_pictures("set12")
    assert found.names[0] == "01"
    assert [int(image[0, 0]) for image in found.images] == [10 * i for i in range(12)]
    assert found.images[0].shape == (8, 9)
    assert not found.verified
    files[3].write_bytes(b"no picture")
    with pytest.raises(UserError, match="cannot be read as a PNG"):
        load_pictures("set12")


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(UserError, match="set12"):
        load_pictures("set13")


@pytest.mark.parametrize(("name", "count"), [("set12", 12), ("train400", 400)])
def test_the_published_sets_are_read_and_match(
    shared_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    first = shared_data(data_set(name).files[0].path)
    monkeypatch.setenv("CNNVIZ_DATA", str(first.parents[1]))
    found = load_pictures(name)
    assert len(found.images) == count
    assert found.verified
    sizes = {image.shape for image in found.images}
    assert sizes == ({(256, 256), (512, 512)} if name == "set12" else {(180, 180)})
