"""DSCMR's three losses on one batch: their numbers, and the similarities that they shape."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.pairs import PairedSet
from cnnviz.models import dscmr_losses
from cnnviz.models.dscmr import DSCMR

Matrix = NDArray[np.float32]
#: Which modalities are compared, in the order of ``Batch.cosines``.
KINDS = ("images", "across", "texts")


@dataclass(frozen=True, slots=True)
class Terms:
    """The three losses, none of them weighted.

    Attributes:
        discrimination: J1.
        images, across, texts: the three parts of J2: image with image, image with text, text with
            text.
        invariance: J3.
    """

    discrimination: float
    images: float
    across: float
    texts: float
    invariance: float

    @property
    def likelihood(self) -> float:
        """J2."""
        return self.images + self.across + self.texts


@dataclass(frozen=True)
class Batch:
    """What a network makes of a batch of n pairs, sorted by class.

    Attributes:
        terms: the losses.
        labels: (n,) class indices, rising.
        cosines: (3, n, n) of the embeddings, in the order of ``KINDS``; across, a row is an image.
        alike: (3,) mean cosines of pairs of one class, each with the others.
        apart: (3,) mean cosines of pairs of two classes.
    """

    terms: Terms
    labels: NDArray[np.int64]
    cosines: Matrix
    alike: Matrix
    apart: Matrix

    @property
    def by_class(self) -> Matrix:
        """(3, K, K) mean cosines of two classes' pairs, each with the others, in the order of the
        labels; NaN for a class of one pair with itself.
        """
        member = (np.unique(self.labels)[:, None] == self.labels).astype(np.float64)  # (K, n)
        others = 1 - np.eye(len(self.labels))
        sums = member @ (self.cosines * others) @ member.T
        counts = member @ others @ member.T
        means = np.full(sums.shape, np.nan, np.float32)
        np.divide(sums, counts, out=means, where=counts > 0)
        return means

    @property
    def same(self) -> Matrix:
        """(n, n) labels of J2: 1 where both are of one class, else 0."""
        same: Matrix = (self.labels[:, None] == self.labels[None, :]).astype(np.float32)
        return same


def chosen(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Which pairs make the batch: the first of each class, as many of each.

    Args:
        labels: (N,) class indices.
        count: pairs at most; each class has one at least.

    Returns:
        (n,) indices, the classes one after the other.
    """
    classes = np.unique(labels)
    each = max(1, count // len(classes))
    return np.concatenate([np.flatnonzero(labels == number)[:each] for number in classes])


def batch(model: DSCMR, scaling: FeatureScaling, pairs: PairedSet) -> Batch:
    """Take pairs to the common space and measure the losses there.

    Args:
        model: the network.
        scaling: of its features.
        pairs: sorted by class, two of a class and two classes at least.
    """
    images, texts = (torch.from_numpy(features) for features in scaling(pairs))
    labels = torch.from_numpy(pairs.labels)
    with torch.inference_mode():
        found = model(images, texts)
        parts = dscmr_losses.likelihood(found.images, found.texts, labels)
        terms = Terms(
            discrimination=dscmr_losses.discrimination(
                found.image_scores, found.text_scores, labels
            ).item(),
            images=parts.images.item(),
            across=parts.across.item(),
            texts=parts.texts.item(),
            invariance=dscmr_losses.invariance(found.images, found.texts).item(),
        )
        compared = {
            "images": (found.images, found.images), "across": (found.images, found.texts),
            "texts": (found.texts, found.texts),
        }  # fmt: skip
        cosines = torch.stack([dscmr_losses.cosines(*compared[kind]) for kind in KINDS]).numpy()
    same = pairs.labels[:, None] == pairs.labels[None, :]
    # A pair's own place says nothing of its class.
    others = same & ~np.eye(len(pairs), dtype=bool)
    return Batch(
        terms, pairs.labels, cosines, cosines[:, others].mean(1), cosines[:, ~same].mean(1)
    )


def least_likelihood() -> float:
    """Below this J2 cannot be: its value where cosines are 1 within a class and -1 otherwise."""
    return 3 * float(np.log1p(np.exp(-0.5)))
