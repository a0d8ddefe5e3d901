"""What a run has reported, as curves of at most 500 points each, however long it was."""

import csv
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.whole_files import whole

if TYPE_CHECKING:
    from cnnviz.training.spec import Progress

AT_MOST = 500
#: Before the names of validation metrics in the file: a loss may have the same name.
VALIDATION = "validation_"
#: What every point has, besides losses or metrics.
PLACE = ("step", "epoch", "seconds", "learning_rate")
#: What a report has, besides.
PACE = "examples_per_second"

Point = dict[str, float]


class Curves:
    """The curves of one run.

    Attributes:
        reports: points of ``step`` (steps done), ``epoch`` (passes done, a fraction), ``seconds``,
            ``learning_rate``, ``examples_per_second``, and the mean of each loss term by its name
            since the point before.
        measured: points of ``step``, ``epoch``, ``seconds``, ``learning_rate`` and the validation
            metrics by name, where an epoch ended.
    """

    def __init__(self) -> None:
        self.reports = _Series(_mean)
        self.measured = _Series(_last)

    def add(self, progress: "Progress") -> None:
        """Take a report in. One that says nothing new (before the first step) is no point."""
        place = {
            "step": float(progress.step),
            "epoch": progress.step / progress.steps * progress.epochs,
            "seconds": progress.seconds,
            "learning_rate": progress.learning_rate,
        }
        if progress.metrics:
            self.measured.add(place | progress.metrics)
        elif progress.losses:
            pace = {PACE: progress.examples_per_second}
            self.reports.add(place | pace | progress.losses)

    def columns(self) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
        """Reports and measured points, each as lists by name."""
        return _columns(self.reports.points()), _columns(self.measured.points())

    def seconds_a_step(self, examples: float) -> float | None:
        """Mean time of a training step; validation and all else between steps left out.

        Args:
            examples: of a step.

        Returns:
            Seconds; None before the first report.
        """
        before = steps = seconds = 0.0
        for point in self.reports.points():
            taken, before = point["step"] - before, point["step"]
            if pace := point.get(PACE):
                steps += taken
                seconds += taken * examples / pace
        return seconds / steps if steps else None

    def write(self, file: Path) -> None:
        """Write both kinds of points as one CSV table, whole or not at all."""
        rows = [*self.reports.points(), *map(_prefixed, self.measured.points())]
        names = list(dict.fromkeys(name for row in rows for name in row)) or list(PLACE)
        with whole(file) as partial, partial.open("w", newline="", encoding="utf-8") as out:
            table = csv.DictWriter(out, names)
            table.writeheader()
            table.writerows(sorted(rows, key=lambda row: row["step"]))

    @classmethod
    def read(cls, file: Path) -> "Curves":
        """As ``write`` left them; none where there is no such file yet.

        Raises:
            OSError: where it cannot be read.
            ValueError: where it is no table of curves.
        """
        curves = cls()
        if not file.is_file():
            return curves
        with file.open(newline="", encoding="utf-8") as content:
            try:
                table = csv.DictReader(content, strict=True)
                names = list(table.fieldnames or ())
                if not set(PLACE) <= set(names) or len(set(names)) < len(names):
                    raise ValueError(f"{names} are no columns of curves")
                for point in map(_point, table):
                    curves._add(point)
            except csv.Error as error:
                raise ValueError(str(error)) from error
        return curves

    def _add(self, point: Point) -> None:
        if any(name.startswith(VALIDATION) for name in point):
            self.measured.add({n.removeprefix(VALIDATION): v for n, v in point.items()})
        else:
            self.reports.add(point)


def _point(row: Mapping[str | None, object]) -> Point:
    """A row of the table; what is in it is a number, and its place is whole."""
    point = dict[str, float]()
    for name, cell in row.items():
        # What a row has beyond the head is under None, and what it lacks is None.
        if not name or not isinstance(cell, str):
            raise ValueError("a row does not fit the head of the table")
        if cell:
            point[name] = float(cell)
    if not all(math.isfinite(point.get(name, math.nan)) for name in PLACE):
        raise ValueError(f"a row lacks one of {PLACE}")
    return point


class _Series:
    """Points, merged by twos each time they are too many, so that all stand for equally many."""

    def __init__(self, merge: Callable[[list[Point]], Point]) -> None:
        self._merge = merge
        self._points: list[Point] = []
        self._stride = 1
        self._waiting: list[Point] = []

    def add(self, point: Point) -> None:
        self._forget(point["step"])
        self._waiting.append(point)
        if len(self._waiting) < self._stride:
            return
        self._points.append(self._merge(self._waiting))
        self._waiting = []
        if len(self._points) == AT_MOST:
            pairs = zip(self._points[::2], self._points[1::2], strict=True)
            self._points = [self._merge(list(pair)) for pair in pairs]
            self._stride *= 2

    def _forget(self, step: float) -> None:
        """A run that goes on from where it was kept reports the steps since then once more."""
        while self._waiting and self._waiting[-1]["step"] >= step:
            self._waiting.pop()
        while not self._waiting and self._points and self._points[-1]["step"] >= step:
            self._points.pop()

    def points(self) -> list[Point]:
        return self._points + ([self._merge(self._waiting)] if self._waiting else [])


def _last(points: list[Point]) -> Point:
    """Of measured points, one: the mean of two measurements is none."""
    return points[-1]


def _mean(points: list[Point]) -> Point:
    """The place of the last, the mean of all else."""
    means = {name: sum(p.get(name, 0.0) for p in points) / len(points) for name in points[-1]}
    return means | {name: points[-1][name] for name in PLACE}


def _prefixed(point: Point) -> Point:
    return {n if n in PLACE else VALIDATION + n: value for n, value in point.items()}


def _columns(points: Iterable[Mapping[str, float]]) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = {}
    for point in points:
        for name, value in point.items():
            columns.setdefault(name, []).append(value)
    return columns
