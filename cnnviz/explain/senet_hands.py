"""A SENet with other gates than its own.

Gates are put in the place of those that the network computes; nothing is trained. Inputs ``x`` are
normalised pictures (1, C, H, W), networks in evaluation mode, which threads may share.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor

from cnnviz.activations import outputs, record, replaced
from cnnviz.explain.arrays import Array, array, one_input
from cnnviz.explain.senet import by_size, se_of
from cnnviz.models.senet import SENet

#: What the gates of a block can be instead of its own: all 1; their mean over many pictures; their
#: own among other channels; those of another picture.
Instead = Literal["off", "mean", "shuffled", "swapped"]
#: What needs no second picture.
ALONE: tuple[Instead, ...] = ("off", "mean", "shuffled")
#: Of the shuffling: the same channels change places in every picture.
SEED = 0

Replace = Callable[[Tensor], Tensor]
Replacements = dict[str, Replace]


@dataclass(frozen=True, slots=True)
class Hand:
    """Gates that are set by hand.

    Attributes:
        channels: whose.
        gate: what they are set to.
    """

    channels: tuple[int, ...]
    gate: float


@dataclass(frozen=True, slots=True)
class Begun:
    """A picture on its way through the network, as far as one block.

    Attributes:
        block: the block's number, from 0.
        x: (1, C, H, W) what it reads.
    """

    block: int
    x: Tensor


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes of gates that were changed.

    Attributes:
        gates: (C,) of the block that is looked at, as they were multiplied with its maps.
        maps: (k, H, W) that block's scaled maps of the channels asked for.
        probabilities: (classes,) by softmax, 0 to 1.
    """

    gates: Array
    maps: Array
    probabilities: Array


def gates_of(model: SENet, x: Tensor) -> tuple[Array, ...]:
    """The gates (C,) of all blocks for a picture.

    Raises:
        ValueError: where ``x`` is not one picture or the model is in training mode.
    """
    names = [_gate(block) for block in range(len(model.blocks))]
    recorded = outputs(model, one_input(x), names)
    return tuple(array(recorded[name][0]) for name in names)


def begin(model: SENet, x: Tensor, block: int) -> Begun:
    """Run the network up to a block: what a moving hand need not compute again.

    Raises:
        ValueError: where ``x`` is not one picture, the model is in training mode, or there is no
            block of that number with SE before the addition.
    """
    se_of(model, block)
    name = f"blocks.{block - 1}" if block else "stem_relu"
    return Begun(block, outputs(model, one_input(x), [name])[name])


def instead(
    model: SENet, blocks: Iterable[int], code: Instead, others: Sequence[Array] = ()
) -> Replacements:
    """What is put in the place of the gates of some blocks; for ``activations.replaced``.

    Args:
        model: the network.
        blocks: their numbers.
        code: what their gates are.
        others: for each block of the network (C,): the mean gates, or those of the other picture.
            Needed for "mean" and "swapped" alone.
    """
    return {_gate(block): _instead(model, block, code, others) for block in blocks}


def by_hand(replacements: Mapping[str, Replace], block: int, hand: Hand) -> Replacements:
    """The same, and some gates of one block set by hand."""
    name, channels = _gate(block), list(hand.channels)
    before = replacements.get(name)

    def put(gates: Tensor) -> Tensor:
        changed = (gates if before is None else before(gates)).clone()
        changed[:, channels] = hand.gate
        return changed

    return {**replacements, name: put}


def answer(
    model: SENet,
    begun: Begun,
    replacements: Mapping[str, Replace],
    block: int,
    shown: Sequence[int],
) -> Answer:
    """Run the network on from a block with other gates.

    Args:
        model: the network.
        begun: a picture, as far as the first block whose gates are replaced, or an earlier one.
        replacements: as of ``instead``.
        block: the one that is looked at, at or behind that of ``begun``.
        shown: channels whose maps are asked for.
    """
    gate, scaled = _gate(block), f"blocks.{block}.se"
    # Recorded behind what is put in: these are the gates that count.
    with (
        torch.inference_mode(),
        replaced(model, replacements),
        record(model, [gate, scaled]) as recorded,
    ):
        logits = from_block(model, begun.x, begun.block)
    return Answer(
        gates=array(recorded[gate][0]),
        maps=array(recorded[scaled][0, list(shown)]),
        probabilities=array(logits[0].softmax(0)),
    )


def ranks(gates: Array, first: int, count: int) -> tuple[int, ...]:
    """Some channels that follow one another by the size of their gates.

    Args:
        gates: (C,).
        first: place of the first of them, 0 being the largest gate's.
        count: how many, at most.
    """
    return tuple(by_size(gates)[first : first + count].tolist())


def _instead(model: SENet, block: int, code: Instead, others: Sequence[Array]) -> Replace:
    if code not in get_args(Instead):
        raise ValueError(f"gates can be {', '.join(get_args(Instead))}, not {code}")
    if code == "off":
        return torch.ones_like
    if code == "shuffled":
        order = shuffling(se_of(model, block).expand.out_features, block)
        return lambda gates: gates[:, order]
    values = torch.tensor(others[block])
    return lambda gates: values.to(gates).expand_as(gates)


def shuffling(channels: int, block: int) -> list[int]:
    """Which channel's gate each channel gets, the same every time."""
    order: list[int] = np.random.default_rng((SEED, block)).permutation(channels).tolist()
    return order


def _gate(block: int) -> str:
    return f"blocks.{block}.se.gate"


def from_block(model: SENet, x: Tensor, block: int) -> Tensor:
    """The logits (B, classes) of what a block reads, (B, C, H, W)."""
    x = model.blocks[block:](x)
    logits: Tensor = model.classifier(model.flatten(model.pool(x)))
    return logits
