"""The question "Fewer bands": what principal components keep of a scene, and what that is worth."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.colours import CHOSEN
from cnnviz.figures.numbers import percent, significant, whole
from dashboard import frame
from dashboard.cache import hybridsn_pca as cached
from dashboard.cache.hybridsn_scene import three_pixels
from dashboard.components import live_slider, map_grid
from dashboard.components.line_plot import Axes, Line, line_plot
from dashboard.i18n import _
from dashboard.lessons.hybridsn_shared import axes_of_bands
from dashboard.scene_words import is_narrow

if TYPE_CHECKING:
    from dashboard.cache.hybridsn_pca import Components, Trial
    from dashboard.cache.hybridsn_scene import Scene

USUAL = 15
SHOWN = 12  # components as maps
PATIENCE = 1.0  # seconds without a word
SECONDS = 1.0  # between two looks at what goes
TALL = 300  # CSS pixels of its picture with its legend
SECOND = "#0072B2"  # Okabe and Ito's blue, beside the vermilion of what is chosen


def components(scene: "Scene") -> None:
    """The whole question."""
    if cached.is_going(scene, PATIENCE):
        st.fragment(_awaited, run_every=SECONDS)(scene)
        return
    _kept(scene)
    _maps(scene)
    _trial(scene)


@frame.guard()
def _awaited(scene: "Scene") -> None:
    """Where the components are still being found."""
    with st.container(height=TALL, border=False):
        st.caption(_("The principal components of the scene are being found: some seconds."))
    if not cached.is_going(scene, 0):
        st.rerun()  # the looking has come to an end


@st.fragment
@frame.guard()
def _kept(scene: "Scene") -> None:
    """How much of the scene so many components keep, and one spectrum rebuilt from them."""
    found = cached.components(scene)
    most = len(found.kept) - 1
    left, right = st.columns([1, 2.1], gap="medium")
    with left:
        count = live_slider(
            _("Components kept"), key="components", min_value=1, max_value=most,
            value=min(USUAL, most), format=lambda n: _("{count} of {all} bands").format(
                count=n, all=scene.cube.shape[2]),
        )  # fmt: skip
        _told(found, count)
        counts, lost = np.arange(1, most + 1), _("variance not kept")
        line_plot(
            [Line(lost, 1 - found.kept[1:], colour=CHOSEN, points=True, listed=False)],
            Axes(counts, _("components"), lost, log=True, percent=True),
            key="variance", height=220, markers=[(float(count), str(count), "")],
            label=_("Share of the variance that so many components do not keep"),
            shows=str(count),
        )  # fmt: skip
    with right:
        _rebuilt(scene, count)


def _told(found: "Components", count: int) -> None:
    """The two numbers of the curve."""
    kept = float(found.kept[count])
    text = _(
        "They keep **{kept}** of the variance. Rebuilt from them, a value is off by **{error}** "
        "(root mean square); without any, by {spread}."
    )
    numbers = {
        "kept": percent(kept, 3 if kept > 0.999 else 2),
        "error": significant(float(found.error[count])),
        "spread": significant(found.spread),
    }
    st.markdown(text.format(**numbers))


def _rebuilt(scene: "Scene", count: int) -> None:
    row, column = three_pixels(scene)[0]
    values = np.asarray(scene.cube[row, column], dtype=np.float64)
    text = _("rebuilt from {count} components")
    line_plot(
        [
            Line(_("mean of the scene"), cached.components(scene).fitted.mean, dash="dotted"),
            Line(_("pixel in row {row}, column {column}").format(row=row, column=column), values),
            Line(text.format(count=count), cached.rebuilt(scene, row, column, count), CHOSEN),
        ],
        axes_of_bands(scene, _("value")), key="rebuilt", height=350, shows=str(count),
        label=_("A pixel's spectrum, and what the components keep of it"),
    )  # fmt: skip


@st.fragment
@frame.guard()
def _maps(scene: "Scene") -> None:
    """The first components as maps, and which bands the chosen one is made of."""
    found = cached.components(scene)
    shown = min(SHOWN, found.scores.shape[2])
    ratios = found.fitted.explained_variance_ratio
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        chosen = map_grid(
            cached.component_maps(scene, shown), key="loading", signed=True, scale="unit",
            label=_("Components as pictures: choose one"), count=0,
            columns=6 if is_narrow(scene) else 4,
            names=[_("component {number}, {share} of the variance").format(
                number=n + 1, share=percent(float(ratios[n]))) for n in range(shown)],
        ) or 0  # fmt: skip
    with right:
        weights = found.fitted.components[chosen]
        name = _("weights of component {number}").format(number=chosen + 1)
        line_plot(
            [Line(name, weights, colour=CHOSEN)], axes_of_bands(scene, _("weight")),
            key="weights", height=280, shows=str(chosen),
            label=_("Which bands a component is made of"),
        )  # fmt: skip
        st.caption(_(
            "A component is a weighted sum of all bands. Where the curve is above zero, bright "
            "bands make the picture red."
        ))  # fmt: skip


def _trial(scene: "Scene") -> None:
    """What so many components are worth to a quick classifier; tried while the page is used."""
    going = cached.trial_is_going(scene)
    st.fragment(_tried, run_every=SECONDS if going else None)(scene, going)


@frame.guard()
def _tried(scene: "Scene", watched: bool) -> None:
    if cached.trial_is_going(scene):
        with st.container(height=TALL, border=False):
            st.caption(_("A classifier is being tried with 1, 2, 3 … components: some seconds."))
        return
    if watched:
        st.rerun()  # the looking has come to an end
    found = cached.trial(scene)
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        plain, whitened = np.array(found.plain), np.array(found.whitened)
        second = _("whitened: each of variance 1")
        line_plot(
            [
                Line(_("as they are"), plain, CHOSEN, points=True),
                Line(second, whitened, SECOND, points=True, dash="dashed"),
            ],
            Axes(np.array(found.counts), _("components"), _("accuracy"), percent=True),
            key="trial", height=TALL - 35,
            label=_("Accuracy of a support vector machine with so many components"),
        )  # fmt: skip
    with right:
        _trial_told(found)


def _trial_told(found: "Trial") -> None:
    text = _(
        "**A quick try, not HybridSN:** a support vector machine that sees single pixels. "
        "It learned from {trained} random pixels, {share} of each class, and was tried on "
        "{validated} others."
    )
    numbers = {
        "trained": whole(found.trained),
        "share": percent(found.share, 0 if found.share >= 0.1 else 1),
        "validated": whole(found.validated),
    }
    st.markdown(text.format(**numbers))
    st.markdown(_(
        "Whitening makes the last components, mostly noise, as loud as the first. What so many are "
        "worth to HybridSN itself is seen when one trains it: the training panel has both settings."
    ))  # fmt: skip
