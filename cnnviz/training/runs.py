"""Runs: started, told, looked at. A thin layer over Dask, and over the files that outlive it.

Whatever has to be said to Dask is said by one thread of its own: no page waits for it. What a run
reports comes back as events of Dask; the record of it is in files (``run_files``).
"""

import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cnnviz.errors import UserError
from cnnviz.training import run_files
from cnnviz.training.curves import Curves
from cnnviz.training.dispatch import STATES, Dispatcher, write
from cnnviz.training.heard import Heard
from cnnviz.training.run_files import CAN_GO_ON, GOING, LECTURE, Limits, Record
from cnnviz.training.spec import RunSpec

if TYPE_CHECKING:
    from distributed import Client


# Seconds between two looks at all runs for those that wait: pages ask several times in one.
SECONDS_OF_QUEUE = 1.0
#: Runs of one visitor that may wait or go at the same time.
MOST_GOING = 40


class Engine:
    """The runs of this process's visitors.

    Args:
        scheduler: address of a Dask scheduler; None for the one that is set, or this machine.
    """

    def __init__(self, scheduler: str | None = None) -> None:
        self._heard = Heard()
        self._dispatcher = Dispatcher(scheduler, self._heard)
        self._lock = threading.RLock()
        # When the runs that wait were last looked for, and their ids; None: look again.
        self._waiting: tuple[float, list[str]] | None = None

    def warm(self) -> None:
        """Start what runs need in the background, so that the first one begins at once."""
        self._dispatcher.warm()

    def client(self) -> "Client":
        """The client of Dask, once there is one.

        Raises:
            UserError: where the scheduler does not answer.
        """
        return self._dispatcher.client()

    def close(self) -> None:
        """End what was started on this machine; runs on a cluster go on."""
        self._dispatcher.close()

    def submit(
        self,
        specs: Mapping[str, RunSpec],
        *,
        owner: str = "",
        lesson: str = "",
        link: Mapping[str, str] | None = None,
        source: str | None = None,
        limits: Limits = LECTURE,
        steps: int | None = None,
        instead_of: Collection[str] = (),
    ) -> str:
        """Start runs together; the same ones, where this visitor has them going already.

        Args:
            specs: what to train, by the label that tells one from the other; one alone has "".
            owner: of the visitor.
            lesson: name of the lesson.
            link: the settings of its page.
            source: a folder that the data is read from; None for the data folders.
            limits: what each of them may use.
            steps: leave off after so many steps; None for no such thing.
            instead_of: ids of runs that have been told to end for these.

        Returns:
            The group's id. A run's id is the group's, or the group's with ``-label``.

        Raises:
            UserError: where the record cannot be written, or the visitor has too many going.
        """
        with self._lock:
            going = [r for r in self.listed() if r.owner == owner and r.state in GOING]
            going = [record for record in going if record.id not in instead_of]
            alike = [record for record in going if record.source == source]
            if (same := _same(specs, alike)) is not None:
                return same
            if len(going) + len(specs) > MOST_GOING:
                raise UserError(
                    "{count} of your runs wait or go already: stop some first.", count=len(going)
                )
            group = run_files.new_id()
            for label, spec in specs.items():
                record = Record(
                    id=f"{group}-{label}" if label else group, group=group, label=label,
                    spec=spec, owner=owner, lesson=lesson, link=dict(link or {}), source=source,
                    limits=limits,
                )  # fmt: skip
                self.hand_over(record, steps)
        return group

    def hand_over(self, record: Record, steps: int | None = None) -> None:
        """Queue a run.

        Raises:
            UserError: where the record cannot be written.
        """
        record = replace(
            record, state="queued", reason=None, ended=None, attempt=record.attempt + 1
        )
        with self._lock:
            self._write(record)
            self._heard.begin(record)
        self._dispatcher.send(record, steps)

    def listed(self) -> list[Record]:
        """All runs that there are records of, the newest first."""
        return [self._heard.latest(record) for record in run_files.listed()]

    def record(self, run: str) -> Record:
        """A run as it stands.

        Raises:
            UserError: where there is none of this id.
        """
        return self._heard.latest(run_files.read(run))

    def group(self, group: str) -> list[Record]:
        """The runs started together, in the order of their labels; empty where there are none."""
        records = [self._heard.latest(r) for r in run_files.listed(group)]
        return sorted(records, key=lambda r: (len(r.label), r.label))

    def curves(self, run: str) -> Curves:
        """The curves of a run as far as it has come.

        Raises:
            UserError: where there is none of this id, or the file is damaged.
        """
        return self._heard.curves(run)

    def queue(self) -> list[str]:
        """Ids of the runs that wait, in the order in which they came.

        One that another process has started may be seen a second later.
        """
        known, now = self._waiting, time.monotonic()
        if known is None or now - known[0] > SECONDS_OF_QUEUE:
            found = [record.id for record in self.listed() if record.state == "queued"]
            known = self._waiting = now, found[::-1]
        return [run for run in known[1] if self._waits(run)]

    def _waits(self, run: str) -> bool:
        try:
            return self.record(run).state == "queued"
        except UserError:
            return False  # deleted meanwhile

    def slots(self) -> int | None:
        """How many runs go at once; None before the first has been asked for."""
        return self._dispatcher.slots

    def pause(self, run: str, owner: str = "") -> None:
        """Let a run leave off where it is; it can go on from there."""
        self._ask(run, owner, "pause")

    def stop(self, run: str, owner: str = "") -> None:
        """End a run. It keeps what it has, and can go on, too."""
        self._ask(run, owner, "stop")

    def go_on(self, run: str, owner: str = "", *, steps: int | None = None) -> None:
        """Let a run go on from where it was left, for so many steps or to its end.

        Raises:
            UserError: where it is not this visitor's, is going already, or is done.
        """
        record = self._own(run, owner)
        if record.state not in CAN_GO_ON:
            raise UserError("The run {run} cannot go on: it goes already, or is done.", run=run)
        limits, seconds = record.limits, record.progress.get("seconds", 0.0)
        if limits.seconds is not None:
            # As much again: it has used its time.
            limits = replace(limits, seconds=seconds + (LECTURE.seconds or 0.0))
        self.hand_over(replace(record, limits=limits), steps)

    def change(self, run: str, setting: str, value: float | bool, owner: str = "") -> None:
        """From the next step on, a setting has this value (``RunSpec.changes``).

        For a run that does not go at the moment: from the step on that it goes on from.

        Raises:
            UserError: where it is not this visitor's, or the setting cannot be changed or takes
                no such value.
        """
        record = self._own(run, owner)
        changed = record.with_change(setting, value, run_files.kept_step(run))
        if record.state not in ("running", "done"):
            self._write(changed)
            self._heard.forget(run)
        if record.state in GOING:  # a waiting one, too, may begin in this moment
            self._dispatcher.order(run, setting, value)

    def delete(self, run: str, owner: str = "") -> None:
        """Take a run that does not go away with all its files.

        Raises:
            UserError: where it is not this visitor's, or goes.
        """
        record = self._own(run, owner)
        if record.state in GOING:
            raise UserError("The run {run} is going: stop it first.", run=run)
        self._heard.forget(run)
        run_files.delete(run)

    def _own(self, run: str, owner: str) -> Record:
        record = self.record(run)
        if record.owner != owner:
            raise UserError("The run {run} is another visitor's.", run=run)
        return record

    def _ask(self, run: str, owner: str, what: str) -> None:
        record = self._own(run, owner)
        if record.state == "queued":
            # Written first: a worker that begins in this moment reads it, or hears the order.
            self._write(replace(record, state=STATES[what], ended=time.time()))
        if record.state in GOING:
            self._dispatcher.order(run, what)
        elif record.state in ("paused", "interrupted") and what == "stop":
            self._write(replace(record, state=STATES[what]))
            self._heard.forget(run)

    def _write(self, record: Record) -> None:
        write(record)
        self._waiting = None


def _same(specs: Mapping[str, RunSpec], going: list[Record]) -> str | None:
    """The group in which these very runs wait or run, if there is one."""
    groups: dict[str, dict[str, RunSpec]] = {}
    for record in going:
        groups.setdefault(record.group, {})[record.label] = record.spec
    return next((group for group, found in groups.items() if found == dict(specs)), None)


_engine: Engine | None = None
_starting = threading.Lock()


def engine() -> Engine:
    """The engine of this process."""
    global _engine
    with _starting:
        if _engine is None:
            _engine = Engine()
        return _engine
