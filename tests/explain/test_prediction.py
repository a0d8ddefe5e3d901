import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from cnnviz.explain.prediction import predict


class Says(nn.Module):
    """A classifier of four classes that always thinks the same."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tensor([[0.0, 2.0, 2.0, -1.0]]).log_softmax(1)


X = torch.zeros(1, 3, 2, 2)


@pytest.mark.parametrize(("k", "classes"), [(1, [1]), (3, [1, 2, 0]), (9, [1, 2, 0, 3])])
def test_the_most_probable_classes_come_first(k: int, classes: list[int]) -> None:
    prediction = predict(Says().eval(), X, k)
    assert_array_equal(prediction.classes, classes)
    expected = np.exp([0.0, 2.0, 2.0, -1.0])
    assert_allclose(prediction.probabilities, (expected / expected.sum())[classes], rtol=1e-6)


def test_all_probabilities_sum_to_one() -> None:
    assert predict(Says().eval(), X, 4).probabilities.sum() == pytest.approx(1)
