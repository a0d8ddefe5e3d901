"""Fetches in the background, one a data set, for pages that look at them from time to time."""

import threading
from typing import Literal

from cnnviz.data.fetching import fetch
from cnnviz.data.progress import Progress
from cnnviz.data.table_rows import DataSet

_jobs: dict[str, "Job"] = {}
_starting = threading.Lock()


class Job:
    """One fetch in a thread of its own, which ends with the process.

    Attributes:
        data_set: what is fetched.
        progress: the latest; None before the first.
        state: "running", then "done", "stopped" or "failed".
        error: why it failed.
    """

    def __init__(self, data_set: DataSet) -> None:
        self.data_set = data_set
        self.progress: Progress | None = None
        self.state: Literal["running", "done", "stopped", "failed"] = "running"
        self.error: Exception | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"fetch {data_set.name}", daemon=True
        )

    @property
    def stopping(self) -> bool:
        """Whether it was cancelled and has not ended yet."""
        return self._stop.is_set() and self.state == "running"

    def cancel(self) -> None:
        """Ask it to end soon; what has arrived is kept."""
        self._stop.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for its end, at most ``timeout`` seconds; returns whether it has ended."""
        self._thread.join(timeout)
        return self.state != "running"

    def _run(self) -> None:
        try:
            found = fetch(self.data_set, progress=self._note, should_stop=self._stop.is_set)
            self.state = "done" if found.verified else "stopped"
        except Exception as error:  # whoever looks at the job says it to the visitor
            self.error, self.state = error, "failed"

    def _note(self, progress: Progress) -> None:
        self.progress = progress


def start(data_set: DataSet) -> Job:
    """Fetch a data set in the background; the job that runs already, where there is one."""
    with _starting:
        job = _jobs.get(data_set.name)
        if job is None or job.state != "running":
            job = _jobs[data_set.name] = Job(data_set)
            job._thread.start()
        return job


def latest(data_set: DataSet) -> Job | None:
    """The job that fetches a data set, or was the last to; None where there was none."""
    return _jobs.get(data_set.name)
