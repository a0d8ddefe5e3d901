"""What a run is (RunSpec), what it says while it goes (Progress), what it leaves (Result).

Plain data: importing this loads no torch.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from cnnviz.errors import UserError
from cnnviz.text import N_

if TYPE_CHECKING:
    from torch import nn

    from cnnviz.data.images import ImageSet

#: The largest number that a setting may have: beyond it random generators take no seed.
LARGEST = 2**32 - 1
#: (step, learning rate): after that many steps the schedule goes on with this as its highest rate.
RateChanges = tuple[tuple[int, float], ...]
_REFUSALS = {
    bool: N_("{name} takes true or false, not {value}."),
    int: N_("{name} takes a whole number from 0 to {most}, not {value}."),
    float: N_("{name} takes a number from 0 to {most}, not {value}."),
    str: N_("{name} takes a name, not {value}."),
    RateChanges: N_("{name} takes a list of pairs [step, learning rate], not {value}."),
}


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """A training run as plain data: with the code's version it names the result.

    Attributes:
        model: key of ``cnnviz.models.registry.MODELS``.
        data: name of the data set.
        model_args: constructor arguments; input channels and classes follow the data.
        epochs: passes over the training images.
        batch_size: images a step.
        learning_rate: the one-cycle schedule's highest.
        momentum: of the Nesterov SGD.
        weight_decay: on weights of two or more dimensions; biases and batch norms have none.
        decay_depthwise: whether depthwise kernels are decayed too. Customary; the MobileNetV1 paper
            advises against it, there being so few of their weights.
        augment: random crops of the image padded by an eighth, and mirroring where
            ``mirror`` says that a mirrored image is still one of its class.
        mirror: mirror half of the images left to right.
        validation: number of training images held out, on which the epoch is chosen.
        images: number of the other training images that are used, class shares kept; 0: all.
        split_seed: which images are held out, and which of the others are used.
        seed: initial weights, batch order, augmentation, dropout.
        rate_changes: pairs of a step and a learning rate: after that many steps the schedule goes
            on with this as its highest.
    """

    model: str
    data: str
    model_args: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 10
    batch_size: int = 128
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4
    decay_depthwise: bool = True
    augment: bool = True
    mirror: bool = True
    validation: int = 5000
    images: int = 0
    split_seed: int = 0
    seed: int = 0
    rate_changes: RateChanges = ()

    def with_settings(self, settings: Mapping[str, Any]) -> "RunSpec":
        """A copy with changed settings: names of fields, or else of constructor arguments.

        Raises:
            UserError: where a field is given a value of another type, or a number that is negative,
                not finite or above ``LARGEST``.
        """
        own = {f.name: f.type for f in fields(self) if f.name not in ("model", "model_args")}
        ours = {
            name: _checked(name, value, own[name])
            for name, value in settings.items()
            if name in own
        }
        theirs = {name: _tuples(value) for name, value in settings.items() if name not in own}
        return replace(self, **ours, model_args={**self.model_args, **theirs})

    def to_json(self) -> dict[str, Any]:
        """Plain data, ready for ``json.dumps``: lists where there are tuples."""
        plain: dict[str, Any] = _lists({**asdict(self), "model_args": dict(self.model_args)})
        return plain

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "RunSpec":
        """What ``to_json`` gave, read again; what it did not know yet has its default.

        Raises:
            UserError: where model or data is missing, a name is unknown, or a value is not what
                ``with_settings`` takes.
        """
        names = [f.name for f in fields(cls)]
        if not isinstance(content, Mapping) or not {"model", "data"} <= set(content) <= set(names):
            raise UserError(
                "A run is described by model, data and any of: {names}.", names=", ".join(names[2:])
            )
        settings = dict(content)
        model = _checked("model", settings.pop("model"), str)
        arguments = settings.pop("model_args", {})
        if not isinstance(arguments, Mapping) or not all(isinstance(n, str) for n in arguments):
            raise UserError("model_args takes settings by name, not {value}.", value=arguments)
        described = cls(model=model, data="", model_args=_tuples(arguments))
        return described.with_settings(settings)


@dataclass
class Steering:
    """What another thread may ask of a run while it goes.

    Attributes:
        learning_rate: the schedule's highest from the next step on; None again when it is taken.
        steps: stop when so many steps have been taken since ``fit`` was called.

    Raises:
        UserError: where a value is set that ``RunSpec.learning_rate`` or ``RunSpec.epochs`` would
            not take.
    """

    learning_rate: float | None = None
    steps: int | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        if value is not None:
            value = _checked(name, value, {"learning_rate": float, "steps": int}[name])
        super().__setattr__(name, value)

    def take_learning_rate(self) -> float | None:
        """The rate that was asked for, once; None where there is none."""
        # Taken in one operation: a rate that another thread sets meanwhile is not lost. What is
        # left is the class's own value, None.
        rate: float | None = vars(self).pop("learning_rate", None)
        return rate


@dataclass(frozen=True)
class Result:
    """What a finished run leaves.

    Attributes:
        model: with the weights of the best epoch on validation, in eval mode.
        epoch: that epoch, counted from 1.
        metrics: on validation, at that epoch.
        history: one entry an epoch: epoch, mean loss terms, validation metrics, seconds so far.
        held_out: the validation images, so that what is stored can be measured as stored. Runs
            share them: to be read only.
        preprocessing: mean and std by channel (units of 0..1), size in pixels.
        class_names: the classes, in the order of the logits.
        data: what it was trained on: name, source, verified, counts and the split's seed.
        seconds: wall time of the training, all parts of a resumed run together.
        rate_changes: as in ``Progress``.
    """

    model: "nn.Module"
    epoch: int
    metrics: dict[str, float]
    history: list[dict[str, float]]
    held_out: "ImageSet"
    preprocessing: dict[str, Any]
    class_names: tuple[str, ...]
    data: dict[str, Any]
    seconds: float
    rate_changes: RateChanges = ()


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
        rate_changes: the spec's changes of the learning rate and those that were asked for since:
            a spec with these gives the same numbers in one go.
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
    rate_changes: RateChanges = ()
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


def _checked(name: str, value: Any, kind: Any) -> Any:
    """The value as a field of this type takes it: a whole number may stand for any number."""
    if kind is float and type(value) is int and 0 <= value <= LARGEST:
        value = float(value)
    # A NaN is not between any two numbers.
    if type(value) is kind and (kind not in (int, float) or 0 <= value <= LARGEST):
        return value
    if kind == RateChanges and isinstance(value, list | tuple) and all(map(_is_pair, value)):
        return tuple((_checked(name, s, int), _checked(name, r, float)) for s, r in value)
    raise UserError(_REFUSALS[kind], name=name, value=value, most=LARGEST)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2


def _tuples(value: Any) -> Any:
    """JSON data with tuples for lists, so that equal settings are equal however they were given."""
    if isinstance(value, Mapping):
        return {name: _tuples(entry) for name, entry in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _lists(value: Any) -> Any:
    """Plain data as JSON has it."""
    if isinstance(value, Mapping):
        return {name: _lists(entry) for name, entry in value.items()}
    return list(map(_lists, value)) if isinstance(value, list | tuple) else value
