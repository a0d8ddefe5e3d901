"""Two networks' maps of one scene laid over each other."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures import hybridsn_results as figures
from dashboard.cache.hybridsn_results import Result
from dashboard.components.scene_layers import Layers, layers

if TYPE_CHECKING:
    from cnnviz.data.scene import Scene
    from cnnviz.explain.hybridsn_results import Comparison, Scores


@dataclass(frozen=True, slots=True)
class Compared:
    """Two maps laid over each other.

    Attributes:
        comparison: pixel by pixel.
        scores: of the first and the second, on the same pixels.
        tested: whether these pixels were for the test of both.
        layers: the difference, to be laid over the scene.
    """

    comparison: "Comparison"
    scores: "tuple[Scores, Scores]"
    tested: bool
    layers: Layers


def compared(first: Result, second: Result, scene: "Scene") -> Compared:
    """Two maps of one scene, on the pixels that both were tested on, or else all labelled ones."""
    return _compared(first.name, second.name, first, second, scene)


@st.cache_resource(max_entries=12, show_spinner=False)
def _compared(one: str, two: str, _first: Result, _second: Result, _scene: "Scene") -> Compared:
    from cnnviz.explain import hybridsn_results as explain

    labels, count = _scene.labels, len(_scene.class_names)
    chosen = _first.measured & _second.measured
    tested = bool(chosen.any()) and None not in (_first.split, _second.split)
    if not tested:
        chosen = labels > 0
    found = explain.compare(_first.map.predicted, _second.map.predicted, labels, chosen)
    both = [explain.scores(r.map.predicted, labels, chosen, count) for r in (_first, _second)]
    drawn = figures.in_colours(found.kinds, [colour for colour, _name in figures.DIFFERENCES])
    return Compared(found, (both[0], both[1]), tested, layers(f"{one} | {two}", overlay=drawn))
