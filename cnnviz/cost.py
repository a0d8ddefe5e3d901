"""What a network costs: parameters, multiply-adds and activations of each layer, and its latency.

A multiply-add (MAdd) is one multiplication and one addition: two floating-point operations (FLOPs).
They are counted by ``torch.utils.flop_counter`` while the network runs on tensors without data
("meta" tensors), which knows convolutions and matrix products. Batch norm, activations and pooling
count as none, as in the papers (at inference a batch norm folds into the convolution before it).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

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
class KindCost:
    """All layers of one kind.

    Attributes:
        madds, parameters, weights, activations: sums.
        madds_share, weights_share: of the network's sums, 0 to 1 (0 where the network has none).
            The paper's table of shares divides weights: without biases and batch norm.
    """

    madds: int
    parameters: int
    weights: int
    activations: int
    madds_share: float
    weights_share: float


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
    def flops(self) -> int:
        """Floating-point operations of one input: two a multiply-add."""
        return 2 * self.madds

    @property
    def activations(self) -> int:
        """Elements of all layers' outputs, of one input."""
        return sum(layer.activations for layer in self.layers)

    @property
    def by_kind(self) -> dict[str, KindCost]:
        """Sums and shares of each kind of layer, in the order of first running."""
        kinds = {}
        for kind in dict.fromkeys(layer.kind for layer in self.layers):
            layers = [layer for layer in self.layers if layer.kind == kind]
            madds, weights = sum(a.madds for a in layers), sum(a.weights for a in layers)
            kinds[kind] = KindCost(
                madds=madds,
                parameters=sum(a.parameters for a in layers),
                weights=weights,
                activations=sum(a.activations for a in layers),
                madds_share=madds / max(self.madds, 1),
                weights_share=weights / max(self.weights, 1),
            )
        return kinds


def count(model: nn.Module, input_shape: Sequence[int]) -> Cost:
    """Count what one input costs. Nothing is computed, and the model is not touched.

    Args:
        model: any network that takes one tensor; its device and mode do not matter, and other
            threads may be using it.
        input_shape: of the input, without the batch, such as (3, 224, 224).
    """
    counter = LayerCounter(model)
    counter.run(input_shape)
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
    model_class: Callable[..., nn.Module], input_shape: Sequence[int], **arguments: Any
) -> Cost:
    """Count what a network would cost without making its weights: fast enough for a slider.

    Args:
        model_class: makes the network from ``arguments``.
        input_shape: of the input, without the batch.
        **arguments: the constructor's; they may raise what it raises.
    """
    with torch.device("meta"):
        model = model_class(**arguments)
    return count(model, input_shape)


def latency(model: nn.Module, x: Tensor, repeats: int = 10) -> float:
    """Measure a pass of the whole network.

    Args:
        model: a network in evaluation mode, on the device of ``x``.
        x: its input.
        repeats: passes that count, at least 1; one more goes ahead to warm up.

    Returns:
        the median, in milliseconds.

    Raises:
        ValueError: where the model is in training mode, in which a pass changes it, or
            ``repeats`` is below 1.
    """
    if model.training:
        raise ValueError("the model is in training mode: call model.eval() before sharing it")
    if repeats < 1:
        raise ValueError(f"repeats must be at least 1, not {repeats}")

    def seconds() -> float:
        started = perf_counter()
        model(x)
        if x.is_cuda:
            torch.cuda.synchronize(x.device)
        return perf_counter() - started

    with torch.inference_mode():
        seconds()
        return 1000 * median(seconds() for _ in range(repeats))


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
