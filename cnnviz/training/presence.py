"""Who is at a run: the lock that one process has, its signs of life, and what killed ones left."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training import run_files

# Seconds between two signs of life.
PULSE = 2.0
_HALF_WRITTEN = ".*.partial"  # as ``cnnviz.whole_files`` names them


@contextmanager
def alone(run: str, seconds: float) -> Iterator[None]:
    """Inside, no other process is at a run, also where a worker was only thought lost.

    What processes that were killed have left in its folder is gone: files half written, and the
    state of a run that is done. All others keep theirs: they can go on.

    Args:
        run: its id.
        seconds: how long another process is waited for.

    Raises:
        UserError: where there is no such run, another process stays at it, or its folder cannot be
            written to.
    """
    folder = run_files.read(run).folder
    lock = FileLock(folder / "run.lock")
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise UserError("The run {run} is going already.", run=run) from error
    except OSError as error:
        raise run_files.refused(error, folder) from error
    try:
        _clear(run, folder)
        yield
    finally:
        lock.release()


def clear_all() -> None:
    """Clear the folders of all runs that no process is at of what killed ones have left."""
    with suppress(OSError):  # there are no runs yet, or one is deleted meanwhile
        patterns = (_HALF_WRITTEN, run_files.STATE)
        left = [file for name in patterns for file in checkpoints.RUNS.glob(f"*/{name}")]
        for run in sorted({file.parent.name for file in left}):
            with suppress(UserError), alone(run, 0):
                pass


def _clear(run: str, folder: Path) -> None:
    with suppress(OSError, UserError):  # whoever is at the run meets with it again
        if run_files.read(run).state == "done":
            (folder / run_files.STATE).unlink(missing_ok=True)
        for file in folder.glob(_HALF_WRITTEN):
            # The record is written by others, too: one that tells a waiting run to stop.
            others = file.name.startswith(f".{run_files.RECORD}.")
            if not others or time.time() - file.stat().st_mtime > run_files.SILENCE:
                file.unlink(missing_ok=True)


def touch(run: str) -> None:
    """Give a sign of life for a run; without one for ``run_files.SILENCE`` it is interrupted."""
    with suppress(OSError):
        os.utime(checkpoints.RUNS / run / run_files.RECORD)


@contextmanager
def pulse(run: str) -> Iterator[None]:
    """Signs of life, as long as it lasts."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(PULSE):
            touch(run)

    thread = threading.Thread(target=beat, name=f"pulse of {run}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
