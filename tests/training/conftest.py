"""What tests of runs share."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cnnviz import checkpoints
from cnnviz.training import run_files
from cnnviz.training.recipes import BASES
from cnnviz.training.run_files import Record
from cnnviz.training.spec import RunSpec

#: Two epochs of a network that learns the digits in less than a second.
SMALL = replace(
    BASES["mobilenet_v1", "digits"].with_settings({"alpha": 0.25}), epochs=2, batch_size=64
)
Write = Callable[..., Record]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of runs, empty."""
    folder = tmp_path / "runs"
    monkeypatch.setattr(checkpoints, "RUNS", folder)
    return folder


@pytest.fixture
def queued(runs: Path) -> Write:
    """Writes the record of a run that waits to be carried out."""

    def written(spec: RunSpec = SMALL, run: str = "one", **changes: Any) -> Record:
        record = replace(Record(id=run, group=run, spec=spec), **changes)
        run_files.write(record)
        return record

    return written
