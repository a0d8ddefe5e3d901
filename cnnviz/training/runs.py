"""Runs: started, told, looked at. A thin layer over Dask, and over the files that outlive it.

Whatever has to be said to Dask is said by one thread of its own: no page waits for it. What a run
reports comes back as events of Dask; the record of it is in files (``run_files``).
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from cnnviz.errors import UserError
from cnnviz.text import N_
from cnnviz.training import cluster, run_files
from cnnviz.training.curves import Curves
from cnnviz.training.run_files import CAN_GO_ON, GOING, LECTURE, Limits, Record
from cnnviz.training.spec import Progress, RunSpec
from cnnviz.training.work import SCHEDULER_LOST, TOPIC, pass_on, standing, work

if TYPE_CHECKING:
    from distributed import Client, Future

WATCH = 0.25  # seconds between two looks at what Dask has of the runs
WORKER_LOST = N_(
    "The process that trained it ended, or was ended for needing too much memory. "
    "What it had kept is here."
)
_STATES = {"stop": "stopped", "pause": "paused"}
_log = logging.getLogger(__name__)


class Engine:
    """The runs of this process's visitors.

    Args:
        scheduler: address of a Dask scheduler; None for the one that is set, or this machine.
    """

    def __init__(self, scheduler: str | None = None) -> None:
        self._scheduler = scheduler
        self._client: Client | None = None
        self._live: dict[str, tuple[Record, Curves]] = {}
        self._futures: dict[str, tuple[Future[Any], int | None]] = {}
        # Runs that the scheduler is yet to be told of; and those that it had when it was lost.
        self._pending: dict[str, tuple[Record, int | None]] = {}
        self._lost: set[str] = set()
        self._attempts: dict[str, int] = {}
        self._slots: int | None = None
        self._lock = threading.RLock()
        self._teller = ThreadPoolExecutor(1, thread_name_prefix="runs")
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="runs watched", daemon=True)
        self._watcher.start()

    def warm(self) -> None:
        """Start what runs need in the background, so that the first one begins at once."""
        self._tell(self._connected)

    def client(self) -> "Client":
        """The client of Dask, once there is one.

        Raises:
            UserError: where the scheduler does not answer.
        """
        return self._teller.submit(self._connected).result()

    def close(self) -> None:
        """End what was started on this machine; runs on a cluster go on."""
        self._over.set()
        self._watcher.join()
        self._teller.shutdown(cancel_futures=True)
        if self._client is not None:
            cluster.end(self._client)

    def submit(
        self,
        specs: Mapping[str, RunSpec],
        *,
        owner: str = "",
        lesson: str = "",
        link: Mapping[str, str] | None = None,
        limits: Limits = LECTURE,
        steps: int | None = None,
    ) -> str:
        """Start runs together; the same ones, where this visitor has them going already.

        Args:
            specs: what to train, by the label that tells one from the other; one alone has "".
            owner: of the visitor.
            lesson: name of the lesson.
            link: the settings of its page.
            limits: what each of them may use.
            steps: leave off after so many steps; None for no such thing.

        Returns:
            The group's id. A run's id is the group's, or the group's with ``-label``.

        Raises:
            UserError: where the record cannot be written.
        """
        with self._lock:
            going = self._same(specs, owner)
            if going is not None:
                return going
            group = run_files.new_id()
            for label, spec in specs.items():
                record = Record(
                    id=f"{group}-{label}" if label else group, group=group, label=label,
                    spec=spec, owner=owner, lesson=lesson, link=dict(link or {}), limits=limits,
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
            _write(record)
            self._live.pop(record.id, None)
            self._attempts[record.id] = record.attempt
            self._pending[record.id] = record, steps
        self._tell(self._send)

    def listed(self) -> list[Record]:
        """All runs that there are records of, the newest first."""
        return [self._latest(record) for record in run_files.listed()]

    def record(self, run: str) -> Record:
        """A run as it stands.

        Raises:
            UserError: where there is none of this id.
        """
        return self._latest(run_files.read(run))

    def group(self, group: str) -> list[Record]:
        """The runs started together, in the order of their labels; empty where there are none."""
        records = [self._latest(r) for r in run_files.listed(group)]
        return sorted(records, key=lambda r: (len(r.label), r.label))

    def curves(self, run: str) -> Curves:
        """The curves of a run as far as it has come.

        Raises:
            UserError: where there is none of this id, or the file is damaged.
        """
        with self._lock:
            live = self._live.get(run)
        return live[1] if live else run_files.curves(run)

    def queue(self) -> list[str]:
        """Ids of the runs that wait, in the order in which they came."""
        waiting = [r for r in self.listed() if r.state == "queued"]
        return [r.id for r in reversed(waiting)]

    def slots(self) -> int | None:
        """How many runs go at once; None before the first has been asked for."""
        return self._slots

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
            raise UserError("The run {run} is {state} and cannot go on.", run=run,
                            state=record.state)  # fmt: skip
        limits, seconds = record.limits, record.progress.get("seconds", 0.0)
        if limits.seconds is not None:
            # As much again: it has used its time.
            limits = replace(limits, seconds=seconds + (LECTURE.seconds or 0.0))
        self.hand_over(replace(record, limits=limits), steps)

    def change_learning_rate(self, run: str, rate: float, owner: str = "") -> None:
        """From the next step on, the highest learning rate of the schedule is this one."""
        record = self._own(run, owner)
        step = record.progress.get("step", 0)
        if record.state == "running":
            self._tell(self._order, run, "learning_rate", rate)
        elif record.state != "done":
            changes = (*(c for c in record.spec.rate_changes if c[0] < step), (step, rate))
            _write(replace(record, spec=replace(record.spec, rate_changes=changes)))
            with self._lock:
                self._live.pop(run, None)

    def delete(self, run: str, owner: str = "") -> None:
        """Take a run that does not go away with all its files.

        Raises:
            UserError: where it is not this visitor's, or goes.
        """
        record = self._own(run, owner)
        if record.state in GOING:
            raise UserError("The run {run} is going: stop it first.", run=run)
        with self._lock:
            self._live.pop(run, None)
        run_files.delete(run)

    def _same(self, specs: Mapping[str, RunSpec], owner: str) -> str | None:
        """The group in which this visitor has these very runs waiting or running, if there is."""
        groups: dict[str, dict[str, RunSpec]] = {}
        for record in self.listed():
            if record.owner == owner and record.state in GOING:
                groups.setdefault(record.group, {})[record.label] = record.spec
        return next((group for group, found in groups.items() if found == dict(specs)), None)

    def _own(self, run: str, owner: str) -> Record:
        record = self.record(run)
        if record.owner != owner:
            raise UserError("The run {run} is another visitor's.", run=run)
        return record

    def _latest(self, written: Record) -> Record:
        """What was heard of a run, unless its file tells of something later."""
        with self._lock:
            heard, _curves = self._live.get(written.id, (written, None))
            ended = written.state not in GOING and heard.state in GOING
            if ended or written.attempt > heard.attempt:
                del self._live[written.id]
                return written
        return heard

    def _ask(self, run: str, owner: str, what: str) -> None:
        record = self._own(run, owner)
        if record.state == "queued":
            # Written first: a worker that begins in this moment reads it, or hears the order.
            _write(replace(record, state=_STATES[what], ended=time.time()))
        if record.state in GOING:
            self._tell(self._order, run, what)
        elif record.state == "paused" and what == "stop":
            _write(replace(record, state=_STATES[what]))
            with self._lock:
                self._live.pop(run, None)

    def _tell(self, function: Callable[..., Any], *arguments: Any) -> None:
        def told() -> None:
            try:
                function(*arguments)
            except Exception:
                _log.exception("Dask could not be told")

        self._teller.submit(told)

    # What follows is done by the teller, except what Dask calls.

    def _connected(self) -> "Client":
        if self._client is not None and self._client.status != "running":
            cluster.end(self._client)
            self._client = None
        if self._client is None:
            self._client = cluster.connect(self._scheduler)
            self._look_at(self._client)
        return self._client

    def _send(self) -> None:
        """Tell the scheduler of all runs that it is yet to be told of."""
        try:
            client = self._connected()
        except UserError as error:
            for record, _steps in self._taken():
                with suppress(UserError):  # nor can it be written
                    self._ended_without(record, error)
            return
        for record, steps in self._taken():
            self._send_one(client, record, steps)

    def _taken(self) -> list[tuple[Record, int | None]]:
        with self._lock:
            pending, self._pending = self._pending, {}
        return list(pending.values())

    def _send_one(self, client: "Client", record: Record, steps: int | None) -> None:
        from distributed import fire_and_forget

        future = client.submit(
            work, record.id, steps, key=f"{record.id} {secrets.token_hex(4)}", pure=False,
            resources={cluster.RESOURCE: 1},
            priority=-record.created,  # first come, first served, whichever dashboard sent it
        )  # fmt: skip
        self._futures[record.id] = future, steps
        if client.cluster is None:  # on a cluster it goes on without us
            fire_and_forget(future)

    def _order(self, run: str, what: str, value: float | None = None) -> None:
        told = partial(self._connected().run, pass_on, run, what, value, on_error="ignore")
        if any(told().values()) or what not in _STATES:
            return
        record = self.record(run)
        if record.state in GOING:  # its worker is lost, and it waits for another
            _write(replace(record, state=_STATES[what], ended=time.time()))
        if run in self._futures:
            self._futures[run][0].cancel(force=True)
        told()  # it had just begun

    def _left(self, run: str, future: "Future[Any]", steps: int | None) -> None:
        """A run has left its worker, in whichever way."""
        from distributed.scheduler import KilledWorker

        if future.status == "finished":
            return
        # None where all are cancelled: the connection to the scheduler is lost.
        error = future.exception() if future.status == "error" else None
        record = self.record(run)
        if record.state == "queued" and (error is None or isinstance(error, KilledWorker)):
            # It was another run that went down with the worker.
            with self._lock:
                self._pending[run] = record, steps
            self._tell(self._send)
        elif error is None:
            self._lost.add(run)
        elif isinstance(error, KilledWorker):
            self._ended_without(record, UserError(WORKER_LOST))
        elif not isinstance(error, UserError):
            reason = UserError("The worker could not begin: {reason}.", reason=error)
            self._ended_without(record, reason)
        elif record.state != "running":  # else another process has it
            self._ended_without(record, error)

    def _ended_without(self, record: Record, error: UserError) -> None:
        """The run failed, and there is nobody else to say so."""
        if self.record(record.id).state not in (*GOING, "interrupted"):
            return  # it was stopped, or has ended
        failed = replace(record, state="failed", ended=time.time()).because(error)
        with self._lock:
            self._live[record.id] = failed, run_files.curves(record.id)
        _write(failed)
        with self._lock:
            self._live.pop(record.id, None)

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        """Dask calls it with what a run reports."""
        message = event[1]
        record = Record.from_json(message["record"])
        with self._lock:
            if record.attempt < self._attempts.get(record.id, 0):
                return  # it has been handed over again meanwhile
            known = self._live.get(record.id)
            curves = known[1] if known else run_files.curves(record.id)
            if message["progress"] is not None:
                curves.add(Progress(**message["progress"]))
            self._live[record.id] = record, curves
            if record.state not in GOING and _agree(record):
                del self._live[record.id]

    def _watch(self) -> None:
        """Look after the runs that wait for a worker, and those that left theirs without a word."""
        beat = time.monotonic()
        while not self._over.wait(WATCH):
            for run, handed in list(self._futures.items()):
                # Handed over again meanwhile, it is another future's.
                if handed[0].done() and self._futures.get(run) is handed:
                    del self._futures[run]
                    with suppress(UserError):  # deleted meanwhile
                        self._left(run, *handed)
            if time.monotonic() - beat > run_files.PULSE:
                beat = time.monotonic()
                self._look()

    def _look(self) -> None:
        for run in list(self._pending):
            run_files.touch(run)
        client = self._client
        try:
            if client is not None and client.status == "running":
                self._look_at(client)
            elif client is not None:
                self._look_for(client)
        except Exception as error:
            _log.warning("the scheduler does not answer: %s", error)
        self._find_lost()

    def _look_at(self, client: "Client") -> None:
        """Signs of life for the runs that wait at the scheduler, whoever has started them."""
        # Once more: a scheduler that was started anew does not know that we listen.
        client.subscribe_topic(TOPIC, self._hear)
        found = client.run_on_scheduler(standing)
        self._slots = found["slots"]
        for run in found["waiting"]:
            run_files.touch(run)

    def _look_for(self, client: "Client") -> None:
        """The connection is lost: files tell what there is to tell until it is there again."""
        with self._lock:
            for run in [run for run, (heard, _) in self._live.items() if heard.state in GOING]:
                del self._live[run]
        scheduler = self._scheduler or cluster.address()
        if client.status == "closed" and scheduler and cluster.answers(scheduler):
            self._tell(self._connected)

    def _find_lost(self) -> None:
        """The runs that the scheduler had when it was lost have failed, if nobody is at them."""
        for run in list(self._lost):
            with suppress(UserError):  # deleted meanwhile
                record = run_files.read(run)
                if record.state in GOING:
                    continue
                if record.state == "interrupted":
                    self._ended_without(record, UserError(SCHEDULER_LOST))
            self._lost.discard(run)


def _agree(record: Record) -> bool:
    """Whether the files say the same, so that nothing has to be remembered."""
    try:
        return run_files.read(record.id).state == record.state
    except UserError:
        return True  # deleted meanwhile


def _write(record: Record) -> None:
    try:
        run_files.write(record)
    except OSError as error:
        raise run_files.refused(error, record.folder) from error


_engine: Engine | None = None
_starting = threading.Lock()


def engine() -> Engine:
    """The engine of this process."""
    global _engine
    with _starting:
        if _engine is None:
            _engine = Engine()
        return _engine
