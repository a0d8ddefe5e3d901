"""Runs on a cluster of processes, started as the README says: what dies takes nothing along."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any

import psutil
import pytest
import torch
from distributed import Client

from cnnviz import checkpoints
from cnnviz.training import cluster, dispatch, run_files
from cnnviz.training.fit import fit
from cnnviz.training.run_files import LECTURE, Record
from cnnviz.training.runs import Engine
from cnnviz.training.spec import RunSpec
from cnnviz.training.work import TOPIC
from tests.training import certificates
from tests.training.conftest import SMALL
from tests.training.readme_cluster import Cluster, commands, kill
from tests.training.test_runs import at_step, ended, in_state, until

MEDIUM = replace(SMALL, epochs=15)
LONG = replace(SMALL, epochs=200)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers."""
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    with pytest.MonkeyPatch.context() as patch, ending(found):
        patch.setattr(checkpoints, "RUNS", found.runs)
        found.start("scheduler", "worker 1", "worker 2")
        yield found


@contextmanager
def ending(*what: Cluster | Engine) -> Iterator[None]:
    """Afterwards these are closed, also where a test fails."""
    try:
        yield
    finally:
        for each in what:
            each.close()


@pytest.fixture
def engine(here: Cluster) -> Iterator[Engine]:
    """A dashboard's engine, once there is a worker."""
    engine = Engine(here.address)
    with ending(engine):
        engine.warm()
        until(engine.slots)
        yield engine


def going() -> list[str]:
    """On a worker: the runs that it is at."""
    from cnnviz.training import orders

    return list(orders.GOING)


def worker_of(here: Cluster, engine: Engine, run: str) -> "Popen[bytes]":
    """The process that was started for the worker which is at a run; that is its child."""
    where = engine.client().run(going)
    keepers = engine.client().run(os.getppid)
    keeper = next(keepers[worker] for worker, runs in where.items() if run in runs)
    return next(process for process in here.started if process.pid == keeper)


News = tuple[str, str, int | None]


@contextmanager
def listening(here: Cluster) -> Iterator[list[News]]:
    """All that runs report: id, state, and the step where it is a report of progress."""
    heard: list[News] = []

    def hear(event: tuple[float, dict[str, Any]]) -> None:
        record, progress = event[1]["record"], event[1]["progress"]
        heard.append((record["id"], record["state"], progress and progress["step"]))

    with Client(here.address, set_as_default=False) as listener:
        listener.subscribe_topic(TOPIC, hear)
        yield heard


def gone_on_at(heard: list[News], run: str) -> int:
    """The step that a run went on from when it was begun last; 0 where it has not yet gone on."""
    own = [(state, step) for found, state, step in heard if found == run]
    begun = [own[i + 1][1] for i, news in enumerate(own[:-1]) if news == ("running", None)]
    return next((step for step in reversed(begun) if step is not None), 0)


def losses(spec: RunSpec) -> list[float]:
    """Of each epoch, trained here."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the workers
    try:
        *_, last = fit(spec)
    finally:
        torch.set_num_threads(threads)
    assert last.result is not None
    return [entry["cross_entropy"] for entry in last.result.history]


def kept_losses(run: str) -> list[float]:
    return [entry["cross_entropy"] for entry in checkpoints.read_card(run).history]


@pytest.mark.parametrize("name", ["worker", "dashboard"])
def test_the_readme_starts_two_of_each_in_the_same_way(name: str) -> None:
    assert commands()[f"{name} 1"] == commands()[f"{name} 2"]


def test_the_readme_tells_the_limits_of_a_run_on_a_page() -> None:
    told = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert LECTURE.seconds is not None
    assert LECTURE.memory is not None
    minutes, gigabytes = LECTURE.seconds / 60, LECTURE.memory / run_files.GIGABYTE
    for limit in (f"{minutes:g} minutes", f"{LECTURE.epochs} epochs", f"{gigabytes:g} GB"):
        assert limit in told


def has_kept(engine: Engine, run: str) -> bool:
    """Whether a run goes, and has kept its state."""
    record = engine.record(run)
    return record.state == "running" and (record.folder / run_files.STATE).exists()


def test_six_runs_end_with_results_although_one_of_two_workers_is_killed(
    here: Cluster, engine: Engine
) -> None:
    until(lambda: engine.slots() == 2)
    with listening(here) as heard:
        group = engine.submit({str(seed): replace(MEDIUM, seed=seed) for seed in range(6)})
        runs = [record.id for record in engine.group(group)]
        victim = until(lambda: next(filter(partial(has_kept, engine), runs), None))
        process = worker_of(here, engine, victim)
        kill(process)
        kept = run_files.kept_step(victim)
        here.start("worker 1")  # as where a machine comes back
        assert [ended(engine, run).state for run in runs] == ["done"] * 6
    assert gone_on_at(heard, victim) == kept > 0
    for run in (victim, runs[-1]):
        assert kept_losses(run) == losses(engine.record(run).spec)


def is_heard(engine: Engine, run: str) -> bool:
    """Whether an engine knows more than the files, which are written once a second only."""
    return engine.record(run).progress.get("step", 0) > run_files.read(run).progress.get("step", 0)


def test_a_second_dashboard_sees_the_runs_of_the_first_and_outlives_it(here: Cluster) -> None:
    first, second, third = (Engine(here.address) for _ in range(3))
    with ending(first, second, third):
        second.warm()
        until(lambda: second.slots() == 2)
        group = first.submit(
            {name: replace(LONG, seed=n) for n, name in enumerate("ABC")}, owner="me"
        )
        runs = [record.id for record in first.group(group)]
        until(lambda: len(second.queue()) == 1)
        (waiting,) = second.queue()
        running, other = (run for run in runs if run != waiting)
        until(lambda: is_heard(first, running) and is_heard(second, running))
        assert second.curves(running).columns()[0]["step"]
        first.close()
        third.warm()  # the dashboard is started again
        until(lambda: is_heard(third, running) and is_heard(second, running))
        # Nobody who started it is there: that it waits is known from the scheduler.
        silent = (third.record(waiting).created - 2 * run_files.SILENCE,) * 2
        os.utime(checkpoints.RUNS / waiting / run_files.RECORD, silent)
        assert third.record(waiting).state == "interrupted"
        in_state(third, waiting, "queued")
        third.stop(waiting, "me")
        third.stop(other, "me")
        second.pause(running, "me")
        for engine in (second, third):
            assert ended(engine, running).state == "paused"
            assert ended(engine, other).state == ended(engine, waiting).state == "stopped"
        assert third.record(waiting).progress == {}


def test_a_worker_that_hangs_holds_no_order_up(
    here: Cluster, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "SECONDS_TO_TELL", 1.0)
    until(lambda: engine.slots() == 2)
    hanging, other = (engine.submit({"": replace(LONG, seed=seed)}) for seed in (1, 2))
    for run in (hanging, other):
        at_step(engine, run, 5)
    where, processes = (engine.client().run(each) for each in (going, os.getpid))
    pid = next(processes[worker] for worker, runs in where.items() if hanging in runs)
    psutil.Process(pid).suspend()
    try:
        engine.stop(hanging)
        engine.pause(other)
        assert ended(engine, hanging).state == "stopped"
        assert ended(engine, other).state == "paused"
    finally:
        psutil.Process(pid).resume()
    # The order has reached it all the same.
    until(lambda: not any(hanging in runs for runs in engine.client().run(going).values()))
    assert run_files.read(hanging).state == "stopped"


def test_a_worker_that_is_told_to_end_hands_its_run_over_at_the_step_it_is_at(
    here: Cluster, engine: Engine
) -> None:
    until(lambda: engine.slots() == 2)
    with listening(here) as heard:
        run = engine.submit({"": LONG})
        at_step(engine, run, 30)
        worker_of(here, engine, run).terminate()
        again = until(lambda: gone_on_at(heard, run))
        at_step(engine, run, again + 1)
        engine.stop(run)
        assert ended(engine, run).state == "stopped"
    steps = [step for found, _, step in heard if found == run and step is not None]
    assert steps == sorted(steps)  # none was taken twice
    assert steps.index(again) > 0


def test_a_lost_scheduler_fails_its_runs_and_the_next_one_works(
    here: Cluster, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    group = engine.submit({name: replace(LONG, seed=n) for n, name in enumerate("ABC")})
    runs = [record.id for record in engine.group(group)]
    until(lambda: sum(run_files.read(run).epoch > 0 for run in runs) == engine.slots())
    waiting = engine.queue()
    running = [run for run in runs if run not in waiting]
    second = Engine(here.address)
    with ending(second):
        second.warm()
        until(lambda: is_heard(second, running[0]))
        kill(here.started[0])
        for run in running:
            for each in (engine, second):
                record = ended(each, run)
                assert record.state == "failed"
                assert "scheduler was lost" in str(record.error)
            assert checkpoints.load(run)[1].epoch >= 1
        for run in waiting:
            record = ended(engine, run)
            assert record.state == "failed"
            assert f"The scheduler at {here.address} does not answer" in str(record.error)
        # Whoever keeps the processes running starts them again.
        monkeypatch.undo()
        here.start("scheduler", "worker 1")
        until(lambda: cluster.answers(here.address))
        assert ended(engine, engine.submit({"": SMALL})).state == "done"
        step = run_files.kept_step(running[0])
        second.go_on(running[0])
        until(lambda: is_heard(engine, running[0]))
        assert at_step(second, running[0], step + 1).state == "running"
        second.stop(running[0])
        assert ended(engine, running[0]).state == "stopped"


def test_a_run_whose_worker_is_lost_waits_for_another_and_can_be_stopped(
    here: Cluster, engine: Engine
) -> None:
    run = engine.submit({"": LONG})
    until(lambda: run_files.read(run).epoch)
    keepers = set(engine.client().run(os.getppid).values())
    for process in here.started:
        if process.pid in keepers:
            kill(process)
    until(lambda: engine.slots() == 0)
    silent = (run_files.read(run).created - 2 * run_files.SILENCE,) * 2

    def seems_interrupted() -> bool:
        # The engine may give the next sign of life at any moment.
        os.utime(checkpoints.RUNS / run / run_files.RECORD, silent)
        return engine.record(run).state == "interrupted"

    assert until(seems_interrupted)
    in_state(engine, run, "running")  # the scheduler has it still
    engine.stop(run)
    in_state(engine, run, "stopped")
    until(lambda: run_files.read(run).state == "stopped")


def failure(scheduler: str) -> Record:
    """How a run ends that cannot be handed over."""
    engine = Engine(scheduler)
    with ending(engine):
        record = ended(engine, engine.submit({"": SMALL}))
    assert record.state == "failed"
    return record


@pytest.mark.skipif(certificates.OPENSSL is None, reason="there is no openssl to make certificates")
def test_with_certificates_the_way_to_the_cluster_is_encrypted_and_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ours", "others"):
        certificates.make(tmp_path / name)
    safe = Cluster(tmp_path, tmp_path / "ours")
    monkeypatch.setattr(checkpoints, "RUNS", safe.runs)

    def with_those_of(name: str) -> None:
        for variable, file in (("CA", "ca"), ("CERT", "cert"), ("KEY", "key")):
            monkeypatch.setenv(f"CNNVIZ_TLS_{variable}", str(tmp_path / name / f"{file}.pem"))

    with ending(safe):
        safe.start("scheduler", "worker 1")
        monkeypatch.setenv("CNNVIZ_SCHEDULER", safe.address)
        with_those_of("ours")
        engine = Engine()
        with ending(engine):
            assert ended(engine, engine.submit({"": SMALL})).state == "done"
        monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
        with_those_of("others")
        assert "does not answer" in str(failure(safe.address).error)
        with_those_of("nobody")
        assert "CNNVIZ_TLS_CA is to name a PEM file" in str(failure(safe.address).error)
        for variable in ("CA", "CERT", "KEY"):
            monkeypatch.delenv(f"CNNVIZ_TLS_{variable}")
        assert "takes certificates" in str(failure(safe.address).error)
