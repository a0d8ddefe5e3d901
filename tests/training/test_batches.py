"""Batches are what they say: images of the run, cropped and mirrored, in another order."""

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.data import cifar10, load_images
from cnnviz.data.images import ImageSet
from cnnviz.errors import UserError
from cnnviz.training import batches as cutting
from cnnviz.training.batches import Scaling, divide, shuffled
from cnnviz.training.recipes import BASES
from cnnviz.training.spec import RunSpec

DIGITS = BASES["mobilenet_v1", "digits"]


def one_epoch(images: torch.Tensor, **settings: Any) -> list:
    labels = torch.arange(len(images))
    generator = torch.Generator().manual_seed(settings.pop("seed", 0))
    return list(shuffled(images, labels, batch_size=8, generator=generator, **settings))


def random_images(count: int) -> torch.Tensor:
    return torch.randint(1, 256, (count, 16, 16, 3), dtype=torch.uint8)


def test_every_image_comes_once_and_unchanged_without_augmentation() -> None:
    images = random_images(24)
    batches = one_epoch(images, crop=False, mirror=False)
    labels = torch.cat([label for _, label in batches])
    assert sorted(labels.tolist()) == list(range(24))
    assert labels.tolist() != list(range(24))
    assert torch.equal(torch.cat([batch for batch, _ in batches]), images[labels])


def test_the_incomplete_last_batch_is_left_out() -> None:
    assert [len(b) for b, _ in one_epoch(random_images(21), crop=True, mirror=True)] == [8, 8]


def test_mirrored_images_are_the_image_or_its_mirror_image_about_equally_often() -> None:
    images = random_images(400)
    turned = 0
    for batch, labels in one_epoch(images, crop=False, mirror=True):
        for picture, label in zip(batch, labels, strict=True):
            same = torch.equal(picture, images[label])
            assert same or torch.equal(picture, images[label].flip(1))
            turned += not same
    assert 150 < turned < 250


def test_crops_are_windows_of_the_padded_image_and_reach_every_place() -> None:
    images = random_images(400)
    padded = torch.nn.functional.pad(images, (0, 0, 2, 2, 2, 2))
    places = set()
    for batch, labels in one_epoch(images, crop=True, mirror=False):
        for picture, label in zip(batch, labels, strict=True):
            found = [
                (row, column)
                for row in range(5)
                for column in range(5)
                if torch.equal(picture, padded[label, row : row + 16, column : column + 16])
            ]
            assert len(found) == 1
            places.add(found[0])
    assert len(places) == 25


def test_the_seed_decides_the_batches() -> None:
    images = random_images(16)
    runs = [one_epoch(images, crop=True, mirror=True, seed=s) for s in (5, 5, 6)]
    first, again, other = (torch.cat([batch for batch, _ in run]) for run in runs)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("skip", [0, 1, 4, 5])
@pytest.mark.parametrize(("crop", "mirror"), [(True, True), (True, False), (False, False)])
def test_batches_after_skipped_ones_are_the_same_as_without(
    skip: int, crop: bool, mirror: bool
) -> None:
    images = random_images(43)
    whole = one_epoch(images, crop=crop, mirror=mirror)[skip:]
    rest = one_epoch(images, crop=crop, mirror=mirror, skip=skip)
    assert len(rest) == 5 - skip
    for (batch, labels), (expected, expected_labels) in zip(rest, whole, strict=True):
        assert torch.equal(batch, expected)
        assert torch.equal(labels, expected_labels)


def test_scaling_gives_channels_first_values_laid_out_channels_last() -> None:
    images = random_images(4)
    scaled = Scaling((0.5, 0.25, 0.0), (0.25, 0.5, 1.0))(images)
    assert scaled.shape == (4, 3, 16, 16)
    assert scaled.is_contiguous(memory_format=torch.channels_last)
    expected = (images[2, 3, 5].numpy() / 255 - [0.5, 0.25, 0.0]) / [0.25, 0.5, 1.0]
    np.testing.assert_allclose(scaled[2, :, 3, 5], expected, rtol=1e-5, atol=1e-6)


def image_set(images: torch.Tensor) -> ImageSet:
    labels = np.zeros(len(images), dtype=np.int64)
    return ImageSet(images.numpy(), labels, ("one",), verified=True, source="made")


def test_scaling_is_fitted_to_each_channels_mean_and_deviation() -> None:
    images = random_images(1100) // torch.tensor([1, 2, 5], dtype=torch.uint8)
    pixels = images.numpy().reshape(-1, 3) / 255
    scaling = Scaling.of(image_set(images))
    assert scaling.mean == tuple(round(m, 4) for m in pixels.mean(0).tolist())
    assert scaling.std == tuple(round(s, 4) for s in pixels.std(0).tolist())


def test_fitting_the_scaling_takes_less_memory_than_the_images() -> None:
    data = image_set(random_images(4000))
    tracemalloc.start()
    try:
        Scaling.of(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < data.images.nbytes


def names_of(data: ImageSet) -> set[bytes]:
    return {image.tobytes() for image in data.images}


def test_a_run_trains_on_all_images_that_are_not_held_out() -> None:
    training, held_out = divide(DIGITS)
    assert (len(training), len(held_out)) == (1000, 297)
    assert not names_of(training) & names_of(held_out)
    assert names_of(training) | names_of(held_out) == names_of(load_images("digits", "train"))


@pytest.mark.parametrize("count", [32, 400, 995, 1000])
def test_a_run_on_fewer_images_keeps_the_class_shares_and_the_held_out_ones(count: int) -> None:
    everything, held_out = divide(DIGITS)
    training, same_held_out = divide(DIGITS.with_settings({"images": count}))
    assert len(training) == count
    assert names_of(training) <= names_of(everything)
    assert len(names_of(training)) == count
    assert names_of(same_held_out) == names_of(held_out)
    shares = np.bincount(everything.labels) / len(everything)
    np.testing.assert_allclose(np.bincount(training.labels), shares * count, atol=1)


def test_the_splits_seed_decides_which_images_are_used() -> None:
    few = DIGITS.with_settings({"images": 100})
    first, again, other = (divide(few.with_settings({"split_seed": s}))[0] for s in (0, 0, 1))
    assert np.array_equal(first.images, again.images)
    assert names_of(first) != names_of(other)


@pytest.mark.parametrize("count", [1, 9, 1001, 50_000])
def test_too_few_images_for_the_classes_or_more_than_there_are_is_one_sentence(count: int) -> None:
    with pytest.raises(UserError, match=f"{count} of 1000"):
        divide(DIGITS.with_settings({"images": count, "batch_size": 1}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """CIFAR-10 as class folders: three dark pictures a class."""
    for split in ("train", "test"):
        for name in cifar10.CLASSES:
            (tmp_path / split / name).mkdir(parents=True)
            for index in range(3):
                paint(tmp_path / split / name / f"{index}.png", 0)
    return tmp_path


def paint(file: Path, level: int) -> None:
    Image.new("RGB", (32, 32), (level, 0, 0)).save(file)


FOLDERS = RunSpec(model="mobilenet_v1", data="cifar10", validation=10, batch_size=8)


def brightest(folder: Path) -> int:
    return max(int(part.images.max()) for part in divide(FOLDERS, str(folder)))


def test_folders_of_pictures_are_read_once_as_long_as_no_file_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = []

    def load(*arguments: Any) -> ImageSet:
        readings.append(arguments)
        return load_images(*arguments)

    monkeypatch.setattr(cutting, "load_images", load)
    assert [brightest(folder) for _ in range(3)] == [0, 0, 0]
    assert len(readings) == 1
    paint(folder / "train" / "cat" / "1.png", 200)  # the file's name and folder stay
    assert brightest(folder) == 200
    (folder / "train" / "cat" / "1.png").unlink()
    assert brightest(folder) == 0
    assert len(readings) == 3


def test_pictures_that_are_gone_are_missed_though_they_were_read(folder: Path) -> None:
    brightest(folder)
    for name in cifar10.CLASSES:
        (folder / "test" / name).rename(folder / f"{name}-elsewhere")
    with pytest.raises(UserError, match="CIFAR-10 is not here"):
        brightest(folder)
