"""Features of images and texts, brought to sizes that a network learns from well."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.pairs import PairedSet

Kind = Literal["none", "standard", "root"]
Features = tuple[NDArray[np.float32], NDArray[np.float32]]
# Of a feature that never changes.
_LEAST = 1e-6


@dataclass(frozen=True)
class FeatureScaling:
    """How the features of both modalities are scaled.

    Attributes:
        kind: "none"; "standard", each feature to mean 0 and deviation 1; "root", the same of their
            square roots: of counts and shares, whose large values say little more.
        means: of the training pairs' image features and text features.
        deviations: of the same.
    """

    kind: Kind
    means: Features
    deviations: Features

    @classmethod
    def of(cls, pairs: PairedSet, kind: Kind) -> "FeatureScaling":
        """Fitted to these pairs: to training pairs only."""
        rooted = _rooted(pairs, kind)
        if kind == "none":
            zero, one = (tuple(make(f.shape[1], np.float32) for f in rooted)
                         for make in (np.zeros, np.ones))  # fmt: skip
            return cls(kind, (zero[0], zero[1]), (one[0], one[1]))
        means = tuple(f.mean(0, dtype=np.float64).astype(np.float32) for f in rooted)
        deviations = tuple(
            np.maximum(f.std(0, dtype=np.float64), _LEAST).astype(np.float32) for f in rooted
        )
        return cls(kind, (means[0], means[1]), (deviations[0], deviations[1]))

    @classmethod
    def stored(
        cls, kind: Kind, arrays: Mapping[str, NDArray[np.generic]]
    ) -> "FeatureScaling":  # fmt: skip
        """From what ``arrays`` gave."""
        read = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items()}
        return cls(
            kind,
            (read["image_means"], read["text_means"]),
            (read["image_deviations"], read["text_deviations"]),
        )

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """All its numbers by name, for a checkpoint."""
        return {
            "image_means": self.means[0],
            "text_means": self.means[1],
            "image_deviations": self.deviations[0],
            "text_deviations": self.deviations[1],
        }

    def __call__(self, pairs: PairedSet) -> Features:
        """(N, D) image features and (N, V) text features, scaled."""
        scaled = [
            ((f - mean) / deviation).astype(np.float32)
            for f, mean, deviation in zip(
                _rooted(pairs, self.kind), self.means, self.deviations, strict=True
            )
        ]
        return scaled[0], scaled[1]


def _rooted(pairs: PairedSet, kind: Kind) -> Features:
    if kind != "root":
        return pairs.images, pairs.texts
    # A negative value is no count; its size counts all the same.
    roots = [np.sign(f) * np.sqrt(np.abs(f)) for f in (pairs.images, pairs.texts)]
    return roots[0], roots[1]
