"""The question "Wrong noise level?" of the DnCNN lesson: each network at each level of noise."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.dncnn_levels import decibels, levels_figure
from cnnviz.figures.numbers import THIN, percent
from cnnviz.text import N_
from dashboard import controls, frame
from dashboard.cache import dncnn_levels as cached
from dashboard.cache.dncnn import trained_for
from dashboard.i18n import _, translate_error
from dashboard.lessons.dncnn_shared import kinds
from dashboard.run_words import time_left

if TYPE_CHECKING:
    from dashboard.cache.dncnn_levels import Levels
    from dashboard.lessons.dncnn_shared import Noise, Subject

CODE = (
    "cnnviz.explain.dncnn_levels:measured",
    "cnnviz.explain.dncnn_levels_table:Levels",
    "cnnviz.metrics:psnr",
)
SECONDS = 1.0  # between two looks at what is measured
SETS = {"set12": N_("Set12"), "bundled": N_("bundled photos")}
VIEWS = {
    "psnr": N_("PSNR"), "gain": N_("Gain over the noisy picture"),
    "behind": N_("Behind the best"),
}  # fmt: skip


@st.fragment
@frame.guard()
def levels(subject: "Subject", noise: "Noise") -> None:
    """The whole question.

    Args:
        subject: of no account here: the table is of many pictures.
        noise: its strength is marked in the table.
    """
    here, pictures = cached.sets_here(), cached.usual()
    left, right = st.columns([1.5, 1])
    with left:
        view = controls.segmented(
            _("Shown"), {code: _(name) for code, name in VIEWS.items()}, key="level_view"
        )
    if len(here) > 1:
        with right:
            names = {name: _(SETS[name]) for name in here}
            pictures = controls.segmented(
                _("Measured on"), names, key="level_set", default=pictures
            )
    going = (process := cached.measuring(pictures)) is not None and process.going
    st.fragment(_table, run_every=SECONDS if going else None)(
        pictures, here[pictures], view, noise, going
    )


@frame.guard()
def _table(pictures: str, verified: bool, view: str, noise: "Noise", watched: bool) -> None:
    """The matrix, as far as it is measured, and what it says."""
    found, process = cached.table(pictures), cached.measuring(pictures)
    if not found.networks:
        st.info(_("No trained network is here."))
        return
    if (process is not None and process.going) != watched:
        st.rerun()  # the looking ends, or begins
    if found.share < 1:
        _missing(found, process)
    if not found.share:
        return
    if found.share == 1 and found.extremes is not None:
        st.markdown(_said(found))
    words = {
        "trained": _("trained at σ"), "tested": _("tested at σ (grey levels)"),
        "cell": _("trained at {name}, tested at {sigma}<br>PSNR {psnr}<br>"
                  "{gain} to the noisy picture<br>{behind} to the best"),
    }  # fmt: skip
    rows = [trained_for(network) for network in found.networks]
    figure = levels_figure(found, view, noise.sigma, rows, words)
    st.plotly_chart(figure, config=frame.PLOT, key="levels_figure")
    st.caption(_about(found, verified, noise))


def _missing(found: "Levels", process: "cached.Measuring | None") -> None:
    """How far the measurement is, or how to begin it."""
    if process is not None and process.going:
        text, left = _("The measurement goes on …"), process.seconds_left(found.share)
        st.progress(found.share, text=text if left is None else f"{text} · {time_left(left)}")
        return
    if process is not None and process.error is not None:
        st.warning(translate_error(process.error))
    text = _(
        "Of these networks on these pictures {share} is measured. The rest takes minutes, in the "
        "background: pages stay as fast as they are, and what is measured is kept."
    )
    st.markdown(text.format(share=percent(found.share, 0)))
    st.button(
        _("Measure the rest"), key="levels_measure", type="primary", on_click=cached.start,
        args=(found.pictures,),
    )  # fmt: skip


def _said(found: "Levels") -> str:
    """What the matrix says, in a sentence."""
    extremes = found.extremes
    text = _(
        "The steadiest network, trained at σ = **{steady}**, is never more than **{small}** behind "
        "the best one; the farthest behind is the one trained at {worst}, tested at {level}: "
        "**{large}**."
    )
    return text.format(
        steady=trained_for(extremes.steadiest), small=_decibels(extremes.at_most),
        worst=trained_for(extremes.worst), level=f"{extremes.sigma:g}",
        large=_decibels(extremes.most),
    )  # fmt: skip


def _decibels(value: float) -> str:
    return f"{decibels(value)}{THIN}dB"


def _about(found: "Levels", verified: bool, noise: "Noise") -> str:
    """How it was measured, and what of the slider's noise is different."""
    text = _(
        "Mean PSNR of {count} pictures ({pictures}), Gaussian noise, nothing clipped; the best of "
        "each column is framed. Measured again by `{command}`."
    )
    said = [
        text.format(
            count=found.noisy.shape[1], pictures=_(SETS[found.pictures]),
            command=cached.command(found.pictures),
        )
    ]  # fmt: skip
    if not verified:
        said.append(_("Unverified copy of the pictures."))
    if noise.kind != "gaussian":
        text = _("The noise chosen for the page is another kind: {kind}.")
        said.append(text.format(kind=kinds()[noise.kind]))
    elif noise.clipped:
        said.append(_("The page's noisy picture is clipped."))
    return " ".join(said)
