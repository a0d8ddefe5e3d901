"""What the commands that train a grid have in common: they train what a file does not have yet."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from cnnviz.errors import UserError
from cnnviz.terminal import write_over
from cnnviz.training import kept_runs
from cnnviz.training.fit import fit
from cnnviz.training.spec import Result, RunSpec
from cnnviz.training.task_settings import settings_of

Cell = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Trainings that have a recipe in common.

    Attributes:
        command: what trains them.
        about: what they are, in a line.
        file: where their results are kept.
        recipe: what all have in common.
        names: what a run's entry calls the values that tell it from the others, but for the seed.
        cells: these values.
        seeds: each cell is trained with each of them.
        also: what else the file says: plain data.
    """

    command: str
    about: str
    file: Path
    recipe: RunSpec
    names: tuple[str, ...]
    cells: tuple[Cell, ...]
    seeds: tuple[int, ...]
    also: Mapping[str, Any] = field(default_factory=dict)


def main(
    grid: Grid, trained: Callable[..., dict[str, Any]], arguments: Sequence[str] | None = None
) -> int:
    """A grid's command: its exit status.

    Args:
        grid: what to train.
        trained: given the recipe, the values of a cell and a seed, the entry of that run.
        arguments: of the command line; None takes the process's own.
    """
    options = _parser(grid).parse_args(arguments)
    # Runs of one thread give the same numbers on a machine of any number of cores.
    torch.set_num_threads(1)
    changes = {name: getattr(options, name) for name in _lengths(grid)}
    recipe = grid.recipe.with_settings(changes)

    def write(runs: list[dict[str, Any]]) -> None:
        also = {**grid.also, "seeds": grid.seeds}
        kept_runs.write(options.out, grid.command, recipe, runs, also)

    try:
        write(kept_runs.known(options.out, recipe))
        for cell, seed in _missing(grid, options.out, recipe, options.seeds):
            found = trained(recipe, *cell, seed)
            # Read again: another process may have written meanwhile.
            write([*kept_runs.known(options.out, recipe), found])
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on with the runs that are missing.")
        return 1
    return 0


def fitted(spec: RunSpec, label: str) -> Result:
    """What a run leaves that is trained to its end; meanwhile a line on stderr says how far it is.

    Args:
        spec: the run.
        label: begins that line.
    """
    result, shown = None, time.monotonic()
    for progress in fit(spec):
        result = progress.result or result
        if progress.metrics or time.monotonic() - shown > 1:
            shown = time.monotonic()
            write_over(f"{label}: step {progress.step} of {progress.steps}")
    assert result is not None  # a run that ends has had an epoch
    return result


def told(label: str, text: str) -> None:
    """Leave a line about a run that has ended in place of how far it is."""
    write_over(f"{label}: {text}")
    print(file=sys.stderr)


def _parser(grid: Grid) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=grid.command, description=grid.about)
    parser.add_argument("--out", type=Path, default=grid.file, help="the file of the results")
    for name in _lengths(grid):
        parser.add_argument(f"--{name}", type=int, default=getattr(grid.recipe, name))
    parser.add_argument("--seeds", type=int, nargs="+", default=grid.seeds)
    return parser


def _lengths(grid: Grid) -> list[str]:
    """The settings of the recipe that say how long a run is."""
    unused = settings_of(grid.recipe.model).UNUSED
    return [name for name in ("epochs", "images") if name not in unused]


def _missing(
    grid: Grid, file: Path, recipe: RunSpec, seeds: Sequence[int]
) -> Iterator[tuple[Cell, int]]:
    """Cells and seeds that have no result: all cells of one seed before the next seed."""
    names = (*grid.names, "seed")
    for seed in seeds:
        for cell in grid.cells:
            known = kept_runs.known(file, recipe)
            if all(tuple(run[name] for name in names) != (*cell, seed) for run in known):
                yield cell, seed
