"""What Dask is told of runs, by one thread of its own, so that no page waits for it."""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cnnviz.errors import UserError
from cnnviz.text import N_
from cnnviz.training import cluster, run_files
from cnnviz.training.heard import Heard
from cnnviz.training.presence import PULSE, clear_all, touch
from cnnviz.training.run_files import GOING, Record
from cnnviz.training.work import SCHEDULER_LOST, TOPIC, pass_on, standing, work, workers_of

if TYPE_CHECKING:
    from distributed import Client, Future

WATCH = 0.25  # seconds between two looks at what Dask has of the runs
SECONDS_TO_TELL = 3.0  # until a worker that does not take an order counts as lost
WORKER_LOST = N_(
    "The process that trained it ended, or was ended for needing too much memory. "
    "What it had kept is here."
)
#: What an order leaves a run in.
STATES = {"stop": "stopped", "pause": "paused"}
_log = logging.getLogger(__name__)


class Dispatcher:
    """The way to Dask.

    Args:
        scheduler: address of its scheduler; None for the one that is set, or this machine.
        heard: hears what runs report.
    """

    def __init__(self, scheduler: str | None, heard: Heard) -> None:
        self._scheduler, self._heard = scheduler, heard
        self._client: Client | None = None
        self._futures: dict[str, tuple[Future[Any], int | None]] = {}
        # Runs that the scheduler is yet to be told of; and those that it had when it was lost.
        self._pending: dict[str, tuple[Record, int | None]] = {}
        self._lost: set[str] = set()
        self.slots: int | None = None
        self._lock = threading.Lock()
        self._teller = ThreadPoolExecutor(1, thread_name_prefix="runs")
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="runs watched", daemon=True)
        self._watcher.start()
        threading.Thread(target=clear_all, name="runs cleared", daemon=True).start()

    def warm(self) -> None:
        """Connect in the background."""
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

    def send(self, record: Record, steps: int | None) -> None:
        """Have a queued run carried out, for so many steps or to its end."""
        with self._lock:
            self._pending[record.id] = record, steps
        self._tell(self._send)

    def order(self, run: str, what: str, value: float | bool | None = None) -> None:
        """Tell a run something, as ``orders.order`` takes it."""
        self._tell(self._order, run, what, value)

    def _record(self, run: str) -> Record:
        return self._heard.latest(run_files.read(run))

    def _tell(self, function: Callable[..., Any], *arguments: Any) -> None:
        def told() -> None:
            try:
                function(*arguments)
            except Exception:
                _log.exception("Dask could not be told")

        self._teller.submit(told)

    # What follows is done by the teller, or by the watcher.

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

    def _order(self, run: str, what: str, value: float | bool | None = None) -> None:
        if self._told(run, what, value):
            return
        # It waits for a worker, or its worker is lost: whichever begins with it will read this.
        self._write_down(run, what, value)
        if not self._told(run, what, value) and what in STATES and run in self._futures:
            self._futures[run][0].cancel(force=True)

    def _told(self, run: str, what: str, value: float | bool | None) -> bool:
        """Whether a worker that is at the run has taken the order, in reasonable time."""
        client = self._connected()
        try:
            workers = client.run_on_scheduler(workers_of, run, callback_timeout=SECONDS_TO_TELL)
            answers = client.run(
                pass_on, run, what, value, workers=workers, on_error="ignore",
                callback_timeout=SECONDS_TO_TELL,
            )  # fmt: skip
        except OSError:  # such as a timeout
            return False
        return any(answers.values())

    def _write_down(self, run: str, what: str, value: float | bool | None) -> None:
        record = self._record(run)
        if what not in STATES:
            if value is not None and record.state != "done":
                write(record.with_change(what, value, run_files.kept_step(run)))
        elif record.state in GOING:
            write(replace(record, state=STATES[what], ended=time.time()))

    def _left(self, run: str, future: "Future[Any]", steps: int | None) -> None:
        """A run has left its worker, in whichever way."""
        from distributed.scheduler import KilledWorker

        if future.status == "finished":
            return
        # None where all are cancelled: the connection to the scheduler is lost.
        error = future.exception() if future.status == "error" else None
        record = self._record(run)
        if record.state == "queued" and (error is None or isinstance(error, KilledWorker)):
            # It was another run that went down with the worker.
            self.send(record, steps)
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
        if self._record(record.id).state not in (*GOING, "interrupted"):
            return  # it was stopped, or has ended
        failed = replace(record, state="failed", ended=time.time()).because(error)
        self._heard.say(failed, write)

    def _watch(self) -> None:
        """Look after the runs that wait for a worker, and those that left theirs without a word."""
        beat = time.monotonic()
        while not self._over.wait(WATCH):
            for run, handed in list(self._futures.items()):
                # Handed over again meanwhile, it is another future's.
                if handed[0].done() and self._futures.get(run) is handed:
                    del self._futures[run]
                    try:
                        self._left(run, *handed)
                    except Exception as error:  # deleted meanwhile, or the connection is closed
                        _log.warning("run %s left its worker: %s", run, error)
            if time.monotonic() - beat > PULSE:
                beat = time.monotonic()
                self._look()

    def _look(self) -> None:
        for run in list(self._pending):
            touch(run)
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
        """Signs of life for the runs that the scheduler has, whoever has started them.

        Also for those that go: on a busy machine their own may be late.
        """
        # Once more: a scheduler that was started anew does not know that we listen.
        client.subscribe_topic(TOPIC, self._heard.hear)
        found = client.run_on_scheduler(standing)
        self.slots = found["slots"]
        for run in found["runs"]:
            touch(run)

    def _look_for(self, client: "Client") -> None:
        """The connection is lost: files tell what there is to tell until it is there again."""
        self._heard.forget_going()
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


def write(record: Record) -> None:
    """Write a record.

    Raises:
        UserError: where the disk refuses.
    """
    try:
        run_files.write(record)
    except OSError as error:
        raise run_files.refused(error, record.folder) from error
