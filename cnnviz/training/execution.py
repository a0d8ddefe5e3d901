"""A run is carried out: trained, reported on, kept; in a worker of Dask as on the command line."""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, replace

import psutil

from cnnviz.checkpoints import Card
from cnnviz.errors import UserError
from cnnviz.text import N_
from cnnviz.training import run_files
from cnnviz.training.curves import Curves
from cnnviz.training.finish import finish, hardware, keep_best
from cnnviz.training.fit import fit
from cnnviz.training.orders import GOING, Orders
from cnnviz.training.presence import alone, pulse
from cnnviz.training.run_files import Record
from cnnviz.training.spec import Progress, Result, Steering

# Seconds between two times that curves and the best weights so far are written.
KEEP_SECONDS = 1.0
# Seconds between two signs that the test data are being measured.
TELL_SECONDS = 0.2
# How long a process that leaves a run may take over it, and another waits for it.
SECONDS_TO_LEAVE = 10.0
# The states that a run is carried out from. Where it is running already, the process that was at it
# has left it or is gone.
_TO_DO = ("queued", "running", "interrupted")

_log = logging.getLogger(__name__)


Announce = Callable[[Record, Progress | None], None]


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
    orders = GOING[run] = Orders(Steering(steps=steps))
    try:
        with alone(run, SECONDS_TO_LEAVE):
            record = run_files.read(run)
            if record.state not in _TO_DO:  # told to stop while it waited
                return record
            with pulse(run):
                return _Execution(record, orders, announce).go()
    finally:
        GOING.pop(run, None)


class _Execution:
    """One try at a run."""

    def __init__(self, record: Record, orders: Orders, announce: Announce) -> None:
        self.orders, self.announce = orders, announce
        self.folder = record.folder
        self.curves = Curves()
        self.result: Result | None = None
        self.kept = self.kept_epoch = self.told = 0.0
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
        done = None
        if self.result is not None and not self._left_off():
            done = self._finished(self.result)
        return done or self._ended()

    def _left_off(self) -> bool:
        """Whether it was told to end before the last epoch was measured."""
        last = self.record.progress
        return bool(last["measured"] < last["epochs"])

    def _ended(self) -> Record:
        """The record of a run that was told to end."""
        ended = replace(self.record, ended=time.time())
        if self.orders.limit is not None:
            return replace(ended, state="stopped").because(self.orders.limit)
        if self.orders.leave and not (self.orders.stop or self.orders.pause):
            return self.record
        return replace(ended, state="stopped" if self.orders.stop else "paused")

    def _finished(self, result: Result) -> Record | None:
        """The checkpoint as it stays: rounded, and measured on the test data.

        None where it is told to end meanwhile: the checkpoint is then the best epoch, as kept. The
        limits of training are none of the test.
        """
        file, record, began = self.folder / run_files.CHECKPOINT, self.record, time.monotonic()
        parts = finish(record.spec, result, file, out=record.out, source=record.source)
        self._tell_of_test(began)
        while not self.orders.to_end:
            try:
                next(parts)
            except StopIteration as end:
                card: Card = end.value
                return replace(record, state="done", ended=time.time(), epoch=card.epoch,
                               metrics=card.metrics)  # fmt: skip
            if time.monotonic() - self.told >= TELL_SECONDS:
                self._tell_of_test(began)
        return None

    def _tell_of_test(self, began: float) -> None:
        """A sign that it goes, although there are no more steps."""
        self.told = time.monotonic()
        testing = {"testing": round(self.told - began, 1)}
        record = replace(self.record, progress=self.record.progress | testing)
        if self.told - self.kept > KEEP_SECONDS:
            self.kept = self.told
            run_files.write(record)
        self.announce(record, None)

    def _take_in(self, progress: Progress) -> None:
        self.curves.add(progress)
        last = self.record.progress
        plain = asdict(replace(progress, result=None))
        del plain["result"], plain["changes"]
        plain["step_seconds"] = self.curves.seconds_a_step(self._examples())
        result = progress.result
        plain["measured"] = len(result.history) if result else last.get("measured", 0)
        plain["metrics"] = progress.metrics or last.get("metrics", {})
        spec = replace(self.record.spec, changes=progress.changes)
        self.record = replace(self.record, spec=spec, progress=plain)
        if progress.result is not None:
            self._keep(now=False)
        elif time.monotonic() - self.kept > KEEP_SECONDS:
            self._write()
        self.announce(self.record, progress)

    def _examples(self) -> float:
        """Examples of a step: those that the run asks for, until what it trains on is known."""
        if self.result is None:
            return self.record.spec.batch_size
        return self.result.task.epoch_examples / self.result.task.epoch_steps

    def _keep(self, *, now: bool) -> None:
        """Keep what is best so far, where that is new."""
        result = self.result
        if not now and time.monotonic() - self.kept <= KEEP_SECONDS:
            return
        if result is not None and result.epoch != self.kept_epoch:
            file, record = self.folder / run_files.CHECKPOINT, self.record
            card = keep_best(record.spec, result, file, out=record.out, source=record.source)
            self.record = replace(record, epoch=card.epoch, metrics=card.metrics)
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
