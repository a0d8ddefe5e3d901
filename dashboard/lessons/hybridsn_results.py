"""The question "Where is it right?" of the HybridSN lesson: the map, by class and by pixel."""

import time
from concurrent.futures import wait
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.hybridsn_results import PARTS, RIGHT, WRONG, confusion_figure
from cnnviz.figures.numbers import percent, whole
from dashboard import controls, frame, run_words
from dashboard.cache import hybridsn_results as cached
from dashboard.cache.hybridsn_scene import grey
from dashboard.components import scene_numbers
from dashboard.components.class_choice import ClassRow, class_choice
from dashboard.components.scene_map import scene_map
from dashboard.i18n import _
from dashboard.lessons import hybridsn_results_beside as beside
from dashboard.scene_words import class_names, longer_side

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_results import Pixels, Result, Scene, Scores

TEXT = "hybridsn_results"
EXPLAIN = "cnnviz.explain.hybridsn_results:"
HEIGHT, TALLEST = 430, 510  # CSS pixels of the map's longer side, of a narrow scene's at most
PATIENCE = 0.3  # seconds without a word; a bar stands there from then on
TRAIN, TEST = 1, 3  # parts, as the library numbers them
NONE = "–"  # where there is no number


def results(network: str, scene: "Scene") -> None:
    """The whole question.

    Args:
        network: a checkpoint's name; "" where none fits the scene.
        scene: what it is asked about.
    """
    if not network:
        text = _("No trained network knows the classes of this scene. Train one: “{tab}”.")
        st.info(text.format(tab=_("Train it")))
        return
    scene_numbers.style()
    found = predicted(network, scene)
    _seen(found, scene)
    frame.folded(TEXT, "numbers", f"{EXPLAIN}scores", f"{EXPLAIN}scene_map",
                 f"{EXPLAIN}split_again")  # fmt: skip
    _confusion(found, scene)
    beside.papers(found, scene)
    beside.two(found, scene)
    frame.folded(TEXT, "beside", f"{EXPLAIN}compare")


def predicted(network: str, scene: "Scene") -> "Result":
    """A network's map of a scene, with a bar as long as it is being computed."""
    job = cached.job(network, scene)
    wait([job.result], timeout=PATIENCE)
    if not job.result.done():
        begun, bar = time.monotonic(), st.empty()
        while not job.result.done():
            bar.progress(job.share, text=_waiting(job.share, time.monotonic() - begun))
            wait([job.result], timeout=PATIENCE)
        bar.empty()
    return job.result.result()


def _waiting(share: float, passed: float) -> str:
    text = _("Classifying every pixel of the scene")
    if not share:
        return text
    return f"{text} · {run_words.time_left(passed / share * (1 - share))}"


@st.fragment
@frame.guard()
def _seen(found: "Result", scene: "Scene") -> None:
    """The numbers, the map, and the legend that chooses what it shows."""
    _numbers(found, scene)
    view, part = _view(found)
    left, right = st.columns([1, 1.12], gap="medium")
    with right:
        chosen = _legend(found, scene)
    with left:
        shown = cached.picture(found, scene, view, chosen, part)
        _key(found, view)
        scene_map(
            grey(scene), exact=False, key="result_pixel", titled=False, names=class_names(scene),
            size=longer_side(scene, HEIGHT, TALLEST),
            selected=(cached.surest_error(found, scene),),
            label=_("Map of the scene: choose a pixel"), shows=f"{view} {chosen} {part}",
            over=(cached.facts(found, scene),
                  cached.view_layers(found, scene, view, chosen, part)),
        )  # fmt: skip
    with right:
        _save(found, scene, shown)


def _numbers(found: "Result", scene: "Scene") -> None:
    """OA, AA and kappa, on which pixels, and which classes are never right."""
    scores = found.scores
    scene_numbers.numbers([
        (_("Overall accuracy, OA"), share_text(scores.oa), _("of all these pixels")),
        (_("Average accuracy, AA"), share_text(scores.aa), _("mean over the classes")),
        (_("Kappa, κ"), kappa_text(scores), _("agreement beyond chance")),
        (_("Measured on"), whole(scores.pixels), _measured_on(found)),
    ])  # fmt: skip
    names = class_names(scene)
    said = []
    if found.split is None:
        said.append(
            _(
                "Which pixels of this scene the network was trained on is not known, so it is "
                "measured on all labelled ones, and the numbers may be too good."
            )
        )
    if scores.zero:
        text = _("Not a single pixel is right of: {names}.")
        said.append(text.format(names=_("; ").join(names[k - 1] for k in scores.zero)))
    if scores.absent:
        text = _("Without a pixel to measure on: {names}.")
        said.append(text.format(names=_("; ").join(names[k - 1] for k in scores.absent)))
    if said:
        st.markdown(" ".join(said))


def share_text(share: float) -> str:
    """A share in percent that is 100 % or 0 % only where it is exactly that."""
    if np.isnan(share):
        return NONE
    if share in (0, 1):
        return percent(share, 0)
    return percent(share, 1 if 0.0005 <= share < 0.9995 else 2)


def kappa_text(scores: "Scores") -> str:
    """Cohen's kappa as written."""
    return NONE if np.isnan(scores.kappa) else f"{scores.kappa:.3f}".replace("-", "\u2212")


def _measured_on(found: "Result") -> str:
    if found.split is None:
        return _("labelled pixels")
    return _("test pixels, not trained on")


def _legend(found: "Result", scene: "Scene") -> tuple[int, ...]:
    """The classes with their accuracy, of which some can be chosen."""
    scores = found.scores
    rows = []
    for i, name in enumerate(class_names(scene)):
        share, count = scores.accuracy[i], int(scores.counts[i])
        right = int(scores.confusion[i, i])
        tells = _("{name}: {right} of {count} pixels right").format(
            name=name, right=whole(right), count=whole(count)
        )
        known = not np.isnan(share)
        rows.append(ClassRow(name, share if known else 0, share_text(share), whole(count), tells))
    tells = _("Show all classes")
    total = ClassRow(
        _("all classes"), scores.oa, share_text(scores.oa), whole(scores.pixels), tells
    )
    label = _("Accuracy by class: click classes to see them alone")
    st.markdown(f"**{label}**")
    return class_choice(label, rows, key="classes", total=total)


def _view(found: "Result") -> tuple[str, int]:
    """What the map shows, and the part of the split that is shown alone (0: all)."""
    views = {
        "said": _("Prediction"), "truth": _("Truth"), "errors": _("Right or wrong"),
        "confidence": _("Confidence"), "parts": _("Split"),
    }  # fmt: skip
    if found.split is None:
        del views["parts"]
    pixels = {"all": _("all pixels"), "test": _("test pixels"), "train": _("training pixels")}
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        view = controls.segmented(_("Map"), views, key="map", hidden_label=True)
        if found.split is None or view == "parts":
            return view, 0
        part = controls.segmented(_("Pixels"), pixels, key="map_pixels", hidden_label=True)
    return view, {"test": TEST, "train": TRAIN}.get(part, 0)


def _key(found: "Result", view: str) -> None:
    """What the map's colours mean, where the legend beside it does not say it."""
    match view:
        case "errors":
            rows = [(RIGHT, _("right")), (WRONG, _("wrong"))]
        case "confidence":
            scene_numbers.colour_bar(_("How sure it is"), percent(0, 0), percent(1, 0))
            return
        case "parts":
            numbers = np.bincount(found.parts.ravel(), minlength=len(PARTS))
            rows = [
                (colour, f"{_(name)}: {whole(int(count))}")
                for (colour, name), count in zip(PARTS[1:], numbers[1:], strict=True)
                if count
            ]
        case _:
            return
    scene_numbers.colour_key(rows)


def _save(found: "Result", scene: "Scene", shown: "Pixels") -> None:
    """Buttons for the files; each is made when its button is pressed."""
    labels = {
        ".png": _("Map as shown (PNG)"), ".zip": _("Classes (ENVI)"),
        ".mat": _("Classes, probabilities, split (MATLAB)"),
        "-classes.csv": _("Accuracy by class (CSV)"),
        "-confusion.csv": _("Confusion matrix (CSV)"),
    }  # fmt: skip
    with st.popover(_("Save"), icon=":material/download:"):
        for ending, make in cached.written(found, scene, shown).items():
            st.download_button(
                labels[ending], make, file_name=f"{scene.name}-{found.network}{ending}",
                key=f"save{ending}", on_click="ignore", width="stretch",
            )  # fmt: skip


@st.fragment
@frame.guard()
def _confusion(found: "Result", scene: "Scene") -> None:
    """The confusion matrix, unfolded by whoever wants it."""
    with frame.unfolded(_("Which classes are taken for which?"), "confusion") as opened:
        if not opened:
            return
        words = {
            "truth": _("true class"), "said": _("predicted class"),
            "hover": _("{count} of {of} pixels of {truth}: predicted {said}"),
        }  # fmt: skip
        count = len(scene.class_names)
        figure = confusion_figure(
            found.scores.confusion, class_names(scene), words, height=90 + 31 * count
        )
        st.plotly_chart(figure, config=frame.PLOT, key="confusion_plot")
        st.caption(
            _(
                "Numbers are pixels; the colour is their share of the row. The diagonal is right. "
                "Columns have the numbers of the classes."
            )
        )
