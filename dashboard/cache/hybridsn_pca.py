"""Principal components of the HybridSN lesson's scenes."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from cnnviz.errors import UserError
from cnnviz.explain import hybridsn_pca as explain
from cnnviz.figures import hybridsn_pca as maps
from cnnviz.figures import hybridsn_scene as figures
from dashboard.cache.pictures import Pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.scene import Scene
    from cnnviz.explain.hybridsn_pca import Array, Components, Trial

Found = TypeVar("Found")


def is_going(scene: "Scene", patience: float) -> bool:
    """Begin to find a scene's components, once; whether that still goes on after some seconds."""
    job = _components(scene.name, scene)
    wait([job], timeout=patience)
    return not job.done()


def components(scene: "Scene") -> "Components":
    """The principal components of a scene; the first time it takes a tenth of a second for a small
    one, and a second or more for a large one.

    Raises:
        UserError: where it has none.
    """
    return _told(_components(scene.name, scene))


# 3.4 MB for Indian Pines, 60 MB for the largest of the table's.
@st.cache_resource(max_entries=3, show_spinner=False)
def _components(name: str, _scene: "Scene") -> "Future[Components]":
    return _background("components").submit(explain.components, _scene)


def _told(job: "Future[Found]") -> Found:
    try:
        return job.result()
    except UserError as error:
        # A new one: that of the job would grow with each visitor's traceback.
        raise UserError(error.message, **error.values) from None


def component_picture(scene: "Scene", component: int, percent: int) -> Pixels:
    """(H, W, 3): a component, counted from 0, blue below the scene's mean and red above it."""
    return _component_picture(scene.name, component, percent, scene)


@st.cache_resource(max_entries=64, show_spinner=False)
def _component_picture(name: str, component: int, percent: int, _scene: "Scene") -> Pixels:
    picture = figures.component_picture(components(_scene).scores[:, :, component], percent)
    picture.setflags(write=False)
    return picture


def component_maps(scene: "Scene", count: int) -> "NDArray[np.float32]":
    """The first components as small maps: (count, h, w)."""
    return maps.small_maps(components(scene).scores, count)


def rebuilt(scene: "Scene", row: int, column: int, count: int) -> "Array":
    """A pixel's spectrum, rebuilt from its first components."""
    return explain.rebuilt(components(scene), row, column, count)


def trial_is_going(scene: "Scene") -> bool:
    """Begin to try a classifier on a scene's components, once; whether that still goes on."""
    return not _trial(scene.name, scene).done()


def trial(scene: "Scene") -> "Trial":
    """How well single pixels are told from so many components; waits until that is known.

    Raises:
        UserError: where the labels do not suffice.
    """
    return _told(_trial(scene.name, scene))


@st.cache_resource(max_entries=16, show_spinner=False)
def _trial(name: str, _scene: "Scene") -> "Future[Trial]":
    found = components(_scene)  # here: Streamlit's caches are not for other threads
    return _background("trial").submit(explain.trial, _scene, found)


@st.cache_resource(max_entries=2, show_spinner=False)
def _background(work: str) -> ThreadPoolExecutor:
    """One thread for each kind of work: pages are answered meanwhile."""
    return ThreadPoolExecutor(max_workers=1)
