"""One process is at a run, says that it lives, and clears away what a killed one has left."""

import os
import time
from pathlib import Path

import pytest
from filelock import FileLock

from cnnviz.errors import UserError
from cnnviz.training import presence, run_files
from cnnviz.training.presence import alone, clear_all, pulse, touch
from tests.training.conftest import Write

LEFT = [".state.safetensors.99-1.partial", ".curves.csv.99-1.partial"]
RECORD_BEING_WRITTEN = ".run.json.99-1.partial"


def leave(folder: Path, *names: str, seconds_ago: float = 0.0) -> None:
    then = time.time() - seconds_ago
    for name in names:
        (folder / name).write_text("half of a fi")
        os.utime(folder / name, (then, then))


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()} - {"run.lock", run_files.RECORD}


def silent(run: str, runs: Path) -> None:
    """As if nobody had been at it for a while."""
    then = time.time() - 2 * run_files.SILENCE
    os.utime(runs / run / run_files.RECORD, (then, then))


def test_a_sign_of_life_is_one(queued: Write, runs: Path) -> None:
    queued()
    silent("one", runs)
    assert run_files.read("one").state == "interrupted"
    touch("one")
    assert run_files.read("one").state == "queued"
    touch("nobody")  # deleted meanwhile
    assert not (runs / "nobody").exists()


def test_the_pulse_keeps_a_run_alive_as_long_as_it_lasts(
    queued: Write, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(state="running")
    silent("one", runs)
    monkeypatch.setattr(presence, "PULSE", 0.01)
    with pulse("one"):
        for _ in range(500):
            if run_files.read("one").state == "running":
                break
            time.sleep(0.01)
        assert run_files.read("one").state == "running"
    silent("one", runs)
    time.sleep(0.05)
    assert run_files.read("one").state == "interrupted"


def test_one_process_at_a_time_is_at_a_run(queued: Write, runs: Path) -> None:
    queued()
    with (
        FileLock(runs / "one" / "run.lock"),
        pytest.raises(UserError, match="going already"),
        alone("one", 0),
    ):
        raise AssertionError("there are two")
    with alone("one", 0):
        pass


def test_what_a_killed_process_left_half_written_is_cleared_by_the_next_one(
    queued: Write, runs: Path
) -> None:
    folder = queued().folder
    leave(folder, *LEFT)
    leave(folder, RECORD_BEING_WRITTEN, seconds_ago=2 * run_files.SILENCE)
    with alone("one", 0):
        assert names(folder) == set()


def test_a_record_that_another_process_is_writing_is_left_to_it(queued: Write, runs: Path) -> None:
    folder = queued().folder
    leave(folder, *LEFT, RECORD_BEING_WRITTEN)
    with alone("one", 0):
        assert names(folder) == {RECORD_BEING_WRITTEN}


def test_nothing_is_cleared_where_a_process_is_at_the_run(queued: Write, runs: Path) -> None:
    folder = queued(state="running").folder
    leave(folder, *LEFT)
    with FileLock(folder / "run.lock"):
        clear_all()
        assert names(folder) == set(LEFT)
    clear_all()
    assert names(folder) == set()


@pytest.mark.parametrize("state", ["done", *run_files.CAN_GO_ON, *run_files.GOING])
def test_a_state_is_kept_as_long_as_a_run_can_go_on_from_it(
    state: str, queued: Write, runs: Path
) -> None:
    folder = queued(state=state).folder
    files = {run_files.STATE, "checkpoint.safetensors", run_files.CURVES}
    leave(folder, *files)
    clear_all()
    assert names(folder) == files - ({run_files.STATE} if state == "done" else set())


def test_damaged_runs_and_a_missing_folder_hold_nothing_up(queued: Write, runs: Path) -> None:
    clear_all()  # no run was ever started
    queued()
    for run in ("damaged", "odd name", "one"):
        (runs / run).mkdir(exist_ok=True)
        leave(runs / run, *LEFT)
    (runs / "damaged" / run_files.RECORD).write_text("{")
    clear_all()
    assert names(runs / "one") == set()
    assert names(runs / "damaged") == names(runs / "odd name") == set(LEFT)
