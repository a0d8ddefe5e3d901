"""A finished run becomes a checkpoint: rounded, tested once, described on its card."""

import json
import platform
import shlex
from copy import deepcopy
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import torch

from cnnviz import checkpoints
from cnnviz.data import load_images
from cnnviz.training.batches import Scaling
from cnnviz.training.fit import evaluate
from cnnviz.training.spec import Result, RunSpec

# How far accuracy on validation may move for float16 weights.
HALF_TOLERANCE = 0.001
LIBRARIES = ("torch", "torchvision", "numpy", "scikit-learn", "safetensors")


def finish(
    spec: RunSpec, result: Result, file: Path, *, source: str | None = None
) -> checkpoints.Card:
    """Store the result, measured as stored: weights as float16 where validation does not mind.

    Args:
        spec: what was asked.
        result: what came of it.
        file: where to; the ending is set.
        source: a folder to read the test images from.

    Returns:
        The card as written.
    """
    scaling = Scaling.from_card(result.preprocessing)
    rounded = deepcopy(result.model)
    checkpoints.round_to_half(rounded)
    validation = evaluate(rounded, scaling, result.held_out)
    half = abs(validation["accuracy"] - result.metrics["accuracy"]) <= HALF_TOLERANCE
    model, validation = (rounded, validation) if half else (result.model, result.metrics)
    test = evaluate(model, scaling, load_images(spec.data, "test", source))
    arguments = {
        "in_channels": len(scaling.mean),
        "num_classes": len(result.class_names),
        **spec.model_args,
    }
    card = checkpoints.Card(
        model=spec.model,
        model_args=arguments,
        preprocessing=result.preprocessing,
        class_names=list(result.class_names),
        data=result.data,
        recipe=spec.to_json(),
        seed=spec.seed,
        epoch=result.epoch,
        metrics={"validation": validation, "test": test},
        history=result.history,
        weights="float16" if half else "float32",
        versions={name: version(name) for name in LIBRARIES}
        | {"python": platform.python_version()},
        hardware=_hardware(),
        seconds=round(result.seconds, 1),
        command=command(spec, file),
    )
    checkpoints.save(file, model, card)
    return card


def command(spec: RunSpec, file: Path) -> str:
    """The command line that trains this spec again and keeps it in the same file."""
    own = {f.name: getattr(spec, f.name) for f in fields(spec)}
    parts = ["python", "-m", "cnnviz", "train", own.pop("model")]
    for name in ("data", "epochs", "seed"):
        parts += [f"--{name}", str(own.pop(name))]
    settings = own | dict(own.pop("model_args"))
    for name, value in settings.items():
        parts += ["--set", f"{name}={json.dumps(value, ensure_ascii=False)}"]
    return shlex.join([*parts, "--out", _out(file)])


def _out(file: Path) -> str:
    """What ``train --out`` is given to write this file: short where the project is at home."""
    file = file.resolve().with_suffix(".safetensors")
    if file.parent == checkpoints.SHIPPED:
        return f"{checkpoints.SHIPPED.name}/{file.stem}"
    if file.parent == checkpoints.RUNS and file.stem not in checkpoints.names():
        return file.stem
    return str(file)


def _hardware() -> str:
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"CPU, {torch.get_num_threads()} threads, {platform.machine()}"
