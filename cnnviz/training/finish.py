"""A finished run becomes a checkpoint: rounded, tested once, described on its card."""

import json
import platform
import shlex
from collections.abc import Generator
from contextlib import suppress
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path

import torch
from torch import nn

from cnnviz import checkpoints
from cnnviz.storage import round_as
from cnnviz.training.spec import Result, RunSpec
from cnnviz.training.task import Tested

# How far the score on validation may move for weights that are stored in less.
TOLERANCE = 0.001
# From so many on, weights are worth a byte each.
MANY_WEIGHTS = 2_000_000
LIBRARIES = ("torch", "torchvision", "numpy", "scikit-learn", "safetensors")


def finish(
    spec: RunSpec, result: Result, file: Path, *, out: str = "", source: str | None = None
) -> Generator[None, None, checkpoints.Card]:
    """Store the result, measured as stored: in as little as validation does not mind.

    Weights are float16, and those of large networks int8, where the score hardly moves by it.

    Yields between the parts of measuring (``Task.test``). Whoever leaves it there has nothing
    written: what was kept before stays.

    Args:
        spec: what was asked, with the changes of the learning rate.
        result: what came of it.
        file: where to; the ending is set.
        out: what ``train --out`` is given to make it again; "" where the command is to choose.
        source: a folder that the data was read from; None for the data folders.

    Returns:
        The card as written.
    """
    task = result.task
    model, validation, weights = yield from _rounded(result)
    tested = yield from task.test(model)
    again = command(spec, out, source)
    card = card_of(spec, result, validation, tested, weights=weights, again=again)
    checkpoints.save(file, model, card, task.tensors)
    return card


def _rounded(
    result: Result,
) -> Generator[None, None, tuple[nn.Module, dict[str, float], str]]:
    """The network as it is stored, its metrics on validation, and in what its weights are."""
    task, validation = result.task, result.metrics
    score = task.score or next(iter(validation))
    many = sum(p.numel() for p in result.model.parameters()) >= MANY_WEIGHTS
    for weights in ("int8", "float16") if many else ("float16",):
        rounded = deepcopy(result.model)
        round_as(rounded, weights)
        with suppress(FloatingPointError):  # a weight beyond float16's range
            found = yield from task.validate(rounded)
            if abs(found[score] - validation[score]) <= TOLERANCE:
                return rounded, found, weights
    return result.model, validation, "float32"


def keep_best(
    spec: RunSpec, result: Result, file: Path, *, out: str = "", source: str | None = None
) -> checkpoints.Card:
    """Store what a run that has not ended has best so far; arguments and result as of ``finish``.

    As it is, and not measured on the test data: that is for the end.
    """
    again = command(spec, out, source)
    card = card_of(spec, result, result.metrics, None, weights="float32", again=again)
    checkpoints.save(file, result.model, card, result.task.tensors)
    return card


def card_of(
    spec: RunSpec,
    result: Result,
    validation: dict[str, float],
    tested: Tested | None,
    *,
    weights: str,
    again: str,
) -> checkpoints.Card:
    """The model card of a run's result; ``again`` is the command that makes it once more."""
    task, metrics = result.task, {"validation": validation}
    if tested is not None:
        metrics["test"] = tested.metrics
    return checkpoints.Card(
        model=spec.model,
        model_args={**task.arguments, **spec.model_args},
        preprocessing=task.preprocessing,
        class_names=list(task.class_names),
        data=task.data,
        recipe=spec.to_json(),
        seed=spec.seed,
        epoch=result.epoch,
        metrics=metrics,
        per_class=tested.per_class if tested is not None else {},
        history=result.history,
        weights=weights,
        versions={name: version(name) for name in LIBRARIES}
        | {"python": platform.python_version()},
        hardware=hardware(),
        seconds=round(result.seconds, 1),
        command=again,
    )


def command(spec: RunSpec, out: str = "", source: str | None = None) -> str:
    """The command line that trains this spec again; arguments as of ``finish``.

    Where ``out`` is "", as of a run that a page has named, it gets a name of its own: under the
    old one, the command would begin by deleting the run that it is to repeat.
    """
    own = spec.to_json()
    parts = ["python", "-m", "cnnviz", "train", own.pop("model")]
    for name in ("data", "epochs", "seed"):
        parts += [f"--{name}", str(own.pop(name))]
    data_args, model_args = own.pop("data_args"), own.pop("model_args")
    settings = own | data_args | model_args
    for name, value in settings.items():
        parts += ["--set", f"{name}={json.dumps(value, ensure_ascii=False)}"]
    for name, given in (("--source", source), ("--out", out)):
        parts += [name, given] if given else []
    return shlex.join(parts)


def hardware() -> str:
    """What this process computes on, in words."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"CPU, {torch.get_num_threads()} threads, {platform.machine()}"
