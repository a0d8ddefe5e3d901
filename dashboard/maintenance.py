"""Garbage collection on a timer, in place of Streamlit's after every rerun.

Streamlit's own costs every move of a slider a pause as long as a full collection takes. Here one
thread of the process collects, and only when something ran since the last time. What stays loaded
(torch brings some hundred thousand objects) is put aside with ``gc.freeze``, so that a collection
looks at what the sessions made and at nothing else.
"""

import gc
import sys
import threading

SECONDS = 20.0
_NAME = "timed garbage collection"
# So many more modules mean that a large library has come, not a lesson's own few files.
_MODULES_OF_A_LIBRARY = 100

_starting = threading.Lock()


def start(seconds: float = SECONDS) -> threading.Thread:
    """Start the collecting thread, once per process however many sessions and reruns ask for it.

    Args:
        seconds: between two collections.

    Returns:
        The thread, which ends with the process.
    """
    with _starting:
        # By name among all threads: this module may be loaded anew, the thread goes on.
        for thread in threading.enumerate():
            if thread.name == _NAME:
                return thread
        thread = threading.Thread(
            target=_collect_for_ever, args=(Collector(), seconds), name=_NAME, daemon=True
        )
        thread.start()
        return thread


class Collector:
    """Collects what was made since it last did."""

    def __init__(self) -> None:
        self._frozen_modules = 0
        self._young = _young_collections()

    def collect(self) -> bool:
        """One full collection, if Python has made objects enough since for one of its small ones.

        Returns:
            Whether there was anything to do.
        """
        if _young_collections() == self._young:
            return False
        gc.collect()
        if len(sys.modules) - self._frozen_modules >= _MODULES_OF_A_LIBRARY:
            gc.freeze()
            self._frozen_modules = len(sys.modules)
        self._young = _young_collections()
        return True


def _young_collections() -> int:
    return int(gc.get_stats()[0]["collections"])


def _collect_for_ever(collector: Collector, seconds: float) -> None:
    pause = threading.Event()
    while not pause.wait(seconds):
        collector.collect()
