"""Images with a text each: what cross-modal retrieval works on."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PairedSet:
    """Pairs of an image and a text, each as features; the pair has one class.

    Attributes:
        images: (N, D) float32 image features.
        texts: (N, V) float32 text features.
        labels: (N,) int64, indices into class_names.
        class_names: one a class.
        captions: the N texts; None where the set came as features only.
        pixels: (N, 8, 8) uint8, 0..255; None where the set came as features only.
        vocabulary: the V words that ``texts`` weighs, sorted; None where they are not known.
        verified: whether the files' checksums are the published ones.
        source: what was read, for model cards and pages.
        idf: (V,) float64 inverse document frequencies of the vocabulary; None where it is None.
    """

    images: NDArray[np.float32]
    texts: NDArray[np.float32]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    captions: tuple[str, ...] | None
    pixels: NDArray[np.uint8] | None
    vocabulary: tuple[str, ...] | None
    verified: bool
    source: str
    idf: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: NDArray[np.int64]) -> "PairedSet":
        """The chosen pairs, in that order; vocabulary and idf stay."""
        return replace(
            self,
            images=self.images[indices],
            texts=self.texts[indices],
            labels=self.labels[indices],
            captions=self.captions and tuple(self.captions[index] for index in indices),
            pixels=None if self.pixels is None else self.pixels[indices],
        )
