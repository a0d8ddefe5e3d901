"""A photo's job ends well, fails, is stopped, or goes with its visitor: nothing of it stays."""

import gc
import logging
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cnnviz.errors import UserError
from dashboard.cache import dncnn_photo_jobs as jobs
from dashboard.cache.dncnn_photo_jobs import PhotoJob

SECONDS = 60  # until one gives up waiting

GOOD = """if True:
    import json, sys
    from pathlib import Path
    print(json.dumps({"share": 0.5, "seconds_left": 3}), flush=True)
    if "--wait" in sys.argv:
        sys.stdin.read()
    print(json.dumps({"share": 1.0, "seconds_left": 0}), flush=True)
    Path(sys.argv[-1]).write_text("denoised " + Path(sys.argv[-2]).read_text())
    print(json.dumps({"network": "any"}))
"""
SAYS = """if True:
    import json, sys
    print(json.dumps({"error": "{file} is bad.", "values": {"file": "in.png"}}), flush=True)
    sys.exit(1)
"""
BREAKS = "raise SystemExit('what nobody expects')"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "in.png").write_text("photo")
    return tmp_path / "in.png"


@pytest.fixture
def start(source: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PhotoJob]]:
    """Starts jobs carried out by a small program; none is left at the end."""
    held = list[PhotoJob]()

    def started(program: str = GOOD, *options: str, finish: jobs.Finish = read) -> PhotoJob:
        monkeypatch.setattr(jobs, "COMMAND", (sys.executable, "-c", program))
        held.append(PhotoJob(source, "out.png", options, finish))
        return held[-1]

    yield started
    for job in held:
        job.cancel()
        assert job.wait(SECONDS)
    assert not jobs._queue


def read(file: Path, folder: Path) -> str:
    assert file.parent == folder
    return file.read_text()


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_job_ends_with_a_file_and_what_is_made_of_it(start: Callable[..., PhotoJob]) -> None:
    job = start()
    assert job.wait(SECONDS)
    assert (job.state, job.going, job.share, job.seconds_left) == ("done", False, 1, 0)
    assert job.result == job.file.read_text() == "denoised photo"
    assert (job.error, job.log_id) == (None, None)


def test_jobs_are_carried_out_one_after_the_other(start: Callable[..., PhotoJob]) -> None:
    first, second, third = start(GOOD, "--wait"), start(), start()
    until(lambda: first.share == 0.5)
    assert first.state == "running"
    assert first.seconds_left == 3
    assert [job.ahead for job in (first, second, third)] == [0, 1, 2]
    assert [job.state for job in (second, third)] == ["waiting", "waiting"]
    second.cancel()
    assert second.wait(SECONDS)  # it has not to wait for the first
    assert second.state == "stopped"
    assert third.ahead == 1
    first.cancel()
    assert first.wait(SECONDS)
    assert third.wait(SECONDS)
    assert third.state == "done"


@pytest.mark.parametrize("waiting", [True, False])
def test_of_a_job_that_is_stopped_nothing_is_left(
    start: Callable[..., PhotoJob], waiting: bool
) -> None:
    other = start(GOOD, "--wait") if waiting else None
    job = start(GOOD, "--wait")
    if not waiting:
        until(lambda: job.share == 0.5)
    folder = job.file.parent
    assert folder.is_dir()
    process = job._work._process
    job.cancel()
    assert job.wait(SECONDS)
    assert job.state == "stopped"
    assert not folder.exists()
    assert process is None if other else process.poll() is not None


def test_a_job_ends_with_its_visitor(start: Callable[..., PhotoJob], source: Path) -> None:
    start(GOOD)  # sets the command
    job = PhotoJob(source, "out.png", ("--wait",), read)
    folder, work = job.file.parent, job._work
    until(lambda: work.told.get("share") == 0.5)
    del job
    gc.collect()
    work.thread.join(SECONDS)
    assert work.state == "stopped"
    assert not folder.exists()


def test_the_result_goes_with_its_visitor(start: Callable[..., PhotoJob], source: Path) -> None:
    start(GOOD)
    job = PhotoJob(source, "out.png", (), read)
    assert job.wait(SECONDS)
    folder = job.file.parent
    assert job.file.is_file()
    del job
    gc.collect()
    assert not folder.exists()


def test_what_the_process_says_of_its_failure_is_a_users_error(
    start: Callable[..., PhotoJob],
) -> None:
    job = start(SAYS)
    assert job.wait(SECONDS)
    assert job.state == "failed"
    assert isinstance(job.error, UserError)
    assert str(job.error) == "in.png is bad."
    assert job.error.__traceback__ is None
    assert not job.file.parent.exists()


def test_a_failure_nobody_expects_is_in_the_log(
    start: Callable[..., PhotoJob], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        job = start(BREAKS)
        assert job.wait(SECONDS)
    assert (job.state, job.error) == ("failed", None)
    assert job.log_id is not None
    assert job.log_id in caplog.text
    assert "what nobody expects" in caplog.text
    assert not job.file.parent.exists()


def test_what_goes_wrong_after_the_process_is_a_failure_too(
    start: Callable[..., PhotoJob], caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_file: Path, _folder: Path) -> None:
        raise UserError("It cannot be read.")

    job = start(GOOD, finish=fails)
    assert job.wait(SECONDS)
    assert (job.state, str(job.error)) == ("failed", "It cannot be read.")
    assert not caplog.records
    assert not job.file.parent.exists()
