"""A small scene and small untrained networks that read it, for tests of pages."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cnnviz import checkpoints
from cnnviz.data.preprocessing import principal_components
from cnnviz.data.scene import Scene
from cnnviz.models.registry import build

BANDS, COMPONENTS, WINDOW, CLASSES = 16, 14, 11, 3
#: Networks that take no time.
SMALL: dict[str, dict[str, Any]] = {
    "hybridsn": {"conv3d": ((8, 7), (4, 5), (3, 3)), "conv2d": 4, "hidden": (6,)},
    "hybridsn_2d": {"conv2d": 4, "hidden": (6,)},
}


def scene(name: str = "fields", bands: int = BANDS) -> Scene:
    """24 x 20 pixels of three classes."""
    draw = np.random.default_rng(4)
    labels = np.kron(np.array([[1, 2], [3, 0]]), np.ones((12, 10), dtype=np.int64))
    cube = draw.normal(size=(24, 20, bands)) * np.linspace(2, 1, bands) + labels[..., None]
    return Scene(name, cube, labels, ("a", "b", "c"), None, (5, 3, 1), True, "made for tests")


SCENE = scene()
OTHER = scene("others", BANDS + 1)


def keep(model: str = "hybridsn", name: str = "", **about: Any) -> str:
    """Store a network for ``SCENE`` among the shipped ones; returns its name.

    Args:
        model: in the registry.
        name: of the checkpoint; the model's where left out.
        about: constructor arguments.
    """
    arguments = {
        "components": COMPONENTS, "window": WINDOW, "num_classes": CLASSES, **SMALL[model], **about,
    }  # fmt: skip
    found = principal_components(SCENE.cube, arguments["components"], "scene", None, whiten=False)
    found = replace(found, unit=float(np.sqrt(found.variance[0])))
    torch.manual_seed(6)
    network = build(model, arguments)
    card = checkpoints.Card(
        model=model, model_args=arguments,
        preprocessing={"window": WINDOW, "components": found.to_json()},
        class_names=list(SCENE.class_names), data={"name": SCENE.name}, recipe={}, seed=0, epoch=1,
        metrics={}, history=[], weights="float32", versions={}, hardware="", seconds=1.0,
        command="",
    )  # fmt: skip
    arrays = {key: torch.from_numpy(array.copy()) for key, array in found.arrays().items()}
    checkpoints.save(Path(checkpoints.SHIPPED) / (name or model), network, card, arrays)
    return name or model


def forget() -> None:
    """Networks of other tests have the same names."""
    from dashboard.cache import hybridsn_dimensions, hybridsn_kernels

    for cache in (
        hybridsn_kernels.network, hybridsn_kernels._cube, hybridsn_kernels._layers,
        hybridsn_kernels._wide, hybridsn_kernels._window, hybridsn_dimensions._voxel,
        hybridsn_dimensions._untrained_voxel,
    ):  # fmt: skip
        cache.clear()
