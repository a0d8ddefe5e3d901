"""A hyperspectral scene: a cube of bands, and which pixels are known to be what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene with its ground truth.

    Attributes:
        name: what a link, a card or a command calls it.
        cube: (H, W, B) numbers of any real type; it may be mapped from a file.
        labels: (H, W) int64: 0 where nothing is known, k for the class ``class_names[k - 1]``.
        class_names: of the classes 1 to K.
        wavelengths: (B,) of the bands' centres in nm; None where they were not published. They
            step back by a few nm where two spectrometers of a sensor overlap.
        rgb: the three bands, counted from 0, customary for a false-colour picture.
        verified: whether the files' checksums are the published ones.
        source: what was read, for model cards and pages.
    """

    name: str
    cube: NDArray[np.generic]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    wavelengths: NDArray[np.float64] | None
    rgb: tuple[int, int, int]
    verified: bool
    source: str

    @property
    def counts(self) -> NDArray[np.int64]:
        """(K,) number of labelled pixels of each class."""
        return np.bincount(self.labels.ravel(), minlength=len(self.class_names) + 1)[1:]
