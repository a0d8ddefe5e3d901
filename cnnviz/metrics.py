"""Names and numbers by which results are told; thin, over scikit-learn and scikit-image."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import accuracy_score, cohen_kappa_score, recall_score


def classification(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> dict[str, float]:
    """How good predicted classes are, all in 0..1 (kappa -1..1).

    Args:
        truth: (N,) class indices.
        predicted: (N,) class indices.

    Returns:
        accuracy, and the same number under the name remote sensing gives it: oa; aa, the mean of
        the classes' own accuracies over the classes that occur; kappa, agreement beyond chance.
    """
    present: Sequence[int] = np.unique(truth).tolist()
    accuracy = float(accuracy_score(truth, predicted))
    return {
        "accuracy": accuracy,
        "oa": accuracy,
        "aa": float(recall_score(truth, predicted, labels=present, average="macro")),
        "kappa": float(cohen_kappa_score(truth, predicted)),
    }


def recalls(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> dict[int, float]:
    """The share of each class that is known, 0..1, by its index; only of classes that occur.

    Args:
        truth: (N,) class indices.
        predicted: (N,) class indices.
    """
    present: list[int] = np.unique(truth).tolist()
    found = recall_score(truth, predicted, labels=present, average=None, zero_division=0.0)
    return dict(zip(present, found.tolist(), strict=True))


def psnr(clean: ArrayLike, other: ArrayLike) -> float:
    """Peak signal-to-noise ratio, dB: grey levels 0..255, no border cut away, nothing clipped.

    Infinite for equal pictures.

    Args:
        clean: (H, W) or (H, W, C).
        other: of the same shape.
    """
    from skimage.metrics import peak_signal_noise_ratio

    truth, found = (np.asarray(levels, dtype=np.float64) for levels in (clean, other))
    if np.array_equal(truth, found):
        return math.inf
    return float(peak_signal_noise_ratio(truth, found, data_range=255))


def ssim(clean: ArrayLike, other: ArrayLike) -> float:
    """Structural similarity, 1 for equal pictures: grey levels 0..255, windows of 7x7 pixels.

    Args:
        clean: (H, W) or (H, W, C), at least 7 pixels a side.
        other: of the same shape.
    """
    from skimage.metrics import structural_similarity

    truth, found = (np.asarray(levels, dtype=np.float64) for levels in (clean, other))
    axis = -1 if truth.ndim == 3 else None
    return float(structural_similarity(truth, found, data_range=255, channel_axis=axis))
