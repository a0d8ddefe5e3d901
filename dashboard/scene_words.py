"""A scene as a visitor reads it: its classes in words, and how large its map is drawn."""

from typing import TYPE_CHECKING

from cnnviz.data.scenes import SYNTHETIC
from dashboard.i18n import _

if TYPE_CHECKING:
    from cnnviz.data.scene import Scene

_NARROW = 1.4  # times as tall as wide


def class_names(scene: "Scene") -> tuple[str, ...]:
    """The names of the classes 1 to K, to be shown.

    Those of the generated scene are words of this project and are translated; those of another
    scene are its publisher's, only that lines may break where they have underscores.
    """
    if scene.name == SYNTHETIC:
        return tuple(map(_, scene.class_names))
    return tuple(name.replace("_", " ") for name in scene.class_names)


def is_narrow(scene: "Scene") -> bool:
    """Whether there is room beside the scene's map."""
    height, width = scene.labels.shape
    return height > _NARROW * width


def longer_side(scene: "Scene", usual: int, most: int) -> int:
    """How long the longer side of a scene's map is to be, in CSS pixels.

    Args:
        scene: whose map it is.
        usual: of a square one.
        most: of a narrow one, which gets its shorter side as long as a square's as nearly as that
            goes.
    """
    short, long = sorted(scene.labels.shape)
    return min(most, usual * long // short)
