"""SE-ResNet-20 for some reduction ratios, trained alike over several seeds on a part of CIFAR-10.

``python -m cnnviz.training.senet_grid`` trains what is missing and keeps each run's accuracy in
``cnnviz/explain/senet_reduction.json``, which the lesson reads. All runs together take about an
hour on one core; stopped, the same command goes on with the first run that is missing.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

import cnnviz
from cnnviz.errors import UserError
from cnnviz.models.senet import cifar_resnet
from cnnviz.terminal import write_over
from cnnviz.training import kept_runs
from cnnviz.training.finish import hardware
from cnnviz.training.fit import fit
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import in_one_go

COMMAND = "python -m cnnviz.training.senet_grid"
SHIPPED = Path(cnnviz.__file__).parent / "explain" / "senet_reduction.json"
DEPTH = 20
#: What is compared: constructor arguments by name. "single" has one fully connected layer.
SETTINGS: dict[str, dict[str, Any]] = {
    "none": {"reduction": 0}, "4": {"reduction": 4}, "8": {"reduction": 8},
    "16": {"reduction": 16}, "32": {"reduction": 32}, "single": {"single": True},
}  # fmt: skip
SEEDS = (0, 1, 2)
#: What all runs have in common.
RECIPE = RunSpec(
    model="senet",
    data="cifar10",
    model_args=cifar_resnet(DEPTH),
    images=10_000,
    validation=5_000,
    epochs=6,
    batch_size=128,
    learning_rate=0.1,
    precision="bfloat16",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: trains what the file does not have yet."""
    parser = argparse.ArgumentParser(
        prog=COMMAND, description="SE-ResNet-20 by reduction ratio on a part of CIFAR-10."
    )
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file of the results")
    parser.add_argument("--epochs", type=int, default=RECIPE.epochs)
    parser.add_argument("--images", type=int, default=RECIPE.images)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    options = parser.parse_args(arguments)
    # Runs of one thread give the same numbers on a machine of any number of cores.
    torch.set_num_threads(1)
    recipe = RECIPE.with_settings({"epochs": options.epochs, "images": options.images})
    try:
        _write(options.out, recipe, kept_runs.known(options.out, recipe))
        for name, seed in _missing(options.out, recipe, options.seeds):
            found = _trained(recipe, name, seed)
            # Read again: another process may have written meanwhile.
            _write(options.out, recipe, [*kept_runs.known(options.out, recipe), found])
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on with the runs that are missing.")
        return 1
    return 0


def _missing(file: Path, recipe: RunSpec, seeds: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Settings and seeds that have no result: all settings of one seed before the next seed."""
    for seed in seeds:
        for name in SETTINGS:
            known = kept_runs.known(file, recipe)
            if all((run["setting"], run["seed"]) != (name, seed) for run in known):
                yield name, seed


def _trained(recipe: RunSpec, name: str, seed: int) -> dict[str, Any]:
    """One run, measured on the test images with the weights of its best epoch on validation."""
    spec, result = recipe.with_settings({**SETTINGS[name], "seed": seed}), None
    shown = time.monotonic()
    for progress in fit(spec):
        result = progress.result or result
        if progress.metrics or time.monotonic() - shown > 1:
            shown = time.monotonic()
            write_over(f"{name}, seed {seed}: step {progress.step} of {progress.steps}")
    assert result is not None  # a run that ends has had an epoch
    tested = in_one_go(result.task.test(result.model)).metrics
    write_over(f"{name}, seed {seed}: {100 * tested['accuracy']:.2f} % in {result.seconds:.0f} s")
    print()
    return {
        "setting": name,
        "seed": seed,
        "accuracy": round(tested["accuracy"], 4),
        "validation": round(result.metrics["accuracy"], 4),
        "epoch": result.epoch,
        "seconds": round(result.seconds, 1),
        "hardware": hardware(),
    }


def _write(file: Path, recipe: RunSpec, runs: list[dict[str, Any]]) -> None:
    kept_runs.write(file, COMMAND, recipe, runs, {"settings": SETTINGS, "seeds": SEEDS})


if __name__ == "__main__":
    sys.exit(main())
