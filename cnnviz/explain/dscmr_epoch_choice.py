"""Which epoch is reported: mAP by epochs over several seeds, as the project ships it.

``python -m cnnviz.training.dscmr_epoch_choice`` trains what is missing in the files.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Curves = NDArray[np.float64]
#: Where the files are that come with the project.
SHIPPED = Path(__file__).parent


@dataclass(frozen=True)
class EpochChoice:
    """The mAP of some runs after each epoch, both ways' mean.

    Attributes:
        seeds: (S,) of the runs that are trained.
        missing: seeds of those that are not trained yet.
        validation, test: (S, E) on the validation and on the test pairs, 0 to 1.
        training_pairs, validation_pairs, test_pairs: how many there are of each.
        made_by: the command that trains what is missing.
    """

    seeds: tuple[int, ...]
    missing: tuple[int, ...]
    validation: Curves
    test: Curves
    training_pairs: int
    validation_pairs: int
    test_pairs: int
    made_by: str

    @property
    def epochs(self) -> int:
        """Of each run."""
        return int(self.test.shape[1])

    @property
    def chosen(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """(S,) epochs, from 1: the last, the best on validation, the best on test. Of equal ones
        the first, as training keeps it.
        """
        last = np.full(len(self.seeds), self.epochs)
        return last, self.validation.argmax(1) + 1, self.test.argmax(1) + 1

    @property
    def reported(self) -> tuple[Curves, Curves, Curves]:
        """(S,) mAP on test at each of ``chosen``."""
        last, fair, best = (
            np.take_along_axis(self.test, epochs[:, None] - 1, axis=1)[:, 0]
            for epochs in self.chosen
        )
        return last, fair, best

    @property
    def flattered(self) -> Curves:
        """(S,) how much more the best epoch on test has, on test, than the best on validation."""
        _last, fair, best = self.reported
        return best - fair

    @property
    def stopped_early(self) -> Curves:
        """(S,) how much more the best epoch on validation has, on test, than the last."""
        last, fair, _best = self.reported
        return fair - last


def read(data: str, folder: Path = SHIPPED) -> EpochChoice | None:
    """What is trained so far on a set of pairs; None where nothing is.

    Args:
        data: name of the set.
        folder: where ``cnnviz.training.dscmr_epoch_choice`` keeps its files.
    """
    file = folder / f"dscmr_epoch_choice_{data}.json"
    if not file.is_file():
        return None
    content = json.loads(file.read_text(encoding="utf-8"))
    runs = sorted(content["runs"], key=lambda run: int(run["seed"]))
    if not runs:
        return None
    seeds = tuple(run["seed"] for run in runs)
    pairs = runs[0]["pairs"]
    return EpochChoice(
        seeds=seeds,
        missing=tuple(seed for seed in content["seeds"] if seed not in seeds),
        validation=np.array([run["validation"] for run in runs]),
        test=np.array([run["test"] for run in runs]),
        training_pairs=pairs["training"],
        validation_pairs=pairs["validation"],
        test_pairs=pairs["test"],
        made_by=content["made_by"],
    )
