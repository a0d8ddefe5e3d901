"""What a trained HybridSN says of a whole scene, and which of its pixels that is measured on."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.data.parts import Split
from cnnviz.data.scene import Scene
from cnnviz.errors import UserError
from cnnviz.explain.hybridsn_network import components
from cnnviz.explain.hybridsn_results import (
    TEST,
    SceneMap,
    joined,
    parts_map,
    scene_map,
    split_again,
)
from cnnviz.models.hybridsn_dense import predict_strips

Report = Callable[[float], None]


def classified_scene(
    network: str, scene: Scene, report: Report = lambda share: None
) -> SceneMap:  # fmt: skip
    """What a network says of each pixel of a scene; some seconds.

    Args:
        network: name of a checkpoint.
        scene: with the classes that the network knows.
        report: called after each strip with the share of the scene that is done.

    Raises:
        UserError: where the scene has other classes or bands, or the checkpoint is damaged.
    """
    card = checkpoints.read_card(network)
    if tuple(card.class_names) != scene.class_names:
        raise UserError(
            "The network {network} knows other classes than {scene} has: choose another one.",
            network=network,
            scene=scene.name,
        )
    found, rows = list[SceneMap](), 0
    for logits in strips(network, scene):
        found.append(scene_map(logits))
        rows += len(logits)
        report(rows / len(scene.labels))
    return joined(found)


def strips(network: str, scene: Scene) -> Iterator[NDArray[np.float32]]:
    """(rows, W, K) logits of a scene from top to bottom; arguments as of ``classified_scene``."""
    model, _card = checkpoints.load(network)
    cube = torch.from_numpy(components(network, scene))
    for logits in predict_strips(model, cube):  # type: ignore[arg-type]
        yield logits.numpy()


def split_of(card: Card, scene: Scene) -> Split | None:
    """The split that a network was trained with; None where it was of another scene."""
    return split_again(card.data.get("split", {}), scene.labels)


def parts_of(split: Split | None, scene: Scene) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Which part of a split each pixel belongs to, and on which a network is measured.

    Args:
        split: None where it is not known what a network was trained on.
        scene: that is divided.

    Returns:
        (H, W) parts as ``parts_map`` numbers them, all 0 without a split; (H, W) the test pixels,
        or without a split all labelled ones.
    """
    if split is None:
        return np.zeros(scene.labels.shape, np.uint8), scene.labels > 0
    parts = parts_map(scene.labels, split)
    return parts, parts == TEST
