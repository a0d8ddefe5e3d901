"""Runs in a worker process of their own: queued, told, found again, and outlived by the engine."""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.starter import LOWEST
from cnnviz.training import run_files, runs
from cnnviz.training.fit import fit
from cnnviz.training.run_files import Record
from cnnviz.training.runs import Engine
from cnnviz.training.setting_types import RATE
from tests.training.conftest import SMALL

LONG = replace(SMALL, epochs=150)
SECONDS = 240  # until a test gives up: a worker gets only what busy pages leave


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on this machine, with one worker process."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CNNVIZ_SCHEDULER", raising=False)
        patch.setenv("CNNVIZ_RUNS", str(folder))  # for the worker
        patch.setattr(checkpoints, "RUNS", folder)
        engine = Engine()
        yield engine
        engine.close()


def until(true: Callable[[], Any]) -> Any:
    """What a condition gives once it is true."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come to that")


def in_state(engine: Engine, run: str, *states: str) -> Record:
    try:
        return until(lambda: (found := engine.record(run)).state in states and found)
    except AssertionError as error:
        heard, written = engine.record(run), run_files.read(run)
        raise AssertionError(f"neither of {states}: {heard}, written {written.state}") from error


def ended(engine: Engine, run: str) -> Record:
    return in_state(engine, run, "done", "stopped", "failed", "paused")


def at_step(engine: Engine, run: str, step: int) -> Record:
    return until(lambda: (r := engine.record(run)).progress.get("step", -1) >= step and r)


def interrupted(run: str, **known: Any) -> Record:
    """The record of a run whose program ended before it did."""
    left = replace(Record(id=run, group=run, spec=SMALL), state="running", **known)
    run_files.write(left)
    then = time.time() - 2 * run_files.SILENCE
    os.utime(left.folder / run_files.RECORD, (then, then))
    assert run_files.read(run).state == "interrupted"
    return replace(left, state="interrupted")


def test_a_run_is_trained_by_another_process_and_reported_while_it_goes(engine: Engine) -> None:
    run = engine.submit({"": replace(SMALL, epochs=30)}, owner="me", lesson="mobilenet_v1")
    assert engine.record(run).state in ("queued", "running")
    at_step(engine, run, 40)
    reports, measured = engine.curves(run).columns()
    assert reports["cross_entropy"]
    assert measured["accuracy"]
    record = ended(engine, run)
    assert (record.state, record.owner, record.lesson) == ("done", "me", "mobilenet_v1")
    assert until(lambda: run_files.read(run).state == "done")
    assert checkpoints.read_card(run).metrics == record.metrics


def test_the_same_spec_gives_the_same_weights_as_it_does_here(engine: Engine) -> None:
    run = engine.submit({"": SMALL})
    assert ended(engine, run).state == "done"
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        *_, here = fit(SMALL)
    finally:
        torch.set_num_threads(threads)
    assert here.result is not None
    history = checkpoints.read_card(run).history
    assert [entry["cross_entropy"] for entry in history] == [
        entry["cross_entropy"] for entry in here.result.history
    ]


def test_what_there_is_no_worker_for_waits_in_the_order_in_which_it_came(engine: Engine) -> None:
    specs = {name: replace(LONG, seed=n) for n, name in enumerate("ABC")}
    group = engine.submit(specs)
    first, second, third = (f"{group}-{name}" for name in "ABC")
    in_state(engine, first, "running")
    assert engine.slots() == 1
    assert engine.queue() == [second, third]
    engine.stop(second)
    assert until(lambda: engine.queue() == [third])
    engine.stop(first)
    in_state(engine, third, "running")
    assert [record.label for record in engine.group(group)] == ["A", "B", "C"]
    engine.stop(third)
    assert [ended(engine, run).state for run in (first, second, third)] == ["stopped"] * 3
    assert engine.record(second).progress == {}


def test_those_who_came_first_are_served_first(engine: Engine) -> None:
    group = engine.submit({str(seed): replace(SMALL, seed=seed, epochs=1) for seed in range(5)})
    runs = [f"{group}-{seed}" for seed in range(5)]
    started = [ended(engine, run).started for run in runs]
    assert started == sorted(started)


def test_a_paused_run_leaves_the_worker_to_others_and_goes_on_step_by_step(
    engine: Engine,
) -> None:
    run = engine.submit({"": LONG})
    at_step(engine, run, 5)
    engine.pause(run)
    step = ended(engine, run).progress["step"]
    assert engine.record(run).state == "paused"
    other = engine.submit({"": SMALL})
    assert ended(engine, other).state == "done"
    for further in (1, 2):
        engine.go_on(run, steps=1)
        record = until(lambda: (r := engine.record(run)).state == "paused" and r)
        assert record.progress["step"] == step + further
    engine.go_on(run)
    at_step(engine, run, step + 20)
    engine.stop(run)
    assert ended(engine, run).state == "stopped"


def test_the_learning_rate_changes_while_it_runs_and_while_it_is_paused(engine: Engine) -> None:
    run = engine.submit({"": LONG})
    at_step(engine, run, 5)
    engine.change(run, RATE, 0.02)
    until(lambda: engine.record(run).spec.changes)
    engine.pause(run)
    record = ended(engine, run)
    engine.change(run, RATE, 0.03)
    engine.go_on(run)
    at_step(engine, run, record.progress["step"] + 5)
    engine.stop(run)
    changes = ended(engine, run).spec.changes
    assert [rate for _step, _setting, rate in changes] == [0.02, 0.03]
    assert changes[1][0] == record.progress["step"]


def test_the_learning_rate_of_a_run_that_waits_holds_from_its_first_step(engine: Engine) -> None:
    first = engine.submit({"": LONG})
    in_state(engine, first, "running")
    waiting = engine.submit({"": SMALL})
    engine.change(waiting, RATE, 0.02)
    assert engine.record(waiting).spec.changes == ((0, RATE, 0.02),)
    engine.stop(first)
    record = ended(engine, waiting)
    assert (record.state, record.spec.changes) == ("done", ((0, RATE, 0.02),))
    assert ended(engine, first).state == "stopped"


def test_the_learning_rate_of_an_interrupted_run_holds_from_where_it_is_kept(
    engine: Engine,
) -> None:
    left = interrupted("cut", progress={"step": 9})  # with nothing kept
    engine.change("cut", RATE, 0.02)
    assert engine.record("cut").spec.changes == ((0, RATE, 0.02),)
    with pytest.raises(UserError, match="learning_rate takes a number"):
        engine.change("cut", RATE, -1.0)
    assert run_files.read("cut") == replace(left, spec=engine.record("cut").spec)


def test_the_files_are_not_read_each_time_that_a_page_asks_for_the_queue(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    listed = run_files.listed

    def counted(group: str = "") -> list[Record]:
        read.append(group)
        return listed(group)

    monkeypatch.setattr(runs, "SECONDS_OF_QUEUE", 1000.0)
    engine.stop(engine.submit({"": LONG}, owner="me"), "me")  # what was known is out of date
    first = engine.submit({"": LONG})
    in_state(engine, first, "running")
    monkeypatch.setattr(run_files, "listed", counted)
    assert [engine.queue() for _ in range(20)] == [[]] * 20
    assert len(read) <= 1
    waiting = engine.submit({"": SMALL})
    read.clear()
    assert [engine.queue() for _ in range(20)] == [[waiting]] * 20
    assert len(read) == 1
    engine.stop(first)
    assert ended(engine, waiting).state == "done"
    assert engine.queue() == []
    ended(engine, first)


def test_a_visitor_has_power_over_their_own_runs_only(engine: Engine) -> None:
    run = engine.submit({"": LONG}, owner="me")
    at_step(engine, run, 1)
    acts: list[Callable[[str, str], None]] = [
        engine.stop, engine.pause, engine.go_on, engine.delete,
        lambda run, owner: engine.change(run, RATE, 0.5, owner),
    ]  # fmt: skip
    for act in acts:
        for stranger in ("you", ""):
            with pytest.raises(UserError, match="another visitor"):
                act(run, stranger)
    assert engine.record(run).state == "running"
    engine.stop(run, "me")
    assert ended(engine, run).state == "stopped"


def test_a_run_started_twice_goes_once_and_two_visitors_runs_are_two(engine: Engine) -> None:
    group = engine.submit({"": LONG}, owner="me")
    assert engine.submit({"": LONG}, owner="me") == group
    other = engine.submit({"": LONG}, owner="you")
    assert other != group
    engine.stop(other, "you")
    engine.stop(group, "me")
    assert ended(engine, group).state == ended(engine, other).state == "stopped"
    again = engine.submit({"": LONG}, owner="me")
    assert again != group
    engine.stop(again, "me")
    ended(engine, again)


def test_what_goes_cannot_be_deleted_and_what_is_done_cannot_go_on(engine: Engine) -> None:
    run = engine.submit({"": LONG})
    at_step(engine, run, 1)
    with pytest.raises(UserError, match="stop it first"):
        engine.delete(run)
    engine.stop(run)
    ended(engine, run)
    engine.delete(run)
    with pytest.raises(UserError, match="no run"):
        engine.record(run)
    run = engine.submit({"": SMALL})
    ended(engine, run)
    with pytest.raises(UserError, match="cannot go on"):
        engine.go_on(run)


def worker_processes(engine: Engine) -> list[psutil.Process]:
    return [psutil.Process(pid) for pid in engine.client().run(os.getpid).values()]


def test_a_worker_that_is_killed_fails_its_run_and_nothing_else(engine: Engine) -> None:
    run = engine.submit({"": LONG})
    until(lambda: run_files.read(run).epoch)
    waiting = engine.submit({"": SMALL})
    for process in worker_processes(engine):
        process.kill()
    record = ended(engine, run)
    assert record.state == "failed"
    assert "process that trained it ended" in str(record.error)
    assert checkpoints.load(run)[1].epoch >= 1
    assert ended(engine, waiting).state == "done"
    # What the worker had kept is enough to go on from.
    kept = run_files.read(run).progress["step"]
    engine.go_on(run)
    at_step(engine, run, kept + 1)
    engine.stop(run)
    assert ended(engine, run).state == "stopped"


def fill_the_disk() -> None:
    """In the worker: from now on the disk is full."""
    from cnnviz.training import run_files

    def full(record: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    run_files._write_before = run_files.write  # type: ignore[attr-defined]
    run_files.write = full  # type: ignore[assignment]


def empty_the_disk() -> None:
    from cnnviz.training import run_files

    run_files.write = run_files._write_before  # type: ignore[attr-defined]


def test_a_full_disk_is_told_although_it_cannot_be_written_down(engine: Engine) -> None:
    run = engine.submit({"": LONG})
    until(lambda: run_files.read(run).epoch)
    engine.client().run(fill_the_disk)
    try:
        record = in_state(engine, run, "failed")
    finally:
        engine.client().run(empty_the_disk)
    assert "is full" in str(record.error)
    assert checkpoints.load(run)[1].epoch >= 1
    assert ended(engine, engine.submit({"": SMALL})).state == "done"


def test_a_run_whose_program_ended_is_interrupted_and_can_go_on(engine: Engine) -> None:
    interrupted("left")
    engine.go_on("left")
    assert ended(engine, "left").state == "done"


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own here")
def test_the_worker_gives_way_to_the_pages(engine: Engine) -> None:
    (worker,) = worker_processes(engine)
    nices = [os.getpriority(os.PRIO_PROCESS, thread.id) for thread in worker.threads()]
    assert LOWEST in nices, "the thread that trains"
    assert 0 in nices, "the one that hears orders"
    policies = {thread.id: os.sched_getscheduler(thread.id) for thread in worker.threads()}
    assert os.SCHED_OTHER in policies.values()
    cores = os.sched_getaffinity(0)
    for thread, policy in policies.items():
        if policy == os.SCHED_IDLE:
            assert os.sched_getaffinity(thread) == (cores - {min(cores)} or cores)
    assert os.SCHED_IDLE in policies.values()
    assert os.getsid(worker.pid) != os.getsid(0)
    threads = engine.client().run(torch.get_num_threads)
    assert set(threads.values()) == {max(1, (os.cpu_count() or 2) - 1)}


def test_an_engine_whose_program_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    script = (
        "import time, sys; from cnnviz.training.runs import Engine; e = Engine(); e.warm()\n"
        "import json, os\n"
        "print(json.dumps(list(e.client().run(os.getpid).values())), flush=True); time.sleep(600)"
    )
    environment = {**os.environ, "CNNVIZ_RUNS": str(tmp_path)}
    program = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment
    )
    assert program.stdout is not None
    pids = json.loads(program.stdout.readline())
    program.kill()
    program.wait()
    program.stdout.close()
    until(lambda: not any(map(psutil.pid_exists, pids)))


def test_a_scheduler_that_does_not_answer_fails_the_run_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnnviz.training import cluster

    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    engine = Engine("tcp://127.0.0.1:9")
    run = engine.submit({"": SMALL})
    record = ended(engine, run)
    assert record.state == "failed"
    assert "The scheduler at tcp://127.0.0.1:9 does not answer" in str(record.error)
    engine.close()
