"""A run is carried out: trained, reported on, kept; in a worker of Dask as on the command line."""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace

import psutil
from filelock import FileLock, Timeout

from cnnviz.errors import UserError
from cnnviz.text import N_
from cnnviz.training import run_files
from cnnviz.training.curves import Curves
from cnnviz.training.finish import finish, hardware, keep_best
from cnnviz.training.fit import fit
from cnnviz.training.run_files import Record
from cnnviz.training.spec import Progress, Result, Steering

# Seconds between two times that curves and the best weights so far are written.
KEEP_SECONDS = 1.0
# How long a process that leaves a run may take over it, and another waits for it.
SECONDS_TO_LEAVE = 10.0
# The states that a run is carried out from. Where it is running already, the process that was at it
# has left it or is gone.
_TO_DO = ("queued", "running", "interrupted")

_log = logging.getLogger(__name__)


@dataclass
class Orders:
    """What a run is told while it goes; set by other threads, looked at after every step.

    Attributes:
        steering: what changes how it trains.
        pause: leave off, to go on later.
        stop: end.
        leave: leave off, for another process to go on: this one ends.
        limit: which limit it has outlived, as a sentence; it ends then, too.
    """

    steering: Steering = field(default_factory=Steering)
    pause: bool = False
    stop: bool = False
    leave: bool = False
    limit: UserError | None = None

    def should_stop(self) -> bool:
        """Whether the run ends after this step."""
        return self.pause or self.stop or self.leave or self.limit is not None


#: The runs that go in this process, by id.
_going: dict[str, Orders] = {}

Announce = Callable[[Record, Progress | None], None]


def order(run: str, what: str, value: float | None = None) -> bool:
    """Tell a run of this process to "pause", "stop" or "leave", or its new "learning_rate".

    Returns:
        Whether it goes in this process.
    """
    orders = _going.get(run)
    if orders is None:
        return False
    if what == "learning_rate":
        orders.steering.learning_rate = value
    else:
        setattr(orders, what, True)
    return True


def carry_out(
    run: str,
    *,
    steps: int | None = None,
    announce: Announce = lambda record, progress: None,
) -> Record:
    """Train a run from its beginning or from where it was left; not one told to stop meanwhile.

    Args:
        run: its id.
        steps: leave off after so many, as if paused.
        announce: called with the record and the progress whenever there is something new.

    Returns:
        The record as it was left: paused, done, stopped or failed, with the reason; running where
        it was told to leave. What goes wrong is in it and not raised.

    Raises:
        UserError: where there is no such run, another process is at it, or its folder cannot be
            written to.
    """
    orders = _going[run] = Orders(Steering(steps=steps))
    try:
        with _alone(run):
            record = run_files.read(run)
            if record.state not in _TO_DO:  # told to stop while it waited
                return record
            with run_files.pulse(run):
                return _Execution(record, orders, announce).go()
    finally:
        _going.pop(run, None)


@contextmanager
def _alone(run: str) -> Iterator[None]:
    """One process at a time carries a run out, also where a worker was only thought lost."""
    folder = run_files.read(run).folder
    lock = FileLock(folder / "run.lock")
    try:
        lock.acquire(timeout=SECONDS_TO_LEAVE)
    except Timeout as error:
        raise UserError("The run {run} is going already.", run=run) from error
    except OSError as error:
        raise run_files.refused(error, folder) from error
    try:
        yield
    finally:
        lock.release()


class _Execution:
    """One try at a run."""

    def __init__(self, record: Record, orders: Orders, announce: Announce) -> None:
        self.orders, self.announce = orders, announce
        self.folder = record.folder
        self.curves = Curves()
        self.result: Result | None = None
        self.kept = self.kept_epoch = 0.0
        self.memory = psutil.Process().memory_info
        self.record = replace(
            record, state="running", reason=None, started=record.started or time.time(),
            ended=None, hardware=hardware(),
        )  # fmt: skip

    def go(self) -> Record:
        try:
            self._enter(self.record)
            self.curves = run_files.curves(self.record.id)
            self._enter(self._train())
            if self.record.state == "done":
                (self.folder / run_files.STATE).unlink(missing_ok=True)
        except UserError as error:
            self._fail(error)
        except MemoryError:
            self._fail(UserError(NO_MEMORY))
        except OSError as error:
            self._fail(run_files.refused(error, self.folder))
        except Exception as error:
            if _out_of_memory(error):
                self._fail(UserError(NO_MEMORY))
            else:
                log_id = secrets.token_hex(4)
                _log.exception("log id %s", log_id)
                text = "The run failed. The log of its worker tells more under the id {log_id}."
                self._fail(UserError(text, log_id=log_id))
        return self.record

    def _train(self) -> Record:
        """Returns the record of what came of it."""
        spec = self.record.spec
        for progress in fit(
            spec, source=self.record.source, should_stop=self.orders.should_stop,
            steering=self.orders.steering, keep=self.folder / run_files.STATE,
        ):  # fmt: skip
            self.result = progress.result or self.result
            self._take_in(progress)
            self._check_limits(progress)
        self._keep(now=True)
        ended = replace(self.record, ended=time.time())
        if self.result is not None and not self._left_off():
            return self._finished(ended, self.result)
        if self.orders.limit is not None:
            return replace(ended, state="stopped").because(self.orders.limit)
        if self.orders.leave and not (self.orders.stop or self.orders.pause):
            return self.record
        return replace(ended, state="stopped" if self.orders.stop else "paused")

    def _left_off(self) -> bool:
        """Whether it was told to end before the last epoch was measured."""
        last = self.record.progress
        return bool(last["measured"] < last["epochs"])

    def _finished(self, ended: Record, result: Result) -> Record:
        """The checkpoint as it stays: rounded, and measured on the test images."""
        file = self.folder / run_files.CHECKPOINT
        card = finish(ended.spec, result, file, out=ended.out or ended.id)
        return replace(ended, state="done", epoch=card.epoch, metrics=card.metrics)

    def _take_in(self, progress: Progress) -> None:
        self.curves.add(progress)
        last = self.record.progress
        plain = asdict(replace(progress, result=None))
        del plain["result"], plain["rate_changes"]
        result = progress.result
        plain["measured"] = len(result.history) if result else last.get("measured", 0)
        plain["metrics"] = progress.metrics or last.get("metrics", {})
        spec = replace(self.record.spec, rate_changes=progress.rate_changes)
        self.record = replace(self.record, spec=spec, progress=plain)
        if progress.result is not None:
            self._keep(now=False)
        elif time.monotonic() - self.kept > KEEP_SECONDS:
            self._write()
        self.announce(self.record, progress)

    def _keep(self, *, now: bool) -> None:
        """Keep what is best so far, where that is new."""
        result = self.result
        if not now and time.monotonic() - self.kept <= KEEP_SECONDS:
            return
        if result is not None and result.epoch != self.kept_epoch:
            file, spec = self.folder / run_files.CHECKPOINT, self.record.spec
            card = keep_best(spec, result, file, out=self.record.out or self.record.id)
            self.record = replace(self.record, epoch=card.epoch, metrics=card.metrics)
            self.kept_epoch = result.epoch
        self._write()

    def _write(self) -> None:
        self.kept = time.monotonic()
        self.curves.write(self.folder / run_files.CURVES)
        run_files.write(self.record)

    def _check_limits(self, progress: Progress) -> None:
        limits = self.record.limits
        if limits.seconds is not None and progress.seconds > limits.seconds:
            text = N_("Stopped: it had trained for {limit} s, which is its limit.")
            self.orders.limit = UserError(text, limit=round(limits.seconds))
        elif limits.memory is not None and self.memory().rss > limits.memory:
            text = N_("Stopped: it needed more memory than its limit of {limit} GB.")
            gigabytes = round(limits.memory / run_files.GIGABYTE, 1)
            self.orders.limit = UserError(text, limit=gigabytes)
        elif progress.metrics and limits.epochs in range(
            1, min(progress.epoch + 1, progress.epochs)
        ):
            text = N_("Stopped: it had trained for {limit} epochs, which is its limit.")
            self.orders.limit = UserError(text, limit=limits.epochs)

    def _enter(self, record: Record) -> None:
        self.record = record
        run_files.write(record)
        self.announce(record, None)

    def _fail(self, error: UserError) -> None:
        failed = replace(self.record, state="failed", ended=time.time()).because(error)
        self.record = failed
        try:
            self._keep(now=True)
        except Exception:  # a full disk: whoever waits for the run still hears of it
            _log.warning("what run %s had come to cannot be written", failed.id)
        self.announce(self.record, None)


NO_MEMORY = N_("There was not enough memory for the run: make the network or the batches smaller.")


def _out_of_memory(error: Exception) -> bool:
    """torch says it in a RuntimeError."""
    return isinstance(error, RuntimeError) and "memory" in str(error).lower()
