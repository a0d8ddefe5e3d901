"""The record of runs: a folder a run, of plain files, that outlives all processes.

``data/runs/ID/`` holds ``run.json`` (a ``Record``), ``curves.csv``, ``state.safetensors`` (from
which the run can go on; one that is done has none), and ``checkpoint.safetensors`` with its card
``checkpoint.json``. Who carries a run out, or waits to, touches ``run.json`` every two seconds: a
run that should be going and gives no such sign of life was interrupted.
"""

import errno
import json
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training.curves import Curves
from cnnviz.training.run_record import GIGABYTE as GIGABYTE
from cnnviz.training.run_record import LECTURE as LECTURE
from cnnviz.training.run_record import Limits as Limits
from cnnviz.training.run_record import Record as Record
from cnnviz.whole_files import write_whole

RECORD, CURVES, STATE, CHECKPOINT = "run.json", "curves.csv", "state.safetensors", "checkpoint"
#: States of a run that something is being done for, and of one that can go on.
GOING = ("queued", "running")
CAN_GO_ON = ("paused", "stopped", "failed", "interrupted")
#: Seconds without a sign of life (``presence``) until a run counts as interrupted.
SILENCE = 15.0
_ID = re.compile(r"[\w-]{1,100}", re.ASCII)


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
        UserError: where there is no such run, its record is damaged, or is another run's.
    """
    file = _file(run)
    try:
        written = file.stat()
        record = _parsed(file, written.st_mtime_ns, written.st_size)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError("There is no run {run}.", run=run) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(
            "The record of run {run} is damaged: {reason}.", run=run, reason=_reason(error)
        ) from error
    if record.id != run:
        text = "The folder of run {run} is a copy: its record is that of run {other}."
        raise UserError(text, run=run, other=record.id)
    if record.state in GOING and time.time() - written.st_mtime > SILENCE:
        return replace(record, state="interrupted")
    return record


@lru_cache(maxsize=4096)
def _parsed(file: Path, modified: int, size: int) -> Record:
    """Read once for each time it was written: pages look at all records several times a second."""
    return Record.from_json(json.loads(file.read_text(encoding="utf-8")))


def _reason(error: Exception) -> str:
    """What is wrong with a record, without a full stop."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return str(error).rstrip(".")


def listed(group: str = "") -> list[Record]:
    """All runs, or those of a group, the newest first. A folder without a record is none."""
    records = []
    for run in _folders(group):
        with suppress(UserError):
            records.append(read(run))
    found = (record for record in records if not group or record.group == group)
    return sorted(found, key=lambda record: record.created, reverse=True)


def damaged() -> dict[str, UserError]:
    """The runs whose records cannot be read: why, as a sentence, by id; the latest ids first."""
    found = dict[str, UserError]()
    for run in sorted(_folders(), reverse=True):
        try:
            read(run)
        except UserError as error:
            if _file(run).exists():  # else it was deleted meanwhile
                found[run] = error
    return found


def _folders(group: str = "") -> list[str]:
    """Ids of the runs that there are records of, or of those that may be of a group."""
    if group and not _ID.fullmatch(group):
        return []
    names = [file.parent.name for file in checkpoints.RUNS.glob(f"{group}*/{RECORD}")]
    return [name for name in names if _ID.fullmatch(name)]


def curves(run: str) -> Curves:
    """The curves of a run, as far as they are written.

    Raises:
        UserError: where the file is damaged.
    """
    file = _file(run).with_name(CURVES)
    try:
        return Curves.read(file)
    except (OSError, ValueError) as error:
        raise UserError("The curves of run {run} are damaged.", run=run) from error


def kept_step(run: str) -> int:
    """The step that a run would go on from: that of its state; 0 where it has none to be read.

    Raises:
        UserError: where it is no id of a run.
    """
    from safetensors import SafetensorError, safe_open

    file = _file(run).with_name(STATE)
    try:
        with safe_open(file, framework="numpy") as stored:
            return int(json.loads(stored.metadata()["run"])["step"])
    except (OSError, SafetensorError, ValueError, LookupError, TypeError):
        return 0


def delete(run: str) -> None:
    """Take a run's folder away with all that is in it."""
    shutil.rmtree(_file(run).parent, ignore_errors=True)


def delete_damaged(run: str) -> None:
    """Take a run away whose record cannot be read: whose it is, nobody knows. No other one."""
    if run in damaged():
        delete(run)


def refused(error: OSError, folder: Path) -> UserError:
    """Why nothing can be written to a folder, as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError("The disk that holds {folder} is full: make room.", folder=folder)
    return UserError("{folder} cannot be written to: {reason}.", folder=folder,
                     reason=error.strerror or error)  # fmt: skip


def _file(run: str) -> Path:
    """Where a run's record is. What is no id, such as a path, never leaves the runs' folder."""
    if not _ID.fullmatch(run):
        raise UserError("There is no run {run}.", run=run)
    return checkpoints.RUNS / run / RECORD
