"""Which depthwise kernels a trained network has left empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import nn

from cnnviz.explain.arrays import Array, array, norm_line

Measure = Literal["norm", "response"]


@dataclass(frozen=True, slots=True)
class BlockFilters:
    """The depthwise kernels of one block and what the batch norm behind them makes of each.

    Attributes:
        name: the convolution's module name.
        kernels: (M, k, k) the weights.
        norm: (M,) L2 norm of each kernel: the root of the sum of its squared weights.
        gamma: (M,) size of the batch norm's learned scale, without its sign.
        response: (M,) gamma * sqrt(variance / (variance + eps)): the standard deviation of the
            channel after the batch norm over the training images. Zero where kernel, input
            or gamma is.
    """

    name: str
    kernels: Array
    norm: Array
    gamma: Array
    response: Array


@dataclass(frozen=True, slots=True)
class DeadFilters:
    """Which kernels are below a threshold.

    Attributes:
        by_block: for each block (M,), True where the kernel is dead.
        shares: (blocks,) the dead ones' share of each block's kernels, 0 to 1.
        share: of all kernels, 0 to 1.
    """

    by_block: tuple[NDArray[np.bool_], ...]
    shares: Array
    share: float


def block_filters(name: str, convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> BlockFilters:
    """Measure the kernels of a depthwise convolution with the batch norm behind it.

    Args:
        name: the convolution's module name.
        convolution: a depthwise one.
        norm: a batch norm with running statistics.

    Raises:
        ValueError: where the norm keeps no statistics.
    """
    scale, _ = norm_line(norm)
    kernels = array(convolution.weight[:, 0])  # (M, k, k)
    size = np.sqrt(np.square(kernels, dtype=np.float64).sum(axis=(1, 2)))
    assert norm.running_var is not None, "norm_line has seen to that"
    deviation = np.sqrt(array(norm.running_var), dtype=np.float64)
    return BlockFilters(
        name=name,
        kernels=kernels,
        norm=size.astype(np.float32),
        gamma=np.abs(array(norm.weight)),
        response=(deviation * np.abs(scale)).astype(np.float32),
    )


def depthwise_filters(model: nn.Module) -> tuple[BlockFilters, ...]:
    """Measure the depthwise kernels of every block; ``share_dead`` finds the dead ones.

    Args:
        model: one whose depthwise convolutions have their batch norm beside them under the same
            name with ``_norm`` behind it, as MobileNetV1 and V2 have.

    Raises:
        ValueError: where it has no depthwise convolution.
    """
    found = []
    for name, part in model.named_modules():
        if isinstance(part, nn.Conv2d) and part.groups == part.in_channels > 1:
            norm = model.get_submodule(f"{name}_norm")
            assert isinstance(norm, nn.BatchNorm2d)
            found.append(block_filters(name, part, norm))
    if not found:
        raise ValueError("the model has no depthwise convolution")
    return tuple(found)


def share_dead(
    filters: Sequence[BlockFilters], threshold: float, measure: Measure = "norm"
) -> DeadFilters:
    """Find the kernels that are next to nothing beside the strongest one of their block.

    A kernel is dead where its measure is at most ``threshold`` times the largest of its block. By
    "norm" these are the tiles that stay blank when a block's kernels are drawn on one colour scale.
    The largest, and not the median, is the yardstick, since more than half of a block may be dead;
    and not one number for the network, since kernel norms shrink block by block although the batch
    norm makes up for that. By "response" a channel is dead, too, whose kernel is
    sound but whose input or gamma is zero.

    Args:
        filters: the blocks.
        threshold: 0 (only what is exactly zero) to 1 (all).
        measure: which of the two to compare.

    Raises:
        ValueError: where the threshold is not 0 to 1.
    """
    if not 0 <= threshold <= 1:
        raise ValueError(f"the threshold must be 0 to 1, not {threshold}")
    values = [block.norm if measure == "norm" else block.response for block in filters]
    by_block = tuple(value <= np.float32(threshold) * value.max() for value in values)
    total = sum(len(dead) for dead in by_block)
    return DeadFilters(
        by_block=by_block,
        shares=np.array([dead.mean() for dead in by_block], dtype=np.float32),
        share=float(sum(dead.sum() for dead in by_block) / max(total, 1)),
    )
