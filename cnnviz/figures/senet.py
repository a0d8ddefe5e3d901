"""Pictures of SENet's gates over many images."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnviz.figures.scales import coloured

if TYPE_CHECKING:
    from cnnviz.explain.senet_classes import ClassGates

Order = NDArray[np.int64]


def by_mean(gates: "ClassGates", block: int) -> Order:
    """(C,) the channels by their mean gate over all classes, the largest first."""
    return np.argsort(-gates.of_all(block)[0], kind="stable")


def most_apart(gates: "ClassGates") -> float:
    """How far a class's mean gate is from that of all classes at most, over all blocks."""
    return max(float(np.abs(mean - mean.mean(axis=0)).max()) for mean in gates.mean)


def class_map(gates: "ClassGates", block: int, *, difference: bool) -> NDArray[np.uint8]:
    """A block's mean gates, class by class, the channels as in ``by_mean``.

    Args:
        gates: of all blocks.
        block: its number, from 0.
        difference: how far they are from those of all classes, blue below and red above, to
            ``most_apart``; else the gates themselves, dark at 0 and light at 1.

    Returns:
        (K, C, 3) RGB.
    """
    values = class_values(gates, block, difference=difference)
    return coloured(values, most_apart(gates) if difference else 1.0, signed=difference)


def class_values(gates: "ClassGates", block: int, *, difference: bool) -> NDArray[np.floating]:
    """The numbers of ``class_map``, whose arguments it has: (K, C)."""
    mean = gates.mean[block][:, by_mean(gates, block)]
    return mean - mean.mean(axis=0) if difference else mean


def scale_strip(*, signed: bool) -> NDArray[np.uint8]:
    """(1, 255, 3) RGB: the colours of ``class_map`` from the lowest to the highest value."""
    low = -1.0 if signed else 0.0
    return coloured(np.linspace(low, 1.0, 255)[None], 1.0, signed)
