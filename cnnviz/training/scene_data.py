"""A scene as a run trains on it: read, divided, reduced to its principal components."""

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.data import own_scene, splits
from cnnviz.data.finding import needed
from cnnviz.data.parts import Split
from cnnviz.data.preprocessing import PrincipalComponents, principal_components
from cnnviz.data.scene import Scene
from cnnviz.data.scenes import PUBLISHED, SCENES, check_name, load_scene
from cnnviz.errors import UserError
from cnnviz.training.task_settings import WindowSettings

# Runs that start together wait for one reading.
_READING = Lock()


@dataclass(frozen=True)
class Prepared:
    """What is left of a scene for training; without its cube.

    Attributes:
        name, source, verified, class_names: as the scene's.
        labels: (H, W) int64: 0 where nothing is known, classes from 1 on.
        split: its parts.
        reduced: the principal components, as fitted.
        maps: (components, H, W) float32. Beyond lie zeros, as in the paper's code: padding comes
            after the components.
        digest: of these numbers.
    """

    name: str
    source: str
    verified: bool
    class_names: tuple[str, ...]
    labels: NDArray[np.int64]
    split: Split
    reduced: PrincipalComponents
    maps: Tensor
    digest: str


def prepared(data: str, settings: WindowSettings, seed: int) -> Prepared:
    """Read a scene and prepare it; a few that were prepared are kept.

    Args:
        data: a scene's name, or the path of a cube.
        settings: of the run.
        seed: of the split.

    Raises:
        UserError: where the scene is not there or cannot be divided or reduced like that.
    """
    with _READING:
        return _prepared(data, settings, seed, _state(data, settings.labels))


def read(data: str, labels: str = "") -> Scene:
    """A scene by its name, or of the files of a cube and of its ground truth.

    Raises:
        UserError: where there is no such scene, or the files make none.
    """
    if data in SCENES:
        return load_scene(data)
    check_name(data)
    found = own_scene.candidates([data, labels] if labels and labels != data else [data])
    return own_scene.build(own_scene.check(found[0]))


def divided(labels: NDArray[np.int64], settings: WindowSettings, seed: int) -> Split:
    """The parts of a scene.

    Raises:
        UserError: where it cannot be divided like that, or nothing would be left for validation.
    """
    window, share = settings.window, settings.validation_share
    if not share:
        raise UserError("A run needs pixels to choose its epoch on: validation_share is above 0.")
    if settings.split == "per_class":
        counts = np.bincount(labels[labels > 0])[1:]
        each = max(1, round(share * counts.sum() / np.count_nonzero(counts)))
        return splits.per_class(
            labels, train=settings.train_per_class, validation=each, seed=seed, window=window
        )
    if settings.split == "blocks":
        return splits.blocks(
            labels,
            train=settings.train_share,
            validation=share,
            seed=seed,
            window=window,
            side=settings.side or None,
        )
    return splits.stratified(
        labels, train=settings.train_share, validation=share, seed=seed, window=window
    )


def maps_of(reduced: PrincipalComponents, cube: NDArray[np.generic]) -> Tensor:
    """A scene's components as ``Prepared.maps`` has them."""
    return torch.from_numpy(np.ascontiguousarray(reduced.apply(cube).transpose(2, 0, 1)))


def reordered(reduced: PrincipalComponents, seed: int) -> PrincipalComponents:
    """The same components in another order, which a seed means on every machine."""
    # Raw numbers, as for the splits: they stay the same with every release of numpy.
    draws = np.random.PCG64(seed).random_raw(len(reduced.components))
    order = np.argsort(draws, kind="stable")
    return replace(
        reduced,
        components=reduced.components[order],
        variance=reduced.variance[order],
        explained_variance_ratio=reduced.explained_variance_ratio[order],
    )


@lru_cache(maxsize=4)
def _prepared(data: str, settings: WindowSettings, seed: int, _state: object) -> Prepared:
    scene = read(data, settings.labels)
    split = divided(scene.labels, settings, seed)
    reduced = principal_components(
        scene.cube, settings.components, settings.fitted_on, split, whiten=settings.whiten
    )
    if not settings.whiten:
        # As wide as a whitened one along its first component.
        reduced = replace(reduced, unit=float(np.sqrt(reduced.variance[0])))
    if settings.permute:
        reduced = reordered(reduced, settings.permute)
    maps = maps_of(reduced, scene.cube)
    return Prepared(
        name=scene.name,
        source=scene.source,
        verified=scene.verified,
        class_names=scene.class_names,
        labels=scene.labels,
        split=split,
        reduced=reduced,
        maps=maps,
        digest=hashlib.sha256(maps.numpy().tobytes()).hexdigest(),
    )


def _state(data: str, labels: str) -> tuple[tuple[str, int, int], ...]:
    """Paths, sizes and times of change of the files that are read."""
    files = [*needed(data).files.values()] if data in PUBLISHED else [Path(data), Path(labels)]
    states = [(str(file), file.stat()) for file in files if file.is_file()]
    return tuple((path, found.st_size, found.st_mtime_ns) for path, found in states)
