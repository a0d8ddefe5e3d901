"""Splits of a scene and what test windows share with the training, for windows that a hand moves.

A random split is the same at every window and measured in milliseconds. Blocks are another split at
each window, found in some tenths of a second: those of the next windows are made beforehand.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.figures import hybridsn_leakage as figures
from dashboard.components.scene_layers import Layers, layers

if TYPE_CHECKING:
    from cnnviz.data.parts import Split
    from cnnviz.data.scene import Scene
    from cnnviz.explain.hybridsn_leakage import Covered, How, Meter

AHEAD = 4  # windows on either side that are made beforehand
LEAST, WIDEST = 3, 51  # pixels a side of the smallest and the largest window


@dataclass(frozen=True, slots=True)
class Measured:
    """A split and its measure at one window.

    Attributes:
        name: tells it from all others.
        split: of the scene's labelled pixels.
        meter: what its test windows share with the training.
    """

    name: str
    split: "Split"
    meter: "Meter"


def widest(scene: "Scene") -> int:
    """The side of the largest window that is offered, odd."""
    return _widest(scene.labels.shape)


def _widest(shape: tuple[int, ...]) -> int:
    return min(WIDEST, (min(shape) - 1) // 2 * 2 + 1)


def random(scene: "Scene", how: "How", amount: float, seed: int, window: int) -> Measured:
    """A random split, measured.

    Raises:
        UserError: where the scene cannot be divided like that.
    """
    return _random(scene.name, how, amount, seed, window, scene)


@st.cache_resource(max_entries=96, show_spinner=False)
def _random(
    name: str, how: "How", amount: float, seed: int, window: int, _scene: "Scene"
) -> Measured:
    from cnnviz.explain.hybridsn_leakage import meter

    split = _random_split(name, how, amount, seed, _scene)
    found = meter(_scene.labels, split, window)
    return Measured(f"{name} {how} {amount} {seed} {window}", split, found)


@st.cache_resource(max_entries=32, show_spinner=False)
def _random_split(name: str, how: "How", amount: float, seed: int, _scene: "Scene") -> "Split":
    from cnnviz.explain.hybridsn_leakage import made

    return made(_scene.labels, how, amount=amount, seed=seed, window=1)


def blocks(
    scene: "Scene", share: float, seed: int, window: int, *, wait: bool = True
) -> Measured | None:
    """A split by blocks, measured.

    Args:
        scene: the scene.
        share: of each class, for training.
        seed: its seed.
        window: the windows' side.
        wait: for what is not there yet; else None stands for it.

    Raises:
        UserError: where the scene cannot be divided like that.
    """
    return _blocks(scene.name, share, seed, scene).at(window, wait)


@st.cache_resource(max_entries=12, show_spinner=False)
def _blocks(name: str, share: float, seed: int, _scene: "Scene") -> "_Blocks":
    return _Blocks(name, share, seed, _scene.labels)


@dataclass(slots=True)
class _Blocks:
    """The splits by blocks of one scene, share and seed, by window."""

    name: str
    share: float
    seed: int
    labels: NDArray[np.int64]  # not the scene: a visitor's cube is to go with its visitor
    jobs: "dict[int, Future[Measured]]" = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def at(self, window: int, wait: bool) -> Measured | None:
        if not wait:
            job = self._job(window)
            return job.result() if job.done() else None
        found = self._at_once(window)
        for step in range(1, AHEAD + 1):
            for near in (window + 2 * step, window - 2 * step):
                if LEAST <= near <= _widest(self.labels.shape):
                    self._job(near)
        return found

    def _job(self, window: int) -> "Future[Measured]":
        with self.lock:
            if window not in self.jobs:
                self.jobs[window] = _dividing().submit(self._made, window)
            return self.jobs[window]

    def _at_once(self, window: int) -> Measured:
        """What is made already, or made here, before all that waits for its turn."""
        with self.lock:
            job = self.jobs.get(window)
            mine: Future[Measured] | None = None
            if job is None or job.cancel():
                job = mine = self.jobs[window] = Future()
                mine.set_running_or_notify_cancel()  # nobody else begins with it
        if mine is not None:
            try:
                mine.set_result(self._made(window))
            except BaseException as error:
                mine.set_exception(error)
        return job.result()

    def _made(self, window: int) -> Measured:
        from cnnviz.explain.hybridsn_leakage import made, meter

        split = made(self.labels, "blocks", amount=self.share, seed=self.seed, window=window)
        name = f"{self.name} blocks {self.share} {self.seed} {window}"
        return Measured(name, split, meter(self.labels, split, window))


@st.cache_resource(max_entries=1, show_spinner=False)
def _dividing() -> ThreadPoolExecutor:
    """One thread of its own: what is made beforehand takes no core from what visitors wait for."""
    return ThreadPoolExecutor(max_workers=1)


def kinds_layers(scene: "Scene", measured: Measured) -> Layers:
    """What each pixel is to the test, to be laid over the scene, with the truth in words."""
    return _kinds_layers(measured.name, scene, measured)


@st.cache_resource(max_entries=96, show_spinner=False)
def _kinds_layers(name: str, _scene: "Scene", _measured: Measured) -> Layers:
    picture = figures.kinds_picture(_measured.meter.kinds)
    return layers(f"{name} kinds", overlay=picture, truth=_scene.labels)


def covered(scene: "Scene", measured: Measured, row: int, column: int) -> "Covered":
    """One pixel, and the training windows that it lies in."""
    from cnnviz.explain.hybridsn_leakage import covered as looked_at

    return looked_at(scene.labels, measured.split, measured.meter, row, column)


def windows_layers(measured: Measured, found: "Covered") -> Layers:
    """The training windows that cover a pixel, and the training pixels in their middles."""
    return _windows_layers(measured.name, found.row, found.column, found)


@st.cache_resource(max_entries=96, show_spinner=False)
def _windows_layers(name: str, row: int, column: int, _found: "Covered") -> Layers:
    picture = figures.windows_picture(_found.layers, _found.training)
    return layers(f"{name} {row} {column} windows", overlay=picture)


def first_test_pixel(measured: Measured) -> tuple[int, int]:
    """The test pixel that is nearest to the middle of the scene: row and column."""
    height, width = measured.split.shape
    rows, columns = np.divmod(measured.split.test, width)
    nearest = int(np.argmin(np.maximum(abs(rows - height // 2), abs(columns - width // 2))))
    return int(rows[nearest]), int(columns[nearest])
