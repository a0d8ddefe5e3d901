"""Networks trained alike but for the split: at random, and in blocks kept apart from the test."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.errors import UserError
from cnnviz.training.spec import RunSpec
from dashboard.cache import hybridsn_train as quick
from dashboard.cache import training

if TYPE_CHECKING:
    from cnnviz.data.scene import Scene
    from cnnviz.training.run_files import Record

RANDOM, BLOCKS = "random", "blocks"
MODEL = "hybridsn"
# Of a run's settings, those in which the two of a pair differ.
_OF_SPLIT = ("split", "side")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two networks trained alike but for the split.

    Attributes:
        random, blocks: their checkpoints' names.
        cards: their model cards, in this order.
    """

    random: str
    blocks: str
    cards: tuple[Card, Card]

    @property
    def spec(self) -> RunSpec:
        """Of the random one."""
        return RunSpec.from_json(self.cards[0].recipe)


def pairs(scene: "Scene") -> list[Pair]:
    """The pairs that there are for a scene: runs, the newest first, then shipped ones."""
    runs = [record.id for record in training.all_runs() if record.state == "done"]
    found: dict[str, dict[str, tuple[str, Card]]] = {}
    for name in (*runs, *checkpoints.names()):
        try:
            card = checkpoints.read_card(name)
            spec = RunSpec.from_json(card.recipe)
        except UserError:
            continue  # of another version, or damaged: no pair
        if spec.model != MODEL or card.data.get("name") != scene.name or "test" not in card.metrics:
            continue
        split = spec.data_args.get("split", RANDOM)
        found.setdefault(_all_but_split(spec), {}).setdefault(split, (name, card))
    return [
        Pair(two[RANDOM][0], two[BLOCKS][0], (two[RANDOM][1], two[BLOCKS][1]))
        for two in found.values()
        if {RANDOM, BLOCKS} <= set(two)
    ]


def _all_but_split(spec: RunSpec) -> str:
    plain = spec.to_json()
    settings = {n: v for n, v in dict(plain["data_args"]).items() if n not in _OF_SPLIT}
    return json.dumps({**plain, "data_args": settings}, sort_keys=True)


def trainable(scene: "Scene") -> bool:
    """Whether runs can be started on a scene."""
    return quick.trainable(scene)


def _specs(scene: "Scene") -> dict[str, RunSpec]:
    """The quick settings with either split."""
    spec = quick.preset(quick.QUICK, scene.name)
    return {split: spec.with_settings({"split": split}) for split in (RANDOM, BLOCKS)}


def expected(scene: "Scene") -> float:
    """Seconds that a pair will take: an estimate."""
    return quick.total(_specs(scene).values(), scene)


def start(scene: "Scene", *, owner: str, link: Mapping[str, str]) -> str:
    """Train a pair on a scene; returns the group of the two runs.

    Raises:
        UserError: where no more runs can be started.
    """
    return training.start_runs(_specs(scene), owner=owner, lesson=MODEL, link=link)


def runs_of(group: str) -> "list[Record]":
    """The two runs of a group as they stand, the random one first."""
    return sorted(training.run_group(group), key=lambda record: record.label != RANDOM)
