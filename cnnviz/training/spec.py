"""What a run is (RunSpec), what it says while it goes (Progress), what it leaves (Result).

Plain data: importing this loads no torch.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from cnnviz.errors import UserError
from cnnviz.training.setting_types import (
    RATE,
    Changes,
    checked,
    checked_changes,
    lists,
    tuples,
)
from cnnviz.training.task_settings import settings_of

if TYPE_CHECKING:
    from torch import nn

    from cnnviz.training.task import Task

# Fields that are not set by their own names.
_OF_OTHERS = ("model", "model_args", "data_args")
# What ``changes`` was called while it was of the learning rate alone: old records have it.
_ONCE = "rate_changes"


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """A training run as plain data: with the code's version it names the result.

    Attributes:
        model: key of ``cnnviz.models.registry.MODELS``.
        data: name of the data set, or the path of one's own.
        model_args: constructor arguments; those that follow the data, such as input channels and
            classes, are not among them.
        data_args: settings of what it trains on (``cnnviz.training.task_settings``).
        epochs: passes over the training examples.
        batch_size: examples a step.
        learning_rate: the schedule's highest.
        optimizer: "sgd", with Nesterov's momentum, or "adam", whose decay of the weights goes
            beside the gradient (AdamW).
        schedule: of the learning rate: "one_cycle" up and down again, or "constant".
        keep: which epoch's weights are kept: the "best" on validation, or the "last". Where the
            schedule ends at a rate near zero and there are few validation examples, the best of
            many epochs is the luckiest rather than the best.
        precision: of the products in a training step; "bfloat16" is faster where the processor has
            instructions for it. Weights, batch norms' statistics and all that is measured are
            float32 either way.
        momentum: of the gradient's running mean.
        weight_decay: on weights of two or more dimensions; biases and batch norms have none.
        decay_depthwise: whether depthwise kernels are decayed too. Customary; the MobileNetV1 paper
            advises against it, there being so few of their weights.
        augment: vary the training examples at random. Images: random crops of the image padded by
            an eighth, and mirroring where ``mirror`` says that a mirrored image is still one of its
            class. Windows of a scene: turns by 90 degrees and mirroring.
        mirror: mirror half of the images left to right.
        validation: number of training images held out, on which epochs are measured.
        images: number of the other training images that are used, class shares kept; 0: all.
        split_seed: which images are held out, and which of the others are used.
        seed: initial weights, batch order, augmentation, dropout.
        init_seed: added to the seed for the initial weights alone: 0 for those of ``seed``.
        order_seed: added to the seed for batch order and augmentation alone.
        weights_from: name of a checkpoint, or its path, whose weights the run begins with; "":
            random ones.
        changes: of settings while it goes, each as (step, setting, value): after that many steps it
            goes on with this as the schedule's highest learning rate, or as one of the settings
            that its task names in ``STEERED``.
    """

    model: str
    data: str
    model_args: Mapping[str, Any] = field(default_factory=dict)
    data_args: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 10
    batch_size: int = 128
    learning_rate: float = 0.1
    optimizer: Literal["sgd", "adam"] = "sgd"
    schedule: Literal["one_cycle", "constant"] = "one_cycle"
    keep: Literal["best", "last"] = "best"
    precision: Literal["float32", "bfloat16"] = "float32"
    momentum: float = 0.9
    weight_decay: float = 5e-4
    decay_depthwise: bool = True
    augment: bool = True
    mirror: bool = True
    validation: int = 5000
    images: int = 0
    split_seed: int = 0
    seed: int = 0
    init_seed: int = 0
    order_seed: int = 0
    weights_from: str = ""
    changes: Changes = ()

    def with_settings(self, settings: Mapping[str, Any]) -> "RunSpec":
        """A copy with changed settings.

        Args:
            settings: by name: fields of this class, settings of what it trains on, or else
                constructor arguments. ``rate_changes``, pairs of a step and a learning rate, are
                ``changes``.

        Raises:
            UserError: where a value is of another type, none of the choices, or a number that is
                negative, not finite or above ``LARGEST``; where a field means nothing here.
        """
        task = settings_of(self.model)
        own = {f.name: f.type for f in fields(self) if f.name not in _OF_OTHERS}
        data = {f.name: f.type for f in fields(task)}
        ours, datas, models = dict[str, Any](), dict[str, Any](), dict[str, Any]()
        for name, value in settings.items():
            if name in task.UNUSED:
                raise UserError(
                    "{model} has no setting named {argument}. It has: {names}.",
                    model=self.model,
                    argument=name,
                    names=", ".join(n for n in (*own, *data) if n not in task.UNUSED),
                )
            if name in ("changes", _ONCE):
                steered = {RATE: float} | {n: data[n] for n in task.STEERED}
                ours["changes"] = checked_changes(value, steered)
            elif name in own:
                ours[name] = checked(name, value, own[name])
            elif name in data:
                datas[name] = checked(name, value, data[name])
            else:
                models[name] = tuples(value)
        return replace(
            self,
            **ours,
            data_args={**self.data_args, **datas},
            model_args={**self.model_args, **models},
        )

    def as_changed(self) -> "RunSpec":
        """A copy with the values that settings have after all changes, which it still tells."""
        return self.with_settings({setting: value for _step, setting, value in self.changes})

    def to_json(self) -> dict[str, Any]:
        """Plain data, ready for ``json.dumps``: lists for tuples; no field that means nothing."""
        unused = settings_of(self.model).UNUSED
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in unused}
        written: dict[str, Any] = lists(plain)
        return written

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "RunSpec":
        """What ``to_json`` gave, read again; what it did not know yet has its default.

        Raises:
            UserError: where model or data is missing, a name is unknown, or a value is not what
                ``with_settings`` takes.
        """
        names = [f.name for f in fields(cls)]
        known = {*names, _ONCE}
        if not isinstance(content, Mapping) or not {"model", "data"} <= set(content) <= known:
            raise UserError(
                "A run is described by model, data and any of: {names}.", names=", ".join(names[2:])
            )
        settings = dict(content)
        model = checked("model", settings.pop("model"), str)
        arguments, data = (_by_name(n, settings.pop(n, {})) for n in ("model_args", "data_args"))
        datas = {f.name for f in fields(settings_of(model))}
        if not set(data) <= datas:
            raise UserError(
                "data_args takes {names}, not {value}.",
                names=", ".join(sorted(datas)) or "-",
                value=", ".join(sorted(set(data) - datas)),
            )
        described = cls(model=model, data="", model_args=tuples(arguments))
        return described.with_settings({**data, **settings})


def _by_name(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(n, str) for n in value):
        raise UserError("{name} takes settings by name, not {value}.", name=name, value=value)
    return value


@dataclass
class Steering:
    """What another thread may ask of a run while it goes.

    Attributes:
        steps: stop when so many steps have been taken since ``fit`` was called.
        asked: settings and their values from the next step on, in the order in which they were
            asked for; a pair is gone when it is taken.

    Raises:
        UserError: where ``RunSpec.epochs`` would not take so many steps.
    """

    steps: int | None = None
    asked: deque[tuple[str, float | bool]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        if self.steps is not None:
            checked("steps", self.steps, int)

    def taken(self) -> Iterator[tuple[str, float | bool]]:
        """What was asked for, once. What another thread asks for meanwhile is not lost."""
        while self.asked:
            yield self.asked.popleft()


@dataclass(frozen=True)
class Result:
    """What a finished run leaves.

    Attributes:
        model: with the weights of the epoch that is kept (``RunSpec.keep``), in eval mode.
        epoch: that epoch, counted from 1.
        metrics: on validation, at that epoch.
        history: one entry an epoch: epoch, mean loss terms, validation metrics, seconds so far.
        task: what it was trained on, so that what is stored can be measured as stored.
        seconds: wall time of the training, all parts of a resumed run together.
        changes: as in ``Progress``.
    """

    model: "nn.Module"
    epoch: int
    metrics: dict[str, float]
    history: list[dict[str, float]]
    task: "Task"
    seconds: float
    changes: Changes = ()


@dataclass(frozen=True)
class Progress:
    """Where a run stands.

    Attributes:
        step, steps: optimiser steps done, and in all.
        epoch, epochs: the running epoch, counted from 1, and how many there are.
        losses: terms of the loss by name: mean since the last report that had any; where an epoch
            has just ended, of the epoch; empty before the first step and during validation.
        metrics: on validation, where an epoch has just ended; else empty.
        learning_rate: of the last step; before the first, of the first.
        examples_per_second: pace of the steps that ``losses`` is the mean of; 0 without one.
        seconds_left: estimate from the pace so far; 0 where there is none yet.
        seconds: wall time of the training so far, all parts of a resumed run together.
        changes: the spec's changes of settings and those that were asked for since: a spec with
            these gives the same numbers in one go.
        result: best epoch so far, on the first report, the last, and each that ends an epoch; None
            before the first epoch has ended.
    """

    step: int
    steps: int
    epoch: int
    epochs: int
    losses: dict[str, float]
    metrics: dict[str, float]
    learning_rate: float
    examples_per_second: float
    seconds_left: float
    seconds: float = 0.0
    changes: Changes = ()
    result: Result | None = None


def parse_setting(text: str) -> tuple[str, Any]:
    """``"alpha=0.5"`` as ``("alpha", 0.5)``: the value is JSON where it can be, else text.

    Raises:
        UserError: where there is no name or no equals sign.
    """
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UserError("A setting is written name=value, not {text}.", text=text)
    try:
        return name, json.loads(value)
    except ValueError:  # no JSON, or a number of thousands of digits
        return name, value
