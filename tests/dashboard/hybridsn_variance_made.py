"""Runs of HybridSN on the generated scene as they would have been left, for tests of pages."""

from functools import lru_cache
from typing import Any

import torch

from cnnviz import checkpoints
from cnnviz.data.preprocessing import PrincipalComponents, principal_components
from cnnviz.data.scene import Scene
from cnnviz.data.scenes import load_scene
from cnnviz.models.registry import build
from cnnviz.training import run_files
from cnnviz.training.curves import Curves
from cnnviz.training.run_files import Record
from cnnviz.training.scene_data import divided
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_settings import WindowSettings


@lru_cache(maxsize=1)
def scene() -> Scene:
    """The generated one."""
    return load_scene("synthetic_scene")


@lru_cache(maxsize=2)
def _components(count: int) -> PrincipalComponents:
    return principal_components(scene().cube, count, "scene", None)


def kept(spec: RunSpec, run: str, oa: float = 0.9, state: str = "done", **own: Any) -> Record:
    """A record with its curves, and in state "done" a checkpoint of untrained weights."""
    metrics = {name: oa - less for name, less in
               (("oa", 0), ("accuracy", 0), ("aa", 0.1), ("kappa", 0.05))}  # fmt: skip
    known: dict[str, Any] = {"group": run, "owner": "me", "lesson": "hybridsn"}
    if state == "done":
        known |= {"epoch": spec.epochs, "metrics": {"validation": metrics, "test": metrics}}
        known["progress"] = {
            "step": 320, "steps": 320, "epoch": spec.epochs, "epochs": spec.epochs, "losses": {},
            "metrics": metrics, "measured": spec.epochs, "seconds": 12.0, "seconds_left": 0.0,
            "examples_per_second": 0.0, "learning_rate": 0.1,
        }  # fmt: skip
    record = Record(id=run, spec=spec, state=state, **{**known, **own})
    run_files.write(record)
    Curves().write(record.folder / run_files.CURVES)
    if state == "done":
        _keep_weights(record)
    return record


def _keep_weights(record: Record) -> None:
    spec = record.spec
    settings = WindowSettings(**spec.data_args)
    found, names = _components(settings.components), list(scene().class_names)
    arguments = {"components": settings.components, "window": settings.window,
                 "num_classes": len(names), **spec.model_args}  # fmt: skip
    split = divided(scene().labels, settings, spec.split_seed)
    card = checkpoints.Card(
        model=spec.model, model_args=arguments,
        preprocessing={"window": settings.window, "components": found.to_json()},
        class_names=names, data={"name": spec.data, "split": split.to_json()},
        recipe=spec.to_json(), seed=spec.seed, epoch=record.epoch, metrics=record.metrics,
        history=[], weights="float32", versions={}, hardware="", seconds=1.0, command="",
    )  # fmt: skip
    torch.manual_seed(spec.seed)
    model = build(spec.model, arguments)
    with torch.no_grad():  # as far from zero as trained ones: dropout changes classes
        for parameter in model.parameters():
            parameter.mul_(2)
    arrays = {name: torch.from_numpy(array.copy()) for name, array in found.arrays().items()}
    checkpoints.save(record.folder / run_files.CHECKPOINT, model, card, arrays)
