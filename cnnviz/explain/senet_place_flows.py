"""Gradients along residual networks by the place of SE, as they were measured, and what they say.

``cnnviz.explain.senet_place`` measures them and says what they are.
"""

import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import UserError
from cnnviz.models.senet import POSITIONS

SHIPPED = Path(__file__).with_name("senet_place.json")
NONE, STANDARD, AFTER = "none", "standard", "after_addition"
#: Where SE stands; without it first.
PLACES = (NONE, *POSITIONS)
DEPTHS = tuple(range(8, 111, 6))
#: When: with random weights; after some steps; with random weights and no batch norm.
MOMENTS = ("init", "steps", "no_norm")
#: The whole gradient, or what comes along the trunk alone: no branch passes any back.
WAYS = ("all", "trunk")
#: How many times less or more is called an effect.
CLEAR = 10


@dataclass(frozen=True)
class Flow:
    """The gradient's size along one network.

    Attributes:
        shares: (S, N) by seed and block: its norm at the block's input over that behind the last
            block; 0 where nothing arrives.
    """

    shares: NDArray[np.float64]

    @property
    def middle(self) -> NDArray[np.float64]:
        """(N,) median of the seeds."""
        middle: NDArray[np.float64] = np.median(self.shares, axis=0)
        return middle

    @property
    def ends(self) -> NDArray[np.float64]:
        """(2, N) the smallest and the largest of the seeds."""
        return np.stack([self.shares.min(axis=0), self.shares.max(axis=0)])

    @property
    def first(self) -> float:
        """What arrives at the first block; median of the seeds."""
        return float(self.middle[0])


@dataclass(frozen=True)
class Flows:
    """All that was measured.

    Attributes:
        flows: by depth, place, moment and way.
        losses: (S, 2) by depth and place: cross-entropy before and after the steps.
    """

    flows: dict[tuple[int, str, str, str], Flow]
    losses: dict[tuple[int, str], NDArray[np.float64]]

    def loss(self, depth: int, place: str) -> tuple[float, float]:
        """Before and after the steps, medians of the seeds."""
        before, after = np.median(self.losses[depth, place], axis=0).tolist()
        return before, after

    def against_standard(self, depth: int, moment: str, way: str) -> tuple[float, bool]:
        """What arrives at the first block with SE after the addition, over what arrives there with
        SE in its standard place, by the medians; and whether the seeds agree that it is less, or
        more: none of one place is among those of the other.
        """
        after, standard = (self.flows[depth, place, moment, way] for place in (AFTER, STANDARD))
        (least, most), (low, high) = after.ends[:, 0], standard.ends[:, 0]
        return after.first / standard.first, bool(most < low or least > high)

    def shows_from(self, moment: str, way: str) -> int | None:
        """The depth from which on SE after the addition leaves the first block less than a tenth
        of what the standard place does, at every depth, by all seeds; None where there is none.
        """
        found = None
        for depth in reversed(DEPTHS):
            ratio, agreed = self.against_standard(depth, moment, way)
            if not (agreed and ratio * CLEAR < 1):
                break
            found = depth
        return found

    def reach(self, places: tuple[str, ...], moment: str, way: str) -> tuple[float, float]:
        """The smallest share that is not 0, and the largest, of these places at all depths."""
        found = np.concatenate([
            self.flows[depth, place, moment, way].shares.ravel()
            for depth, place in product(DEPTHS, places)
        ])  # fmt: skip
        found = found[found > 0]
        return float(found.min()), float(found.max())


def read(file: Path = SHIPPED) -> Flows:
    """What a file keeps.

    Raises:
        UserError: where it cannot be read.
    """
    try:
        networks = json.loads(file.read_text(encoding="utf-8"))["networks"]
        flows, losses = {}, {}
        for depth, place in product(DEPTHS, PLACES):
            runs = networks[str(depth)][place]
            losses[depth, place] = np.array([run["loss"] for run in runs], np.float64)
            for moment, way in product(MOMENTS, WAYS):
                logarithms = np.array([run[moment][way] for run in runs], np.float64)
                flows[depth, place, moment, way] = Flow(np.nan_to_num(10**logarithms, nan=0.0))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError("{file} cannot be read: {reason}.", file=file, reason=error) from error
    return Flows(flows, losses)
