"""The networks trained alike, with the components in their own order and in another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz.errors import UserError
from dashboard.cache import hybridsn_train as train
from dashboard.cache import run_sets
from dashboard.cache.hybridsn_variance import cost

if TYPE_CHECKING:
    from cnnviz.data.scene import Scene
    from cnnviz.training.run_files import Record
    from cnnviz.training.spec import RunSpec

OWN, OTHER = "own", "other"  # order of the components


@dataclass(frozen=True, slots=True)
class Compared:
    """One network's results.

    Attributes:
        model: its name in the registry.
        own: overall accuracy on test pixels, 0 to 1, by seed; components by falling variance.
        other: the same with the components in another order, each seed's its own.
        seconds: of a training, on average; None before the first.
        parameters, madds: of the network, and of one window.
    """

    model: str
    own: dict[int, float]
    other: dict[int, float]
    seconds: float | None
    parameters: int
    madds: int

    @property
    def shuffle(self) -> list[float]:
        """What another order changes, in points, for each seed that was trained both ways."""
        return _points(self.other, self.own)

    def against(self, other: "Compared") -> list[float]:
        """How much higher its accuracy is than another's, in points, seed by seed."""
        return _points(self.own, other.own)


def _points(one: Mapping[int, float], other: Mapping[int, float]) -> list[float]:
    return [100 * (one[seed] - other[seed]) for seed in sorted(one.keys() & other.keys())]


def specs(scene: "Scene", split: str, seeds: int) -> "dict[str, RunSpec]":
    """The runs of the comparison, by labels ``model-order-seed``.

    A seed is that of the run and of the other order. The split is the same for all, so that what
    differs between seeds is not one of pixels.

    Args:
        scene: by whose name workers find it.
        split: "random" or "blocks".
        seeds: how many, from 0 on.
    """
    found = {}
    for seed in range(seeds):
        plain = train.preset(train.QUICK, scene.name).with_settings({"split": split, "seed": seed})
        for order, spec in ((OWN, plain), (OTHER, plain.with_settings({"permute": seed + 1}))):
            for model in train.networks():
                found[f"{model}-{order}-{seed}"] = train.with_network(spec, model)
    return found


def refused(scene: "Scene", split: str) -> UserError | None:
    """Why the scene cannot be divided or reduced like that; None where it can."""
    try:
        for spec in specs(scene, split, 1).values():
            train.split_of(spec, scene)
            cost(spec.model, dict(train.arguments(spec, len(scene.class_names))))
    except UserError as error:
        return error
    return None


def compared(
    scene: "Scene", wanted: "Mapping[str, RunSpec]", records: "Mapping[str, Record]"
) -> "list[Compared]":
    """What has come of the runs, network by network.

    Args:
        scene: that they are trained on.
        wanted: of ``specs``.
        records: of ``run_sets.found`` for these.
    """
    return [_compared(model, scene, wanted, records) for model in train.networks()]


def _compared(
    model: str, scene: "Scene", wanted: "Mapping[str, RunSpec]", records: "Mapping[str, Record]"
) -> Compared:
    results: dict[str, dict[int, float]] = {OWN: {}, OTHER: {}}
    mine = []
    for label, record in records.items():
        code, order, seed = label.rsplit("-", 2)
        value = run_sets.on_test(record, "oa")
        if code == model and value is not None:
            results[order][int(seed)] = value
            mine.append(record)
    spec = next(spec for spec in wanted.values() if spec.model == model)
    parameters, madds = cost(model, dict(train.arguments(spec, len(scene.class_names))))
    seconds = run_sets.mean_seconds(mine)
    return Compared(model, results[OWN], results[OTHER], seconds, parameters, madds)
