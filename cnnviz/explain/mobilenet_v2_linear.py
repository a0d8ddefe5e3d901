"""Why a narrow layer must stay linear: points of a plane, sent through few or many channels.

A random matrix makes n channels of a point's two coordinates, an activation cuts them, and the
matrix's pseudo-inverse brings them back to the plane. Paper: Sandler et al. 2018, section 3.2 and
figure 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Shape = Literal["spiral", "moons", "disc"]
Activation = Literal["relu", "relu6", "none"]

#: Numbers of channels that are looked at.
COUNTS = tuple(range(2, 51))
#: Matrices over which an error is averaged: those of the seeds 0 to 49.
SEEDS = 50
#: ReLU6 cuts at this. Paper: section 3.3.
CEILING = 6.0
_TURNS = 2.0  # of the spiral
_CELLS = 2.5  # of the checkered disc, along its radius
_POINTS = {"spiral": 400, "moons": 400, "disc": 700}


@dataclass(frozen=True)
class Points:
    """Points of a plane: centred, of root mean square distance 1 from their middle.

    Attributes:
        places: (P, 2), in the order in which one walks along the curves, or around the disc.
        along: (P,) 0 to 1: where on its curve each point is; of the disc, its angle.
        group: (P,) from 0: the moon, or the colour of the cell, that each point belongs to.
    """

    places: Values
    along: Values
    group: NDArray[np.int64]


@dataclass(frozen=True)
class Collapse:
    """Points sent to 2, 3, ... 50 channels and back, by the first rows of one random matrix.

    Attributes:
        matrix: (50, 2) T, standard normal. Each count of channels takes its first rows.
        channels: (50, P) a(T x): what the activation lets through.
        cut: (50, P) whether it cut the channel: at 0, or at its ceiling.
        returned: (49, P, 2) what the pseudo-inverse makes of the first 2, 3, ... channels.
        fitted: (49, P, 2) the same with its size and place put right, as well as that can be done.
        error: (49,) root mean square distance of ``fitted`` from the points: 0 where all came back,
            1 where nothing did.
        plain_error: (49,) the same of ``returned``.
        lost: (49,) share of the points of which every channel is cut: they fall onto one point.
        flattened: (49,) share of which one channel is left: they fall onto a line.
        above: share of all 50 channels' values that the ceiling cuts; 0 where there is none.
    """

    matrix: Values
    channels: Values
    cut: NDArray[np.bool_]
    returned: Values
    fitted: Values
    error: Values
    plain_error: Values
    lost: Values
    flattened: Values
    above: float


@dataclass(frozen=True)
class Errors:
    """Errors over the matrices of all seeds, by number of channels.

    Attributes:
        mean, deviation: (49,) of ``Collapse.error``.
        plain_mean, plain_deviation: (49,) of ``Collapse.plain_error``.
    """

    mean: Values
    deviation: Values
    plain_mean: Values
    plain_deviation: Values


def points(shape: Shape) -> Points:
    """The points of a shape, the same at each call."""
    count = _POINTS[shape]
    share = (np.arange(count) + 0.5) / count
    if shape == "spiral":
        # Its length grows with the square of the angle: points at equal distances.
        radius = np.sqrt(share)
        angle, group = 2 * np.pi * _TURNS * radius, np.zeros(count, dtype=np.int64)
        places, along = _around(radius, angle), share
    elif shape == "moons":
        half, group = count // 2, np.repeat([0, 1], count // 2)
        along = np.tile((np.arange(half) + 0.5) / half, 2)
        places = _around(np.ones(count), np.pi * (along + group)) + group[:, None] * [1.0, 0.5]
    else:
        # A sunflower's seeds fill a disc evenly.
        turned = np.arange(count) * (3 - np.sqrt(5)) / 2 % 1
        order = turned.argsort()
        along = turned[order]
        places = _around(np.sqrt(share)[order], 2 * np.pi * along)
        cells = np.floor(places * _CELLS + 0.5).astype(np.int64)
        group = cells.sum(axis=1) % 2
    places = places - places.mean(axis=0)
    return Points(places / np.sqrt((places**2).sum(axis=1).mean()), along, group)


def matrix_of(seed: int) -> Values:
    """(50, 2): a random matrix, standard normal. More channels are more of its rows."""
    return np.random.default_rng(seed).standard_normal((COUNTS[-1], 2))


def collapse(shape: Shape, activation: Activation, *, seed: int, deviation: float) -> Collapse:
    """Send points to each number of channels and back.

    Args:
        shape: of the points.
        activation: what the channels go through.
        seed: of the random matrix.
        deviation: a channel's standard deviation before the activation, on average over matrices.
    """
    places, matrix = points(shape).places, matrix_of(seed)
    channels, returned = sent_and_returned(places, matrix, activation, deviation)
    fitted, error = best_fit(returned, places)
    before = matrix @ places.T
    cut = channels != before
    left = (~cut).cumsum(axis=0)[1:]
    return Collapse(
        matrix=matrix,
        channels=channels,
        cut=cut,
        returned=returned,
        fitted=fitted,
        error=error,
        plain_error=_distance(returned, places),
        lost=(left == 0).mean(axis=1),
        flattened=(left == 1).mean(axis=1),
        above=float((cut & (before > 0)).mean()),
    )


def errors(shape: Shape, activation: Activation, *, deviation: float) -> Errors:
    """Mean and standard deviation of both errors over all seeds.

    Args:
        shape, activation, deviation: as of ``collapse``.
    """
    places = points(shape).places
    found, plain = np.empty((2, SEEDS, len(COUNTS)))
    for seed in range(SEEDS):
        _, returned = sent_and_returned(places, matrix_of(seed), activation, deviation)
        found[seed], plain[seed] = best_fit(returned, places)[1], _distance(returned, places)
    return Errors(found.mean(axis=0), found.std(axis=0), plain.mean(axis=0), plain.std(axis=0))


def sent_and_returned(
    places: Values, matrix: Values, activation: Activation, deviation: float
) -> tuple[Values, Values]:
    """The points after the way there, through the activation, and back, for each number of rows.

    Of independent rows T the pseudo-inverse is (T' T)^-1 T', and both products are sums over the
    rows: one more row is one more term.

    Args:
        places: (P, 2).
        matrix: (N, 2).
        activation, deviation: as of ``collapse``.

    Returns:
        The channels (N, P), and what comes back from the first 2, 3, ... N of them, (N - 1, P, 2).
    """
    channels = activated(matrix @ places.T, activation, deviation)  # (N, P)
    sums = (matrix[:, :, None] * channels[:, None, :]).cumsum(axis=0)  # (N, 2, P): T' a(T x)
    squares = (matrix[:, :, None] * matrix[:, None, :]).cumsum(axis=0)  # (N, 2, 2): T' T
    returned: Values = np.linalg.inv(squares[1:]) @ sums[1:]  # (N - 1, 2, P)
    return channels, returned.swapaxes(-1, -2)


def activated(channels: Values, activation: Activation, deviation: float) -> Values:
    """What an activation lets through of channels that have this standard deviation.

    ReLU does not care how large its input is, ReLU6 does: 6 is a number of the network's own. The
    channels come with deviation 1, and so they leave: it is the ceiling that is moved.
    """
    ceiling = CEILING / deviation
    ways: dict[Activation, Callable[[Values], Values]] = {
        "relu": lambda x: np.maximum(x, 0),
        "relu6": lambda x: np.clip(x, 0, ceiling),
        "none": lambda x: x,
    }
    return ways[activation](channels)


def best_fit(returned: Values, places: Values) -> tuple[Values, Values]:
    """Multiply and move what came back so that it is as near to the points as it can be.

    A batch norm could do as much, and a ReLU makes everything smaller: with many channels what
    comes back is half as large. Neither is a loss.

    Args:
        returned: (..., P, 2).
        places: (P, 2), centred, of root mean square distance 1 from their middle.

    Returns:
        The points put right, and the root mean square distance that is left, (...).
    """
    centred = returned - returned.mean(axis=-2, keepdims=True)
    power = (centred**2).sum(axis=(-2, -1), keepdims=True)
    likeness = (centred * places).sum(axis=(-2, -1), keepdims=True)
    # All on one point: there is nothing to multiply.
    factor = np.divide(likeness, power, out=np.zeros_like(power), where=power > 0)
    fitted = factor * centred
    return fitted, _distance(fitted, places)


def _distance(found: Values, places: Values) -> Values:
    squares: Values = ((found - places) ** 2).sum(axis=-1)
    root: Values = np.sqrt(squares.mean(axis=-1))
    return root


def _around(radius: Values, angle: Values) -> Values:
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
