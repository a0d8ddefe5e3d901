"""A photo on its way through MobileNetV2's blocks: the maps, and numbers of all their values.

The network is in evaluation mode, threads may share it, and it is left as it was. Maps are float32
and read-only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz import activations
from cnnviz.explain.arrays import Array, array, one_input
from cnnviz.explain.mobilenet_v2_block import Barrier, barrier
from cnnviz.models.mobilenet_v2 import InvertedResidual, MobileNetV2

# Modules of a block whose output is looked at; the last two are there where it has a shortcut.
PARTS = ("expand_relu", "depthwise_relu", "project_relu", "shortcut", "sum")
#: Of the values along a histogram; even, so that zero is between two of them.
BINS = 24
#: Where ReLU6 cuts off.
CEILING = 6.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What is there at one place of a block; without unit, as all activations.

    Attributes:
        maps: (at most ``most``, h, w) the first channels.
        shape: (C, h, w) of all there are.
        activation: "ReLU6" or "ReLU" where it has just been applied, "" where none has.
        zeros: share of the values that are exactly 0, 0 to 1.
        ceiling: share of the values that are exactly 6, 0 to 1.
        counts: (BINS,) how many values there are in each interval of a histogram, without those
            that an activation has set to 0 or 6.
        span: lowest and highest value of the histogram.
        rank: effective rank, 1 to ``largest_rank``; 0 where all values are 0.
        norm: root of the sum of all squared values.
    """

    maps: Array
    shape: tuple[int, ...]
    activation: str
    zeros: float
    ceiling: float
    counts: NDArray[np.int64]
    span: tuple[float, float]
    rank: float
    norm: float

    @property
    def largest_rank(self) -> int:
        """The rank that the matrix of its maps could have: of C rows and h * w columns."""
        channels, height, width = self.shape
        return min(channels, height * width)

    @property
    def rank_share(self) -> float:
        """The effective rank's share of the largest one, 0 to 1."""
        return self.rank / self.largest_rank


@dataclass(frozen=True, slots=True)
class Way:
    """A photo on its way through one block.

    Attributes:
        block: its number, from 0.
        expansion: how many times wider it is inside.
        stride: of its depthwise convolution.
        barrier: why there is no shortcut; empty where there is one.
        inputs: what the block reads.
        expanded: after expansion, batch norm and activation; None where nothing is expanded.
        filtered: after depthwise convolution, batch norm and activation.
        projected: after projection and batch norm, without an activation where it is linear: the
            branch.
        shortcut: what is added to the branch: the input, in the course's variant sometimes behind
            a convolution; None where there is no shortcut.
        outputs: the sum, or the branch where there is no shortcut.
        ratio: norm of the branch divided by that of the shortcut; None where there is none.
        cosine: of the angle between branch and shortcut, -1 to 1; None where there is none.
    """

    block: int
    expansion: int
    stride: int
    barrier: Barrier
    inputs: Stage
    expanded: Stage | None
    filtered: Stage
    projected: Stage
    shortcut: Stage | None
    outputs: Stage
    ratio: float | None
    cosine: float | None


def ways(model: MobileNetV2, x: Tensor, most: int) -> tuple[Way, ...]:
    """Run the network once and look into every block.

    Args:
        model: in evaluation mode.
        x: one normalised picture (1, C, H, W).
        most: of each stage's channels at most so many maps are kept; the numbers are of all.

    Raises:
        ValueError: where ``x`` is not one picture, the model is in training mode, or its shortcuts
            are between the expansions of two blocks.
    """
    if model.between_expansions:
        raise ValueError("a block whose expansion is added to the next one's has no way of its own")
    blocks = range(len(model.blocks))
    names = ["stem_relu", *(name for number in blocks for name in _names(model, number))]
    recorded = activations.outputs(model, one_input(x), names)
    return tuple(_way(model, number, recorded, most) for number in blocks)


def effective_rank(matrix: Tensor) -> float:
    """How many directions a matrix's rows really use.

    Roy and Vetterli (2007), "The effective rank: A measure of effective dimensionality", EUSIPCO:
    the exponential of the entropy of the singular values, divided by their sum. It is the rank
    where all singular values that are not zero are equal, and less otherwise. Nothing is subtracted
    before.

    Args:
        matrix: (N, M).

    Returns:
        1 to min(N, M); 0 for a matrix of zeros.
    """
    values = matrix.double()
    values = values if len(values) <= values.shape[1] else values.T
    squares = torch.linalg.eigvalsh(values @ values.T)
    # Below the largest one's rounding error there are no singular values, but noise.
    noise = squares[-1] * len(squares) * torch.finfo(squares.dtype).eps
    singular = squares[squares > noise].sqrt()
    if not len(singular):
        return 0.0
    shares = singular / singular.sum()
    return float((-(shares * shares.log()).sum()).exp())


def _way(model: MobileNetV2, number: int, recorded: Mapping[str, Tensor], most: int) -> Way:
    block = _block(model, number)
    (reads, before), (writes, behind) = _output(model, number - 1), _output(model, number)
    inside = {part: f"blocks.{number}.{part}" for part in PARTS}
    # What is added and what comes of it have one histogram's axis: they are compared.
    linear = [recorded[name] for name in (reads, inside["project_relu"], writes)]
    reach = max(float(values.abs().max()) for values in linear) or 1.0

    def stage(name: str, activation: nn.Module | None) -> Stage:
        return _stage(recorded[name][0], _name(activation), reach, most)

    projected = stage(inside["project_relu"], block.project_relu)
    expanded, shortcut, ratio, cosine = None, None, None, None
    if isinstance(block.expand, nn.Conv2d):
        expanded = stage(inside["expand_relu"], block.expand_relu)
    if block.joined:
        convolved = isinstance(block.shortcut, nn.Sequential)
        shortcut = stage(inside["shortcut"], None if convolved else before)
        ratio, cosine = _compared(recorded[inside["project_relu"]], recorded[inside["shortcut"]])
    return Way(
        block=number,
        expansion=block.expanded // len(recorded[reads][0]),
        stride=block.depthwise.stride[0],
        barrier=barrier(block),
        inputs=stage(reads, before),
        expanded=expanded,
        filtered=stage(inside["depthwise_relu"], block.depthwise_relu),
        projected=projected,
        shortcut=shortcut,
        outputs=stage(writes, behind),
        ratio=ratio,
        cosine=cosine,
    )


def _stage(values: Tensor, activation: str, reach: float, most: int) -> Stage:
    zeros, ceiling = (int((values == cut).count_nonzero()) for cut in (0, CEILING))
    span = (-reach, reach)
    if activation:
        span = (0.0, CEILING if activation == "ReLU6" else float(values.max()) or 1.0)
    counts = torch.histc(values, BINS, *span).long()
    if activation:
        counts[0] -= zeros
    if activation == "ReLU6":
        counts[-1] -= ceiling
    return Stage(
        maps=array(values[:most]),
        shape=tuple(values.shape),
        activation=activation,
        zeros=zeros / values.numel(),
        ceiling=ceiling / values.numel(),
        counts=counts.numpy(),
        span=span,
        rank=effective_rank(values.flatten(1)),
        norm=float(values.double().norm()),
    )


def _compared(branch: Tensor, shortcut: Tensor) -> tuple[float, float]:
    """Their norms' ratio, and their angle's cosine; 0 where one of them is all zeros."""
    one, other = branch.double().flatten(), shortcut.double().flatten()
    sizes = float(one.norm()), float(other.norm())
    ratio = sizes[0] / sizes[1] if sizes[1] else 0.0
    return ratio, float(one @ other) / (sizes[0] * sizes[1] or 1.0)


def _name(activation: nn.Module | None) -> str:
    return type(activation).__name__ if isinstance(activation, nn.ReLU | nn.ReLU6) else ""


def _block(model: MobileNetV2, number: int) -> InvertedResidual:
    block = model.blocks[number]
    assert isinstance(block, InvertedResidual)
    return block


def _names(model: MobileNetV2, number: int) -> list[str]:
    joined = _block(model, number).joined
    return [f"blocks.{number}.{part}" for part in (PARTS if joined else PARTS[:3])]


def _output(model: MobileNetV2, number: int) -> tuple[str, nn.Module | None]:
    """The module that puts out what a block passes on, and its activation; -1 is the stem."""
    if number < 0:
        return "stem_relu", model.stem_relu
    block = _block(model, number)
    if block.joined:
        return f"blocks.{number}.sum", None
    return f"blocks.{number}.project_relu", block.project_relu
