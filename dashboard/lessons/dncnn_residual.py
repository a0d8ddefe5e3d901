"""The question "Noise or picture?" of the DnCNN lesson: the same network, trained to put out the
noise or the clean picture, with and without batch norm."""

from html import escape
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.dncnn_classics import decibels, shown
from cnnviz.figures.dncnn_residual import curves_figure
from cnnviz.figures.scales import coloured
from cnnviz.figures.seeds import seeds_figure
from dashboard import frame, grid_panel, run_words
from dashboard.cache import dncnn_residual as cached
from dashboard.cache import grids
from dashboard.components.board import Cell, picture_cell
from dashboard.components.board_cells import html_cell, show
from dashboard.i18n import _
from dashboard.lessons.dncnn_shared import kinds
from dashboard.run_settings import data_title

if TYPE_CHECKING:
    from dashboard.cache.dncnn_residual import Answer, Trained
    from dashboard.lessons.dncnn_shared import Noise, Subject

CODE = (
    "cnnviz.explain.dncnn_residual:answer",
    "cnnviz.models.dncnn:DnCNN",
    "cnnviz.training.task_pictures:Pictures.losses",
)
STYLE = Path(__file__).parents[1] / "components" / "dncnn_residual.css"
GRID = "dncnn_variants"
LEAST = 10.0  # grey levels that the colours of noise and error span at least
SIZE = 230  # CSS pixels of a picture's longer side


@st.fragment
@frame.guard()
def residual(subject: "Subject", noise: "Noise") -> None:
    """The whole question.

    Args:
        subject: the crop that all four networks denoise.
        noise: what is added to it.
    """
    trainings = {kind: cached.trained(name) for kind, name in cached.NAMES.items()}
    st.markdown(_said(trainings))
    left, right = st.columns([1.1, 1], gap="medium", vertical_alignment="center")
    with left:
        words = {"epoch": _("epoch"), "psnr": _("PSNR on validation pictures (dB)")}
        figure = curves_figure(list(trainings.values()), list(_names().values()), words)
        st.plotly_chart(figure, config=frame.PLOT, key="residual_curves")
    with right:
        st.markdown(_table(trainings))
        st.caption(_measured(trainings))
    over_seeds()
    title = _("What they make of your crop")
    st.markdown(f"**{title}**")
    _pictures(subject, noise, next(iter(trainings.values())).sigma)


def _names() -> dict[tuple[str, bool], str]:
    """What the four networks are called."""
    return {
        ("noise", True): _("noise, batch norm"),
        ("noise", False): _("noise, no batch norm"),
        ("picture", True): _("picture, batch norm"),
        ("picture", False): _("picture, no batch norm"),
    }


def _said(trainings: "dict[tuple[str, bool], Trained]") -> str:
    """Which network is best on the test pictures, and how far the others are behind."""
    known = {kind: each.psnr for kind, each in trainings.items() if not isnan(each.psnr)}
    if len(known) < len(trainings):
        return _("These networks have not been measured on test pictures.")
    (best, most), *others = sorted(known.items(), key=lambda pair: -pair[1])
    text = _("Best on the test pictures: **{best}**, {psnr}. Behind it: {others}.")
    told = (f"{_names()[kind]} {_gap(psnr - most)}" for kind, psnr in others)
    return text.format(best=_names()[best], psnr=decibels(most), others=_(", ").join(told))


def _gap(difference: float) -> str:
    return f"\N{MINUS SIGN}{decibels(abs(difference))}"


def _table(trainings: "dict[tuple[str, bool], Trained]") -> str:
    """The test's numbers, as a table in Markdown."""
    heads = (_("output"), "PSNR", "SSIM", _("epoch kept"), _("training"))
    rows = [heads, ("---", *["---:"] * (len(heads) - 1))]
    for kind, each in trainings.items():
        epochs = _("{epoch} of {epochs}").format(epoch=each.epoch, epochs=len(each.validation))
        rows.append((
            _names()[kind], run_words.NONE if isnan(each.psnr) else decibels(each.psnr),
            run_words.NONE if isnan(each.ssim) else f"{each.ssim:.3f}",
            epochs, run_words.duration(each.seconds),
        ))  # fmt: skip
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _measured(trainings: "dict[tuple[str, bool], Trained]") -> str:
    """On what the numbers were measured."""
    first = next(iter(trainings.values()))
    text = _(
        "{depth} layers of {maps} maps, one training each, with the same seed, pictures and "
        "patches. PSNR and SSIM: means over {count} test pictures ({test}) at σ = {sigma}. The "
        "epoch was chosen on validation pictures. Trained on: {hardware}."
    )
    return text.format(
        depth=first.depth, maps=first.maps, count=first.count, test=data_title(first.test),
        sigma=f"{first.sigma:g}", hardware=first.hardware,
    )  # fmt: skip


def over_seeds() -> None:
    """The same four, trained shorter with several seeds: whether one training each can tell."""
    grid = grids.trained(GRID, "psnr")
    if grid is None:
        return
    names = {f"{output}-{'norm' if norm else 'plain'}": name
             for (output, norm), name in _names().items()}  # fmt: skip
    results = [
        (names[each.code], list(each.values.values()),
         [_("seed {seed}").format(seed=seed) for seed in each.values])
        for each in grid.results
    ]  # fmt: skip
    labels = {
        "mean": _("mean"), "deviation": _("standard deviation"),
        "psnr": _("PSNR on test pictures (dB)"),
    }  # fmt: skip
    title = _("Over several seeds")
    st.markdown(f"**{title}**")
    figure = seeds_figure(results, labels, metric="psnr")
    st.plotly_chart(figure, config=frame.PLOT, key="residual_seeds")
    of = _("{patches} patches an epoch").format(patches=grid.recipe.data_args["patches"])
    grid_panel.caption(grid, of)


def _pictures(subject: "Subject", noise: "Noise", known: float) -> None:
    """For each network what its last layer gives, the denoised crop, and the error.

    Args:
        subject, noise: what is denoised.
        known: the noise level that they were trained for, grey levels.
    """
    with st.spinner(_("Four small networks denoise the crop …")):
        answers = {k: cached.answer(name, subject, noise) for k, name in cached.NAMES.items()}
    limit = max(2.0 * noise.sigma, LEAST)
    columns = [(1, _column(_names()[kind], each, limit)) for kind, each in answers.items()]
    show(*columns, key="residual_board")
    st.caption(_about(subject, noise, next(iter(answers.values())), known))


def _column(name: str, found: "Answer", limit: float) -> list[Cell]:
    """One network's pictures, under its numbers."""
    told = found.denoising
    head = (
        f"<div class='residual'><b>{escape(name)}</b>\n"
        f"<p>{decibels(told.psnr[1])} · SSIM {told.ssim[1]:.3f}</p></div>"
    )
    if found.residual:
        output = picture_cell(
            coloured(found.output, limit, True), label=_("Output: the noise"), size=SIZE
        )
        label = _("Denoised: noisy − output")
    else:
        output = _grey(found.output, _("Output: the picture"))
        label = _("Denoised: the output itself")
    error = picture_cell(coloured(told.error, limit, True), label=_("Error"), size=SIZE)
    return [html_cell(head, STYLE), output, _grey(told.denoised, label), error]


def _grey(picture: "np.ndarray", label: str) -> Cell:
    pixels = np.repeat(shown(picture)[..., None], 3, axis=2)
    return picture_cell(pixels, label=label, size=SIZE)


def _about(subject: "Subject", noise: "Noise", found: "Answer", known: float) -> str:
    """What is to be kept in mind of these pictures."""
    told = found.denoising
    text = _(
        "Noisy crop: {psnr}, SSIM {ssim}. Noise and error have one scale, ±{limit} grey levels: "
        "red is too light, blue too dark."
    )
    limit = f"{max(2.0 * noise.sigma, LEAST):g}"
    said = [text.format(psnr=decibels(told.psnr[0]), ssim=f"{told.ssim[0]:.3f}", limit=limit)]
    if noise.kind != "gaussian" or noise.sigma != known:
        text = _(
            "All four were trained for Gaussian noise of σ = {known}; this is {kind}, σ = {sigma}."
        )
        sigma = f"{noise.sigma:g}"
        said.append(text.format(known=f"{known:g}", kind=kinds()[noise.kind], sigma=sigma))
    if subject.pixels.ndim == 3:
        said.append(_("The networks are grey ones; this is the green channel."))
    return " ".join(said)
