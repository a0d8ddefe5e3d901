"""A small DnCNN that changes a picture a lot, and a card for it."""

from typing import Any

import torch

from cnnviz.checkpoints import Card
from cnnviz.models.dncnn import DnCNN

DEPTH, MAPS = 3, 4
CARD = Card(
    model="dncnn",
    model_args={"depth": DEPTH, "maps": MAPS},
    preprocessing={"divisor": 255, "sigma": 25.0, "blind": False},
    class_names=[],
    data={"name": "bundled"},
    recipe={},
    seed=0,
    epoch=1,
    metrics={},
    history=[],
    weights="float32",
    versions={},
    hardware="",
    seconds=0.0,
    command="",
)


def network(**arguments: Any) -> DnCNN:
    """In eval mode, the same every time; its batch norms do something."""
    torch.manual_seed(0)
    model = DnCNN(**{"depth": DEPTH, "maps": MAPS} | arguments)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.running_mean, std=0.2)
            torch.nn.init.uniform_(module.running_var, 0.5, 2)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, std=0.2)
    with torch.no_grad():
        model.last.weight.mul_(20 / DEPTH)
    return model.eval().requires_grad_(False)
