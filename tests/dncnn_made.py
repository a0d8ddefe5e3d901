"""Small DnCNNs that no one has trained, and cards for them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.models.dncnn import DnCNN

ARGUMENTS = {"depth": 3, "maps": 4}
CARD = Card(
    model="dncnn", model_args=ARGUMENTS,
    preprocessing={"divisor": 255, "sigma": 25.0, "blind": False}, class_names=[],
    data={"name": "bundled"}, recipe={}, seed=0, epoch=1, metrics={}, history=[],
    weights="float32", versions={}, hardware="", seconds=1.0, command="",
)  # fmt: skip
BLIND = replace(CARD, preprocessing={"divisor": 255, "sigma": 55.0, "blind": True})
#: Of a run with a history and a test.
TRAINED = replace(
    CARD, model_args={"depth": 7, "maps": 32, "residual": False},
    data={"test": 12, "test_name": "set12"}, epoch=2, hardware="a CPU", seconds=90.0,
    metrics={"validation": {"psnr": 29.0}, "test": {"psnr": 28.5, "ssim": 0.81}},
    history=[{"epoch": 1, "psnr": 27.0}, {"epoch": 2, "psnr": 29.0}],
)  # fmt: skip


def keep(name: str, seed: int = 0, **arguments: Any) -> DnCNN:
    """Store a network under the name of a shipped one; it takes away a little of everything."""
    arguments = ARGUMENTS | arguments
    torch.manual_seed(seed)
    model = DnCNN(**arguments)
    card = replace(CARD, model_args=arguments)
    checkpoints.save(Path(checkpoints.SHIPPED) / name, model, card)
    return model.eval()


def network(**arguments: Any) -> DnCNN:
    """One that changes a picture a lot, the same every time; its batch norms do something."""
    arguments = ARGUMENTS | arguments
    torch.manual_seed(0)
    model = DnCNN(**arguments)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.running_mean, std=0.2)
            torch.nn.init.uniform_(module.running_var, 0.5, 2)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, std=0.2)
    with torch.no_grad():
        model.last.weight.mul_(20 / ARGUMENTS["depth"])
    return model.eval().requires_grad_(False)
