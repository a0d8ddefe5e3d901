"""DSCMR with some of its three losses, trained alike over several seeds; and the shipped grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.training.spec import RunSpec
from dashboard.cache import dscmr_train, run_sets

if TYPE_CHECKING:
    from cnnviz.explain.dscmr_grid import Grid
    from cnnviz.training.run_files import Record

MODEL, METRIC = dscmr_train.MODEL, "map"
#: What is left out of each; the last has all three losses.
CODES: dict[str, dict[str, Any]] = {
    "j1": {"alpha": 0.0, "beta": 0.0}, "j1_j2": {"beta": 0.0}, "j1_j3": {"alpha": 0.0}, "all": {},
}  # fmt: skip
EPOCHS = 10


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of one choice of losses.

    Attributes:
        code: in ``CODES``.
        map: mean average precision on the test pairs, 0 to 1, by seed.
        seconds: of a training, on average; None before the first.
    """

    code: str
    map: dict[int, float]
    seconds: float | None

    def against(self, other: "Compared") -> list[float]:
        """How much higher its mAP is than another's, in hundredths, seed by seed."""
        both = sorted(self.map.keys() & other.map.keys())
        return [100 * (self.map[seed] - other.map[seed]) for seed in both]


def specs(data: str, seeds: int) -> dict[str, RunSpec]:
    """The runs on a set of pairs, by labels ``code-seed``; seeds from 0 on."""
    base = dscmr_train.recipe(data).with_settings({"epochs": EPOCHS})
    return {
        f"{code}-{seed}": base.with_settings({**left_out, "seed": seed})
        for seed in range(seeds)
        for code, left_out in CODES.items()
    }


def compared(records: "Mapping[str, Record]") -> list[Compared]:
    """What has come of the runs.

    Args:
        records: of ``run_sets.found``, by the labels of ``specs``.
    """
    rows = []
    for code in CODES:
        found, mine = dict[int, float](), []
        for label, record in records.items():
            value = run_sets.on_test(record, METRIC)
            if label.rpartition("-")[0] == code and value is not None:
                found[int(label.rpartition("-")[2])] = value
                mine.append(record)
        rows.append(Compared(code, found, run_sets.mean_seconds(mine)))
    return rows


def grid() -> "Grid":
    """The mAP by alpha and beta that is shipped."""
    from cnnviz.explain.dscmr_grid import read

    return read()


def released() -> tuple[float, float]:
    """Alpha and beta of the released code."""
    from cnnviz.models.dscmr_losses import ALPHA, BETA

    return ALPHA, BETA
