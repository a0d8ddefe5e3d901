"""Numbers printed in the HybridSN paper."""

from dataclasses import dataclass

from cnnviz.papers import HYBRIDSN, Published


@dataclass(frozen=True)
class SceneRow:
    """What the HybridSN paper reports of a method on a scene, trained on random pixels.

    Attributes:
        method: what the paper calls it.
        scene: its name in ``cnnviz.data``.
        train: share of the labelled pixels that it was trained on, percent.
        oa: overall accuracy, percent.
        kappa: agreement beyond chance, percent.
        aa: mean of the classes' accuracies, percent.
    """

    method: str
    scene: str
    train: int
    oa: Published
    kappa: Published
    aa: Published


# Of each share of training pixels, where the paper reports it.
_TABLES = {30: "table 2", 10: "table 5", 5: "supplement, table 9"}

_SCENES = ("indian_pines", "pavia_university", "salinas")


def _method(name: str, train: int, *by_scene: tuple[float, float, float]) -> tuple[SceneRow, ...]:
    """A row of these tables: overall accuracy, kappa and average accuracy on each scene."""
    return tuple(
        SceneRow(
            name,
            scene,
            train,
            *(Published(number, "%", HYBRIDSN, _TABLES[train]) for number in numbers),
        )
        for scene, numbers in zip(_SCENES, by_scene, strict=True)
    )


HYBRIDSN_ROWS = (
    *_method("SVM", 30, (85.30, 83.10, 79.03), (94.34, 92.50, 92.98), (92.95, 92.11, 94.60)),
    *_method("2D-CNN", 30, (89.48, 87.96, 86.14), (97.86, 97.16, 96.55), (97.38, 97.08, 98.84)),
    *_method("3D-CNN", 30, (91.10, 89.98, 91.58), (96.53, 95.51, 97.57), (93.96, 93.32, 97.01)),
    *_method("HybridSN", 30, (99.75, 99.71, 99.63), (99.98, 99.98, 99.97), (100, 100, 100)),
    *_method("HybridSN", 10, (98.39, 98.16, 98.01), (99.72, 99.64, 99.20), (99.98, 99.98, 99.98)),
    *_method("HybridSN", 5, (94.90, 93.73, 86.81), (99.35, 98.86, 98.65), (99.95, 99.95, 99.94)),
)
