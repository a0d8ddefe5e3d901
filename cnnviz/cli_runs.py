"""Runs as the commands of the command line carry them out and tell of them."""

import hashlib
import logging
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.terminal import bar, write_over
from cnnviz.whole_files import whole

if TYPE_CHECKING:
    from cnnviz.training.run_files import Record
    from cnnviz.training.spec import RunSpec

# Seconds between two looks at a run on a cluster.
_LOOK = 0.2
_NAME = re.compile(r"[\w-]{1,80}", re.ASCII)


def record_of(spec: "RunSpec", out: str, source: str | None) -> "Record":
    """A new record; a bare name is the run's id, a path gives it one."""
    from cnnviz.training.run_files import Limits, Record

    run = out
    if "/" in out:
        path = Path(out.removesuffix(".safetensors")).resolve()
        # Where the checkpoint is one of the project's own, the command on its card works anywhere.
        own = path.parent == checkpoints.SHIPPED
        out = f"{checkpoints.SHIPPED.name}/{path.name}" if own else str(path)
        marked = hashlib.sha256(str(path).encode()).hexdigest()[:8]
        run = f"{re.sub('[^a-zA-Z0-9_-]', '-', path.name)[:80]}-{marked}"
    elif out in checkpoints.names():
        raise UserError(
            "{name} is a shipped checkpoint: give the run another name, or a path.", name=out
        )
    elif not _NAME.fullmatch(out):
        raise UserError("A run's name has letters, digits, - and _ only, not {name}.", name=out)
    return Record(id=run, group=run, spec=spec, out=out, source=source, limits=Limits())


def left(record: "Record") -> "Record":
    """The run of this name as it was left; it has to be the same one."""
    from cnnviz.training import run_files

    kept = run_files.read(record.id)
    if replace(kept.spec, changes=()) != replace(record.spec, changes=()):
        raise UserError(
            "The run {run} has other settings: leave out --resume to begin anew.", run=record.id
        )
    return replace(kept, source=record.source or kept.source, out=record.out, limits=record.limits)


def free(record: "Record", *, resume: bool) -> None:
    """Queue the run; begun anew, what an earlier one of its name has left is gone."""
    from cnnviz.training import run_files

    try:
        going = run_files.read(record.id).state in run_files.GOING
    except UserError:  # there is none, or it is damaged
        going = False
    if going:
        raise UserError("The run {run} is going already.", run=record.id)
    if not resume:
        run_files.delete(record.id)
    try:
        run_files.write(replace(record, state="queued"))
    except OSError as error:
        raise run_files.refused(error, record.folder) from error


Show = Callable[["Record"], None]


def here(record: "Record", show: Show) -> "Record":
    """Carry a run out in this process; Ctrl-C stops it.

    Raises:
        UserError: as of ``execution.carry_out``.
        KeyboardInterrupt: where it was pressed twice.
    """
    from cnnviz.training import execution, orders, run_files

    try:
        with _interrupts(lambda: orders.order(record.id, "stop")):
            return execution.carry_out(record.id, announce=lambda found, _progress: show(found))
    except KeyboardInterrupt:
        with suppress(UserError, OSError):
            run_files.write(replace(run_files.read(record.id), state="stopped"))
        raise


def on_cluster(scheduler: str) -> Callable[["Record", Show], "Record"]:
    """As ``here``, on the cluster of a scheduler."""
    # What goes wrong is said in a sentence, once.
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "critical")
    logging.getLogger("cnnviz").addHandler(logging.NullHandler())
    from cnnviz.training.run_files import GOING
    from cnnviz.training.runs import Engine

    def go(record: "Record", show: Show) -> "Record":
        engine = Engine(scheduler)
        try:
            engine.hand_over(record)
            with _interrupts(lambda: engine.stop(record.id, record.owner)):
                while (found := engine.record(record.id)).state in GOING:
                    show(found)
                    time.sleep(_LOOK)
            if found.state == "stopped":  # perhaps before the cluster was told
                engine.client()
        finally:
            engine.close()
        show(found)
        return found

    return go


@contextmanager
def _interrupts(end: Callable[[], object]) -> Iterator[None]:
    """Ctrl-C asks the run to end; a second one ends the program."""

    def interrupted(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        end()

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def found(record: "Record") -> dict[str, Any]:
    """The result of a run that is done, and where its checkpoint is."""
    from cnnviz.training.run_files import CHECKPOINT

    file = record.folder / f"{CHECKPOINT}.safetensors"
    if "/" in record.out:
        file = _copied(file, checkpoints.SHIPPED.parent / record.out)
    card = checkpoints.read_card(str(file))
    return {
        "checkpoint": str(file),
        "data": record.spec.data,
        "epoch": card.epoch,
        "seconds": card.seconds,
        "verified": card.data["verified"],
        "metrics": card.metrics["test"],
        **({"per_class": card.per_class} if card.per_class else {}),
        "validation": card.metrics["validation"],
    }


def why_not(record: "Record") -> str:
    """What became of a run that is not done."""
    ends = {"stopped": "Stopped.", "interrupted": "The run gave no sign of life any more."}
    said = [str(record.error or ends.get(record.state, f"The run is {record.state}."))]
    if record.epoch:
        said.append(f"The checkpoint of epoch {record.epoch} is kept as {record.id}.")
    if record.progress:
        said.append("--resume goes on.")
    return " ".join(said)


def _copied(file: Path, out: Path) -> Path:
    """Weights and card, at the path that was asked for."""
    from cnnviz.training import run_files

    try:
        for ending in (".json", ".safetensors"):
            with whole(out.with_name(out.name + ending)) as partial:
                shutil.copyfile(file.with_suffix(ending), partial)
    except OSError as error:
        raise run_files.refused(error, out.parent) from error
    return out.with_name(f"{out.name}.safetensors")


class Display:
    """One line that is written over while an epoch runs and stays when it has ended."""

    def __init__(self, record: "Record", *, silent: bool) -> None:
        self.silent = silent
        self.shown = record.progress
        self.open = False

    def show(self, record: "Record") -> None:
        """Show where a run stands, if there is anything new."""
        progress, before = record.progress, self.shown
        if self.silent or progress == before:
            return
        if "testing" in progress:
            self.open = True
            write_over(f"measuring on the test data: {progress['testing']:.0f} s")
            return
        self.shown = progress
        losses = " ".join(f"{name} {value:.3f}" for name, value in progress["losses"].items())
        line = (
            f"{bar(progress['step'] / progress['steps'])} epoch {progress['epoch']}/"
            f"{progress['epochs']} {losses} {progress['examples_per_second']:.0f}/s, "
            f"{progress['seconds_left']:.0f} s left"
        )
        self.open = progress["measured"] <= before.get("measured", 0)
        if not self.open:
            name, value = next(iter(progress["metrics"].items()))
            line += f", validation {name} {value:.4f}\n"
        write_over(line)

    def end(self) -> None:
        """What comes next has a line of its own."""
        if self.open:
            write_over("\n")
            self.open = False
