"""Networks that differ in one thing or two, trained ahead over several seeds: what came of them."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz.results import grids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.training.spec import RunSpec


_CLASSES = 16  # of the generated scene


@dataclass(frozen=True, slots=True)
class Result:
    """One network of a grid.

    Attributes:
        code: the setting's name.
        settings: in what it differs from the recipe.
        values: the metric on the test data, by seed.
    """

    code: str
    settings: "Mapping[str, Any]"
    values: "Mapping[int, float]"


@dataclass(frozen=True, slots=True)
class Trained:
    """A grid, as far as it is trained.

    Attributes:
        results: the networks that have a result.
        recipe: what all have in common.
        seeds: the fewest and the most that a network was trained with.
        made_by: the command that trains what is missing.
    """

    results: tuple[Result, ...]
    recipe: "RunSpec"
    seeds: tuple[int, int]
    made_by: str


def trained(name: str, metric: str) -> Trained | None:
    """A grid by its name; None where nothing is trained.

    Args:
        name: of ``cnnviz/results/grids``.
        metric: that is told of each run.
    """
    file = grids.FOLDER / f"{name}.json"
    return _trained(name, metric, file.stat().st_mtime_ns) if file.is_file() else None


def madds(grid: Trained, result: Result) -> int:
    """Multiply-adds of one image, or window, in a network of a grid."""
    from cnnviz.training.grids import spec_of

    spec = spec_of(grid.recipe, result.settings, 0)
    return _madds(json.dumps(spec.to_json(), sort_keys=True), spec)


@st.cache_data(max_entries=128, show_spinner=False)
def _madds(written: str, _spec: "RunSpec") -> int:
    from cnnviz.training.mobilenet_v2_ablations import cost
    from cnnviz.training.task_settings import WindowSettings, settings_of

    if settings_of(_spec.model) is not WindowSettings:
        return cost(_spec)[1]
    from dashboard.cache import hybridsn_train, hybridsn_variance

    arguments = dict(hybridsn_train.arguments(_spec, _CLASSES))
    return hybridsn_variance.cost(_spec.model, arguments)[1]


@st.cache_resource(max_entries=16, show_spinner=False)
def _trained(name: str, metric: str, changed: int) -> Trained | None:
    from cnnviz.training.spec import RunSpec

    grid = grids.read(name)
    if grid is None or not grid.runs:
        return None
    results = tuple(
        Result(code, grid.settings[code], values)
        for code, values in grid.by_setting(metric).items()
        if values
    )
    counts = [len(result.values) for result in results]
    return Trained(
        results, RunSpec.from_json(grid.recipe), (min(counts), max(counts)), grid.made_by
    )
