"""fit(): train a network as a generator that reports while it goes."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from cnnviz.training import memory
from cnnviz.training.results import result_of
from cnnviz.training.spec import Progress, Result, RunSpec, Steering
from cnnviz.training.state import State, no_number
from cnnviz.training.state_file import load, save
from cnnviz.training.tasks import task_of

#: Seconds between two reports; a step that takes longer is waited for.
REPORT_SECONDS = 0.2
#: Seconds at least between two writings of the state, while the run goes.
KEEP_SECONDS = 1.0


def fit(
    spec: RunSpec,
    *,
    source: str | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    steering: Steering | None = None,
    keep: Path | None = None,
) -> Iterator[Progress]:
    """Train. Same spec, same machine, same thread count: the same numbers to the last bit on a CPU.

    A run that is stopped and goes on from ``keep``, however often, gives the same numbers as well.
    The caller's random numbers are left alone, and runs in one process do not disturb one another.
    The process keeps the memory of its steps from here on (``cnnviz.training.memory``).

    Args:
        spec: what to train, on what, how.
        source: a folder to read the data from; None looks in the data folders.
        should_stop: asked before every step and every part of validation; True ends the run at
            once, keeping the best epoch so far.
        steering: what another thread asks of the run while it goes.
        keep: a file for the run's state. Where it is there, the run goes on from it. It is written,
            whole or not at all, when the run stops, when it ends, and now and then when an epoch
            has ended.

    Yields:
        Progress at least twice a second, unless one step takes longer: the first one when the
        network is built, before a step is taken; the last one carries the result.

    Raises:
        UserError: where the spec cannot be carried out, the loss is no longer a number, or ``keep``
            is damaged or of another run.
        OSError: where ``keep`` cannot be written.
    """
    memory.keep()
    state = State.start(spec, task_of(spec, source), device())
    if keep is not None and keep.exists():
        load(state, keep)
    yield from _Run(state, should_stop, steering or Steering(), keep).go()


def device() -> torch.device:
    """Where networks are trained: the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@dataclass
class _Run:
    """One run while it goes."""

    state: State
    should_stop: Callable[[], bool]
    steering: Steering
    keep: Path | None

    def go(self) -> Iterator[Progress]:
        state = self.state
        now = time.monotonic()
        self.began, self.first, self.stopped = now - state.seconds, state.step, False
        self.reported = self.kept = now
        self._mark()
        yield self._progress(result=self._result())
        while len(state.history) < state.spec.epochs:
            yield from self._train_epoch()
            since = self._since_mark()  # the pace is that of steps, without validation
            metrics = yield from self._validate()
            if self.stopped:
                self._steer()  # for when the run goes on
                self._keep()
                yield self._progress(*since, result=self._result())
                return
            yield self._end_epoch(metrics)

    def _asked_to_stop(self) -> bool:
        allowed = self.steering.steps
        spent = allowed is not None and self.state.step - self.first >= allowed
        self.stopped = self.stopped or spent or self.should_stop()
        return self.stopped

    def _steer(self) -> None:
        for setting, value in self.steering.taken():
            self.state.change(setting, value)

    def _train_epoch(self) -> Iterator[Progress]:
        """The steps that are left of the epoch, as far as the run is not stopped."""
        state = self.state
        # A generator of its own for each epoch: batches do not depend on what ran before.
        epoch = len(state.history) + 1
        seed = state.spec.seed + state.spec.order_seed
        generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
        state.model.train()
        for batch in state.task.batches(generator, state.place, state.taken):
            if self._asked_to_stop():
                return
            self._steer()
            state.take_step(batch)
            if self._is_due() or state.step == self.first + 1:
                yield self._progress(*self._since_mark())
                self._mark()
        if state.step > self.mark[1]:  # or the curves would end before the epoch does
            yield self._progress(*self._since_mark())

    def _validate(self) -> Generator[Progress, None, dict[str, float]]:
        """Metrics on validation, part by part; none where the run is stopped meanwhile."""
        state = self.state
        state.model.eval()
        parts = state.task.validate(state.model)
        while not self._asked_to_stop():
            try:
                next(parts)
            except StopIteration as end:
                metrics: dict[str, float] = end.value
                return metrics
            except FloatingPointError as error:
                raise no_number(state.step) from error
            if self._is_due():
                yield self._progress()
        return {}

    def _end_epoch(self, metrics: dict[str, float]) -> Progress:
        """Keep the weights where they are the best, and the state where it is time."""
        state, seconds = self.state, self._seconds()
        epoch = len(state.history) + 1
        losses = {name: total / state.task.epoch_steps for name, total in state.sums.items()}
        entry = {"epoch": epoch, **losses, **metrics, "seconds": round(seconds, 1)}
        state.end_epoch(entry, metrics)
        if epoch == state.spec.epochs or time.monotonic() - self.kept > KEEP_SECONDS:
            self._keep()
        self._mark()
        pace = state.step * self._examples / max(seconds, 1e-9)
        return self._progress(losses, pace, metrics, self._result())

    def _keep(self) -> None:
        if self.keep is not None:
            self.state.seconds = self._seconds()
            save(self.state, self.keep)
            self.kept = time.monotonic()

    @property
    def _examples(self) -> float:
        """Mean of a step."""
        return self.state.task.epoch_examples / self.state.task.epoch_steps

    def _seconds(self) -> float:
        """Wall time of the training so far, all its parts together."""
        return time.monotonic() - self.began

    def _is_due(self) -> bool:
        return time.monotonic() - self.reported >= REPORT_SECONDS

    def _mark(self) -> None:
        """Losses are told from here on."""
        self.mark = time.monotonic(), self.state.step, dict(self.state.sums)

    def _since_mark(self) -> tuple[dict[str, float], float]:
        """Mean loss terms and examples a second of the steps since; nothing without a step."""
        then, step, sums = self.mark
        steps = self.state.step - step
        if not steps:
            return {}, 0.0
        losses = {k: (v - sums.get(k, 0.0)) / steps for k, v in self.state.sums.items()}
        seconds = max(time.monotonic() - then, 1e-9)
        return losses, steps * self._examples / seconds

    def _progress(
        self,
        losses: dict[str, float] | None = None,
        pace: float = 0.0,
        metrics: dict[str, float] | None = None,
        result: Result | None = None,
    ) -> Progress:
        state, seconds = self.state, self._seconds()
        self.reported = time.monotonic()
        # An epoch that has just ended is entered in the history already.
        epoch = len(state.history) + (0 if metrics else 1)
        return Progress(
            step=state.step,
            steps=state.steps,
            epoch=min(epoch, state.spec.epochs),
            epochs=state.spec.epochs,
            losses=losses or {},
            metrics=metrics or {},
            learning_rate=state.rate,
            examples_per_second=pace,
            seconds_left=seconds / state.step * (state.steps - state.step) if state.step else 0.0,
            seconds=seconds,
            changes=tuple(state.changes),
            result=result,
        )

    def _result(self) -> Result | None:
        return result_of(self.state, self._seconds())
