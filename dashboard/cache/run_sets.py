"""Runs that answer a question together, found by their settings.

A run of the same settings gives the same numbers: what has been trained once, by whomever, is not
trained again.
"""

from collections.abc import Iterable, Mapping
from statistics import fmean

from cnnviz.training.run_files import GOING, Record
from cnnviz.training.spec import RunSpec
from dashboard.cache import training


def found(specs: Mapping[str, RunSpec]) -> dict[str, Record]:
    """The runs that were started with these settings, by the same labels: one that is done before
    one that goes, else the newest; in the order of the labels, those without one left out.
    """
    wanted = {label: spec.to_json() for label, spec in specs.items()}
    models = {spec.model for spec in specs.values()}
    best: dict[str, Record] = {}
    for record in training.all_runs():
        if record.spec.model not in models:
            continue
        plain = record.spec.to_json()
        for label, spec in wanted.items():
            if plain == spec and _rank(record) > _rank(best.get(label)):
                best[label] = record
    return {label: best[label] for label in specs if label in best}


def missing(specs: Mapping[str, RunSpec], records: Mapping[str, Record]) -> dict[str, RunSpec]:
    """Those of the settings of which no run is done or goes."""
    return {label: spec for label, spec in specs.items() if _rank(records.get(label)) < 2}


def _rank(record: Record | None) -> int:
    if record is None:
        return 0
    return 3 if record.state == "done" else 2 if record.state in GOING else 1


def on_test(record: Record, metric: str) -> float | None:
    """A number of a finished run on its test pixels."""
    return record.metrics.get("test", {}).get(metric) if record.state == "done" else None


def mean_seconds(records: Iterable[Record]) -> float | None:
    """Of the trainings that are done, on average; None before the first."""
    seconds = [record.progress["seconds"] for record in records if record.state == "done"]
    return fmean(seconds) if seconds else None


def share(record: Record) -> float:
    """How much of a run is done, 0 to 1."""
    last = record.progress
    if record.state == "done":
        return 1.0
    return min(last["step"] / last["steps"], 1.0) if last.get("steps") else 0.0


def seconds_left(specs: Mapping[str, RunSpec], records: Mapping[str, Record]) -> float | None:
    """What the runs still take one after the other, at the pace of those so far; None before one
    has come far enough to tell.
    """
    shares = sum(map(share, records.values()))
    spent = sum(record.progress.get("seconds", 0.0) for record in records.values())
    if shares < _TELLING:
        return None
    return spent / shares * (len(specs) - shares)


_TELLING = 0.1  # of a run
