"""``python -m cnnviz reproduce``: the shipped checkpoints made again, and compared with theirs."""

import json
import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cnnviz import checkpoints, cli_runs
from cnnviz.data.folders import ROOT
from cnnviz.errors import UserError
from cnnviz.terminal import Json, stop, took

if TYPE_CHECKING:
    from cnnviz.training.spec import RunSpec

#: Where they go if nothing else is said; ignored by git.
FOLDER = ROOT / "data" / "reproduced"
MADE, THERE, LACKS_DATA, FAILED, STOPPED = "made", "there", "lacks data", "failed", "stopped"
_GO_ON = "The same command goes on."


@dataclass(frozen=True)
class Outcome:
    """What became of one checkpoint.

    Attributes:
        name: the shipped one's.
        state: made now, there from an earlier time, or why there is none.
        reason: in a sentence, where there is none.
        shipped: metrics on the test data, from the card of the shipped one.
        found: the same of the one made here.
        numbers: "same", "within 0.2 %" or "other"; "" where there is nothing to compare.
        shipped_seconds, seconds: of training, the shipped one's and this one's.
        hardware: what this one was trained on.
    """

    name: str
    state: str
    reason: str = ""
    shipped: dict[str, float] = field(default_factory=dict)
    found: dict[str, float] = field(default_factory=dict)
    numbers: str = ""
    shipped_seconds: float = 0.0
    seconds: float = 0.0
    hardware: str = ""


def reproduce(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which checkpoints; without a name, all.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="The folder for weights and cards.", show_default="data/reproduced")
    ] = FOLDER,
    as_json: Json = False,
) -> None:
    """Make shipped checkpoints again, the cheapest first, and compare their numbers.

    Ctrl-C ends it; the same command goes on where it was. What is finished is not made again.
    """
    from cnnviz.training.shipped import SHIPPED, in_order

    unknown = [name for name in names or () if name not in SHIPPED]
    if unknown:
        known = ", ".join(SHIPPED)
        stop(f"There is no recipe for {', '.join(unknown)}. There are: {known}.", 2)
    order, outcomes = in_order(set(names or SHIPPED)), list[Outcome]()
    for number, name in enumerate(order, start=1):
        if not as_json:
            print(f"{name} ({number} of {len(order)}){_expected(name)}", file=sys.stderr)
        outcomes.append(_one(name, out.resolve(), silent=as_json))
        if not as_json:
            print(_told(outcomes[-1]), flush=True)
        if outcomes[-1].state == STOPPED:
            break
    if as_json:
        print(json.dumps({"checkpoints": [asdict(outcome) for outcome in outcomes]}))
    if any(outcome.state not in (MADE, THERE) for outcome in outcomes):
        raise typer.Exit(1)


def _one(name: str, folder: Path, *, silent: bool) -> Outcome:
    """Make one, unless it is there."""
    from cnnviz.training.shipped import check_data, spec_in

    spec, file = spec_in(name, folder), folder / f"{name}.safetensors"
    if _finished(file, spec):
        return _compared(name, THERE, file)
    try:
        check_data(spec)
    except UserError as error:
        return _without(name, LACKS_DATA, str(error))
    return _trained(name, spec, file, silent=silent)


def _finished(file: Path, spec: "RunSpec") -> bool:
    """Whether a checkpoint is there that this very run has made."""
    from cnnviz.training.spec import RunSpec

    try:
        card = checkpoints.read_card(str(file))
        return "test" in card.metrics and RunSpec.from_json(card.recipe) == spec
    except UserError:
        return False


def _trained(name: str, spec: "RunSpec", file: Path, *, silent: bool) -> Outcome:
    """Go on with its run, or begin it."""
    record = cli_runs.record_of(spec, str(file), None)
    try:
        record, resume = cli_runs.left(record), True
    except UserError:  # there is none, or one of other settings
        resume = False
    display = cli_runs.Display(record, silent=silent)
    try:
        if record.state != "done":
            cli_runs.free(record, resume=resume)
            record = cli_runs.here(record, display.show)
        if record.state == "done":
            cli_runs.found(record)
            return _compared(name, MADE, file)
    except UserError as error:
        return _without(name, FAILED, str(error))
    except KeyboardInterrupt:
        return _without(name, STOPPED, _GO_ON)
    finally:
        display.end()
    if record.state == "stopped":
        return _without(name, STOPPED, _GO_ON)
    return _without(name, FAILED, str(record.error or record.state))


def _of_shipped(name: str) -> Outcome:
    """An outcome that says no more yet than the card of the shipped one."""
    try:
        card = checkpoints.read_card(name)
    except UserError:
        return Outcome(name, "")
    return Outcome(name, "", shipped=card.metrics["test"], shipped_seconds=card.seconds)


def _without(name: str, state: str, reason: str) -> Outcome:
    return replace(_of_shipped(name), state=state, reason=reason)


def _compared(name: str, state: str, file: Path) -> Outcome:
    from cnnviz.training.agreement import word

    card, known = checkpoints.read_card(str(file)), _of_shipped(name)
    found = card.metrics["test"]
    return replace(
        known, state=state, found=found, seconds=card.seconds, hardware=card.hardware,
        numbers=word(found, known.shipped) if known.shipped else "",
    )  # fmt: skip


def _expected(name: str) -> str:
    seconds = _of_shipped(name).shipped_seconds
    return f": the shipped one took {took(seconds)}" if seconds else ""


def _told(outcome: Outcome) -> str:
    """What became of it, for a reader."""
    if outcome.state not in (MADE, THERE):
        return f"{outcome.name}: {outcome.state}. {outcome.reason}"
    lines = [f"{outcome.name}: {outcome.state}, {took(outcome.seconds)} on {outcome.hardware}"]
    wide = max(9, *map(len, outcome.found))
    for metric, value in outcome.found.items():
        told = outcome.shipped.get(metric)
        lines.append(f"  {metric:{wide}} {value:.4f}" + (f", shipped {told:.4f}" if told else ""))
    says = {"same": "the same numbers as the shipped one", "other": "other numbers",
            "within 0.2 %": "within 0.2 % of the shipped one", "": "none is shipped"}  # fmt: skip
    return "\n".join([*lines, f"  {says[outcome.numbers]}"])
