"""SENet taken apart: squeeze, excitation and scale of one block, for one picture.

Every function takes a network in evaluation mode, which threads may share, and leaves it as it was.
Inputs ``x`` are normalised pictures (1, C, H, W). Arrays are float32 and read-only.
"""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from cnnviz import activations
from cnnviz.explain.arrays import Array, Indices, array, one_input
from cnnviz.models.senet import BasicBlock, SEBlock, SENet


@dataclass(frozen=True, slots=True)
class Steps:
    """What the SE of one block does to C maps of H x W values.

    Attributes:
        before: (C, H, W) the branch's maps that it reads.
        squeezed: (C,) z, one number a map.
        hidden: (C / r,) the hidden units behind their ReLU.
        expand: (C, C / r) weights from the hidden units to the channels.
        excited: (C,) what comes to the gate function.
        gates: (C,) s, what each map is multiplied by.
        after: (C, H, W) the maps that it puts out.
    """

    before: Array
    squeezed: Array
    hidden: Array
    expand: Array
    excited: Array
    gates: Array
    after: Array

    @property
    def order(self) -> Indices:
        """(C,) the channels by their gates, the largest first."""
        return by_size(self.gates)

    @property
    def weights(self) -> int:
        """Number of weights of both fully connected layers: 2 C * C / r."""
        return 2 * self.expand.size


@dataclass(frozen=True, slots=True)
class Look:
    """A block's gates, and the maps that they lift and press most.

    Attributes:
        gates: (C,) as in ``Steps``.
        channels: (k,) with the largest gates, then (k,) with the smallest, as in ``order``.
        before, after: (2 k, H, W) their maps.
        probabilities: (classes,) by softmax, 0 to 1.
    """

    gates: Array
    channels: Indices
    before: Array
    after: Array
    probabilities: Array


def steps(model: SENet, x: Tensor, block: int) -> Steps:
    """Run the network as far as a block, and record what its SE does.

    Args:
        model, x: as everywhere here.
        block: its number, from 0.

    Raises:
        ValueError: where ``x`` is not one picture, the model is in training mode, there is no block
            of that number, or it has no SE at the standard place.
    """
    se, name = se_of(model, block), f"blocks.{block}"
    parts = ("norm2", "se.flatten", "se.reduce_relu", "se.expand", "se.gate", "se")
    names = [f"{name}.{part}" for part in parts]
    recorded = activations.outputs(model, one_input(x), names)
    before, squeezed, hidden, excited, gates, after = (array(recorded[each][0]) for each in names)
    return Steps(
        before=before,
        squeezed=squeezed,
        hidden=hidden,
        expand=array(se.expand.weight),
        excited=excited,
        gates=gates,
        after=after,
    )


def look(model: SENet, x: Tensor, block: int, most: int) -> Look:
    """Take a block's gates and its most telling maps from one pass: what follows a moving hand.

    Args:
        model, x, block: as of ``steps``.
        most: so many of the channels with the largest gates, and as many with the smallest.

    Raises:
        ValueError: as ``steps``.
    """
    se_of(model, block)
    names = [f"blocks.{block}.{part}" for part in ("norm2", "se.gate", "se")]
    recorded = activations.outputs(model, one_input(x), [*names, "classifier"])
    maps, gates, scaled = (recorded[name][0] for name in names)
    order = by_size(array(gates))
    channels = np.concatenate([order[:most], order[-most:]])
    return Look(
        gates=array(gates),
        channels=channels,
        before=array(maps[channels]),
        after=array(scaled[channels]),
        probabilities=array(recorded["classifier"][0].softmax(0)),
    )


def se_of(model: SENet, block: int) -> SEBlock:
    """The SE block of a block where it stands at the end of the branch, before the addition.

    Raises:
        ValueError: where there is none.
    """
    found = model.blocks[block] if 0 <= block < len(model.blocks) else None
    if not (
        isinstance(found, BasicBlock)
        and found.position == "standard"
        and isinstance(found.se, SEBlock)
    ):
        raise ValueError(f"the model has no block {block} with SE before the addition")
    return found.se


def stages(model: SENet) -> tuple[tuple[int, ...], ...]:
    """The numbers of the blocks of each stage: all blocks with one number of channels."""
    found: dict[int, list[int]] = {}
    for number, block in enumerate(model.blocks):
        assert isinstance(block, BasicBlock)
        found.setdefault(block.conv2.out_channels, []).append(number)
    return tuple(map(tuple, found.values()))


def by_size(gates: Array) -> Indices:
    """(C,) channels by their gates, the largest first; equal ones in their own order."""
    return np.argsort(-gates, kind="stable")
