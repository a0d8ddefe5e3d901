"""Runs that answer a question together: found by their settings, and how far they are."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from cnnviz import checkpoints
from cnnviz.training import run_files
from cnnviz.training.spec import RunSpec
from dashboard.cache import run_sets
from tests.dashboard import made_runs as made

SPECS = {
    "a": made.DIGITS, "b": replace(made.DIGITS, seed=1), "c": replace(made.DIGITS, init_seed=1),
}  # fmt: skip


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder of runs, empty."""
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)


def kept(label: str, run: str, state: str = "done", **own: object) -> None:
    spec: RunSpec = SPECS[label]
    run_files.write(made.record(run, state, spec, **own))


def test_runs_are_found_by_their_settings_a_finished_one_before_others() -> None:
    kept("a", "older")
    kept("a", "newer", "failed", created=time.time() + 9)
    kept("b", "stopped", "stopped")
    found = run_sets.found(SPECS)
    assert {label: record.id for label, record in found.items()} == {"a": "older", "b": "stopped"}
    assert list(run_sets.missing(SPECS, found)) == ["b", "c"]
    assert run_sets.on_test(found["a"], "accuracy") == 0.972
    assert run_sets.on_test(found["b"], "accuracy") is None


def test_a_run_that_goes_is_not_missing() -> None:
    kept("a", "waits", "queued")
    kept("b", "goes", "running")
    assert list(run_sets.missing(SPECS, run_sets.found(SPECS))) == ["c"]


def test_the_time_left_is_told_at_the_pace_of_the_runs_so_far() -> None:
    assert run_sets.seconds_left(SPECS, {}) is None
    kept("b", "waits", "queued")
    assert run_sets.seconds_left(SPECS, run_sets.found(SPECS)) is None
    kept("a", "done")  # in 3.72 s
    found = run_sets.found(SPECS)
    assert run_sets.seconds_left(SPECS, found) == pytest.approx(2 * 3.72)
    assert run_sets.mean_seconds(found.values()) == pytest.approx(3.72)
    kept("b", "goes", "running")  # a third is done
    found = run_sets.found(SPECS)
    assert [run_sets.share(found[label]) for label in "ab"] == [1, pytest.approx(1 / 3)]
    assert run_sets.seconds_left(SPECS, found) == pytest.approx(3.72 * (2 - 1 / 3))
