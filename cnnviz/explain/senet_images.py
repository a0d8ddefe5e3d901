"""The test images that a SENet's gates are measured on; how such measurements are run and kept."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.checkpoints import Card
from cnnviz.data import cifar10
from cnnviz.data.folders import data_folders
from cnnviz.data.images import ImageSet
from cnnviz.errors import UserError
from cnnviz.terminal import bar, write_over

BATCH = 250
#: (B, C, H, W) input of a network, and (B,) labels.
Batch = tuple[Tensor, NDArray[np.int64]]
Report = Callable[[float], None]
Result = TypeVar("Result")


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


def kept(read: Callable[[Path, str], Result | None], shipped: Path, digest: str) -> Result | None:
    """What is known of some weights, shipped or measured on this machine; None without.

    Args:
        read: gives what a file knows of weights with a digest; None where that is nothing.
        shipped: the file that comes with the project.
        digest: of the weights.
    """
    files = (shipped, file_here(shipped.name))
    return next((found for file in files if (found := read(file, digest)) is not None), None)


def run(measure: Callable[[str, Path, Report], Result], network: str, file: Path) -> Result | None:
    """Measure at a terminal, on one thread, with a bar; None where it says why it cannot be done.

    Args:
        measure: takes the checkpoint's name, the file and what tells the share that is done.
        network: name of the checkpoint.
        file: where the measurement is kept.
    """
    torch.set_num_threads(1)
    try:
        return measure(network, file, lambda done: write_over(f"{bar(done)} {done:.0%}"))
    except UserError as error:
        print(error, file=sys.stderr)
        return None
