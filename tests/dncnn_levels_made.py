"""Networks as small as can be, under the names of the trained ones."""

from pathlib import Path

import torch

from cnnviz import checkpoints
from cnnviz.models.dncnn import DnCNN


def keep(folder: Path, name: str, seed: int = 0) -> DnCNN:
    """Store a network of two layers, which takes away a little of everything."""
    arguments = {"depth": 2, "maps": 2}
    torch.manual_seed(seed)
    model = DnCNN(**arguments)
    with torch.no_grad():
        model.last.weight.mul_(0.05)
    card = checkpoints.Card(
        model="dncnn", model_args=arguments, preprocessing={}, class_names=[], data={}, recipe={},
        seed=seed, epoch=1, metrics={}, history=[], weights="float32", versions={}, hardware="",
        seconds=1.0, command="",
    )  # fmt: skip
    checkpoints.save(folder / name, model, card)
    return model.eval()
