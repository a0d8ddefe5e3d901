"""The record of runs: a folder a run, of plain files, that outlives all processes.

``data/runs/ID/`` holds ``run.json`` (a ``Record``), ``curves.csv``, ``state.safetensors`` (from
which the run can go on), and ``checkpoint.safetensors`` with its card ``checkpoint.json``. Who
carries a run out, or waits to, touches ``run.json`` every two seconds: a run that should be going
and gives no such sign of life was interrupted.
"""

import errno
import json
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import Any

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training.curves import Curves
from cnnviz.training.spec import RunSpec
from cnnviz.whole_files import write_whole

RECORD, CURVES, STATE, CHECKPOINT = "run.json", "curves.csv", "state.safetensors", "checkpoint"
#: States of a run that something is being done for, and of one that can go on.
GOING = ("queued", "running")
CAN_GO_ON = ("paused", "stopped", "failed", "interrupted")
# Seconds between two signs of life, and without one until a run counts as interrupted.
PULSE, SILENCE = 2.0, 15.0
_ID = re.compile(r"[\w-]{1,100}", re.ASCII)

GIGABYTE = 1 << 30


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a run may use; one that uses more is stopped. None: as much as it takes.

    Attributes:
        seconds: of training.
        epochs: passes over the training images.
        memory: bytes that the process that trains may hold.
    """

    seconds: float | None = None
    epochs: int | None = None
    memory: int | None = None


#: What fits a lecture.
LECTURE = Limits(seconds=600, epochs=200, memory=4 * GIGABYTE)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of a run.

    Attributes:
        id: its folder's name.
        group: the id that it shares with the runs started together with it.
        label: what tells it from those, such as "A" or a seed; "" for a run started alone.
        lesson: name of the lesson it was started in; "" for the command line.
        link: the settings of that lesson's page, as in its address.
        owner: of the visitor who started it; "" for the command line.
        spec: what is trained, with the changes of the learning rate so far.
        source: a folder that the data is read from; None for the data folders.
        out: what the command line was told to call it; "" where a page chose its id.
        limits: what it may use.
        state: queued, running, paused, done, stopped, failed or interrupted.
        reason: why it was stopped or failed: a message's ``message`` and ``values``
            (``cnnviz.errors``); None where nobody has to be told.
        created, started, ended: seconds since 1970; None for what is yet to come.
        progress: the last ``Progress`` as plain data, without the result, with the last metrics and
            ``measured``, the epoch that they are of (0 for none); {} before the first.
        epoch: the one that the checkpoint is of; 0 without a checkpoint.
        metrics: of the checkpoint, by split and name.
        hardware: what it was trained on.
        attempt: how many times it was handed over to be carried out.
    """

    id: str
    group: str
    spec: RunSpec
    label: str = ""
    lesson: str = ""
    link: dict[str, str] = field(default_factory=dict)
    owner: str = ""
    source: str | None = None
    out: str = ""
    limits: Limits = LECTURE
    state: str = "queued"
    reason: dict[str, Any] | None = None
    created: float = field(default_factory=time.time)
    started: float | None = None
    ended: float | None = None
    progress: dict[str, Any] = field(default_factory=dict)
    epoch: int = 0
    metrics: dict[str, dict[str, float]] = field(default_factory=dict)
    hardware: str = ""
    attempt: int = 0

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return checkpoints.RUNS / self.id

    @property
    def error(self) -> UserError | None:
        """Why it was stopped or failed, as a sentence to translate."""
        if self.reason is None:
            return None
        message, values = self.reason["message"], self.reason["values"]
        return UserError(message, **values)

    def because(self, error: UserError) -> "Record":
        """A copy with this reason."""
        values = {name: str(value) for name, value in error.values.items()}
        return replace(self, reason={"message": error.message, "values": values})

    def to_json(self) -> dict[str, Any]:
        """Plain data, ready for ``json.dumps``."""
        return {**{f.name: getattr(self, f.name) for f in fields(self)},
                "spec": self.spec.to_json(), "limits": asdict(self.limits)}  # fmt: skip

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Record":
        """Raises KeyError, TypeError or ValueError where the content is no record."""
        known = {f.name: content[f.name] for f in fields(cls) if f.name in content}
        known["spec"] = RunSpec.from_json(content["spec"])
        known["limits"] = Limits(**content["limits"])
        record = cls(**known)
        for kinds, names in _KINDS.items():
            for name in names:
                if not isinstance(getattr(record, name), kinds):
                    raise TypeError(f"{name} is no {kinds}")
        return record


#: The types of a record's fields: one of another type would go wrong where all are listed.
_KINDS: dict[Any, tuple[str, ...]] = {
    str: ("id", "group", "label", "lesson", "owner", "out", "state", "hardware"),
    (float, int): ("created",),
    (float, int, NoneType): ("started", "ended"),
    int: ("epoch", "attempt"),
    dict: ("link", "progress", "metrics"),
    (dict, NoneType): ("reason",),
}


def new_id() -> str:
    """An id that nobody can guess, and that sorts by time."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}"


def write(record: Record) -> None:
    """Keep a record.

    Raises:
        OSError: where it cannot be written.
    """
    text = json.dumps(record.to_json(), indent=1, ensure_ascii=False)
    write_whole(record.folder / RECORD, text + "\n")


def read(run: str) -> Record:
    """The record of a run; one that should be going and gives no sign of life is "interrupted".

    Raises:
        UserError: where there is no such run, or its record is damaged.
    """
    file = _file(run)
    try:
        written = file.stat()
        record = _parsed(file, written.st_mtime_ns, written.st_size)
        if record.id != run:  # a copied folder is no other run
            raise ValueError(f"the record of {record.id}")
    except OSError as error:
        raise UserError("There is no run {run}.", run=run) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("The record of run {run} is damaged.", run=run) from error
    if record.state in GOING and time.time() - written.st_mtime > SILENCE:
        return replace(record, state="interrupted")
    return record


@lru_cache(maxsize=4096)
def _parsed(file: Path, modified: int, size: int) -> Record:
    """Read once for each time it was written: pages look at all records several times a second."""
    return Record.from_json(json.loads(file.read_text(encoding="utf-8")))


def listed(group: str = "") -> list[Record]:
    """All runs, or those of a group, the newest first. A folder without a record is none."""
    if group and not _ID.fullmatch(group):
        return []
    records = []
    for file in checkpoints.RUNS.glob(f"{group}*/{RECORD}"):
        with suppress(UserError):
            records.append(read(file.parent.name))
    found = (record for record in records if not group or record.group == group)
    return sorted(found, key=lambda record: record.created, reverse=True)


def curves(run: str) -> Curves:
    """The curves of a run, as far as they are written.

    Raises:
        UserError: where the file is damaged.
    """
    file = _file(run).with_name(CURVES)
    try:
        return Curves.read(file)
    except (OSError, ValueError, KeyError) as error:
        raise UserError("The curves of run {run} are damaged.", run=run) from error


def delete(run: str) -> None:
    """Take a run's folder away with all that is in it."""
    shutil.rmtree(_file(run).parent, ignore_errors=True)


def refused(error: OSError, folder: Path) -> UserError:
    """Why nothing can be written to a folder, as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError("The disk that holds {folder} is full: make room.", folder=folder)
    return UserError("{folder} cannot be written to: {reason}.", folder=folder,
                     reason=error.strerror or error)  # fmt: skip


def touch(run: str) -> None:
    """Give a sign of life."""
    with suppress(OSError, UserError):
        os.utime(_file(run))


@contextmanager
def pulse(run: str) -> Iterator[None]:
    """Signs of life, as long as it lasts."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(PULSE):
            touch(run)

    thread = threading.Thread(target=beat, name=f"pulse of {run}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _file(run: str) -> Path:
    """Where a run's record is. What is no id, such as a path, never leaves the runs' folder."""
    if not _ID.fullmatch(run):
        raise UserError("There is no run {run}.", run=run)
    return checkpoints.RUNS / run / RECORD
