"""Trained HybridSNs and a scene: which of them know it, and what of it they read."""

import numpy as np
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.data.preprocessing import PrincipalComponents
from cnnviz.data.scene import Scene
from cnnviz.errors import UserError
from cnnviz.lessons import LESSONS

Components = NDArray[np.float32]

#: Pixels a side of the largest part of a scene that is answered as a whole.
WIDE = 145
_READS_WINDOWS = ("hybridsn", "hybridsn_2d", "hybridsn_3d")


def shipped_for(scene: Scene) -> tuple[str, ...]:
    """Names of the shipped networks that know the classes of a scene.

    Raises:
        UserError: where there is none.
    """
    found = tuple(name for name in shipped() if knows(checkpoints.read_card(name), scene))
    if not found:
        raise UserError(
            "No network that comes with the project knows the classes of {scene}: train one.",
            scene=scene.name,
        )
    return found


def shipped() -> tuple[str, ...]:
    """Names of the shipped networks, those of the lesson first and in its order."""
    [order] = [lesson.checkpoints for lesson in LESSONS if lesson.name == "hybridsn"]
    names = checkpoints.names()
    return (*(name for name in order if name in names), *(n for n in names if n not in order))


def knows(card: Card, scene: Scene) -> bool:
    """Whether a network reads windows of scenes, and its classes are those of this one."""
    return card.model in _READS_WINDOWS and tuple(card.class_names) == scene.class_names


def flat_network(network: str, scene: Scene) -> str | None:
    """A trained network of 2-D convolutions that reads as many components of the same scene.

    None where there is none. Of several, one with the same window, and of these a shipped one or
    the newest.

    Args:
        network: name of the checkpoint that it is to be like.
        scene: that it was trained on.
    """
    like = checkpoints.read_card(network).model_args
    runs = sorted((file.parent.name for file in checkpoints.RUNS.glob("*/*.json")), reverse=True)
    found = []
    for name in (*checkpoints.names(), *dict.fromkeys(runs)):
        try:
            card = checkpoints.read_card(name)
        except UserError:
            continue  # it has not kept a network yet, or it is damaged
        own = card.model_args
        known = card.model == "hybridsn_2d" and card.data.get("name") == scene.name
        if known and own.get("components") == like.get("components"):
            found.append((own.get("window") != like.get("window"), name))
    return min(found, key=lambda each: each[0])[1] if found else None


def components(network: str, scene: Scene) -> Components:
    """(C, H, W): a scene's components as a network reads them.

    Args:
        network: name of a checkpoint.
        scene: of as many bands as the one that it was trained on.

    Raises:
        UserError: where the scene has other bands.
    """
    card, arrays = checkpoints.read_card(network), checkpoints.load_preprocessing(network)
    stored = PrincipalComponents.stored(card.preprocessing["components"], arrays)
    bands = scene.cube.shape[2]
    if len(stored.mean) != bands:
        raise UserError(
            "The network was trained on a scene of {trained} bands; {scene} has {bands}.",
            trained=len(stored.mean),
            scene=scene.name,
            bands=bands,
        )
    return np.ascontiguousarray(stored.apply(scene.cube).transpose(2, 0, 1))


def window_at(cube: Components, row: int, column: int, side: int) -> Components:
    """(C, side, side): the window around a pixel; zeros beyond the scene's edge, as in training.

    Args:
        cube: (C, H, W), by ``components``.
        row, column: of the pixel.
        side: of the window, odd.
    """
    half = side // 2
    beyond = [
        (max(half - at, 0), max(at + half + 1 - length, 0))
        for at, length in zip((row, column), cube.shape[1:], strict=True)
    ]
    inside = cube[:, max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1]
    return np.pad(inside, ((0, 0), *beyond))


def scene_at(cube: Components, row: int, column: int, most: int = WIDE) -> Components:
    """(C, h, w): the scene around a pixel.

    Args:
        cube, row, column: as of ``window_at``.
        most: pixels a side.
    """
    rows, columns = (
        slice(start := max(0, min(at - most // 2, side - most)), start + most)
        for at, side in zip((row, column), cube.shape[1:], strict=True)
    )
    return cube[:, rows, columns]
