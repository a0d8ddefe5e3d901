"""Trained networks as pages use them."""

from typing import Any

from cnnviz import checkpoints
from cnnviz.checkpoints import Card


def load(checkpoint: str) -> tuple[Any, Card]:
    """A network in evaluation mode, and its model card; whoever asks keeps it.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    import torch

    # One thread a page: visitors' passes run side by side instead of waiting for one another.
    torch.set_num_threads(1)
    return checkpoints.load(checkpoint)
