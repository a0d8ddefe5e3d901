"""DSCMR for a grid of alpha and beta, trained alike on the captioned digits.

``python -m cnnviz.training.dscmr_grid`` trains what is missing and keeps each run's mAP on the
validation pairs in ``cnnviz/explain/dscmr_grid.json``, which the lesson reads. All runs together
take some minutes on one core; stopped, the same command goes on with the first that is missing.
"""

import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import cnnviz
from cnnviz.training import grid_command
from cnnviz.training.finish import hardware
from cnnviz.training.grid_command import Grid, fitted, told
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec

COMMAND = "python -m cnnviz.training.dscmr_grid"
SHIPPED = Path(cnnviz.__file__).parent / "explain" / "dscmr_grid.json"
#: Both alpha and beta. The released code has 1e-3 and 1e-1.
VALUES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
SEEDS = (0,)


GRID = Grid(
    command=COMMAND, about="DSCMR by alpha and beta on the captioned digits.", file=SHIPPED,
    recipe=base("dscmr", "captioned_digits").with_settings({"epochs": 10}),
    names=("alpha", "beta"), cells=tuple(product(VALUES, VALUES)), seeds=SEEDS,
    also={"values": VALUES},
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: trains what the file does not have yet."""
    return grid_command.main(GRID, _trained, arguments)


def _trained(recipe: RunSpec, alpha: float, beta: float, seed: int) -> dict[str, Any]:
    """One run, with the mAP of its best epoch on validation: the test pairs choose nothing."""
    label = f"alpha {alpha:g}, beta {beta:g}, seed {seed}"
    result = fitted(recipe.with_settings({"alpha": alpha, "beta": beta, "seed": seed}), label)
    score = result.metrics["map"]
    told(label, f"{score:.3f} in {result.seconds:.0f} s")
    return {
        "alpha": alpha, "beta": beta, "seed": seed,
        "map": round(score, 4), "epoch": result.epoch, "seconds": round(result.seconds, 1),
        "hardware": hardware(),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
