"""A small run with dropout, and what it comes to."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open
from torch import Tensor, nn

from cnnviz.models.registry import MODELS
from cnnviz.training import fit as fitting
from cnnviz.training.fit import fit
from cnnviz.training.recipes import BASES
from cnnviz.training.spec import Progress, RunSpec

EPOCH = 12  # steps an epoch, of either run
DROPPING = RunSpec(
    model="dropping", data="digits", epochs=2, batch_size=64, validation=297, images=EPOCH * 64
)
SEPARABLE = replace(
    BASES["mobilenet_v1", "digits"].with_settings({"alpha": 0.25}),
    epochs=2,
    batch_size=64,
    images=EPOCH * 64,
)
SPECS = {"dropout": DROPPING, "separable": SEPARABLE}


class Dropping(nn.Module):
    """A small network with dropout, and with a batch norm's buffers."""

    def __init__(self, *, in_channels: int, num_classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.3)
        self.linear = nn.Linear(8 * 8 * 8, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.drop(self.norm(self.conv(x)).relu().flatten(1)))


def prepare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers the network, and lets runs report every step."""
    monkeypatch.setitem(MODELS, "dropping", Dropping)
    monkeypatch.setattr(fitting, "REPORT_SECONDS", 0.0)


def last(spec: RunSpec, keep: Path | None = None, **settings: Any) -> Progress:
    """The last progress of a run."""
    *_, progress = fit(spec, keep=keep, **settings)
    return progress


def outcome(progress: Progress) -> tuple[Any, ...]:
    """All numbers that a run ends with, wall times aside."""
    result = progress.result
    assert result is not None
    weights = {name: t.numpy().tobytes() for name, t in result.model.state_dict().items()}
    history = [{k: v for k, v in e.items() if k != "seconds"} for e in result.history]
    return weights, history, result.metrics, result.epoch, result.changes


def header(file: Path) -> dict[str, Any]:
    """The plain data of a kept state."""
    with safe_open(file, framework="pt") as stored:
        run: dict[str, Any] = json.loads(stored.metadata()["run"])
    return run
