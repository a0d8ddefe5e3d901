"""Metrics agree with numbers worked out by hand."""

import numpy as np
import pytest

from cnnviz.metrics import classification


def test_metrics_of_a_hand_computed_confusion() -> None:
    # Class 0: 3 of 4 right; class 1: 1 of 2 right. No image of class 2.
    truth = np.array([0, 0, 0, 0, 1, 1])
    predicted = np.array([0, 0, 0, 1, 1, 2])
    found = classification(truth, predicted)
    assert found["accuracy"] == found["oa"] == pytest.approx(4 / 6)
    assert found["aa"] == pytest.approx((3 / 4 + 1 / 2) / 2)
    chance = (4 * 3 + 2 * 2) / 36
    assert found["kappa"] == pytest.approx((4 / 6 - chance) / (1 - chance))
