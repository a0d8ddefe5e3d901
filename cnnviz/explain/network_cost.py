"""What a network costs, layer by layer: counted by ``cnnviz.cost``, timed by ``activations``.

"Layer" here is a convolution together with the batch norm, the activation and the addition behind
it, or the classifier together with the pooling before it. Blocks are those of ``model.blocks``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import torch
from torch import nn

from cnnviz.activations import time_layers
from cnnviz.cost import Cost, LayerCost
from cnnviz.models.registry import channels_last

#: The course's layout for CIFAR-10, or the paper's for ImageNet.
Layout = Literal["course", "paper"]

Network = TypeVar("Network", bound=nn.Module)

# Modules whose layer is called otherwise.
_PART_OF = {
    "norm": "conv", "relu": "conv", "pool": "classifier", "flatten": "classifier",
    "dropout": "classifier", "sum": "project",
}  # fmt: skip
_WITH_WEIGHTS = (nn.Conv2d, nn.Linear)
_LAYERS = ("convolution", "depthwise", "pointwise", "linear")


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


def by_layer(cost: Cost) -> NetworkCost:
    """Put each convolution and what belongs to it together; what computes nothing is left out."""
    parts: dict[str, list[LayerCost]] = {}
    for part in cost.layers:
        parts.setdefault(_layer_of(part.name), []).append(part)
    layers = (_layer(name, group) for name, group in parts.items())
    return NetworkCost(tuple(layer for layer in layers if layer is not None))


def layer_times(model: nn.Module, size: int, repeats: int = 10) -> dict[str, float]:
    """Measure how long each layer takes for one picture.

    It runs on as many threads as torch is set to use; the page sets one before it calls this.

    Args:
        model: a network in evaluation mode whose first layer is called ``stem``.
        size: input pixels a side.
        repeats: passes that count, of which each module's median is taken.

    Returns:
        ``NetworkLayer.name`` -> milliseconds, in the order of running.
    """
    stem = model.get_submodule("stem")
    assert isinstance(stem, nn.Conv2d)
    x = torch.ones(1, stem.in_channels, size, size, device=stem.weight.device)
    times: dict[str, float] = {}
    for name, milliseconds in time_layers(model, x, repeats).items():
        layer = _layer_of(name)
        times[layer] = times.get(layer, 0.0) + milliseconds
    # Not what passes its input on.
    computing = {_layer_of(n) for n, m in model.named_modules() if isinstance(m, _WITH_WEIGHTS)}
    return {layer: milliseconds for layer, milliseconds in times.items() if layer in computing}


def ordinary(model: Network) -> Network:
    """Make an untrained network of a network without data: one to be timed.

    How long a convolution takes does not depend on the numbers in it, as long as they are ordinary
    ones: here each layer averages, so that ones stay near 1. Random weights would take long to
    draw, and move the random numbers of others.

    Args:
        model: on the device "meta".

    Returns:
        The network in evaluation mode, laid out as a trained one.
    """
    model.to_empty(device="cpu")
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
        elif isinstance(module, _WITH_WEIGHTS):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    channels_last(model.eval().requires_grad_(False))
    return model


def _layer_of(module: str) -> str:
    """The layer that a module belongs to: "blocks.3.pointwise" for "blocks.3.pointwise_norm"."""
    path, dot, leaf = module.rpartition(".")
    if leaf.isdigit() and path.endswith("shortcut"):
        return path
    leaf = leaf.removesuffix("_norm").removesuffix("_relu")
    return path + dot + _PART_OF.get(leaf, leaf)


def _layer(name: str, parts: list[LayerCost]) -> NetworkLayer | None:
    main = next((part for part in parts if part.kind in _LAYERS), None)
    if main is None:
        return None
    return NetworkLayer(
        name=name,
        kind=main.kind,
        block=int(name.split(".")[1]) if name.startswith("blocks.") else None,
        madds=sum(part.madds for part in parts),
        parameters=sum(part.parameters for part in parts),
        activations=main.activations,
        output_shape=main.output_shape,
    )
