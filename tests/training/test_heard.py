"""What runs say is heard, also where their files are damaged."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cnnviz.errors import UserError
from cnnviz.training import run_files
from cnnviz.training.heard import Heard
from cnnviz.training.run_files import Record
from tests.training.conftest import Write


@pytest.fixture
def damaged(queued: Write, runs: Path) -> Record:
    """A run whose curves cannot be read."""
    record = queued()
    (record.folder / run_files.CURVES).write_text("no curves")
    with pytest.raises(UserError, match="damaged"):
        run_files.curves("one")
    return record


def progress(step: int) -> dict[str, Any]:
    return {
        "step": step, "steps": 10, "epoch": 1, "epochs": 1, "losses": {"cross_entropy": 2.0},
        "metrics": {}, "learning_rate": 0.1, "examples_per_second": 100.0, "seconds_left": 1.0,
    }  # fmt: skip


def test_what_is_said_of_a_run_whose_curves_are_damaged_is_heard(damaged: Record) -> None:
    heard = Heard()
    running = replace(damaged, state="running")
    message = {"record": running.to_json(), "progress": progress(3)}
    heard.hear((time.time(), message))
    assert heard.latest(run_files.read("one")) == running
    assert heard.curves("one").columns()[0]["step"] == [3.0]


def test_that_it_failed_is_written_down_although_its_curves_are_damaged(damaged: Record) -> None:
    failed = replace(damaged, state="failed", ended=2.0)
    Heard().say(failed, run_files.write)
    assert run_files.read("one") == failed
