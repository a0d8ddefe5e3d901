"""What is known of runs: the record in their files, and what was heard of them since."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from cnnviz.errors import UserError
from cnnviz.training import run_files
from cnnviz.training.curves import Curves
from cnnviz.training.run_files import GOING, Record
from cnnviz.training.spec import Progress


class Heard:
    """What runs have reported to this process, by events."""

    def __init__(self) -> None:
        self._live: dict[str, tuple[Record, Curves]] = {}
        self._attempts: dict[str, int] = {}
        self._lock = threading.RLock()

    def latest(self, written: Record) -> Record:
        """What was heard of a run, unless its file tells of something later."""
        with self._lock:
            heard, _curves = self._live.get(written.id, (written, None))
            # Silent for long, it is interrupted, whatever was heard; what is over there is over,
            # also where the files of a shared folder came late.
            ended = written.state not in (*GOING, "interrupted") or (
                written.state == "interrupted" and heard.state in GOING
            )
            if ended or written.attempt > heard.attempt:
                self._live.pop(written.id, None)
                return written
        return heard

    def curves(self, run: str) -> Curves:
        """The curves of a run as far as it has come.

        Raises:
            UserError: where there is none of this id, or the file is damaged.
        """
        with self._lock:
            live = self._live.get(run)
        return live[1] if live else run_files.curves(run)

    def hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        """Dask calls it with what a run reports."""
        message = event[1]
        record = Record.from_json(message["record"])
        with self._lock:
            if record.attempt < self._attempts.get(record.id, 0):
                return  # it has been handed over again meanwhile
            known = self._live.get(record.id)
            curves = known[1] if known else _written_curves(record.id)
            if message["progress"] is not None:
                curves.add(Progress(**message["progress"]))
            self._live[record.id] = record, curves
            if record.state not in GOING and _agree(record):
                del self._live[record.id]

    def begin(self, record: Record) -> None:
        """A run is handed over: what is still heard of its earlier attempts is old."""
        with self._lock:
            self._live.pop(record.id, None)
            self._attempts[record.id] = record.attempt

    def say(self, record: Record, write: Callable[[Record], None]) -> None:
        """What nobody else reports: kept here too, in case that it cannot be written."""
        with self._lock:
            self._live[record.id] = record, _written_curves(record.id)
        write(record)
        self.forget(record.id)

    def forget(self, run: str) -> None:
        """From here on the files tell all there is."""
        with self._lock:
            self._live.pop(run, None)

    def forget_going(self) -> None:
        """Nothing is heard any more: files tell what there is to tell."""
        with self._lock:
            for run in [run for run, (record, _) in self._live.items() if record.state in GOING]:
                del self._live[run]


def _written_curves(run: str) -> Curves:
    """None where they are damaged: what a run says is heard all the same."""
    try:
        return run_files.curves(run)
    except UserError:
        return Curves()


def _agree(record: Record) -> bool:
    """Whether the files say the same, so that nothing has to be remembered."""
    try:
        return run_files.read(record.id).state == record.state
    except UserError:
        return True  # deleted meanwhile
