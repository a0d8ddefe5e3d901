"""CIFAR-10: 60,000 photos of 32x32 pixels in ten classes.

Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009,
https://www.cs.toronto.edu/~kriz/cifar.html. Two layouts are read: the published files as
torchvision unpacks them (``cifar-10-batches-py``: pickles, so only where every checksum is the
published one), and a folder of class folders (``cifar10/train/airplane/*.png`` ...), which no
checksum vouches for.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.data.checksums import is_published
from cnnviz.data.folders import data_folders
from cnnviz.data.images import ImageSet
from cnnviz.errors import UserError
from cnnviz.text import N_

CLASSES = (
    N_("airplane"), N_("automobile"), N_("bird"), N_("cat"), N_("deer"),
    N_("dog"), N_("frog"), N_("horse"), N_("ship"), N_("truck"),
)  # fmt: skip
BATCHES = "cifar-10-batches-py"
META = "batches.meta"  # the file that comes last
FOLDER = "cifar10"


def find(source: str | None = None) -> Path | None:
    """The folder that holds the set, in ``source`` or else in a data folder; None without one.

    The published files come before class folders; they are passed over where one is missing or not
    the published one.
    """
    places = _places(source)
    published = (place for place in places if _is_published(place))
    return next(published, None) or next(filter(_has_class_folders, places), None)


def _places(source: str | None) -> list[Path]:
    places = [Path(source)] if source else []
    for base in (Path(source),) if source else data_folders():
        places += [base / BATCHES, base / FOLDER]
    return places


def _has_class_folders(place: Path) -> bool:
    return all((place / "test" / name).is_dir() for name in CLASSES)


def _is_published(place: Path) -> bool:
    from cnnviz.data.table_cifar10 import CIFAR10  # which needs this module's names

    files = ((place / remote.name, remote) for remote in CIFAR10.files)
    return place.name == BATCHES and all(is_published(file, remote) for file, remote in files)


def load(split: str, source: str | None = None) -> ImageSet:
    """Read the 50,000 "train" or the 10,000 "test" images; about 8 s from PNG files, 1 s else.

    Raises:
        UserError: where the set is not there, or its files are not what they should be.
    """
    place = find(source)
    if place is None:
        for folder in _places(source):
            if folder.name == BATCHES and (folder / META).is_file():
                raise _not_published(folder)
        raise UserError(
            "CIFAR-10 is not here. Unpack cifar-10-python.tar.gz from {address} into {folder}.",
            address="https://www.cs.toronto.edu/~kriz/cifar.html",
            folder=source or data_folders()[0],
        )
    verified = _is_published(place)
    images, labels = _read_batches(place, split) if verified else _read_folder(place / split)
    return ImageSet(images, labels, CLASSES, verified, f"CIFAR-10 ({split}), {_kind(verified)}")


def _kind(verified: bool) -> str:
    return "published files" if verified else "class folders"


def _read_batches(place: Path, split: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    from torchvision.datasets import CIFAR10

    try:
        published = CIFAR10(str(place.parent), train=split == "train", download=False)
    except RuntimeError as error:  # torchvision's word for a missing file or a wrong checksum
        raise _not_published(place) from error
    return published.data, np.array(published.targets, dtype=np.int64)


def _not_published(place: Path) -> UserError:
    return UserError(
        "The files in {folder} are not the published CIFAR-10 files: fetch them again.",
        folder=place,
    )


def _read_folder(place: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    files = [
        (file, label)
        for label, name in enumerate(CLASSES)
        for file in sorted((place / name).glob("*.png"))
    ]
    if not files:
        raise UserError("There is no PNG file in the class folders of {folder}.", folder=place)
    with ThreadPoolExecutor() as pool:
        images = list(pool.map(read_image, (file for file, _ in files)))
    return np.stack(images), np.array([label for _, label in files], dtype=np.int64)


def read_image(file: Path) -> NDArray[np.uint8]:
    """One image of a class folder, (32, 32, 3) uint8.

    Raises:
        UserError: where the file is no picture of that size.
    """
    try:
        with Image.open(file, formats=("PNG",)) as picture:
            pixels = np.asarray(picture.convert("RGB"))
    except OSError as error:
        raise UserError("{file} cannot be read as a PNG picture.", file=file) from error
    if pixels.shape != (32, 32, 3):
        raise UserError("{file} is not 32 by 32 pixels, as CIFAR-10's are.", file=file)
    return pixels
