"""Numbers of trainings that differ in seeds or settings; their weights are not shipped.

A grid is a file of ``grids/``, as ``cnnviz.training.kept_runs`` writes it: ``made_by``, ``recipe``
and ``runs``, each run with its ``settings`` and its ``metrics`` on the test data. One that has the
name of a checkpoint is of that checkpoint's recipe, and differs in seeds alone. The others are of
``cnnviz.training.grids``, which also names its settings: ``about``, ``settings`` and ``seeds``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnviz.figures.seeds import summary

FOLDER = Path(__file__).with_name("grids")


@dataclass(frozen=True)
class Seeds:
    """A number over trainings that differ in their seeds alone.

    Attributes:
        mean, deviation: in the unit of the number; the deviation is that of a sample.
        count: trainings.
        epochs: of each, where it is not as many as the checkpoint beside it; else 0.
    """

    mean: float
    deviation: float
    count: int
    epochs: int = 0

    @classmethod
    def of(cls, values: "list[float]", epochs: int = 0) -> "Seeds":
        """Of one value a training, two at least."""
        middle, deviation = summary(values)
        assert deviation is not None, "two at least"
        return cls(middle, deviation, len(values), epochs)


@dataclass(frozen=True)
class Run:
    """One training of a grid.

    Attributes:
        settings: in what it differs from the recipe.
        metrics: on the test data, by name.
        setting: their name in the grid; "" where seeds alone differ.
    """

    settings: Mapping[str, Any]
    metrics: Mapping[str, float]
    setting: str = ""


@dataclass(frozen=True)
class Grid:
    """A grid as it is kept.

    Attributes:
        made_by: the command that trains it.
        recipe: what all runs have in common, a ``RunSpec`` as plain data.
        runs: in the order of the file.
        about: what it compares, in a line; "" where seeds alone differ.
        settings: in what the networks differ from the recipe, by name.
    """

    made_by: str
    recipe: Mapping[str, Any]
    runs: tuple[Run, ...] = field(default=())
    about: str = ""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def over_seeds(self, metric: str) -> Seeds:
        """A metric over all its runs."""
        return Seeds.of([run.metrics[metric] for run in self.runs])

    @property
    def counts(self) -> tuple[int, ...]:
        """How many runs there are of each setting."""
        return tuple(sum(run.setting == name for run in self.runs) for name in self.settings)

    def by_setting(self, metric: str) -> dict[str, dict[int, float]]:
        """A metric by setting and seed; a setting that is not trained yet has no seeds."""
        return {
            name: {
                run.settings["seed"]: run.metrics[metric]
                for run in self.runs
                if run.setting == name
            }
            for name in self.settings
        }


def names() -> tuple[str, ...]:
    """Names of the grids that compare settings."""
    return tuple(sorted(f.stem for f in FOLDER.glob("*.json") if _content(f).get("settings")))


def read(name: str) -> Grid | None:
    """A grid by its name; None where there is none."""
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        return None
    content = _content(file)
    runs = (Run(run["settings"], run["metrics"], run.get("setting", "")) for run in content["runs"])
    about, settings = content.get("about", ""), content.get("settings", {})
    return Grid(content["made_by"], content["recipe"], tuple(runs), about, settings)


def _content(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
