"""What a worker does before its first run, where it shares the machine with the pages.

Named to Dask as ``--preload cnnviz.training.beside_pages``.
"""

import ctypes
import gc
import os
import sys
from contextlib import suppress
from typing import Any

import psutil

LOWEST = 19
# Of glibc's malloc.h: from which size on memory is asked of the system and given back piece by
# piece, and how much may lie free at the end of the heap before it is given back.
_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -3, -1
_NEVER = 1 << 30


def dask_setup(worker: Any) -> None:
    """Let the worker's thread for runs give way to the pages, and load torch in it.

    The worker itself does not wait for that, nor give way: on a busy machine, too, it is there soon
    and passes orders on at once.
    """
    worker.executor.submit(_prepare)


def _prepare() -> None:
    give_way()
    keep_memory()
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


def release_memory() -> None:
    """Between two runs: give back what the last one took, or the next one would answer for it."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(AttributeError):  # a system without glibc
            ctypes.CDLL(None).malloc_trim(0)


def keep_memory() -> None:
    """From here on this process keeps the memory of one step for the next.

    Dask has its workers give all memory back at once; a step of MobileNetV1 then takes 1.6 times as
    long, being given 270,000 fresh pages.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # a system without glibc
            libc = ctypes.CDLL(None)
            libc.mallopt(_M_MMAP_THRESHOLD, _NEVER)
            libc.mallopt(_M_TRIM_THRESHOLD, _NEVER)
