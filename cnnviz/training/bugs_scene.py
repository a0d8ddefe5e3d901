"""Planted mistakes in the test of a network that classifies the pixels of a scene."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.data.preprocessing import principal_components
from cnnviz.models.hybridsn_windows import WindowNetwork
from cnnviz.training.bugs_course import Course, trained
from cnnviz.training.recipes import on_scene
from cnnviz.training.scene_data import maps_of, read
from cnnviz.training.scene_windows import predict
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_windows import Windows
from cnnviz.training.tasks import task_of

SCENE = "synthetic_scene"
#: A HybridSN of a few thousand weights that is trained in seconds.
SMALL: dict[str, Any] = {
    "window": 9, "components": 15, "conv3d": ((4, 7), (8, 5), (8, 3)), "conv2d": 32,
    "hidden": (64,), "split": "blocks", "fitted_on": "training", "epochs": 15,
    "learning_rate": 0.003,
}  # fmt: skip
Pixels = NDArray[np.int64]


def block(seed: int) -> dict[str, dict[str, Any]]:
    """Accuracy on the pixels for training, for validation, and on the test pixels of each quarter
    of the scene, all quarters together.
    """
    task = _task(seed)
    course, split = trained(task.spec, task=task), task.scene.split
    known = [_accuracy(course, task.scene.maps, p) for p in (split.train, split.validation)]
    right = wrong = 0.0
    for quarter in _quarters(task):
        test = np.intersect1d(split.test, quarter)
        share = len(test) / len(split.test)
        # PLANTED: the quarter's components are fitted anew, on itself, not only applied to it.
        wrong += share * _accuracy(course, _own_maps(task, quarter), test)
        right += share * _accuracy(course, task.scene.maps, test)
    return {"wrong": {"accuracy": [*known, wrong]}, "right": {"accuracy": [*known, right]}}


def _quarters(task: Windows) -> list[Pixels]:
    """The pixels of each quarter of the scene, as numbers in it."""
    numbers = np.arange(task.scene.labels.size).reshape(task.scene.labels.shape)
    halves = (
        part for rows in np.array_split(numbers, 2) for part in np.array_split(rows, 2, axis=1)
    )
    return [part.ravel() for part in halves]


def _own_maps(task: Windows, pixels: Pixels) -> Tensor:
    """The whole scene in the principal components of some of its pixels."""
    cube, fitted_on = read(SCENE).cube, replace(task.scene.split, train=pixels)
    count = task.settings.components
    return maps_of(principal_components(cube, count, "training", fitted_on), cube)


def field(seed: int) -> dict[str, dict[str, Any]]:
    """Accuracy on the test pixels, and on fields that are far from all that is trained on."""
    task = _task(seed)
    split, draw = task.scene.split, np.random.default_rng(seed)
    mixed, apart = draw.permutation(split.train), draw.permutation(split.test)
    half = np.sort(mixed[: len(mixed) // 2])
    scene = replace(task.scene, split=replace(split, train=half))
    course = trained(task.spec, task=replace(task, scene=scene))
    # PLANTED: test pixels lie among the training pixels: their windows hold them.
    among = np.sort(mixed[len(mixed) // 2 :])
    first, new = np.sort(apart[: len(apart) // 2]), np.sort(apart[len(apart) // 2 :])
    on_new = _accuracy(course, scene.maps, new)
    return {
        "wrong": {"accuracy": [_accuracy(course, scene.maps, among), on_new]},
        "right": {"accuracy": [_accuracy(course, scene.maps, first), on_new]},
    }


def _task(seed: int) -> Windows:
    spec: RunSpec = on_scene("hybridsn", SCENE)
    task = task_of(spec.with_settings({**SMALL, "seed": seed, "split_seed": seed}))
    assert isinstance(task, Windows)
    return task


def _accuracy(course: Course, maps: Tensor, pixels: Pixels) -> float:
    """The share of pixels whose class the network knows; maps (components, H, W)."""
    assert isinstance(course.task, Windows)
    assert isinstance(course.model, WindowNetwork)
    labels = course.task.scene.labels
    rows, columns = (torch.from_numpy(a) for a in np.unravel_index(pixels, labels.shape))
    found = torch.cat(list(predict(course.model, maps, rows, columns))).argmax(1) + 1
    return float(np.mean(found.numpy() == labels.ravel()[pixels]))
