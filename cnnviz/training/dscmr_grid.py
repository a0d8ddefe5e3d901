"""DSCMR for a grid of alpha and beta, trained alike on the captioned digits.

``python -m cnnviz.training.dscmr_grid`` trains what is missing and keeps each run's mAP on the
validation pairs in ``cnnviz/explain/dscmr_grid.json``, which the lesson reads. All runs together
take some minutes on one core; stopped, the same command goes on with the first that is missing.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import torch

import cnnviz
from cnnviz.errors import UserError
from cnnviz.terminal import write_over
from cnnviz.training import kept_runs
from cnnviz.training.finish import hardware
from cnnviz.training.fit import fit
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec

COMMAND = "python -m cnnviz.training.dscmr_grid"
SHIPPED = Path(cnnviz.__file__).parent / "explain" / "dscmr_grid.json"
#: Both alpha and beta. The released code has 1e-3 and 1e-1.
VALUES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
SEEDS = (0,)
EPOCHS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: trains what the file does not have yet."""
    parser = argparse.ArgumentParser(
        prog=COMMAND, description="DSCMR by alpha and beta on the captioned digits."
    )
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file of the results")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    options = parser.parse_args(arguments)
    # Runs of one thread give the same numbers on a machine of any number of cores.
    torch.set_num_threads(1)
    recipe = base("dscmr", "captioned_digits").with_settings({"epochs": options.epochs})
    try:
        _write(options.out, recipe, kept_runs.known(options.out, recipe))
        for alpha, beta, seed in _missing(options.out, recipe, options.seeds):
            found = _trained(recipe, alpha, beta, seed)
            # Read again: another process may have written meanwhile.
            _write(options.out, recipe, [*kept_runs.known(options.out, recipe), found])
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on with the runs that are missing.")
        return 1
    return 0


def _missing(
    file: Path, recipe: RunSpec, seeds: Sequence[int]
) -> Iterator[tuple[float, float, int]]:
    """Alpha, beta and seed of runs without a result: the whole grid of a seed before the next."""
    for seed, alpha, beta in product(seeds, VALUES, VALUES):
        known = kept_runs.known(file, recipe)
        if all((r["alpha"], r["beta"], r["seed"]) != (alpha, beta, seed) for r in known):
            yield alpha, beta, seed


def _trained(recipe: RunSpec, alpha: float, beta: float, seed: int) -> dict[str, Any]:
    """One run, with the mAP of its best epoch on validation: the test pairs choose nothing."""
    result = None
    for progress in fit(recipe.with_settings({"alpha": alpha, "beta": beta, "seed": seed})):
        result = progress.result or result
    assert result is not None  # a run that ends has had an epoch
    score = result.metrics["map"]
    write_over(f"alpha {alpha:g}, beta {beta:g}: {score:.3f} in {result.seconds:.0f} s")
    print()
    return {
        "alpha": alpha, "beta": beta, "seed": seed,
        "map": round(score, 4), "epoch": result.epoch, "seconds": round(result.seconds, 1),
        "hardware": hardware(),
    }  # fmt: skip


def _write(file: Path, recipe: RunSpec, runs: list[dict[str, Any]]) -> None:
    kept_runs.write(file, COMMAND, recipe, runs, {"values": VALUES, "seeds": SEEDS})


if __name__ == "__main__":
    sys.exit(main())
