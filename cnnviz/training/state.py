"""The state of a run: all that its next step depends on."""

import math
import threading
from bisect import insort
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, OneCycleLR

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.models.registry import build, channels_last
from cnnviz.training.precision import depthwise_in_float32
from cnnviz.training.setting_types import RATE, Change
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import Batch, Steerable, Task

# The one-cycle schedule begins at its highest rate by the first, and ends at that by the second.
FIRST, LAST = 25.0, 1e4
# A process has one generator of random numbers: one run at a time puts its own in its place.
_GENERATOR = threading.Lock()


@dataclass
class State:
    """A run between two steps.

    Attributes:
        spec: what is trained, on what, how.
        task: the data, the loss and the measure.
        place: the device.
        model: with the weights so far; train or eval mode is the caller's affair.
        optimizer: with the momentum so far.
        changes: of settings, taken and to come, in the order of their steps.
        random: of the generator that dropout draws from: the run's own.
        step: steps taken.
        rate: learning rate of the last step.
        seconds: wall time so far; kept by the caller.
        sums: terms of the loss by name, summed over the steps of the epoch.
        history: one entry for each epoch that has ended.
        best_epoch: the best on validation, or the last where that is kept or the task has no score;
            counted from 1; 0 before the first has ended.
        best_metrics: what it came to on validation.
        best: its weights.
    """

    spec: RunSpec
    task: Task
    place: torch.device
    model: nn.Module
    optimizer: torch.optim.Optimizer
    changes: list[Change]
    random: Tensor
    step: int = 0
    rate: float = 0.0
    seconds: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = 0
    best_metrics: dict[str, float] = field(default_factory=dict)
    best: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._draws = True
        self._rounds = self.spec.precision == "bfloat16"
        self._follow_changes()
        self.rate = self._next_rate()

    @classmethod
    def start(cls, spec: RunSpec, task: Task, place: torch.device) -> "State":
        """A run before its first step.

        Raises:
            UserError: where the network cannot be built, or those weights do not fit it.
        """
        with _GENERATOR, torch.random.fork_rng():
            torch.manual_seed(spec.seed)
            model = build(spec.model, {**task.arguments, **spec.model_args})
            random = _generator_state(place)
            if spec.init_seed:  # other weights; dropout draws what it would have drawn
                torch.manual_seed(spec.seed + spec.init_seed)
                model = build(spec.model, {**task.arguments, **spec.model_args})
        if spec.weights_from:
            _take_weights(model, spec.weights_from)
        model = channels_last(model).to(place)
        if spec.precision == "bfloat16" and place.type == "cpu":
            depthwise_in_float32(model)
        return cls(
            spec=spec,
            task=task,
            place=place,
            model=model,
            optimizer=_optimizer(model, spec),
            changes=sorted(spec.changes, key=lambda change: change[0]),
            random=random,
        )

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.spec.epochs * self.task.epoch_steps

    @property
    def taken(self) -> int:
        """Steps of the running epoch that have been taken."""
        return self.step - len(self.history) * self.task.epoch_steps

    def change(self, setting: str, value: float | bool) -> None:
        """From the next step on a setting has this value.

        Raises:
            UserError: where it cannot be changed, or takes no such value.
        """
        [change] = self.spec.with_settings({"changes": [(self.step, setting, value)]}).changes
        insort(self.changes, change, key=lambda change: change[0])

    def resume(self, changes: Iterable[Change]) -> None:
        """Set the run to this step: these changes up to it, then those of the spec."""
        made = [change for change in changes if change[0] <= self.step]
        later = [change for change in self.changes if change[0] >= self.step]
        self.changes = made + [change for change in later if change not in made]
        self._follow_changes()

    def take_step(self, batch: Batch) -> None:
        """One step of the optimiser, the network being in training mode.

        Raises:
            UserError: where the loss is no longer a number; the weights are then those before.
        """
        if any(step == self.step for step, _setting, _value in self.changes):
            self._follow_changes()
        self.rate = self._next_rate()
        with self._own_random_numbers():
            with torch.autocast(self.place.type, torch.bfloat16, enabled=self._rounds):
                losses = self.task.losses(self.model, batch)
            values = {name: float(loss.detach()) for name, loss in losses.items()}
            if not all(map(math.isfinite, values.values())):
                raise no_number(self.step)
            self.optimizer.zero_grad()
            loss = torch.stack(tuple(losses.values())).sum()
            if loss.requires_grad:  # else every term has been switched off: nothing is learned
                loss.backward()
        self.optimizer.step()
        self._schedule.step()
        self.step += 1
        self.sums = {name: self.sums.get(name, 0.0) + value for name, value in values.items()}

    def end_epoch(self, entry: dict[str, float], metrics: dict[str, float]) -> None:
        """Enter an epoch into the history; its weights are kept where it is the best so far."""
        self.history.append(entry)
        self.sums = {}
        score = None if self.spec.keep == "last" else self.task.score
        if not self.best_epoch or score is None or metrics[score] > self.best_metrics[score]:
            self.best_epoch, self.best_metrics = len(self.history), metrics
            self.best = {name: t.clone() for name, t in self.model.state_dict().items()}

    def _follow_changes(self) -> None:
        """Set the schedule and the task to what holds at this step."""
        held = {setting: value for step, setting, value in self.changes if step <= self.step}
        self._schedule = self._make_schedule(held.pop(RATE, self.spec.learning_rate))
        if held:
            assert isinstance(self.task, Steerable)  # the spec has checked what can be changed
            self.task = self.task.steered(held)

    def _make_schedule(self, peak: float) -> LRScheduler:
        """The schedule as it stands at this step, with its highest rate."""
        if self.spec.schedule == "constant":
            for group in self.optimizer.param_groups:
                group.update(initial_lr=peak)
            return LambdaLR(self.optimizer, lambda _: 1.0, last_epoch=self.step - 1)
        for group in self.optimizer.param_groups:
            first = peak / FIRST
            group.update(max_lr=peak, initial_lr=first, min_lr=first / LAST)
        return OneCycleLR(
            self.optimizer,
            peak,
            total_steps=self.steps + 1,
            cycle_momentum=False,
            div_factor=FIRST,
            final_div_factor=LAST,
            last_epoch=self.step - 1,
        )

    def _next_rate(self) -> float:
        return float(self._schedule.get_last_lr()[0])

    @contextmanager
    def _own_random_numbers(self) -> Iterator[None]:
        """Inside, random numbers come from the run's own generator."""
        if not self._draws:
            yield
            return
        with _GENERATOR:
            outside = _generator_state(self.place)
            _set_generator_state(self.place, self.random)
            try:
                yield
            finally:
                after = _generator_state(self.place)
                _set_generator_state(self.place, outside)
                # A network without dropout draws nothing: its next steps wait for no other run's.
                self._draws = not torch.equal(after, self.random)
                self.random = after


def no_number(steps: int) -> UserError:
    """What a run ends with that has diverged after so many steps."""
    return UserError(
        "The loss is no longer a number after {steps} steps: lower the learning rate.", steps=steps
    )


def _take_weights(model: nn.Module, name: str) -> None:
    """Copy a checkpoint's weights and batch-norm statistics into a network."""
    trained, _card = checkpoints.load(name)
    try:
        model.load_state_dict(trained.state_dict())
    except RuntimeError as error:
        raise UserError("The weights of {name} do not fit the network.", name=name) from error


def _optimizer(model: nn.Module, spec: RunSpec) -> torch.optim.Optimizer:
    decayed, others = _divide_parameters(model, spec.decay_depthwise)
    groups: list[dict[str, Any]] = [
        {"params": decayed, "weight_decay": spec.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    if spec.optimizer == "adam":
        betas = (spec.momentum, 0.999)
        return torch.optim.AdamW(groups, lr=spec.learning_rate, betas=betas, fused=True)
    return torch.optim.SGD(
        groups,
        lr=spec.learning_rate,
        momentum=spec.momentum,
        nesterov=spec.momentum > 0,
        fused=True,
    )


def _divide_parameters(
    model: nn.Module, decay_depthwise: bool
) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Parameters with weight decay, and those without: biases, batch norms, perhaps depthwise."""
    spared = {
        id(module.weight)
        for module in model.modules()
        if isinstance(module, nn.Conv2d) and module.groups > 1 and not decay_depthwise
    }
    parameters = list(model.parameters())
    decayed = [p for p in parameters if p.dim() > 1 and id(p) not in spared]
    kept = {id(p) for p in decayed}
    return decayed, [p for p in parameters if id(p) not in kept]


def _generator_state(place: torch.device) -> Tensor:
    return torch.cuda.get_rng_state() if place.type == "cuda" else torch.get_rng_state()


def _set_generator_state(place: torch.device, state: Tensor) -> None:
    if place.type == "cuda":
        torch.cuda.set_rng_state(state)
    else:
        torch.set_rng_state(state)
