"""What a network costs: parameters, multiply-adds and activations of each layer.

A multiply-add (MAdd) is one multiplication and one addition: two floating-point operations (FLOPs).
They are counted by ``torch.utils.flop_counter`` while the network runs on tensors without data
("meta" tensors), which knows convolutions and matrix products. Batch norm, activations and pooling
count as none, as in the papers (at inference a batch norm folds into the convolution before it).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from cnnviz.layer_counter import LayerCounter

_KINDS: tuple[tuple[str, tuple[type[nn.Module], ...]], ...] = (
    ("linear", (nn.Linear,)),
    ("norm", (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)),
    ("activation", (nn.ReLU, nn.ReLU6, nn.Sigmoid, nn.Tanh, nn.Softmax)),
    (
        "pooling",
        (
            nn.modules.pooling._AvgPoolNd,
            nn.modules.pooling._MaxPoolNd,
            nn.modules.pooling._AdaptiveAvgPoolNd,
            nn.modules.pooling._AdaptiveMaxPoolNd,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class LayerCost:
    """One layer, for a batch of one.

    Attributes:
        name: the module's name in the network; empty for the network itself.
        kind: "depthwise", "pointwise" (1x1), "convolution", "linear", "norm", "activation",
            "pooling" or "other".
        parameters: learned numbers.
        weights: those of them that are multiplied with an input: no biases, no batch norm.
        madds: multiply-adds.
        activations: elements of the output.
        output_shape: of the output, without the batch.
    """

    name: str
    kind: str
    parameters: int
    weights: int
    madds: int
    activations: int
    output_shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """A network's layers in the order they first run.

    Attributes:
        layers: one entry a module without children, or with parameters or arithmetic of its own.
    """

    layers: tuple[LayerCost, ...]

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def weights(self) -> int:
        """Learned numbers without biases and batch norm."""
        return sum(layer.weights for layer in self.layers)

    @property
    def madds(self) -> int:
        """Multiply-adds of one input."""
        return sum(layer.madds for layer in self.layers)

    @property
    def activations(self) -> int:
        """Elements of all layers' outputs, of one input."""
        return sum(layer.activations for layer in self.layers)


def count(model: nn.Module, *input_shapes: Sequence[int]) -> Cost:
    """Count what one input costs. Nothing is computed, and the model is not touched.

    Args:
        model: any network; its device and mode do not matter, and other threads may be using it.
        *input_shapes: of each tensor that it takes, without the batch, such as (3, 224, 224).
    """
    counter = LayerCounter(model)
    counter.run(*input_shapes)
    layers = []
    for name, module, operations, shapes in counter.ran():
        own = list(module.parameters(recurse=False))
        if not own and not operations and list(module.children()):
            continue  # a container
        layers.append(
            LayerCost(
                name=name,
                kind=kind_of(module),
                parameters=sum(p.numel() for p in own),
                weights=sum(p.numel() for p in own if p.ndim > 1),
                madds=operations // 2,
                activations=sum(shape.numel() for shape in shapes),
                output_shape=tuple(shapes[-1][1:]) if shapes else (),
            )
        )
    return Cost(tuple(layers))


def cost_of(
    model_class: Callable[..., nn.Module], *input_shapes: Sequence[int], **arguments: Any
) -> Cost:
    """Count what a network would cost without making its weights: fast enough for a slider.

    Args:
        model_class: makes the network from ``arguments``.
        *input_shapes: of each input, without the batch.
        **arguments: the constructor's; they may raise what it raises.
    """
    with torch.device("meta"):
        model = model_class(**arguments)
    return count(model, *input_shapes)


def kind_of(module: nn.Module) -> str:
    """Name what a layer is, as ``LayerCost.kind`` does.

    A convolution of one input channel is "convolution", although it could be called depthwise.
    """
    if isinstance(module, nn.modules.conv._ConvNd):
        if module.groups == module.in_channels > 1:
            return "depthwise"
        single = all(side == 1 for side in module.kernel_size)
        return "pointwise" if single and module.groups == 1 else "convolution"
    return next((kind for kind, types in _KINDS if isinstance(module, types)), "other")
