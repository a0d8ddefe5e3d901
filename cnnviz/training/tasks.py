"""Which network is trained on what."""

from collections.abc import Mapping
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from torch import nn

from cnnviz.checkpoints import Card
from cnnviz.errors import UserError
from cnnviz.training import task_images, task_pairs, task_pictures, task_windows
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import Measured, Task
from cnnviz.training.task_settings import (
    ImageSettings,
    PairSettings,
    PictureSettings,
    WindowSettings,
    settings_of,
)

# Each has ``make``, ``measure`` and ``example_shapes``, as below.
_KINDS: dict[type, ModuleType] = {
    ImageSettings: task_images,
    WindowSettings: task_windows,
    PictureSettings: task_pictures,
    PairSettings: task_pairs,
}


def task_of(spec: RunSpec, source: str | None = None) -> Task:
    """Read and prepare what a run trains on.

    Args:
        spec: the run.
        source: a folder to read the data from; None looks in the data folders.

    Raises:
        UserError: where the data are not there, or are not enough for what the run asks.
    """
    task: Task = _KINDS[settings_of(spec.model)].make(spec, source)
    return task


def measure(
    model: nn.Module,
    card: Card,
    stored: Mapping[str, NDArray[np.generic]],
    data: str | None,
    split: str,
    sigma: float | None = None,
) -> Measured:
    """Measure a checkpoint.

    Args:
        model: its network, in eval mode.
        card: its card.
        stored: of ``checkpoints.load_preprocessing``.
        data: a data set's name, folder or file; None for the card's set.
        split: "train" or "test".
        sigma: of the noise that is added to pictures, grey levels; None: what the network is for.

    Raises:
        UserError: where the data are not here, or are of other classes.
    """
    kind, more = settings_of(card.model), {}
    if sigma is not None:
        if kind is not PictureSettings:
            raise UserError("{name} denoises no pictures: it has no noise level.", name=card.model)
        more = {"sigma": sigma}
    found: Measured = _KINDS[kind].measure(model, card, stored, data, split, **more)
    return found


def example_shapes(card: Card) -> tuple[tuple[int, ...], ...]:
    """The shapes of one example that a checkpoint was trained on, as its network reads it: one for
    each tensor that it takes, without the batch.
    """
    shapes: tuple[tuple[int, ...], ...] = _KINDS[settings_of(card.model)].example_shapes(card)
    return shapes
