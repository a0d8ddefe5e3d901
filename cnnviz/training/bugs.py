"""Planted mistakes: small trainings that go wrong for one known reason, beside the same without it.

``python -m cnnviz.training.bugs`` runs all of them over several seeds, some minutes on one core,
and keeps what they show in ``cnnviz/explain/bugs.json``, which the page "Find the bug" reads. Each
mistake is one line, marked ``PLANTED``.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

import cnnviz
from cnnviz.errors import UserError
from cnnviz.terminal import write_over
from cnnviz.training import bugs_images, bugs_pairs, bugs_scene
from cnnviz.whole_files import write_whole

COMMAND = "python -m cnnviz.training.bugs"
SHIPPED = Path(cnnviz.__file__).parent / "explain" / "bugs.json"
SEEDS = (0, 1, 2)
#: What each exercise shows of one seed: by way ("wrong", "right" ...), columns of numbers.
EXERCISES: dict[str, Callable[[int], dict[str, dict[str, Any]]]] = {
    "batches": bugs_images.batches,
    "rising": bugs_images.rising,
    "chance": bugs_images.chance,
    "gates": bugs_images.gates,
    "block": bugs_scene.block,
    "field": bugs_scene.field,
    "pairs": bugs_pairs.pairs,
}


def measured(name: str, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """One exercise: by way and column, the numbers of each seed."""
    found: dict[str, dict[str, list[Any]]] = {}
    for seed in seeds:
        write_over(f"{name}, seed {seed}")
        for way, columns in EXERCISES[name](seed).items():
            for column, values in columns.items():
                found.setdefault(way, {}).setdefault(column, []).append(_rounded(values))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="What planted mistakes lead to.")
    parser.add_argument(
        "--only", nargs="+", choices=EXERCISES, default=list(EXERCISES), help="some exercises"
    )
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file of the results")
    options = parser.parse_args(arguments)
    # Runs of one thread give the same numbers on a machine of any number of cores.
    torch.set_num_threads(1)
    try:
        for name in options.only:
            _keep(options.out, name, measured(name))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{options.out}")
    return 0


def _keep(file: Path, name: str, found: dict[str, Any]) -> None:
    """Put an exercise's numbers in the place of those that the file has of it.

    Raises:
        UserError: where it cannot be written.
    """
    try:
        known = json.loads(file.read_text(encoding="utf-8"))["exercises"]
    except (OSError, ValueError, KeyError):
        known = {}
    content = {"made_by": COMMAND, "seeds": list(SEEDS), "exercises": {**known, name: found}}
    try:
        write_whole(file, json.dumps(content, separators=(",", ":")) + "\n")
    except OSError as error:
        raise UserError("{file} cannot be written: {reason}.", file=file, reason=error) from error


def _rounded(values: Any) -> Any:
    if isinstance(values, list):
        return [_rounded(value) for value in values]
    return round(values, 4)


if __name__ == "__main__":
    sys.exit(main())
