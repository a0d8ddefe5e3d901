"""DSCMR's mAP on validation and on test after each epoch, over several seeds.

``python -m cnnviz.training.dscmr_epoch_choice`` trains what is missing and keeps the curves in
``cnnviz/explain/dscmr_epoch_choice_*.json``, which the lesson reads. All runs together take some
ten minutes on one core; stopped, the same command goes on with the first run that is missing.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

import cnnviz
from cnnviz.errors import UserError
from cnnviz.terminal import write_over
from cnnviz.training import kept_runs
from cnnviz.training.every_epoch import every_epoch
from cnnviz.training.finish import hardware
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import in_one_go

COMMAND = "python -m cnnviz.training.dscmr_epoch_choice"
SHIPPED = Path(cnnviz.__file__).parent / "explain"
SEEDS = (0, 1, 2, 3, 4)
#: Epochs of each set's runs: so many that what comes after the best one shows.
EPOCHS = {"captioned_digits": 20, "wikipedia": 120}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: trains what the files do not have yet."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="DSCMR's mAP by epochs.")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the folder of the results")
    parser.add_argument("--data", nargs="+", choices=EPOCHS, default=list(EPOCHS))
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--epochs", type=int, default=None)
    options = parser.parse_args(arguments)
    # Runs of one thread give the same numbers on a machine of any number of cores.
    torch.set_num_threads(1)
    try:
        for data in options.data:
            recipe = base("dscmr", data).with_settings({"epochs": options.epochs or EPOCHS[data]})
            _complete(options.out / f"dscmr_epoch_choice_{data}.json", recipe, options.seeds)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on with the runs that are missing.")
        return 1
    return 0


def _complete(file: Path, recipe: RunSpec, seeds: Sequence[int]) -> None:
    """Train those seeds that a file does not have."""
    for seed in seeds:
        if all(run["seed"] != seed for run in kept_runs.known(file, recipe)):
            found = _trained(recipe, seed)
            # Read again: another process may have written meanwhile.
            runs = [*kept_runs.known(file, recipe), found]
            kept_runs.write(file, COMMAND, recipe, runs, {"seeds": SEEDS})


def _trained(recipe: RunSpec, seed: int) -> dict[str, Any]:
    """One run, measured on both parts after each epoch."""
    validation, test, last = list[float](), list[float](), None
    for progress, last in every_epoch(recipe.with_settings({"seed": seed})):
        validation.append(round(progress.metrics["map"], 5))
        test.append(round(in_one_go(last.task.test(last.model)).metrics["map"], 5))
        write_over(f"{recipe.data}, seed {seed}: epoch {progress.epoch} of {progress.epochs}")
    assert last is not None  # a run has an epoch
    print(f"\n{recipe.data}, seed {seed}: {test[-1]:.3f} after the last epoch")
    return {
        "seed": seed,
        "validation": validation,
        "test": test,
        "pairs": {part: last.task.data[part] for part in ("training", "validation", "test")},
        "hardware": hardware(),
    }


if __name__ == "__main__":
    sys.exit(main())
