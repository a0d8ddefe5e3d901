"""The command line: ``python -m cnnviz``. Exit codes: 0 good, 1 failed, 2 wrong usage."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cnnviz import checkpoints, cli_data
from cnnviz.errors import UserError
from cnnviz.lessons import LESSONS
from cnnviz.terminal import Json, bar, stop, write_over

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Look inside convolutional networks, and train them.",
    pretty_exceptions_enable=False,
)
app.add_typer(cli_data.app, name="data")


@app.command()
def lessons(as_json: Json = False) -> None:
    """List the lessons, and what is ready for each."""
    ready = set(checkpoints.names())
    rows = [
        {**asdict(lesson), "ready": [name for name in lesson.checkpoints if name in ready]}
        for lesson in LESSONS
    ]
    if as_json:
        print(json.dumps({"lessons": rows}, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['name']:14} {row['title']}: {row['finding']}")
        print(f"{'':14} checkpoints ready: {', '.join(row['ready']) or 'none'}")


@app.command()
def train(
    model: Annotated[str, typer.Argument(help="Name of the network.")],
    data: Annotated[str, typer.Option(help="Name of the data set.")] = "cifar10",
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images.")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of weights, batch order and augmentation.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="name=value: a setting of the run or of the network."),
    ] = None,
    out: Annotated[
        str | None, typer.Option(help="A name for the run, or a path for its checkpoint.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="A folder to read the data from.")] = None,
    as_json: Json = False,
) -> None:
    """Train a network and keep it as a checkpoint; the last line is its metrics."""
    from cnnviz.training.finish import finish
    from cnnviz.training.fit import fit
    from cnnviz.training.recipes import base
    from cnnviz.training.spec import parse_setting

    try:
        changes: dict[str, Any] = dict(parse_setting(text) for text in settings or ())
        given = {"epochs": epochs, "seed": seed}
        changes |= {name: value for name, value in given.items() if value is not None}
        spec = base(model, data).with_settings(changes)
        file = _target(out or f"{model}-{spec.data}-seed{spec.seed}")
    except UserError as error:
        stop(error, 2)
    try:
        result = None
        for progress in fit(spec, source=source):
            result = progress.result
            if not as_json:
                _show(progress)
        assert result is not None, "a run that was not stopped ends with a result"
        card = finish(spec, result, file, source=source)
    except UserError as error:
        stop(error, 1)
    print(
        json.dumps(
            {
                "checkpoint": str(file),
                "data": spec.data,
                "epoch": card.epoch,
                "seconds": card.seconds,
                "verified": card.data["verified"],
                "metrics": card.metrics["test"],
                "validation": card.metrics["validation"],
            }
        )
    )


@app.command()
def evaluate(
    name: Annotated[str, typer.Argument(help="A checkpoint's name or path.")],
    data: Annotated[
        str | None, typer.Option(help="A data set's name or a folder; default: the card's set.")
    ] = None,
    split: Annotated[str, typer.Option(help="train or test.")] = "test",
    as_json: Json = False,
) -> None:
    """Measure a checkpoint on a data set's images, in eval mode."""
    if split not in ("train", "test"):
        stop(UserError("A split is train or test, not {split}.", split=split), 2)
    try:
        found = _evaluate(name, data, split)
    except UserError as error:
        stop(error, 1)
    if as_json:
        print(json.dumps(found))
        return
    print(f"{found['checkpoint']} on {found['data']} ({split}), {found['n']} images:")
    for metric, value in found["metrics"].items():
        print(f"  {metric:9} {value:.4f}")
    if not found["verified"]:
        print("  measured on an unverified copy of the data")


def _evaluate(name: str, data: str | None, split: str) -> dict[str, Any]:
    from cnnviz.data import IMAGE_SETS, load_images
    from cnnviz.training.batches import Scaling
    from cnnviz.training.fit import evaluate as measure

    model, card = checkpoints.load(name)
    known = data is None or data in IMAGE_SETS
    images = (
        load_images(data or card.data["name"], split)
        if known
        else load_images(card.data["name"], split, data)
    )
    if list(images.class_names) != card.class_names:
        raise UserError(
            "{name} knows the classes {classes}; {data} has others.",
            name=name,
            classes=", ".join(card.class_names),
            data=data,
        )
    started = time.monotonic()
    metrics = measure(model, Scaling.from_card(card.preprocessing), images)
    return {
        "checkpoint": name,
        "data": data or card.data["name"],
        "split": split,
        "n": len(images),
        "seconds": round(time.monotonic() - started, 2),
        "verified": images.verified,
        "metrics": metrics,
    }


def _target(out: str) -> Path:
    """Where a run is kept: a path as it is, a bare name among the runs."""
    if "/" in out:
        return Path(out).resolve().with_suffix(".safetensors")
    if out in checkpoints.names():
        raise UserError(
            "{name} is a shipped checkpoint: give the run another name, or a path.", name=out
        )
    return checkpoints.RUNS / f"{out}.safetensors"


def _show(progress: Any) -> None:
    """One line that is written over while an epoch runs and stays when it has ended."""
    losses = " ".join(f"{name} {value:.3f}" for name, value in progress.losses.items())
    line = (
        f"{bar(progress.step / progress.steps)} epoch {progress.epoch}/{progress.epochs} {losses} "
        f"{progress.examples_per_second:.0f}/s, {progress.seconds_left:.0f} s left"
    )
    if progress.metrics:
        line += f", validation accuracy {progress.metrics['accuracy']:.4f}\n"
    write_over(line)
