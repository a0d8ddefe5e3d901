"""Networks of a lesson that differ in one thing or two, trained alike over several seeds.

``python -m cnnviz.training.grids NAME`` trains what ``cnnviz/results/grids/NAME.json`` has not got
yet; stopped, the same command goes on with the first run that is missing. All are short: a part of
the data, a few epochs. Large differences show by then; how good any gets in the end does not.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cnnviz
from cnnviz.training import grid_command
from cnnviz.training.finish import hardware
from cnnviz.training.grid_command import Grid, fitted, told
from cnnviz.training.recipes import base, on_scene
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import in_one_go

COMMAND = "python -m cnnviz.training.grids"
FOLDER = Path(cnnviz.__file__).parent / "results" / "grids"
# On a part of CIFAR-10. The rate falls to zero, so the last epoch's weights are kept: nothing is
# chosen, and few images need be held out.
_SHORT: Mapping[str, Any] = {
    "images": 5_000, "validation": 500, "epochs": 2, "batch_size": 16, "learning_rate": 0.03,
    "keep": "last", "precision": "bfloat16",
}  # fmt: skip
_SEEDS = (0, 1, 2)


def _grid(
    name: str, about: str, recipe: RunSpec, settings: Mapping[str, Mapping[str, Any]],
    seeds: tuple[int, ...] = _SEEDS,
) -> Grid:  # fmt: skip
    return Grid(
        command=f"{COMMAND} {name}", about=about, file=FOLDER / f"{name}.json", recipe=recipe,
        names=("setting",), cells=tuple((code,) for code in settings), seeds=seeds,
        also={"about": about, "settings": settings},
    )  # fmt: skip


#: By name. A setting is what a run's recipe is changed by; "model" is another network.
GRIDS: Mapping[str, Grid] = {
    "mobilenet_v1_sizes": _grid(
        "mobilenet_v1_sizes",
        "MobileNetV1 by width and resolution on a part of CIFAR-10.",
        base("mobilenet_v1", "cifar10").with_settings(_SHORT),
        {
            f"{alpha:g}-{size}": {"alpha": alpha, "size": size}
            for alpha in (1.0, 0.75, 0.5, 0.25)
            for size in (32, 24, 16)
        },
    ),
    "mobilenet_v2_blocks": _grid(
        "mobilenet_v2_blocks",
        "MobileNetV2 (α = 0.5, 16 pixels) by what is in its blocks, on a part of CIFAR-10.",
        base("mobilenet_v2", "cifar10").with_settings(
            {
                **_SHORT, "alpha": 0.5, "size": 16, "images": 10_000, "epochs": 5,
                "batch_size": 64, "learning_rate": 0.05,
            }
        ),
        {
            "6": {},
            "relu6": {"linear": False},
            "none": {"shortcut": "none"},
            "course": {"variant": "course"},
            "4": {"expansion": 4},
            "2": {"expansion": 2},
            "1": {"expansion": 1},
        },
    ),
    "hybridsn_dimensions": _grid(
        "hybridsn_dimensions",
        "HybridSN and its counterparts with 2-D or 3-D convolutions alone, on the generated scene.",
        on_scene("hybridsn", "synthetic_scene").with_settings({"epochs": 10, "keep": "last"}),
        {
            "hybrid": {},
            "2d": {"model": "hybridsn_2d"},
            "3d": {"model": "hybridsn_3d"},
        },
        seeds=tuple(range(10)),
    ),
    "dncnn_variants": _grid(
        "dncnn_variants",
        "A small DnCNN that puts out noise or picture, with batch norm and without, on Train400.",
        base("dncnn", "train400").with_settings(
            {
                "depth": 7, "maps": 32, "patches": 800, "epochs": 4, "batch_size": 16,
                "keep": "last",
            }
        ),
        {
            "noise-norm": {},
            "noise-plain": {"batch_norm": False},
            "picture-norm": {"residual": False},
            "picture-plain": {"residual": False, "batch_norm": False},
        },
    ),
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: trains what a grid's file does not have yet."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Train a grid of networks.")
    parser.add_argument("name", choices=GRIDS, help="which one")
    parser.add_argument("options", nargs=argparse.REMAINDER, help="see NAME --help")
    given = parser.parse_args(arguments)
    settings = GRIDS[given.name].also["settings"]
    trained = lambda recipe, code, seed: _trained(recipe, code, settings[code], seed)  # noqa: E731
    return grid_command.main(GRIDS[given.name], trained, given.options)


def spec_of(recipe: RunSpec, settings: Mapping[str, Any], seed: int) -> RunSpec:
    """One run of a grid.

    Args:
        recipe: what all have in common.
        settings: in what it differs; "model" is another network.
        seed: of weights, batch order and augmentation.
    """
    changes = {**settings, "seed": seed}
    return replace(recipe, model=changes.pop("model", recipe.model)).with_settings(changes)


def _trained(recipe: RunSpec, code: str, settings: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """One run, measured on the test data in eval mode with the weights that its recipe keeps."""
    label = f"{code}, seed {seed}"
    result = fitted(spec_of(recipe, settings, seed), label)
    tested = in_one_go(result.task.test(result.model)).metrics
    metrics = {name: round(value, 4) for name, value in tested.items()}
    text = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
    told(label, f"{text} in {result.seconds:.0f} s")
    return {
        "setting": code, "seed": seed, "settings": {**settings, "seed": seed}, "metrics": metrics,
        "epoch": result.epoch, "seconds": round(result.seconds, 1), "hardware": hardware(),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
