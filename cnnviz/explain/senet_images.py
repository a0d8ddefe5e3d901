"""The test images that a SENet's gates are measured on, and where such measurements are kept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.checkpoints import Card
from cnnviz.data import cifar10
from cnnviz.data.folders import data_folders
from cnnviz.data.images import ImageSet
from cnnviz.errors import UserError

BATCH = 250
#: (B, C, H, W) input of a network, and (B,) labels.
Batch = tuple[Tensor, NDArray[np.int64]]
Report = Callable[[float], None]


def test_images(card: Card) -> ImageSet:
    """CIFAR-10's test images, for a network that was trained on that set.

    Raises:
        UserError: where they are not here, or the network was trained on another set.
    """
    if tuple(card.class_names) != cifar10.CLASSES:
        raise UserError("Gates are measured on CIFAR-10; this network was trained on another set.")
    return cifar10.load("test")


def batches(
    card: Card, data: ImageSet, report: Report = lambda share: None, size: int = BATCH
) -> Iterator[Batch]:
    """Images in their order, as a network was trained to read them.

    Args:
        card: of the network: mean and deviation of each channel.
        data: the images.
        report: called with the share, 0 to 1, that is done whenever the next batch is asked for.
        size: images a batch at most.
    """
    mean, std = (torch.tensor(card.preprocessing[key]) for key in ("mean", "std"))
    for start in range(0, len(data), size):
        report(start / len(data))
        images = torch.tensor(data.images[start : start + size])
        x = ((images / 255 - mean) / std).permute(0, 3, 1, 2)
        yield x, data.labels[start : start + size]
    report(1.0)


def file_here(name: str) -> Path:
    """Where a measurement of other weights than the shipped ones is kept on this machine."""
    return data_folders()[-1] / "senet" / name
