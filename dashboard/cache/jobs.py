"""Computations too long for a page to wait for: one after the other, each with a share done.

What one visitor has asked for is there for all. One thread does them, so that a core is left for
what pages wait for.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import streamlit as st

MOST = 96  # jobs whose results are kept, 4 MB each at most
Make = Callable[[Callable[[float], None]], Any]


@dataclass(eq=False)
class Job:
    """A computation that was asked for.

    Attributes:
        share: of it that is done, 0 to 1.
    """

    share: float = 0.0
    _future: "Future[Any]" = field(default_factory=Future)

    @property
    def done(self) -> bool:
        """Whether there is a result, or a reason why there is none."""
        return self._future.done()

    @property
    def finished_well(self) -> bool:
        """Whether there is a result."""
        return self.done and self._future.exception() is None

    @property
    def error(self) -> BaseException | None:
        """Why there is no result, where something went wrong."""
        return self._future.exception() if self.done else None

    def result(self) -> Any:
        """What came of it; waits for it. Raises what went wrong."""
        return self._future.result()

    def _report(self, share: float) -> None:
        self.share = share


class Jobs:
    """Jobs by their keys, the oldest of those that are done given up for new ones."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="jobs")

    def get(self, key: Hashable) -> Job | None:
        """The job of this key; None where it was never asked for, or is given up."""
        with self._lock:
            if key in self._jobs:
                self._jobs.move_to_end(key)
            return self._jobs.get(key)

    def start(self, key: Hashable, make: Make) -> Job:
        """Ask for a job, once; one that went wrong is tried again.

        Args:
            key: tells it from all others.
            make: computes it, and calls its argument with the share that is done.
        """
        with self._lock:
            known = self._jobs.get(key)
            if known is not None and not (known.done and known._future.exception()):
                return known
            job = self._jobs[key] = Job()
            self._jobs.move_to_end(key)
            job._future = self._pool.submit(make, job._report)
            spare = max(0, len(self._jobs) - self._most)
            for old in [k for k, j in self._jobs.items() if j.done][:spare]:
                del self._jobs[old]
            return job


@st.cache_resource(max_entries=1, show_spinner=False)
def jobs() -> Jobs:
    """All of this process."""
    return Jobs()
