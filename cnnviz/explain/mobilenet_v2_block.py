"""MobileNetV2's block, layer by layer, beside the blocks that it came from and that it inverts."""

from dataclasses import dataclass
from typing import Any, Literal

import torch

from cnnviz.cost import cost_of
from cnnviz.explain.mobilenet_v1_cost import network_cost as cost_of_v1
from cnnviz.explain.network_cost import Layout, NetworkCost, NetworkLayer, by_layer, ordinary
from cnnviz.models import resnet
from cnnviz.models.mobilenet_v2 import IMAGENET, InvertedResidual, MobileNetV2, Variant
from cnnviz.models.resnet import ResNet

# Constructor arguments of the two layouts: the course's for CIFAR-10, the paper's for ImageNet.
LAYOUTS: dict[Layout, dict[str, Any]] = {"course": {}, "paper": IMAGENET}
#: Input pixels a side that the layouts are made for.
SIZES: dict[Layout, int] = {"course": 32, "paper": 224}

Barrier = Literal["", "stride", "widths"]


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it computes.

    Attributes:
        number: its place among the blocks, from 0.
        input_shape: (C, H, W).
        layers: expansion (not there where nothing is expanded), depthwise, projection.
        expansion: how many times wider it is inside.
        stride: of its depthwise convolution.
        joined: whether the input is added to what the layers make of it.
        shortcut: the convolution that the input goes through before, where there is one.
        barrier: why it is not joined; empty where it is.
        activation: "ReLU6" or "ReLU".
    """

    number: int
    input_shape: tuple[int, ...]
    layers: tuple[NetworkLayer, ...]
    expansion: int
    stride: int
    joined: bool
    shortcut: NetworkLayer | None
    barrier: Barrier
    activation: str

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(N, H / s, W / s)."""
        return self.layers[-1].output_shape


@dataclass(frozen=True, slots=True)
class Widths:
    """A block of another network at the same resolution: the channels along it.

    Attributes:
        number: its place among its network's blocks, from 0.
        widths: of its input, then of what each layer puts out.
        kinds: of the layers, as ``cnnviz.cost`` calls them.
    """

    number: int
    widths: tuple[int, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A block that the course's variant builds otherwise.

    Attributes:
        number: its place among the blocks, from 0.
        layer: the layer that the paper's block does not have: "expand" or "shortcut".
        channels: that come into that layer, and that go out.
        parameters: of that layer, with its batch norm.
        madds: of that layer.
    """

    number: int
    layer: str
    channels: tuple[int, int]
    parameters: int
    madds: int


def network_cost(
    layout: Layout, *, alpha: float = 1.0, size: int, expansion: int = 0,
    variant: Variant = "paper",
) -> NetworkCost:  # fmt: skip
    """Count a MobileNetV2 layer by layer without making its weights.

    Args:
        layout: "course" (10 classes) or "paper" (1000 classes).
        alpha: width multiplier.
        size: input pixels a side.
        expansion: of every stage that expands; 0 leaves the paper's.
        variant: the paper's blocks, or the course's.

    Raises:
        ValueError: where there is no such network.
    """
    chosen = {"alpha": alpha, "expansion": expansion, "variant": variant}
    return by_layer(cost_of(MobileNetV2, (3, size, size), **{**LAYOUTS[layout], **chosen}))


def stand_in(layout: Layout, *, alpha: float = 1.0) -> MobileNetV2:
    """A network to be timed: of the right shape, but untrained, in evaluation mode."""
    with torch.device("meta"):
        model = MobileNetV2(**{**LAYOUTS[layout], "alpha": alpha})
    return ordinary(model)


def blocks(layout: Layout, *, expansion: int = 0, variant: Variant = "paper") -> tuple[Block, ...]:
    """All blocks of a MobileNetV2, counted at its layout's input size.

    Args:
        layout, expansion, variant: as of ``network_cost``.
    """
    size = SIZES[layout]
    cost = network_cost(layout, size=size, expansion=expansion, variant=variant)
    with torch.device("meta"):
        chosen = {"expansion": expansion, "variant": variant}
        modules = MobileNetV2(**{**LAYOUTS[layout], **chosen}).blocks
    shape, found = cost.layers[0].output_shape, []
    for number, module in enumerate(modules):
        assert isinstance(module, InvertedResidual)
        block = _block(number, module, shape, cost)
        found.append(block)
        shape = block.output_shape
    return tuple(found)


def barrier(block: InvertedResidual) -> Barrier:
    """Why a block has no shortcut; empty where it has one."""
    if block.joined:
        return ""
    return "stride" if block.depthwise.stride[0] != 1 else "widths"


def _block(
    number: int, module: InvertedResidual, input_shape: tuple[int, ...], cost: NetworkCost
) -> Block:
    layers = {
        layer.name.rpartition(".")[2]: layer for layer in cost.layers if layer.block == number
    }
    shortcut = layers.pop("shortcut", None)
    return Block(
        number=number,
        input_shape=input_shape,
        layers=tuple(layers.values()),
        expansion=module.expanded // input_shape[0],
        stride=module.depthwise.stride[0],
        joined=module.joined,
        shortcut=shortcut,
        barrier=barrier(module),
        activation=type(module.depthwise_relu).__name__,
    )


def counterparts(layout: Layout) -> dict[str, NetworkCost]:
    """MobileNetV1 and ResNet-50, for pictures of the same size as MobileNetV2's.

    Args:
        layout: "paper" as in their papers; "course" for CIFAR-10, the ResNet with a stem that does
            not shrink the picture.
    """
    size = SIZES[layout]
    arguments = resnet.SMALL if layout == "course" else {}
    return {
        "mobilenet_v1": cost_of_v1(layout, size=size),
        "resnet": by_layer(cost_of(ResNet, (3, size, size), **arguments)),
    }


def block_at(cost: NetworkCost, side: int) -> Widths | None:
    """The last block of a network that puts out maps of so many pixels a side.

    Args:
        cost: of the network.
        side: pixels.

    Returns:
        None where the network has no such block.
    """
    found: Widths | None = None
    shape = cost.layers[0].output_shape
    for number in sorted({layer.block for layer in cost.layers if layer.block is not None}):
        all_layers = [layer for layer in cost.layers if layer.block == number]
        layers = [each for each in all_layers if not each.name.endswith(".shortcut")]
        if layers[-1].output_shape[-1] == side:
            widths = (shape[0], *(layer.output_shape[0] for layer in layers))
            found = Widths(number, widths, tuple(layer.kind for layer in layers))
        shape = layers[-1].output_shape
    return found


def differences(layout: Layout) -> tuple[Difference, ...]:
    """Every layer that the course's variant has and the paper's network has not."""
    found = []
    pairs = zip(blocks(layout), blocks(layout, variant="course"), strict=True)
    for paper, course in pairs:
        known = {layer.name for layer in paper.layers}
        layers = [*course.layers, *([course.shortcut] if course.shortcut else [])]
        for layer in layers:
            if layer.name not in known:
                name = layer.name.rpartition(".")[2]
                channels = (course.input_shape[0], layer.output_shape[0])
                found.append(
                    Difference(course.number, name, channels, layer.parameters, layer.madds)
                )
    return tuple(found)
