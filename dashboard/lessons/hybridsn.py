"""HybridSN: a hyperspectral scene, its spectra, and three dimensions of convolution.

The page reads from top to bottom: what the network found out, the scene with its spectra, then one
question a tab.
"""

import streamlit as st

from cnnviz.papers import HYBRIDSN
from dashboard import controls, frame, reproduced
from dashboard.i18n import _
from dashboard.lessons import hybridsn_better as better
from dashboard.lessons import hybridsn_dimensions as dimensions
from dashboard.lessons import hybridsn_kernels as kernels
from dashboard.lessons import hybridsn_leakage as leakage
from dashboard.lessons import hybridsn_pca as pca
from dashboard.lessons import hybridsn_results as results
from dashboard.lessons import hybridsn_scene as scenes
from dashboard.lessons import hybridsn_shared as shared
from dashboard.lessons import hybridsn_train as train
from dashboard.lessons import hybridsn_variance as variance
from dashboard.training_panel import panel

NAME = "hybridsn"
EXPLAIN = "cnnviz.explain.hybridsn_"

with frame.lesson(NAME):
    with st.sidebar:
        scene = shared.scene()
        network = shared.network(scene)
    scenes.hero(scene)
    questions = {
        "pca": _("Fewer bands"),
        "kernels": _("3-D kernels"),
        "dims": _("3-D or 2-D?"),
        "train": _("Train it"),
        "results": _("Where is it right?"),
        "seen": _("Seen before?"),
        "differ": _("Why different?"),
        "better": _("Better?"),
    }
    frame.folded(
        NAME, "hero", f"{EXPLAIN}scene:pixel_spectrum", f"{EXPLAIN}scene:class_spectra",
        "cnnviz.figures.hybridsn_scene:stretched",
    )  # fmt: skip
    match controls.questions(_("Question"), questions):
        case "pca":
            pca.components(scene)
            frame.folded(
                NAME, "pca", f"{EXPLAIN}pca:components", f"{EXPLAIN}pca:rebuilt",
                f"{EXPLAIN}pca:trial", "cnnviz.data.preprocessing:principal_components",
            )  # fmt: skip
        case "kernels":
            kernels.kernels(network, scene)
        case "dims":
            dimensions.dimensions(network, scene)
        case "train":
            panel(NAME, *train.controls_for(scene))
            frame.folded(
                f"{NAME}_train", "train", "cnnviz.training.task_windows:Windows",
                "cnnviz.training.fit:fit",
            )  # fmt: skip
        case "results":
            results.results(network, scene)
        case "seen":
            leakage.meter(scene)
        case "differ":
            variance.why(network, scene)
        case "better":
            better.improvements(scene)
    reproduced.statement(NAME)
    frame.sources(HYBRIDSN)
