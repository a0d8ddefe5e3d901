"""Grey images for denoising: the sets of DnCNN's authors, and crops of the bundled photos."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.data import photos
from cnnviz.data.finding import needed
from cnnviz.data.uploads import decode
from cnnviz.errors import UserError

BUNDLED = "bundled"
CROP = 180  # pixels a side, as of the 400 images that the paper trains on


@dataclass(frozen=True, slots=True)
class PictureSet:
    """Grey images, perhaps of different sizes.

    Attributes:
        names: of the images.
        images: one for each, (H, W) uint8.
        verified: whether the files' checksums are the published ones.
        source: what was read, for model cards and pages.
    """

    names: tuple[str, ...]
    images: tuple[NDArray[np.uint8], ...]
    verified: bool
    source: str

    def take(self, indices: NDArray[np.int64]) -> "PictureSet":
        """Those images alone, in this order."""
        return replace(
            self,
            names=tuple(self.names[index] for index in indices),
            images=tuple(self.images[index] for index in indices),
        )


def load_pictures(name: str) -> PictureSet:
    """Read a set of grey images.

    Args:
        name: "set12", "bsd68", "train400" or "bundled".

    Raises:
        UserError: where there is none of that name, or its files are not here or damaged.
    """
    if name not in PICTURE_SETS:
        raise UserError(
            "There is no set of images named {name}. There are: {names}.",
            name=name,
            names=", ".join(PICTURE_SETS),
        )
    return PICTURE_SETS[name]()


def bundled_crops() -> PictureSet:
    """Natural images that need no network: crops of the bundled photos in grey.

    Each photo gives as many crops of 180 x 180 pixels as fit side by side; a crop whose grey levels
    hardly differ (deviation below 10 of 255) teaches nothing and is left out.
    """
    names, images = [], []
    for photo in photos.PHOTOS:
        if photo.name in _NOT_NATURAL:
            continue
        grey = np.array(Image.fromarray(photos.load(photo.name)).convert("L"))
        for row in range(grey.shape[0] // CROP):
            for column in range(grey.shape[1] // CROP):
                crop = grey[row * CROP : (row + 1) * CROP, column * CROP : (column + 1) * CROP]
                if crop.std() >= _LEAST_DEVIATION:
                    names.append(f"{photo.name}-{row}-{column}")
                    images.append(crop.copy())
    source = "crops of the photos of scikit-image and scikit-learn"
    return PictureSet(tuple(names), tuple(images), True, source)


def read_folder(folder: Path) -> PictureSet:
    """The pictures in a folder, in grey, by name.

    Raises:
        UserError: where there is no such folder, or a picture in it cannot be read.
    """
    files = sorted(f for f in folder.glob("*") if f.suffix.lower() in _ENDINGS and f.is_file())
    if not files:
        raise UserError("There are no PNG, JPEG or WebP pictures in {folder}.", folder=folder)
    grey = (np.array(Image.fromarray(decode(file.read_bytes())).convert("L")) for file in files)
    return PictureSet(tuple(file.stem for file in files), tuple(grey), False, str(folder))


_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
_NOT_NATURAL = ("horse", "retina", "immunohistochemistry", "hubble")
_LEAST_DEVIATION = 10


def _published(name: str) -> Callable[[], PictureSet]:
    return lambda: _read(name)


def _read(name: str) -> PictureSet:
    here = needed(name)
    files = [here.files[remote.path] for remote in here.data_set.files]
    images = []
    for file in files:
        try:
            with Image.open(file, formats=("PNG",)) as picture:
                images.append(np.array(picture.convert("L")))
        except (OSError, ValueError, SyntaxError) as error:
            raise UserError("{file} cannot be read as a PNG picture.", file=file) from error
    names = tuple(file.stem for file in files)
    return PictureSet(names, tuple(images), here.verified, f"{here.data_set.title}, {here.copy}")


#: All sets by name.
PICTURE_SETS: dict[str, Callable[[], PictureSet]] = {
    name: _published(name) for name in ("set12", "bsd68", "train400")
} | {BUNDLED: bundled_crops}
