"""What a run is (RunSpec), what it says while it goes (Progress), what it leaves (Result)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from torch import nn

from cnnviz.data.images import ImageSet
from cnnviz.errors import UserError
from cnnviz.text import N_

#: The largest number that a setting may have: beyond it random generators take no seed.
LARGEST = 2**32 - 1
_REFUSALS = {
    bool: N_("{name} takes true or false, not {value}."),
    int: N_("{name} takes a whole number from 0 to {most}, not {value}."),
    float: N_("{name} takes a number from 0 to {most}, not {value}."),
    str: N_("{name} takes a name, not {value}."),
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
        split_seed: which images are held out.
        seed: initial weights, batch order, augmentation.
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
    split_seed: int = 0
    seed: int = 0

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
        theirs = {name: value for name, value in settings.items() if name not in own}
        return replace(self, **ours, model_args={**self.model_args, **theirs})

    def to_json(self) -> dict[str, Any]:
        """Plain data, ready for ``json.dumps``."""
        return {**asdict(self), "model_args": dict(self.model_args)}


@dataclass(frozen=True)
class Result:
    """What a finished run leaves.

    Attributes:
        model: with the weights of the best epoch on validation, in eval mode.
        epoch: that epoch, counted from 1.
        metrics: on validation, at that epoch.
        history: one entry an epoch: epoch, mean loss terms, validation metrics, seconds so far.
        held_out: the validation images, so that what is stored can be measured as stored.
        preprocessing: mean and std by channel (units of 0..1), size in pixels.
        class_names: the classes, in the order of the logits.
        data: what it was trained on: name, source, verified, counts and the split's seed.
        seconds: wall time.
    """

    model: nn.Module
    epoch: int
    metrics: dict[str, float]
    history: list[dict[str, float]]
    held_out: ImageSet
    preprocessing: dict[str, Any]
    class_names: tuple[str, ...]
    data: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class Progress:
    """Where a run stands.

    Attributes:
        step, steps: optimiser steps done, and in all.
        epoch, epochs: the running epoch, counted from 1, and how many there are.
        losses: terms of the loss by name, mean since the last report.
        metrics: on validation, where an epoch has just ended; else empty.
        learning_rate: of the last step.
        examples_per_second: since the last report.
        seconds_left: estimate from the pace so far.
        result: on the last report of a run that was not stopped before its first epoch ended.
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
    raise UserError(_REFUSALS[kind], name=name, value=value, most=LARGEST)
