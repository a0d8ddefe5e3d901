"""How much DSCMR's weights alpha and beta matter: mAP by both, as the project ships it.

``python -m cnnviz.training.dscmr_grid`` trains what is missing in ``dscmr_grid.json``.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: The results, as they come with the project.
SHIPPED = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class Grid:
    """Runs that differ in alpha and beta alone.

    Attributes:
        values: that alpha and beta have, rising.
        map: (alphas, betas) mean average precision on validation, 0 to 1, the mean over the seeds;
            NaN where a run is missing.
        seeds: with which each was trained.
        epochs: of each training; the best on validation counts.
        made_by: the command that trains what is missing.
    """

    values: tuple[float, ...]
    map: NDArray[np.float64]
    seeds: tuple[int, ...]
    epochs: int
    made_by: str

    @property
    def complete(self) -> bool:
        """Whether no run is missing."""
        return bool(np.isfinite(self.map).all())

    def at(self, alpha: float, beta: float) -> float:
        """The mAP of one pair of weights.

        Raises:
            ValueError: where it is not one of the grid.
        """
        return float(self.map[self.values.index(alpha), self.values.index(beta)])


def read(file: Path = SHIPPED) -> Grid:
    """What is trained so far.

    Args:
        file: as ``cnnviz.training.dscmr_grid`` writes it.
    """
    content = json.loads(file.read_text(encoding="utf-8"))
    values, seeds = tuple(content["values"]), tuple(content["seeds"])
    scores = np.full((len(values), len(values), len(seeds)), np.nan)
    for run in content["runs"]:
        if run["seed"] in seeds:
            place = (
                values.index(run["alpha"]), values.index(run["beta"]), seeds.index(run["seed"])
            )  # fmt: skip
            scores[place] = run["map"]
    return Grid(
        values, scores.mean(axis=2), seeds, content["recipe"]["epochs"], content["made_by"]
    )  # fmt: skip
