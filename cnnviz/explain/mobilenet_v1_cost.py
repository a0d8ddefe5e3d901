"""What MobileNetV1 costs, layer by layer."""

from typing import Any

import torch

from cnnviz.cost import cost_of
from cnnviz.explain.network_cost import Layout, NetworkCost, by_layer, ordinary
from cnnviz.models.mobilenet_v1 import IMAGENET, MobileNetV1

# Constructor arguments of the two layouts: the course's for CIFAR-10, the paper's for ImageNet.
LAYOUTS: dict[Layout, dict[str, Any]] = {"course": {}, "paper": IMAGENET}


def network_cost(
    layout: Layout, *, alpha: float = 1.0, size: int, kernel_size: int = 3, separable: bool = True
) -> NetworkCost:
    """Count a network layer by layer without making its weights: fast enough for a slider.

    Args:
        layout: "course" (10 classes) or "paper" (1000 classes).
        alpha: width multiplier.
        size: input pixels a side.
        kernel_size: side of every spatial kernel, odd.
        separable: False for a full convolution in the place of each separable one.

    Raises:
        ValueError: where there is no such network.
    """
    arguments = _arguments(layout, alpha, kernel_size, separable)
    return by_layer(cost_of(MobileNetV1, (3, size, size), **arguments))


def stand_in(
    layout: Layout, *, alpha: float = 1.0, kernel_size: int = 3, separable: bool = True
) -> MobileNetV1:
    """A network to be timed: of the right shape, but untrained.

    Args:
        layout, alpha, kernel_size, separable: as in ``network_cost``.

    Returns:
        The network in evaluation mode, laid out as a trained one.
    """
    with torch.device("meta"):
        model = MobileNetV1(**_arguments(layout, alpha, kernel_size, separable))
    return ordinary(model)


def _arguments(layout: Layout, alpha: float, kernel_size: int, separable: bool) -> dict[str, Any]:
    chosen = {"alpha": alpha, "kernel_size": kernel_size, "separable": separable}
    return {**LAYOUTS[layout], **chosen}
