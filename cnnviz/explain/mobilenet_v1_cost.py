"""What MobileNetV1 costs, layer by layer: counted by ``cnnviz.cost``, timed by ``activations``.

"Layer" here is a convolution together with the batch norm and the ReLU behind it, or the classifier
together with the pooling before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import nn

from cnnviz.activations import time_layers
from cnnviz.cost import Cost, LayerCost, cost_of
from cnnviz.models.mobilenet_v1 import IMAGENET, MobileNetV1
from cnnviz.models.registry import channels_last

Layout = Literal["course", "paper"]

# Constructor arguments of the two layouts: the course's for CIFAR-10, the paper's for ImageNet.
LAYOUTS: dict[Layout, dict[str, Any]] = {"course": {}, "paper": IMAGENET}

# Modules whose layer is called otherwise.
_PART_OF = {"norm": "conv", "relu": "conv", "pool": "classifier", "flatten": "classifier"}


@dataclass(frozen=True, slots=True)
class NetworkLayer:
    """One layer with what belongs to it.

    Attributes:
        name: the convolution's module name, or "classifier".
        kind: "convolution", "depthwise", "pointwise" or "linear".
        block: number of its block, from 0; None outside of the blocks.
        madds: multiply-adds of one input.
        parameters: learned numbers, those of the batch norm too.
        activations: elements that the convolution or the classifier puts out. Batch norm and ReLU
            can write over them, and are not counted again.
        output_shape: of the output, without the batch: (N, H, W), or (classes,).
    """

    name: str
    kind: str
    block: int | None
    madds: int
    parameters: int
    activations: int
    output_shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NetworkCost:
    """A network's layers in the order they run."""

    layers: tuple[NetworkLayer, ...]

    @property
    def madds(self) -> int:
        """Multiply-adds of one input."""
        return sum(layer.madds for layer in self.layers)

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def activations(self) -> int:
        """Elements that the convolutions and the classifier put out."""
        return sum(layer.activations for layer in self.layers)

    @property
    def madds_shares(self) -> dict[str, float]:
        """Multiply-adds of each kind of layer as a share of all, 0 to 1."""
        madds = self.by_kind({layer.name: layer.madds for layer in self.layers})
        return {kind: number / self.madds for kind, number in madds.items()}

    def by_kind(self, values: Mapping[str, float]) -> dict[str, float]:
        """Sums over each kind of layer, in the order of first running.

        Args:
            values: of every layer, by name, such as milliseconds.
        """
        sums: dict[str, float] = {}
        for layer in self.layers:
            sums[layer.kind] = sums.get(layer.kind, 0) + values[layer.name]
        return sums

    def milliseconds_per_million(self, times: Mapping[str, float]) -> dict[str, float]:
        """How long each kind of layer takes for a million multiply-adds.

        Args:
            times: milliseconds by layer name, as of ``layer_times``.
        """
        madds = self.by_kind({layer.name: layer.madds for layer in self.layers})
        milliseconds = self.by_kind(times)
        return {kind: milliseconds[kind] / (number / 1e6) for kind, number in madds.items()}


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


def by_layer(cost: Cost) -> NetworkCost:
    """Put each convolution of a MobileNetV1 and what belongs to it together."""
    parts: dict[str, list[LayerCost]] = {}
    for part in cost.layers:
        parts.setdefault(_layer_of(part.name), []).append(part)
    return NetworkCost(tuple(_layer(name, group) for name, group in parts.items()))


def layer_times(model: MobileNetV1, size: int, repeats: int = 10) -> dict[str, float]:
    """Measure how long each layer takes for one picture.

    It runs on as many threads as torch is set to use; the page sets one before it calls this.

    Args:
        model: a network in evaluation mode.
        size: input pixels a side.
        repeats: passes that count, of which each module's median is taken.

    Returns:
        ``NetworkLayer.name`` -> milliseconds, in the order of running.
    """
    x = torch.ones(1, model.stem.in_channels, size, size, device=model.stem.weight.device)
    times: dict[str, float] = {}
    for name, milliseconds in time_layers(model, x, repeats).items():
        layer = _layer_of(name)
        times[layer] = times.get(layer, 0.0) + milliseconds
    return times


def stand_in(
    layout: Layout, *, alpha: float = 1.0, kernel_size: int = 3, separable: bool = True
) -> MobileNetV1:
    """A network to be timed: of the right shape, but untrained.

    How long a convolution takes does not depend on the numbers in it, as long as they are ordinary
    ones: here each layer averages, so that ones stay near 1. Random weights would take long to
    draw, and move the random numbers of others.

    Args:
        layout, alpha, kernel_size, separable: as in ``network_cost``.

    Returns:
        The network in evaluation mode, laid out as a trained one.
    """
    with torch.device("meta"):
        model = MobileNetV1(**_arguments(layout, alpha, kernel_size, separable))
    model.to_empty(device="cpu")
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
        elif isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    channels_last(model.eval().requires_grad_(False))
    return model


def _arguments(layout: Layout, alpha: float, kernel_size: int, separable: bool) -> dict[str, Any]:
    chosen = {"alpha": alpha, "kernel_size": kernel_size, "separable": separable}
    return {**LAYOUTS[layout], **chosen}


def _layer_of(module: str) -> str:
    """The layer that a module belongs to: "blocks.3.pointwise" for "blocks.3.pointwise_norm"."""
    path, dot, leaf = module.rpartition(".")
    leaf = leaf.removesuffix("_norm").removesuffix("_relu")
    return path + dot + _PART_OF.get(leaf, leaf)


def _layer(name: str, parts: list[LayerCost]) -> NetworkLayer:
    main = next(part for part in parts if part.name == name)
    return NetworkLayer(
        name=name,
        kind=main.kind,
        block=int(name.split(".")[1]) if name.startswith("blocks.") else None,
        madds=sum(part.madds for part in parts),
        parameters=sum(part.parameters for part in parts),
        activations=main.activations,
        output_shape=main.output_shape,
    )
