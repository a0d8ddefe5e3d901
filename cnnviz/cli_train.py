"""``python -m cnnviz train``: a run on the command line, here or on a cluster."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnnviz import cli_runs
from cnnviz.errors import UserError
from cnnviz.terminal import Json, stop

if TYPE_CHECKING:
    from cnnviz.training.spec import RunSpec


def train(
    model: Annotated[str, typer.Argument(help="Name of the network.")],
    data: Annotated[
        str | None, typer.Option(help="Name of the data set, or the file of a hyperspectral cube.")
    ] = None,
    gt: Annotated[
        str | None, typer.Option("--gt", help="The file with the cube's ground truth.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training examples.")] = None,
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
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler's address: the run goes on its cluster.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run of this name where it was left.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train a network and keep it as a checkpoint; the last line is its metrics.

    Ctrl-C ends the run after the step that it is at; the best epoch so far is kept.
    """
    from cnnviz.training.spec import parse_setting

    try:
        changes: dict[str, Any] = dict(parse_setting(text) for text in settings or ())
        given = {"epochs": epochs, "seed": seed}
        changes |= {name: value for name, value in given.items() if value is not None}
        spec = _spec(model, data, gt).with_settings(changes)
        record = cli_runs.record_of(
            spec, out or f"{model}-{_bare(spec.data)}-seed{spec.seed}", source
        )
        if resume:
            record = cli_runs.left(record)
    except UserError as error:
        stop(error, 2)
    except KeyboardInterrupt:
        stop("Stopped before it began.", 1)
    display = cli_runs.Display(record, silent=as_json)
    try:
        if record.state != "done":
            cli_runs.free(record, resume=resume)
            go = cli_runs.here if scheduler is None else cli_runs.on_cluster(scheduler)
            record = go(record, display.show)
        found = cli_runs.found(record) if record.state == "done" else None
    except UserError as error:
        display.end()
        stop(error, 1)
    except KeyboardInterrupt:
        display.end()
        stop(f"Stopped at once. What the run {record.id} had kept is there; --resume goes on.", 1)
    display.end()
    if found is None:
        stop(cli_runs.why_not(record), 1)
    print(json.dumps(found))


def _spec(model: str, data: str | None, labels: str | None) -> "RunSpec":
    """What a run starts from; files by their whole paths, for it may be carried out elsewhere."""
    from cnnviz.training.recipes import base, usual_data

    data = data or usual_data(model)
    spec = base(model, str(Path(data).resolve()) if Path(data).is_file() else data)
    return spec if labels is None else spec.with_settings({"labels": str(Path(labels).resolve())})


def _bare(data: str) -> str:
    """A data set's name, or a file's, as a run may be called."""
    return re.sub(r"[^\w-]", "-", Path(data).stem, flags=re.ASCII)
