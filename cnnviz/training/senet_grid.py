"""SE-ResNet-20 for some reduction ratios, trained alike over several seeds on a part of CIFAR-10.

``python -m cnnviz.training.senet_grid`` trains what is missing and keeps each run's accuracy in
``cnnviz/explain/senet_reduction.json``, which the lesson reads. All runs together take about an
hour on one core; stopped, the same command goes on with the first run that is missing.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cnnviz
from cnnviz.models.senet import cifar_resnet
from cnnviz.training import grid_command
from cnnviz.training.finish import hardware
from cnnviz.training.grid_command import Grid, fitted, told
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


GRID = Grid(
    command=COMMAND, about="SE-ResNet-20 by reduction ratio on a part of CIFAR-10.", file=SHIPPED,
    recipe=RECIPE, names=("setting",), cells=tuple((name,) for name in SETTINGS), seeds=SEEDS,
    also={"settings": SETTINGS},
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: trains what the file does not have yet."""
    return grid_command.main(GRID, _trained, arguments)


def _trained(recipe: RunSpec, name: str, seed: int) -> dict[str, Any]:
    """One run, measured on the test images with the weights of its best epoch on validation."""
    label = f"{name}, seed {seed}"
    result = fitted(recipe.with_settings({**SETTINGS[name], "seed": seed}), label)
    tested = in_one_go(result.task.test(result.model)).metrics
    told(label, f"{100 * tested['accuracy']:.2f} % in {result.seconds:.0f} s")
    return {
        "setting": name,
        "seed": seed,
        "accuracy": round(tested["accuracy"], 4),
        "validation": round(result.metrics["accuracy"], 4),
        "epoch": result.epoch,
        "seconds": round(result.seconds, 1),
        "hardware": hardware(),
    }


if __name__ == "__main__":
    sys.exit(main())
