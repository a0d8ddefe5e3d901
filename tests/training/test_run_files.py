"""Runs are plain files that outlive every process, and say so where one was interrupted."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import save_file

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training import run_files
from cnnviz.training.presence import touch
from cnnviz.training.recipes import BASES
from cnnviz.training.run_files import Limits, Record
from cnnviz.training.setting_types import RATE

SPEC = replace(BASES["mobilenet_v1", "digits"], changes=((7, "learning_rate", 0.5),))


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
    touch("one")
    assert run_files.read("one").state == state


@pytest.mark.parametrize("state", ["done", "paused", "stopped", "failed"])
def test_a_run_that_has_left_its_worker_needs_no_sign_of_life(state: str) -> None:
    run_files.write(record(state=state))
    silent("one")
    assert run_files.read("one").state == state


@pytest.mark.parametrize(
    "run", ["../one", "/etc", "", "a/b", "one\0", "..", "x" * 200, "*", "one\n"]
)
def test_what_is_no_id_names_no_file(run: str, runs: Path) -> None:
    run_files.write(record())
    for act in (run_files.read, run_files.delete, run_files.curves, run_files.kept_step):
        with pytest.raises(UserError, match="There is no run"):
            act(run)
    assert (runs / "one" / run_files.RECORD).is_file()
    assert not run or run_files.listed(run) == []


def written(run: str, content: str) -> None:
    (checkpoints.RUNS / run).mkdir()
    (checkpoints.RUNS / run / run_files.RECORD).write_text(content)


WHOLE = Record(id="bad", group="bad", spec=SPEC).to_json()
DAMAGES = {
    "empty": "",
    "cut": "{",
    "deep": "[" * 100_000,
    "a list": "[]",
    "nothing": "null",
    "little": '{"id": "bad"}',
    "no spec": '{"spec": 3, "limits": {}}',
    "a setting of a later version": json.dumps(WHOLE | {"spec": WHOLE["spec"] | {"warmup": 3}}),
    "a moment in words": json.dumps(WHOLE | {"created": "x"}),
    "an infinite moment": json.dumps(WHOLE | {"created": float("inf")}),
    "a list for progress": json.dumps(WHOLE | {"progress": []}),
    "a number for a label": json.dumps(WHOLE | {"label": 3}),
}


@pytest.mark.parametrize("content", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_record_is_one_sentence_in_a_list_of_its_own(content: str) -> None:
    run_files.write(record())
    written("bad", content)
    with pytest.raises(UserError, match=r"^The record of run bad is damaged: .+[^.]\.$"):
        run_files.read("bad")
    assert [found.id for found in run_files.listed()] == ["one"]
    ((run, error),) = run_files.damaged().items()
    assert run == "bad"
    assert "The record of run bad is damaged" in str(error)


def test_a_folder_in_place_of_the_record_is_damage_too() -> None:
    (checkpoints.RUNS / "bad" / run_files.RECORD).mkdir(parents=True)
    assert "is damaged: Is a directory" in str(run_files.damaged()["bad"])


def test_a_copied_folder_is_no_other_run() -> None:
    run_files.write(record())
    written("copy", json.dumps(record().to_json()))
    assert [found.id for found in run_files.listed()] == ["one"]
    assert list(map(str, run_files.damaged().values())) == [
        "The folder of run copy is a copy: its record is that of run one."
    ]


def test_damaged_runs_can_be_deleted_and_no_others() -> None:
    run_files.write(record())
    for run in ("bad-1", "bad-2"):
        written(run, "{")
    for run in ("one", "bad-1", "nobody", "../one"):
        run_files.delete_damaged(run)
    assert list(run_files.damaged()) == ["bad-2"]
    assert [found.id for found in run_files.listed()] == ["one"]


def test_folders_without_a_record_are_neither_runs_nor_damaged(runs: Path) -> None:
    (runs / "empty").mkdir()
    assert run_files.listed() == []
    assert run_files.damaged() == {}


@pytest.mark.parametrize("content", ["", "step,loss\n1,2\n", "{" * 100])
def test_curves_that_are_none_are_one_sentence(content: str) -> None:
    run_files.write(record())
    (checkpoints.RUNS / "one" / run_files.CURVES).write_text(content)
    with pytest.raises(UserError, match="The curves of run one are damaged"):
        run_files.curves("one")


def keep_state(step: int) -> None:
    """What a run that is kept at a step leaves, as far as its record looks at it."""
    metadata = {"run": json.dumps({"step": step})}
    save_file({}, checkpoints.RUNS / "one" / run_files.STATE, metadata)


def test_the_step_that_a_run_goes_on_from_is_that_of_its_state() -> None:
    # It had come to step 40 when its process died, and was kept at step 30.
    run_files.write(record(state="running", progress={"step": 40}))
    assert run_files.kept_step("one") == 0  # nothing is kept
    keep_state(30)
    assert run_files.kept_step("one") == 30
    (checkpoints.RUNS / "one" / run_files.STATE).write_text("no state")
    assert run_files.kept_step("one") == 0


def test_another_rate_takes_the_place_of_changes_that_are_not_reached_again() -> None:
    changed = record(
        spec=replace(SPEC, changes=((7, "learning_rate", 0.5), (35, "learning_rate", 0.4)))
    )
    assert changed.with_change(RATE, 0.25, 30).spec.changes == ((7, RATE, 0.5), (30, RATE, 0.25))
    assert changed.with_change(RATE, 0.25, 0).spec.changes == ((0, RATE, 0.25),)
    pairs = record(spec=BASES["dscmr", "captioned_digits"])
    planned = pairs.with_change("alpha", 0.1, 40).with_change("beta", 0.0, 20)
    assert planned.spec.changes == ((20, "beta", 0.0), (40, "alpha", 0.1))
    both = planned.with_change("beta", 1.0, 20)  # what is planned of alpha stays
    assert both.spec.changes == ((20, "beta", 1.0), (40, "alpha", 0.1))


@pytest.mark.parametrize("rate", [-1.0, float("nan"), 1e60])
def test_what_is_no_learning_rate_is_refused(rate: float) -> None:
    with pytest.raises(UserError):
        record().with_change(RATE, rate, 0)


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
