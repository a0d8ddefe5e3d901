"""A run's images: read, divided, cut into batches (shuffled, cropped, mirrored) by no worker."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnviz.data import cifar10, load_images
from cnnviz.data.images import ImageSet, hold_out
from cnnviz.errors import UserError
from cnnviz.training.spec import RunSpec

# Images whose values are counted at a time: counting takes 8 bytes a value for a moment.
COUNTED = 500
# Runs that start together wait for one reading.
_READING = Lock()


def divide(spec: RunSpec, source: str | None = None) -> tuple[ImageSet, ImageSet]:
    """The images that a run trains on, and those on which it is measured.

    Args:
        spec: the run.
        source: a folder to read the data from; None looks in the data folders.

    Returns:
        training and validation images; other runs of the process may have the same arrays.

    Raises:
        UserError: where the data are not there, or are too few for what the run asks.
    """
    with _READING:
        data = _read(spec.data, source)
    try:
        training, held_out = hold_out(data, spec.validation, spec.split_seed)
    except ValueError as error:
        raise UserError(
            "{count} of {total} images cannot be held out for validation.",
            count=spec.validation,
            total=len(data),
        ) from error
    if spec.images:
        training = _draw(training, spec.images, spec.split_seed)
    if spec.epochs < 1 or not 1 <= spec.batch_size <= len(training):
        raise UserError(
            "A run needs at least one epoch, and batches of 1 to {count} images.",
            count=len(training),
        )
    return training, held_out


def _draw(data: ImageSet, count: int, seed: int) -> ImageSet:
    """So many of the images, class shares kept, in the order in which they were."""
    from sklearn.utils import resample

    drawn = np.arange(0)
    if count <= len(data):
        drawn = resample(
            np.arange(len(data)),
            n_samples=count,
            replace=False,
            stratify=data.labels,
            random_state=seed,
        )
    if len(np.unique(data.labels[drawn])) < len(data.class_names):
        raise UserError(
            "A run cannot train on {count} of {total} images: it takes one of each class at least.",
            count=count,
            total=len(data),
        )
    return data.take(np.sort(drawn))


def _read(name: str, source: str | None) -> ImageSet:
    # 50,000 PNG files take some ten seconds to read, and half a second to ask whether any changed.
    folder = cifar10.find(source) if name == "cifar10" else None
    if folder is None:
        return load_images(name, "train", source)
    return _read_once(name, source, folder, _state_of(folder))


@lru_cache(maxsize=1)
def _read_once(name: str, source: str | None, _folder: Path, _state: str) -> ImageSet:
    return load_images(name, "train", source)


def _state_of(folder: Path) -> str:
    """A digest of the paths, sizes and times of change of the files that training reads."""
    digest = hashlib.sha256()
    places = [folder, folder / "train", *sorted(folder.glob("train/*/"))]
    for place in filter(Path.is_dir, places):
        for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
            status = entry.stat()
            digest.update(f"{entry.path}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class Scaling:
    """Images 0..255 to network input: ``(x / 255 - mean) / std``, one pair a channel."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def of(cls, data: ImageSet) -> "Scaling":
        """Mean and deviation of these images (fit it on training images only)."""
        # From the counts of the 256 values: the pixels as floats would be eight times the images.
        counts = np.zeros((data.images.shape[-1], 256), dtype=np.int64)
        for start in range(0, len(data), COUNTED):
            images = data.images[start : start + COUNTED]
            for channel, count in enumerate(counts):
                count += np.bincount(images[..., channel].ravel(), minlength=256)
        levels, shares = np.arange(256) / 255, counts / counts.sum(axis=1, keepdims=True)
        means = shares @ levels  # (C,)
        deviations = np.sqrt((shares * (levels - means[:, None]) ** 2).sum(axis=1))
        return cls(
            tuple(round(m, 4) for m in means.tolist()),
            tuple(round(s, 4) for s in deviations.tolist()),
        )

    @classmethod
    def from_card(cls, preprocessing: dict[str, Any]) -> "Scaling":
        """As a checkpoint's card has it."""
        return cls(tuple(preprocessing["mean"]), tuple(preprocessing["std"]))

    def __call__(self, images: Tensor) -> Tensor:
        """(B, H, W, C) uint8 to (B, C, H, W) float32, laid out channels last."""
        mean = torch.tensor(self.mean, device=images.device)
        std = torch.tensor(self.std, device=images.device)
        return ((images / 255 - mean) / std).permute(0, 3, 1, 2)


def shuffled(
    images: Tensor,
    labels: Tensor,
    *,
    batch_size: int,
    generator: torch.Generator,
    crop: bool,
    mirror: bool,
    skip: int = 0,
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch of batches in random order; the last, smaller one is left out.

    Args:
        images: (N, H, W, C) uint8.
        labels: (N,) int64.
        batch_size: B, at most N.
        generator: on the CPU; decides order, crops and mirroring, the same for any device.
        crop: cut each image at a random place from itself padded by H/8 black pixels.
        mirror: turn each image left to right with probability 1/2.
        skip: begin after so many batches; those that follow are the same as without.

    Yields:
        (B, H, W, C) uint8 and (B,) int64.
    """
    count, height, width, _ = images.shape
    margin = height // 8 if crop else 0
    order = torch.randperm(count, generator=generator)
    for index, chosen in enumerate(order.split(batch_size)):
        if len(chosen) < batch_size:
            return
        shift = torch.randint(2 * margin + 1, (2, batch_size, 1), generator=generator)
        rows = shift[0] + torch.arange(height)  # (B, H)
        columns = torch.arange(width).expand(batch_size, width)
        if mirror:
            flip = torch.rand(batch_size, 1, generator=generator) < 0.5
            columns = torch.where(flip, columns.flip(1), columns)
        columns = columns + shift[1]  # (B, W)
        if index < skip:  # its random numbers are drawn all the same
            continue
        chosen, rows, columns = (t.to(images.device) for t in (chosen, rows, columns))
        padded = torch.nn.functional.pad(images[chosen], (0, 0, margin, margin, margin, margin))
        place = torch.arange(batch_size, device=images.device)
        yield (
            padded[place[:, None, None], rows[:, :, None], columns[:, None, :]],  # (B, H, W, C)
            labels[chosen],
        )
