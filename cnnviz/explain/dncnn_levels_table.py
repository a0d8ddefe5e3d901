"""Networks against noise levels: a table of PSNR, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Extremes:
    """How far networks are behind the best one.

    Attributes:
        steadiest: the network that is least far behind where it is worst.
        at_most: how far that is, dB.
        worst: the network that is farthest behind of all.
        sigma: at which noise level, grey levels.
        most: how far that is, dB.
    """

    steadiest: str
    at_most: float
    worst: str
    sigma: float
    most: float


@dataclass(frozen=True)
class Levels:
    """PSNR of some networks at some noise levels, as far as it is measured; else NaN.

    Attributes:
        pictures: name of the set.
        pictures_digest: of their grey levels.
        networks: digests of the weights, by the networks' names: the rows.
        sigmas: (S,) noise levels, grey levels: the columns.
        noisy: (S, P) of the noisy pictures, dB.
        denoised: (N, S, P) of the denoised pictures, dB.
    """

    pictures: str
    pictures_digest: str
    networks: Mapping[str, str]
    sigmas: tuple[float, ...]
    noisy: Values
    denoised: Values

    @property
    def share(self) -> float:
        """How much of it is measured, 0 to 1."""
        return float((~np.isnan(self.denoised)).sum() / max(self.denoised.size, 1))

    @property
    def psnr(self) -> Values:
        """(N, S) mean of the pictures, dB; NaN where not all of them are measured."""
        mean: Values = self.denoised.mean(axis=2)
        return mean

    @property
    def gain(self) -> Values:
        """(N, S) how much the mean PSNR is above that of the noisy pictures, dB."""
        gain: Values = self.psnr - self.noisy.mean(axis=1)
        return gain

    @property
    def behind(self) -> Values:
        """(N, S) how far the mean PSNR is from that of the best network, dB, 0 or less; NaN at a
        level where not all networks are measured.
        """
        behind: Values = self.psnr - self.psnr.max(axis=0)
        return behind

    @property
    def best(self) -> tuple[int | None, ...]:
        """(S,) which network is the best at each level; None where not all are measured."""
        return tuple(
            None if np.isnan(column).any() else int(column.argmax()) for column in self.psnr.T
        )

    @property
    def extremes(self) -> Extremes | None:
        """How far behind the best networks are, of the levels where all of them are measured; None
        where there are none, or fewer than two networks.
        """
        known = np.flatnonzero(~np.isnan(self.behind).any(axis=0))
        if not known.size or len(self.networks) < 2:
            return None
        behind, names = -self.behind[:, known], list(self.networks)
        steadiest = int(behind.max(axis=1).argmin())
        worst, level = np.unravel_index(behind.argmax(), behind.shape)
        return Extremes(
            steadiest=names[steadiest],
            at_most=float(behind[steadiest].max()),
            worst=names[int(worst)],
            sigma=self.sigmas[known[level]],
            most=float(behind.max()),
        )
