"""The test pairs of a DSCMR run in the common space, before training and after each of its epochs.

``python -m cnnviz.training.dscmr_epochs`` trains the shipped network's recipe once more, in half a
minute on one core, draws t-SNE of all epochs in some two minutes, and keeps what the lesson shows
in ``cnnviz/explain/dscmr_epochs.npz``.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

import cnnviz
from cnnviz.errors import UserError
from cnnviz.film import TERMS, Film, Rows, film_of, save
from cnnviz.terminal import write_over
from cnnviz.training.every_epoch import every_epoch
from cnnviz.training.fit import device
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec
from cnnviz.training.state import State
from cnnviz.training.task import in_one_go
from cnnviz.training.task_pairs import Pairs, embedded
from cnnviz.training.tasks import task_of

COMMAND = "python -m cnnviz.training.dscmr_epochs"
SHIPPED = Path(cnnviz.__file__).parent / "explain" / "dscmr_epochs.npz"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: trains, draws, writes the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="The common space by epochs.")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file")
    parser.add_argument("--epochs", type=int, default=None)
    options = parser.parse_args(arguments)
    recipe = base("dscmr", "captioned_digits")
    if options.epochs is not None:
        recipe = recipe.with_settings({"epochs": options.epochs})
    # A run of one thread gives the same numbers on a machine of any number of cores.
    torch.set_num_threads(1)
    try:
        film = filmed(recipe)
        save(options.out, film)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{options.out}: {options.out.stat().st_size / 1e3:.0f} KB")
    return 0


def filmed(recipe: RunSpec) -> Film:
    """Train, and film the test pairs. What they come to chooses nothing.

    Args:
        recipe: of DSCMR.

    Raises:
        UserError: as of ``fit``.
    """
    task = task_of(recipe)
    assert isinstance(task, Pairs)
    # The network as the run begins: the same seed gives the same weights.
    untrained = State.start(recipe, task, device()).model.eval()
    stages, losses = [_places(task, untrained)], [[float("nan")] * len(TERMS)]
    for progress, result in every_epoch(recipe):
        stages.append(_places(task, result.model))
        losses.append([progress.losses.get(term, 0.0) for term in TERMS])
        write_over(f"epoch {progress.epoch} of {progress.epochs}")
    write_over("t-SNE of all epochs ...")
    labels = np.asarray(task.tested.labels)
    return film_of(stages, labels, losses=losses, recipe=recipe.to_json())


def _places(task: Pairs, model: torch.nn.Module) -> tuple[Rows, Rows]:
    images, texts, _labels = in_one_go(embedded(model, task.scaling, task.tested))
    return images, texts


if __name__ == "__main__":
    sys.exit(main())
