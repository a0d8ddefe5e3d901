"""How narrow an SE block may be: accuracies by reduction ratio, as the project ships them.

``python -m cnnviz.training.senet_grid`` trains what is missing in ``senet_reduction.json``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnnviz.explain.senet_insertion import Extended, weights

#: The results, as they come with the project.
SHIPPED = Path(__file__).with_suffix(".json")
#: Of the settings, the one without SE, to which the others are compared.
NONE = "none"


@dataclass(frozen=True, slots=True)
class Setting:
    """One network of the comparison.

    Attributes:
        code: "none", "single", or the reduction ratio.
        r: reduction ratio; 0 for a single fully connected layer; None without SE.
        accuracy: on the test images, 0 to 1, by seed, as far as it is trained.
        missing: seeds that are not trained yet.
    """

    code: str
    r: int | None
    accuracy: Mapping[int, float]
    missing: tuple[int, ...]

    def against(self, other: "Setting") -> list[float]:
        """How much higher its accuracy is than another's, in points, seed by seed."""
        both = sorted(self.accuracy.keys() & other.accuracy.keys())
        return [100 * (self.accuracy[seed] - other.accuracy[seed]) for seed in both]


@dataclass(frozen=True, slots=True)
class Grid:
    """All of them, trained alike.

    Attributes:
        settings: from the fewest weights in SE to the most.
        images, validation: numbers of training images, and of those on which epochs are chosen.
        epochs: of each training.
        made_by: the command that trains what is missing.
    """

    settings: tuple[Setting, ...]
    images: int
    validation: int
    epochs: int
    made_by: str

    @property
    def without(self) -> Setting:
        """The network without SE."""
        return next(each for each in self.settings if each.code == NONE)


def read(file: Path = SHIPPED) -> Grid:
    """What is trained so far.

    Args:
        file: as ``cnnviz.training.senet_grid`` writes it.
    """
    content = json.loads(file.read_text(encoding="utf-8"))
    found = []
    for code, arguments in content["settings"].items():
        accuracy = {r["seed"]: r["accuracy"] for r in content["runs"] if r["setting"] == code}
        r = 0 if arguments.get("single") else arguments["reduction"] or None
        missing = tuple(seed for seed in content["seeds"] if seed not in accuracy)
        found.append(Setting(code, r, dict(sorted(accuracy.items())), missing))
    recipe = content["recipe"]
    return Grid(
        settings=tuple(sorted(found, key=_size)),
        images=recipe["images"],
        validation=recipe["validation"],
        epochs=recipe["epochs"],
        made_by=content["made_by"],
    )


def by_block(network: Extended, r: int) -> list[tuple[int, int, int]]:
    """(channels, hidden units, weights) of each SE block of a network; r = 0: a single layer."""
    return [
        (channels, max(1, channels // r) if r else 0, weights(channels, r))
        for channels, _numbers in network.sites
    ]


def _size(setting: Setting) -> float:
    return -1 if setting.r is None else 1 / setting.r if setting.r else 1.0
