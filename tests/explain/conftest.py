"""A small network that looks trained: its batch norms are no identities."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnviz.models.mobilenet_v1 import MobileNetV1

BLOCKS = ((16, 1), (24, 2), (24, 1), (32, 2))


@pytest.fixture
def make() -> Callable[..., MobileNetV1]:
    """Build a network of five layers with moved batch-norm statistics, in evaluation mode."""

    def build(**arguments: Any) -> MobileNetV1:
        torch.manual_seed(0)
        model = MobileNetV1(**{"blocks": BLOCKS, "stem_channels": 8, "num_classes": 7, **arguments})
        for norm in model.modules():
            if isinstance(norm, nn.BatchNorm2d):
                nn.init.uniform_(norm.weight, -1.5, 1.5)
                nn.init.uniform_(norm.bias, 0, 0.5)
                nn.init.uniform_(norm.running_mean, -0.1, 0.1)
                nn.init.uniform_(norm.running_var, 0.1, 0.5)
        return model.eval()

    return build


@pytest.fixture
def model(make: Callable[..., MobileNetV1]) -> MobileNetV1:
    return make()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 3, 19, 24, generator=torch.Generator().manual_seed(1))
