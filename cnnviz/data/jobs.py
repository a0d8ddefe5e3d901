"""Fetches in the background, one a data set, for pages that look at them from time to time."""

import logging
import secrets
import threading
from typing import Literal

from cnnviz.data.fetching import fetch
from cnnviz.data.progress import Progress
from cnnviz.data.table_rows import DataSet
from cnnviz.errors import UserError

_log = logging.getLogger(__name__)
_jobs: dict[str, "Job"] = {}
_starting = threading.Lock()


class Job:
    """One fetch in a thread of its own, which ends with the process.

    Attributes:
        data_set: what is fetched.
        progress: the latest; None before the first.
        state: "running", then "done", "stopped" or "failed".
        error: why it failed, where that can be said in a sentence; without a traceback, since it is
            kept and shown again and again.
        log_id: else, under which id the log tells why.
    """

    def __init__(self, data_set: DataSet) -> None:
        self.data_set = data_set
        self.progress: Progress | None = None
        self.state: Literal["running", "done", "stopped", "failed"] = "running"
        self.error: UserError | None = None
        self.log_id: str | None = None
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
        except UserError as error:
            self.error, self.state = UserError(error.message, **error.values), "failed"
        except Exception:  # whoever looks at the job says it to the visitor
            log_id = secrets.token_hex(4)
            _log.exception("log id %s", log_id)
            self.log_id, self.state = log_id, "failed"

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
