"""The command line: ``python -m cnnviz``. Exit codes: 0 good, 1 failed, 2 wrong usage."""

import json
import time
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cnnviz import checkpoints, cli_data
from cnnviz.cli_denoise import denoise
from cnnviz.cli_reproduce import reproduce
from cnnviz.cli_results import results
from cnnviz.cli_train import train
from cnnviz.errors import UserError
from cnnviz.lessons import LESSONS
from cnnviz.terminal import Json, stop

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Look inside convolutional networks, and train them.",
    pretty_exceptions_enable=False,
)
app.add_typer(cli_data.app, name="data")
app.command()(train)
app.command()(reproduce)
app.command()(results)
app.command()(denoise)


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
def evaluate(
    name: Annotated[str, typer.Argument(help="A checkpoint's name or path.")],
    data: Annotated[
        str | None, typer.Option(help="A data set's name, folder or cube; default: the card's set.")
    ] = None,
    split: Annotated[str, typer.Option(help="train or test.")] = "test",
    sigma: Annotated[
        float | None,
        typer.Option(min=0, max=255, help="Noise level, in grey levels; default: the network's."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure a checkpoint on a data set, in eval mode."""
    if split not in ("train", "test"):
        stop(UserError("A split is train or test, not {split}.", split=split), 2)
    try:
        found = _evaluate(name, data, split, sigma)
    except UserError as error:
        stop(error, 1)
    if as_json:
        print(json.dumps(found))
        return
    print(f"{found['checkpoint']} on {found['data']} ({split}), {found['n']} examples:")
    wide = max(9, *map(len, found["metrics"]))
    for metric, value in found["metrics"].items():
        print(f"  {metric:{wide}} {value:.4f}")
    for name, value in found.get("per_class", {}).items():
        print(f"  {value:.4f}  {name}")
    if not found["verified"]:
        print("  measured on an unverified copy of the data")


def _evaluate(name: str, data: str | None, split: str, sigma: float | None) -> dict[str, Any]:
    from cnnviz.training.tasks import measure

    model, card = checkpoints.load(name)
    started = time.monotonic()
    found = measure(model, card, checkpoints.load_preprocessing(name), data, split, sigma)
    per_class = {"per_class": found.tested.per_class} if found.tested.per_class else {}
    return {
        "checkpoint": name,
        "data": data or card.data["name"],
        "split": split,
        "n": found.count,
        "seconds": round(time.monotonic() - started, 2),
        "verified": found.verified,
        "metrics": found.tested.metrics,
        **per_class,
    }
