"""What a trained network says of a whole scene: computed once for all visitors, kept small."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.figures import hybridsn_results as figures
from cnnviz.figures import hybridsn_results_files as files
from cnnviz.figures.scenes import class_picture
from dashboard.cache.maps import computing
from dashboard.cache.pictures import Pixels
from dashboard.components.scene_layers import Layers, layers

if TYPE_CHECKING:
    from cnnviz.data.parts import Split
    from cnnviz.data.scene import Scene
    from cnnviz.explain.hybridsn_results import SceneMap, Scores

#: What a map shows.
VIEWS = ("said", "truth", "errors", "confidence", "parts")
_TOP = 3  # classes that the browser is told of each pixel


@dataclass(frozen=True, slots=True)
class Result:
    """A network's map of a scene, measured.

    Attributes:
        name: tells it from all others.
        network: the checkpoint's name.
        card: its model card.
        map: what it says of each pixel.
        split: the pixels it was trained, validated and tested on; None where that is not known, as
            on another scene.
        parts: (H, W) of that split, as ``cnnviz.explain.hybridsn_results.parts_map`` has them; all
            0 where it is not known.
        measured: (H, W) the pixels that the scores are of: the test pixels, or all labelled ones.
        scores: on these.
    """

    name: str
    network: str
    card: Card
    map: "SceneMap"
    split: "Split | None"
    parts: NDArray[np.uint8]
    measured: NDArray[np.bool_]
    scores: "Scores"


@dataclass(slots=True)
class Job:
    """The computation of a map, shared by all who wait for it.

    Attributes:
        share: how much of the scene is done, 0 to 1.
        result: what comes of it.
    """

    share: float
    result: "Future[Result]"


def job(network: str, scene: "Scene") -> Job:
    """The computation of a map, begun by whoever asks first.

    Raises:
        UserError: where there is no such network.
    """
    # A run that goes on has other weights under the same name.
    state = checkpoints.locate(network).stat().st_mtime_ns
    found = _job(network, state, scene.name, scene)
    if found.result.done() and found.result.exception() is not None:
        _job.clear(network, state, scene.name)  # whoever comes next tries again
    return found


# 9 bytes a pixel and the parts of the split: 4 MB for the largest scene of the table.
@st.cache_resource(max_entries=10, show_spinner=False)
def _job(network: str, state: int, name: str, _scene: "Scene") -> Job:
    begun = Job(0.0, Future())

    def work() -> None:
        try:
            begun.result.set_result(_result(begun, network, f"{network} {state} {name}", _scene))
        except BaseException as error:  # told to all who wait
            begun.result.set_exception(error)

    computing().submit(work)
    return begun


def _result(begun: Job, network: str, name: str, scene: "Scene") -> Result:
    import torch

    from cnnviz.explain import hybridsn_results as explain
    from cnnviz.explain.hybridsn_map import classified_scene, parts_of, split_of

    def report(share: float) -> None:
        begun.share = share

    torch.set_num_threads(1)  # one thread a page
    card = checkpoints.read_card(network)
    found = classified_scene(network, scene, report)
    split = split_of(card, scene)
    parts, measured = parts_of(split, scene)
    scores = explain.scores(found.predicted, scene.labels, measured, len(scene.class_names))
    return Result(name, network, card, found, split, parts, measured, scores)


def facts(result: Result, scene: "Scene") -> Layers:
    """What is said of the pixel under the pointer: truth, prediction, the likeliest classes."""
    return _facts(result.name, result, scene)


@st.cache_resource(max_entries=12, show_spinner=False)
def _facts(name: str, _result: Result, _scene: "Scene") -> Layers:
    found = _result.map
    lacking = [(0, 0), (0, 0), (0, _TOP - found.classes.shape[2])]
    return layers(
        f"{name} facts", truth=_scene.labels, prediction=found.predicted,
        top=np.pad(found.classes, lacking),
        probabilities=np.pad(found.probabilities, lacking).astype(np.float32),
    )  # fmt: skip


def picture(
    result: Result, scene: "Scene", view: str, classes: tuple[int, ...], part: int
) -> Pixels:
    """(H, W, 4) RGBA: a view of a map.

    Args:
        result: the map.
        scene: of which it is.
        view: one of ``VIEWS``.
        classes: shown alone, counted from 1; empty for all. They are the classes that the network
            says in "said", else the true ones.
        part: of the split, shown alone; 0 for all.
    """
    said, labels = result.map.predicted, scene.labels
    drawn = {
        "said": lambda: class_picture(said),
        "truth": lambda: class_picture(labels),
        "errors": lambda: figures.errors_picture(said, labels),
        "confidence": lambda: figures.confidence_picture(result.map.probabilities[:, :, 0]),
        "parts": lambda: figures.in_colours(result.parts, [c for c, _name in figures.PARTS]),
    }[view]()
    chosen = np.ones(labels.shape, dtype=np.bool_)
    if classes:
        chosen &= np.isin(said if view == "said" else labels, classes)
    if part:
        chosen &= result.parts == part
    return figures.restricted(drawn, chosen)


def surest_error(result: Result, scene: "Scene") -> tuple[int, int]:
    """The measured pixel that the network is most sure of and wrong about; row and column.

    Where all are right, the one that it is least sure of.
    """
    sure = result.map.probabilities[:, :, 0].astype(np.float32)
    wrong = result.measured & (result.map.predicted != scene.labels)
    score = np.where(wrong, sure, -1) if wrong.any() else np.where(result.measured, -sure, -2)
    row, column = np.unravel_index(int(score.argmax()), score.shape)
    return int(row), int(column)


def view_layers(
    result: Result, scene: "Scene", view: str, classes: tuple[int, ...], part: int
) -> Layers:
    """A view of a map to be laid over the scene; arguments as of ``picture``."""
    return _view_layers(
        f"{result.name} {view} {classes} {part}", result, scene, view, classes, part
    )


@st.cache_resource(max_entries=96, show_spinner=False)
def _view_layers(
    name: str, _result: Result, _scene: "Scene", _view: str, _classes: tuple[int, ...], _part: int
) -> Layers:
    return layers(name, overlay=picture(_result, _scene, _view, _classes, _part))


def written(result: Result, scene: "Scene", shown: Pixels) -> dict[str, Callable[[], bytes]]:
    """The files of a result by their endings, each made when it is asked for.

    Args:
        result: the map.
        scene: of which it is.
        shown: (H, W, 4) the view that is on the page, which the PNG has.
    """
    names = scene.class_names
    about: dict[str, Any] = {"network": result.network, "scene": scene.name}
    parts = None if result.split is None else result.parts
    return {
        ".png": lambda: files.png(shown),
        ".zip": lambda: files.envi(result.map.predicted, names, "classification"),
        ".mat": lambda: files.mat(result.map, scene.labels, parts, names, about),
        "-classes.csv": lambda: files.classes_csv(result.scores, names),
        "-confusion.csv": lambda: files.confusion_csv(result.scores, names),
    }
