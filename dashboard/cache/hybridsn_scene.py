"""Scenes of the HybridSN lesson: read, drawn, taken apart. Keys are names; scenes are read-only."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz import checkpoints
from cnnviz.data import finding, scenes, table
from cnnviz.explain import hybridsn_scene as explain
from cnnviz.explain.hybridsn_network import knows, shipped
from cnnviz.figures import hybridsn_scene as figures
from cnnviz.figures.scenes import class_overlay, class_picture, composite
from cnnviz.training.task_settings import WindowSettings, settings_of
from dashboard.cache.pictures import Pixels
from dashboard.components.scene_layers import Layers, layers

if TYPE_CHECKING:
    from cnnviz.data.scene import Scene
    from cnnviz.explain.hybridsn_scene import BandAxis, Bands, ClassSpectra, PixelSpectrum

SYNTHETIC = scenes.SYNTHETIC
_OWN = "own."  # what names of visitors' scenes begin with
_OURS = "hybridsn_"  # what names of shipped networks of this lesson begin with


def titles() -> dict[str, str]:
    """Titles of the published scenes whose files are here, by name; not cached: files come and go.

    Titles are proper names, the same in every language.
    """
    rows = (table.data_set(name) for name in scenes.PUBLISHED)
    return {row.name: row.title for row in rows if finding.state(row).complete}


@st.cache_resource(max_entries=4, show_spinner=False)
def load(name: str) -> "Scene":
    """A scene by its name.

    Raises:
        UserError: where it is not here or cannot be read.
    """
    scene = scenes.load_scene(name)
    if scene.cube.flags.writeable:
        scene.cube.setflags(write=False)
    scene.labels.setflags(write=False)
    return scene


def sensor(scene: "Scene") -> str | None:
    """The name of the sensor that took a published scene."""
    return explain.SENSOR_NAMES.get(scene.name)


def is_own(scene: "Scene") -> bool:
    """Whether it is a visitor's."""
    return scene.name.startswith(_OWN)


def networks(scene: "Scene") -> dict[str, str]:
    """Trained networks that know the classes of a scene, shipped ones first: titles by name.

    Not cached: runs come and go.
    """
    ours = {name: name.removeprefix(_OURS) for name in shipped() if _fits(name, scene)}
    return ours | {name: name for name in _finished() if _fits(name, scene)}


def window_and_components(network: str) -> tuple[int, int]:
    """What a trained network reads of a scene: the window's side, and how many components."""
    arguments = checkpoints.read_card(network).model_args
    return arguments["window"], arguments["components"]


def _finished() -> list[str]:
    from dashboard.cache.training import all_runs

    return [run.id for run in all_runs() if _reads_windows(run.spec.model) and run.epoch]


def _fits(name: str, scene: "Scene") -> bool:
    return knows(checkpoints.read_card(name), scene)


def _reads_windows(model: str) -> bool:
    return settings_of(model) is WindowSettings


def class_spectra(scene: "Scene") -> "ClassSpectra":
    """Mean and deviation of each class."""
    return _class_spectra(scene.name, scene)


@st.cache_resource(max_entries=8, show_spinner=False)
def _class_spectra(name: str, _scene: "Scene") -> "ClassSpectra":
    return explain.class_spectra(_scene)


def pixel_spectrum(scene: "Scene", row: int, column: int) -> "PixelSpectrum":
    """A pixel's spectrum and its angles to the classes; a fraction of a millisecond."""
    return explain.pixel_spectrum(scene, class_spectra(scene), row, column)


def band_axis(scene: "Scene") -> "BandAxis":
    """Where the bands lie."""
    return explain.band_axis(scene)


def presets(scene: "Scene") -> "dict[str, Bands]":
    """Bands for red, green and blue, by name."""
    return explain.presets(scene)


def picture(scene: "Scene", bands: tuple[int, ...], percent: int) -> Pixels:
    """(H, W, 3): three bands as colours, or one as grey; counted from 0."""
    return figures.colours_of([_plane(scene.name, band, percent, scene) for band in bands])


# 21 KB each for Indian Pines, 378 KB for the largest of the table's.
@st.cache_resource(max_entries=160, show_spinner=False)
def _plane(name: str, band: int, percent: int, _scene: "Scene") -> Pixels:
    plane = figures.stretched(np.asarray(_scene.cube[:, :, band]), percent)
    plane.setflags(write=False)
    return plane


def grey(scene: "Scene") -> Pixels:
    """(H, W, 3): the scene in pale grey, for what is laid over it."""
    return _grey(scene.name, scene)


@st.cache_resource(max_entries=8, show_spinner=False)
def _grey(name: str, _scene: "Scene") -> Pixels:
    return class_overlay(composite(_scene.cube, _scene.rgb), np.zeros_like(_scene.labels))


def truth_layers(scene: "Scene") -> Layers:
    """The classes over a scene, and under the pointer."""
    return _truth_layers(scene.name, scene)


@st.cache_resource(max_entries=8, show_spinner=False)
def _truth_layers(name: str, _scene: "Scene") -> Layers:
    overlay = class_picture(_scene.labels)
    return layers(f"truth {name}", overlay=overlay, truth=_scene.labels)


def side_pictures(scene: "Scene") -> dict[str, Pixels]:
    """The four sides of the cube."""
    return _side_pictures(scene.name, scene)


@st.cache_resource(max_entries=8, show_spinner=False)
def _side_pictures(name: str, _scene: "Scene") -> dict[str, Pixels]:
    return figures.side_pictures(explain.cube_sides(_scene))


def with_classes(plain: Pixels, scene: "Scene", opacity: float) -> Pixels:
    """A picture with the classes over it."""
    return figures.blended(plain, class_picture(scene.labels), opacity)


def three_pixels(scene: "Scene") -> tuple[tuple[int, int], ...]:
    """A pixel of the largest class, one of the class most like it, one of the least like it."""
    return _three_pixels(scene.name, scene)


@st.cache_data(max_entries=32, show_spinner=False)
def _three_pixels(name: str, _scene: "Scene") -> tuple[tuple[int, int], ...]:
    return explain.examples(_scene, class_spectra(_scene))
