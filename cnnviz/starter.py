"""Processes that work beside pages: started by another one of ours, they give way to it and end
with it.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil

from cnnviz.data.folders import ROOT

LOWEST = 19
# Of the process's session against others: a tenth of the cores is left to it at the worst.
_OF_SESSION = 10


def start(
    command: Sequence[str], *, stdout: int | IO[Any], stderr: int | IO[Any]
) -> "subprocess.Popen[bytes]":
    """Start a process of ours in a session of its own.

    It calls ``end_with_starter``: the pipe that is its input is open as long as this process is
    there, and as long as nobody closes it.

    Args:
        command: program and arguments.
        stdout, stderr: as of ``subprocess.Popen``.
    """
    return subprocess.Popen(
        command, env=environment(), start_new_session=True,
        stdin=subprocess.PIPE, stdout=stdout, stderr=stderr,
    )  # fmt: skip


def environment(count: int = 1) -> dict[str, str]:
    """The environment of so many processes of ours: they find the project, and divide among them
    all cores but one.
    """
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    threads = max(1, ((os.cpu_count() or 2) - 1) // count)
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": str(threads)}


def end_with_starter() -> None:
    """From here on, end when the process is no more that has the other end of the standard input.

    It takes a pipe there: it is closed when that process ends, however that comes about.
    """
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


def give_way() -> None:
    """From here on this thread, and those that it starts, get what the others leave of the cores.

    On Windows and macOS priorities belong to processes: there it is the whole process.
    """
    with suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS)
        else:
            os.setpriority(os.PRIO_PROCESS, 0, LOWEST)  # on Linux 0 is the calling thread
        if sys.platform == "linux":
            # One core's caches stay the pages' own.
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(0, cores[1:] or cores)
            # A page that wakes up takes the core at once, and takes it for a free one.
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
            # Where the cores are divided among sessions first, all that counts only inside one: the
            # process is in a session of its own, which gives way as a whole.
            Path("/proc/self/autogroup").write_text(str(_OF_SESSION))
