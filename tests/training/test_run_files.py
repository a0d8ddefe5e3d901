"""Runs are plain files that outlive every process, and say so where one was interrupted."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training import run_files
from cnnviz.training.recipes import BASES
from cnnviz.training.run_files import Limits, Record

SPEC = replace(BASES["mobilenet_v1", "digits"], rate_changes=((7, 0.5),))


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    return tmp_path


def record(run: str = "one", **changes: object) -> Record:
    return replace(Record(id=run, group=run, spec=SPEC), **changes)


def silent(run: str) -> None:
    """As if nobody had been at it for a while."""
    then = time.time() - 2 * run_files.SILENCE
    os.utime(checkpoints.RUNS / run / run_files.RECORD, (then, then))


def test_a_record_reads_back_as_it_was() -> None:
    failed = UserError("{count} of {total} images cannot be held out for validation.",
                       count=3, total=4)  # fmt: skip
    kept = record(
        lesson="mobilenet_v1", link={"tab": "train"}, owner="me", limits=Limits(seconds=3),
        state="failed", started=1.0, ended=2.0, progress={"step": 3, "metrics": {"accuracy": 0.5}},
        metrics={"test": {"accuracy": 0.25}},
    ).because(failed)  # fmt: skip
    run_files.write(kept)
    assert run_files.read("one") == kept
    assert str(run_files.read("one").error) == str(failed)


@pytest.mark.parametrize("state", run_files.GOING)
def test_a_run_that_should_be_going_and_gives_no_sign_of_life_was_interrupted(state: str) -> None:
    run_files.write(record(state=state))
    assert run_files.read("one").state == state
    silent("one")
    assert run_files.read("one").state == "interrupted"
    run_files.touch("one")
    assert run_files.read("one").state == state


@pytest.mark.parametrize("state", ["done", "paused", "stopped", "failed"])
def test_a_run_that_has_left_its_worker_needs_no_sign_of_life(state: str) -> None:
    run_files.write(record(state=state))
    silent("one")
    assert run_files.read("one").state == state


def test_the_pulse_keeps_a_run_alive_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    run_files.write(record(state="running"))
    silent("one")
    monkeypatch.setattr(run_files, "PULSE", 0.01)
    with run_files.pulse("one"):
        for _ in range(500):
            if run_files.read("one").state == "running":
                break
            time.sleep(0.01)
        assert run_files.read("one").state == "running"
    silent("one")
    time.sleep(0.05)
    assert run_files.read("one").state == "interrupted"


@pytest.mark.parametrize(
    "run", ["../one", "/etc", "", "a/b", "one\0", "..", "x" * 200, "*", "one\n"]
)
def test_what_is_no_id_names_no_file(run: str, runs: Path) -> None:
    run_files.write(record())
    for act in (run_files.read, run_files.delete, run_files.curves):
        with pytest.raises(UserError, match="There is no run"):
            act(run)
    assert (runs / "one" / run_files.RECORD).is_file()
    assert not run or run_files.listed(run) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"id": "bad"}',
        "null",
        '{"spec": 3, "limits": {}}',
        *(
            json.dumps(Record(id="bad", group="bad", spec=SPEC).to_json() | wrong)
            for wrong in ({"created": "x"}, {"id": "copied"}, {"progress": []}, {"label": 3})
        ),
    ],
)
def test_a_damaged_record_is_one_sentence_and_is_passed_over_in_the_list(
    content: str, runs: Path
) -> None:
    run_files.write(record())
    (runs / "bad").mkdir()
    (runs / "bad" / run_files.RECORD).write_text(content)
    with pytest.raises(UserError, match="damaged"):
        run_files.read("bad")
    assert [found.id for found in run_files.listed()] == ["one"]


def test_a_record_of_an_older_version_gets_what_has_been_added_since(runs: Path) -> None:
    run_files.write(record())
    file = runs / "one" / run_files.RECORD
    content = json.loads(file.read_text())
    del content["attempt"], content["spec"]["images"]
    file.write_text(json.dumps(content))
    assert run_files.read("one") == record(created=content["created"])


def test_runs_are_listed_newest_first_and_by_group(runs: Path) -> None:
    for number, run in enumerate(("g-A", "g-B", "other")):
        run_files.write(record(run, group=run.partition("-")[0], created=float(number)))
    run_files.write(record("g2", created=9.0))
    assert [r.id for r in run_files.listed()] == ["g2", "other", "g-B", "g-A"]
    assert [r.id for r in run_files.listed("g")] == ["g-B", "g-A"]


def test_what_was_rewritten_is_read_anew() -> None:
    run_files.write(record())
    assert run_files.read("one").state == "queued"
    run_files.write(record(state="done"))
    assert run_files.read("one").state == "done"


def test_a_deleted_run_is_gone(runs: Path) -> None:
    run_files.write(record())
    run_files.delete("one")
    assert not (runs / "one").exists()
    assert run_files.listed() == []


def test_ids_sort_by_time_and_are_not_alike() -> None:
    ids = [run_files.new_id() for _ in range(20)]
    assert len(set(ids)) == 20
    assert all(run[:8].isdigit() for run in ids)
