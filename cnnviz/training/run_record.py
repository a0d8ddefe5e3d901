"""What is known of a run, as plain data."""

import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from types import NoneType
from typing import Any

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training.spec import RunSpec

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
        spec: what is trained, with the changes of settings so far.
        source: a folder that the data is read from; None for the data folders.
        out: what the command line was told to call it; "" where a page chose its id.
        limits: what it may use.
        state: queued, running, paused, done, stopped, failed or interrupted.
        reason: why it was stopped or failed: a message's ``message`` and ``values``
            (``cnnviz.errors``); None where nobody has to be told.
        created, started, ended: seconds since 1970; None for what is yet to come.
        progress: the last ``Progress`` as plain data, without the result, with the last metrics;
            ``measured``, the epoch that they are of (0 for none); ``step_seconds``, the mean time
            of a training step (None before it is known); and while the test data are measured,
            ``testing``, for how many seconds. {} before the first.
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

    def with_change(self, setting: str, value: float | bool, step: int) -> "Record":
        """A copy that goes on from a step with this value of a setting.

        What was changed of the setting from there on is not done again.

        Raises:
            UserError: where it cannot be changed, or takes no such value.
        """
        known = self.spec.changes
        changes = [change for change in known if change[0] < step or change[1] != setting]
        changes = sorted([*changes, (step, setting, value)], key=lambda change: change[0])
        return replace(self, spec=self.spec.with_settings({"changes": changes}))

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
                    raise TypeError(f"{name} is {getattr(record, name)!r}")
        if not all(math.isfinite(at or 0) for at in (record.created, record.started, record.ended)):
            raise ValueError("a time is no number")
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
