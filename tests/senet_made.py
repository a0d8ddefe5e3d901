"""Small SENets that no one has trained, a card for them, and labelled images."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.data.cifar10 import CLASSES
from cnnviz.data.images import ImageSet
from cnnviz.models.senet import SENet

#: Two stages of two blocks.
ARGUMENTS: dict[str, Any] = {"stages": ((8, 2, 1), (12, 2, 2)), "reduction": 4}
BLOCKS = 4
CARD = Card(
    model="senet", model_args=ARGUMENTS,
    preprocessing={"size": 32, "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]},
    class_names=list(CLASSES), data={"name": "cifar10"}, recipe={}, seed=0, epoch=1, metrics={},
    history=[], weights="float32", versions={}, hardware="", seconds=1.0, command="",
)  # fmt: skip


def network(**arguments: Any) -> SENet:
    """One whose gates move with the picture, the same every time; its batch norms do something."""
    torch.manual_seed(0)
    model = SENet(**(ARGUMENTS | arguments))
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.running_mean, std=0.2)
            torch.nn.init.uniform_(module.running_var, 0.5, 2)
            torch.nn.init.normal_(module.bias, std=0.2)
        if name.endswith(("se.reduce", "se.expand")):
            torch.nn.init.normal_(module.weight, std=1.0)
    model.eval().requires_grad_(False)
    pixels = torch.tensor(images().images).permute(0, 3, 1, 2) / 255
    # So that not all pictures are of one class.
    model.classifier.bias.sub_(model(4 * (pixels - 0.5)).mean(dim=0))
    return model


def keep(name: str = "senet") -> SENet:
    """Store such a network under the name of a shipped one."""
    model = network()
    checkpoints.save(Path(checkpoints.SHIPPED) / name, model, CARD)
    return model


def images(each: int = 3) -> ImageSet:
    """``each`` random images of every class."""
    rng = np.random.default_rng(0)
    labels = np.arange(each * len(CLASSES)) % len(CLASSES)
    pixels = rng.integers(0, 256, (len(labels), 32, 32, 3), dtype=np.uint8)
    return ImageSet(pixels, labels, CLASSES, False, "made")
