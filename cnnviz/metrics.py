"""Names and numbers by which results are told; thin, over scikit-learn."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
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
