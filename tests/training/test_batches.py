"""Augmented batches are what they say: the same images, cropped and mirrored, in another order."""

import tracemalloc

import numpy as np
import torch

from cnnviz.data.images import ImageSet
from cnnviz.training.batches import Scaling, shuffled


def one_epoch(images: torch.Tensor, *, crop: bool, mirror: bool, seed: int = 0) -> list:
    labels = torch.arange(len(images))
    generator = torch.Generator().manual_seed(seed)
    return list(
        shuffled(images, labels, batch_size=8, generator=generator, crop=crop, mirror=mirror)
    )


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
