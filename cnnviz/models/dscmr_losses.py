"""The three losses of DSCMR, each as the number that its formula gives.

Paper: Zhen et al., CVPR 2019, section 3.2. n pairs have image embeddings U and text embeddings V,
(n, d) each, one row a pair; labels Y, (n, classes), are 1 where a pair has that class.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

# Paper: what is added, J = J1 + alpha J2 + beta J3, by the released code.
ALPHA, BETA = 1e-3, 1e-1
# A row of zeros has no direction: its cosines are 0.
_LEAST = 1e-12


class Likelihood(NamedTuple):
    """The three parts of J2, a number each.

    Attributes:
        across: images against texts.
        images: images against images.
        texts: texts against texts.
    """

    across: Tensor
    images: Tensor
    texts: Tensor


def discrimination(image_scores: Tensor, text_scores: Tensor, labels: Tensor) -> Tensor:
    """J1: how far the classifier's answers are from the labels, in both modalities.

    ``(||scores_U - Y||_F + ||scores_V - Y||_F) / n``

    Args:
        image_scores, text_scores: (n, classes), of the linear classifier.
        labels: (n,) class indices.
    """
    wanted = functional.one_hot(labels, image_scores.shape[1]).to(image_scores)  # (n, classes)
    off = torch.stack((image_scores - wanted, text_scores - wanted))  # (2, n, classes)
    lengths: Tensor = torch.linalg.vector_norm(off, dim=(1, 2))  # (2,)
    return lengths.sum() / len(labels)


def likelihood(images: Tensor, texts: Tensor, labels: Tensor) -> Likelihood:
    """J2: how unlikely the pairs' similarities make it who is of one class with whom.

    ``sum over i, j of (log(1 + e^theta_ij) - S_ij theta_ij) / n^2``, with half the cosine of two
    embeddings as theta, and S_ij = 1 where they are of one class, else 0.

    Args:
        images, texts: (n, d) embeddings.
        labels: (n,) class indices.
    """
    same = (labels[:, None] == labels[None, :]).to(images)  # (n, n)

    def of(one: Tensor, other: Tensor) -> Tensor:
        theta = cosines(one, other) / 2  # (n, n)
        # log(1 + e^theta), without overflow.
        return (functional.softplus(theta) - same * theta).mean()

    return Likelihood(of(images, texts), of(images, images), of(texts, texts))


def invariance(images: Tensor, texts: Tensor) -> Tensor:
    """J3: how far the two embeddings of a pair are apart: ``||U - V||_F / n``.

    Args:
        images, texts: (n, d) embeddings.
    """
    length: Tensor = torch.linalg.vector_norm(images - texts)
    return length / len(images)


def cosines(one: Tensor, other: Tensor) -> Tensor:
    """(n, m) cosines of each row of one (n, d) with each of another (m, d); 0 with zero rows."""
    return _unit(one) @ _unit(other).T


def _unit(rows: Tensor) -> Tensor:
    lengths: Tensor = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
    return rows / lengths.clamp(min=_LEAST)
