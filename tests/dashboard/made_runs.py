"""Runs as a run would have left them, for tests of what shows them."""

from dataclasses import replace
from typing import Any

from cnnviz import checkpoints
from cnnviz.models.registry import build
from cnnviz.training import recipes, run_files
from cnnviz.training.curves import Curves
from cnnviz.training.run_files import Record
from cnnviz.training.spec import Progress, RunSpec

DIGITS = recipes.base("mobilenet_v1", "digits").with_settings(
    {"stem_channels": 4, "blocks": [[8, 1], [8, 2]]}
)
STEPS, EPOCHS = 372, 12


def progress(step: int = 124, **changes: Any) -> Progress:
    """What a run says on its way."""
    return replace(
        Progress(
            step=step, steps=STEPS, epoch=min(step // 31 + 1, EPOCHS), epochs=EPOCHS,
            losses={"cross_entropy": 0.412}, metrics={}, learning_rate=0.1,
            examples_per_second=3120.0, seconds_left=8.2, seconds=step * 0.01,
        ),
        **changes,
    )  # fmt: skip


def plain(said: Progress, measured: int = 4, **metrics: float) -> dict[str, Any]:
    """The same as a record has it."""
    kept = {**vars(said), "measured": measured, "metrics": metrics, "step_seconds": 0.01}
    del kept["result"], kept["changes"]
    return kept


def record(run: str = "run-1", state: str = "done", spec: RunSpec = DIGITS, **own: Any) -> Record:
    """A run's record, in a state that it can be in."""
    known: dict[str, Any] = {"group": run, "owner": "me", "lesson": "mobilenet_v1"}
    if state == "done":
        known["progress"] = plain(progress(STEPS), EPOCHS, accuracy=0.976)
        known["epoch"] = 11
        known["metrics"] = {"validation": {"accuracy": 0.976}, "test": {"accuracy": 0.972}}
    elif state != "queued":
        known["progress"] = plain(progress(), accuracy=0.961)
    return Record(id=run, spec=spec, state=state, **known | own)


def kept(run: str = "run-1", state: str = "done", weights: bool = False, **own: Any) -> Record:
    """The same with its files, in the runs' folder."""
    made = record(run, state, **own)
    run_files.write(made)
    curves = Curves()
    if made.progress:
        curves.add(progress(31))
        curves.add(progress(31, metrics={"accuracy": 0.9}))
        curves.add(progress(62))
    curves.write(made.folder / run_files.CURVES)
    if weights:
        keep_weights(made)
    return made


def keep_weights(made: Record) -> None:
    """Its checkpoint, with untrained weights."""
    arguments = {"in_channels": 1, "num_classes": 10, **made.spec.model_args}
    card = checkpoints.Card(
        model="mobilenet_v1", model_args=arguments,
        preprocessing={"size": 8, "mean": [0.3], "std": [0.3]}, class_names=list("0123456789"),
        data={"name": "digits"}, recipe=made.spec.to_json(), seed=made.spec.seed, epoch=made.epoch,
        metrics=made.metrics, history=[], weights="float32", versions={}, hardware="",
        seconds=1.0, command="",
    )  # fmt: skip
    model = build(card.model, card.model_args)
    checkpoints.save(made.folder / run_files.CHECKPOINT, model, card)
