"""What a worker does before its first run, where it shares the machine with the pages.

Named to Dask as ``--preload cnnviz.training.beside_pages``.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

LOWEST = 19
# Of the worker's session against others: a tenth of the cores is left to the runs at the worst.
_OF_SESSION = 10


def dask_setup(worker: Any) -> None:
    """Let the worker's thread for runs give way to the pages, and load torch in it.

    The worker itself does not wait for that, nor give way: on a busy machine, too, it is there soon
    and passes orders on at once.
    """
    worker.executor.submit(_prepare)


def _prepare() -> None:
    give_way()
    import cnnviz.training.execution  # noqa: F401


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
            # worker is in a session of its own (``cluster``), which gives way as a whole.
            Path("/proc/self/autogroup").write_text(str(_OF_SESSION))
