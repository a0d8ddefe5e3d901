"""The results table as plain data: one row a checkpoint, data set and measure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.explain import dscmr_epoch_choice
from cnnviz.lessons import LESSONS
from cnnviz.papers import Published
from cnnviz.printed.course import COURSE, CourseNumber
from cnnviz.results import grids
from cnnviz.results.grids import Seeds
from cnnviz.results.measures import Measure, measures, printed


@dataclass(frozen=True)
class Row:
    """A checkpoint on a data set by one measure. Numbers are in the measure's unit.

    Attributes:
        lesson: the first that uses it.
        checkpoint: its name.
        data: the set's name in ``cnnviz.data``; its test part.
        verified: whether those data are the published ones.
        measure: what is measured.
        course, paper: their numbers for the same, where there are any.
        card: the number on the checkpoint's card; None for data that the card does not know.
        found: measured now; None where nothing was measured.
        seeds: over trainings by the same recipe with other seeds, where there are any.
        parameters: learned numbers of the network.
        epoch, epochs: the one that is kept, and how many were trained.
        hardware, seconds: what it was trained on, and for how long.
    """

    lesson: str
    checkpoint: str
    data: str
    verified: bool
    measure: Measure
    course: CourseNumber | None
    paper: Published | None
    card: float | None
    found: float | None
    seeds: Seeds | None
    parameters: int
    epoch: int
    epochs: int
    hardware: str
    seconds: float

    @property
    def split(self) -> str:
        """Nothing is ever shown of training data."""
        return "test"

    @property
    def ours(self) -> float | None:
        """What was measured, or else what the card tells."""
        return self.card if self.found is None else self.found


def data_of_test(card: Card) -> str:
    """The set whose test part the card's numbers are of."""
    return str(card.data.get("test_name", card.data["name"]))


def from_cards() -> tuple[Row, ...]:
    """The table as the cards tell it; no data and no measuring are needed."""
    rows = [row for name in checkpoints.names() for row in of_card(name)]
    order = [lesson.name for lesson in LESSONS]
    shown = {name: place for place, name in enumerate(_in_lessons())}
    return tuple(
        sorted(
            rows,
            key=lambda row: (order.index(row.lesson), shown.get(row.checkpoint, len(shown))),
        )
    )


def of_card(name: str) -> Iterator[Row]:
    """A checkpoint's rows."""
    card = checkpoints.read_card(name)
    data = data_of_test(card)
    parameters = _parameters(card.model, json.dumps(card.model_args))
    for measure in measures(card):
        yield Row(
            lesson=_lesson(name, card),
            checkpoint=name,
            data=data,
            verified=bool(card.data["verified"]),
            measure=measure,
            course=COURSE.get((name, measure.metric)),
            paper=printed(card, data, measure),
            card=measure.shown(card.metrics["test"][measure.metric]),
            found=None,
            seeds=_seeds(name, card, measure),
            parameters=parameters,
            epoch=card.epoch,
            epochs=card.recipe["epochs"],
            hardware=card.hardware,
            seconds=card.seconds,
        )


def on_other_data(row: Row, card: Card, data: str) -> Row:
    """The same row for a set that the card knows nothing of."""
    paper = printed(card, data, row.measure)
    return replace(row, data=data, paper=paper, course=None, card=None, seeds=None)


def _in_lessons() -> list[str]:
    """All checkpoints in the order in which lessons name them."""
    return list(dict.fromkeys(name for lesson in LESSONS for name in lesson.checkpoints))


def _lesson(name: str, card: Card) -> str:
    named = (lesson.name for lesson in LESSONS if name in lesson.checkpoints)
    return next(named, card.model)


@lru_cache(maxsize=256)
def _parameters(model: str, arguments: str) -> int:
    """Counted on a network without weights; its arguments are JSON."""
    import torch

    from cnnviz.models.registry import build

    with torch.device("meta"):
        network = build(model, json.loads(arguments))
    return sum(parameter.numel() for parameter in network.parameters())


def _seeds(name: str, card: Card, measure: Measure) -> Seeds | None:
    """Over the grid of the checkpoint's own recipe, or over the runs that DSCMR's lesson shows."""
    found = grids.read(name)
    if found is not None:
        known = measure.metric in found.runs[0].metrics
        return measure.spread(found.over_seeds(measure.metric)) if known else None
    if card.model != "dscmr" or measure.metric != "map":
        return None
    runs = dscmr_epoch_choice.read(card.data["name"])
    if runs is None or len(runs.seeds) < 2:
        return None
    other = runs.epochs if runs.epochs != card.recipe["epochs"] else 0
    return Seeds.of([float(value) for value in runs.reported[1]], other)
