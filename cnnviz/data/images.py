"""A labelled image set in memory, and its division into training and validation images."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ImageSet:
    """Labelled images of one size.

    Attributes:
        images: (N, H, W, C) uint8, 0..255.
        labels: (N,) int64, indices into class_names.
        class_names: one a class.
        verified: whether the files' checksums are the published ones.
        source: what was read, for the model card.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    verified: bool
    source: str

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: NDArray[np.int64]) -> "ImageSet":
        """The chosen images, in that order."""
        return replace(self, images=self.images[indices], labels=self.labels[indices])

    def scaled_to(self, side: int) -> "ImageSet":
        """The same images at another size: ``side`` pixels each way, smoothed first."""
        from PIL import Image

        images = np.empty((len(self), side, side, self.images.shape[-1]), dtype=np.uint8)
        for place, image in zip(images, self.images, strict=True):
            flat = Image.fromarray(image.squeeze(-1) if image.shape[-1] == 1 else image)
            scaled = flat.resize((side, side), Image.Resampling.LANCZOS)
            place[...] = np.asarray(scaled).reshape(place.shape)
        return replace(self, images=images)


def hold_out(data: ImageSet, count: int, seed: int) -> tuple[ImageSet, ImageSet]:
    """Divide a set into the rest and ``count`` held-out images, class shares kept.

    Raises:
        ValueError: where ``count`` leaves a class without an image on either side.
    """
    from sklearn.model_selection import train_test_split

    rest, held = train_test_split(
        np.arange(len(data)), test_size=count, random_state=seed, stratify=data.labels
    )
    return data.take(np.sort(rest)), data.take(np.sort(held))
