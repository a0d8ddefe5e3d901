"""The question "Is the rest white?" of the DnCNN lesson: what statistics say of the noise that was
added, of the noise that the network found, and of the error that is left."""

from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.colours import CHOSEN, QUIET
from cnnviz.figures.numbers import percent
from cnnviz.figures.training import RUN_COLOURS
from dashboard import frame
from dashboard.cache import dncnn_white as cached
from dashboard.cache.dncnn import trained_for
from dashboard.components import map_grid, scene_numbers
from dashboard.components.line_plot import Axes, Line, line_plot
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.dncnn_white import Whiteness
    from dashboard.lessons.dncnn_shared import Noise, Subject

CODE = (
    "cnnviz.explain.dncnn_white:whiteness",
    "cnnviz.explain.dncnn_white:statistics",
    "cnnviz.explain.dncnn_white:autocorrelation",
    "cnnviz.explain.dncnn_white:share_in_common",
    "cnnviz.explain.dncnn_white:share_at_edges",
)
#: Noise added, noise predicted, error.
COLOURS = (QUIET, RUN_COLOURS[0], CHOSEN)
HEIGHT = 250  # CSS pixels of a plot
#: What the colours of the autocorrelation span: neighbours of an error are seldom more alike.
LIMIT = 0.5
TILE = 150  # CSS pixels


@st.fragment
@frame.guard()
def white(network: str, subject: "Subject", noise: "Noise") -> None:
    """The whole question.

    Args:
        network: the trained network that is looked at.
        subject: the crop that is denoised.
        noise: what is added to it.
    """
    scene_numbers.style()
    said = st.empty()
    said.markdown(_("The crop is denoised twice, with different noise …"))
    found = cached.whiteness(network, subject, noise)
    names = (_("true noise"), _("predicted noise"), _("error"))
    scene_numbers.colour_key(list(zip(COLOURS, names, strict=True)))
    left, right = st.columns(2, gap="medium")
    with left:
        _histogram(found, names, noise.sigma)
        _profile(found, names)
    with right:
        _spectrum(found, names, noise.sigma)
        _correlations(found, names, f"{network} {subject.name} {noise}")
    st.markdown(_table(found, names, noise.sigma))
    st.caption(_about(network, subject))
    said.markdown(_said(found, cached.in_common(network, subject, noise)))


def _histogram(found: "Whiteness", names: tuple[str, ...], sigma: float) -> None:
    gaussian = Line(_("Gaussian, σ = {sigma}").format(sigma=f"{sigma:g}"), found.gaussian,
                    dash="dashed")  # fmt: skip
    _plot(
        _("Histogram"), [*_lines(found.densities, names), *([gaussian] if sigma else [])],
        Axes(found.levels, _("grey levels"), _("pixels per grey level"), percent=True, log=True),
        key="white_histogram",
    )  # fmt: skip


def _spectrum(found: "Whiteness", names: tuple[str, ...], sigma: float) -> None:
    powers = [each.spectrum for each in (found.true, found.predicted, found.error)]
    level = Line(_("white: σ² = {power}").format(power=f"{sigma**2:g}"),
                 np.full(found.frequencies.shape, sigma**2), dash="dashed")  # fmt: skip
    _plot(
        _("Power spectrum"), [*_lines(powers, names), *([level] if sigma else [])],
        Axes(found.frequencies, _("cycles per pixel"), _("power, grey levels²"), log=True),
        key="white_spectrum",
    )  # fmt: skip


def _profile(found: "Whiteness", names: tuple[str, ...]) -> None:
    three = (found.true, found.predicted, found.error)
    chance = Line(_("white noise (95 %)"), np.zeros(found.lags.shape), spread=found.chance)
    _plot(
        _("Autocorrelation by distance"),
        [chance, *_lines([each.profile for each in three], names, points=True)],
        Axes(found.lags, _("distance, pixels"), _("correlation")),
        key="white_profile",
    )  # fmt: skip


def _lines(values: "list[np.ndarray] | np.ndarray", names: tuple[str, ...], *, points: bool = False
           ) -> list[Line]:  # fmt: skip
    """The same colour means the same thing in all plots: it is told once, above them."""
    return [
        Line(name, each, colour, points=points, listed=False)
        for each, name, colour in zip(values, names, COLOURS, strict=True)
    ]


def _plot(title: str, lines: list[Line], axes: Axes, *, key: str) -> None:
    st.markdown(f"**{title}**")
    line_plot(lines, axes, key=key, label=title, height=HEIGHT)


def _correlations(found: "Whiteness", names: tuple[str, ...], shows: str) -> None:
    maps = np.stack([each.correlation for each in (found.true, found.predicted, found.error)])
    label = _("Autocorrelation by lag: true, predicted, error")
    map_grid(
        maps, key="white_maps", label=label, scale="global",
        global_range=(-LIMIT, LIMIT), signed=True, names=names, selectable=False, columns=3,
        max_tile=TILE, shows=shows, count=0,
    )  # fmt: skip


def _table(found: "Whiteness", names: tuple[str, ...], sigma: float) -> str:
    """The numbers, as a table in Markdown."""
    heads = (
        "", _("mean"), _("standard deviation"), _("excess kurtosis"), _("neighbours’ correlation"),
        _("low frequencies"),
    )  # fmt: skip
    rows = [heads, ("---", *["---:"] * (len(heads) - 1))]
    for name, each in zip(names, (found.true, found.predicted, found.error), strict=True):
        numbers = (each.mean, each.deviation, each.kurtosis, each.neighbours)
        rows.append((name, *(_number(number) for number in numbers), _share(each.low)))
    rows.append((_("white Gaussian noise"), "0", f"{sigma:g}", "0", "0", _share(found.low)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _number(value: float) -> str:
    return _unknown(value) or f"{round(value, 2) + 0:.2f}".replace("-", "\u2212")


def _share(value: float) -> str:
    return _unknown(value) or percent(value, 0)


def _unknown(value: float) -> str:
    return "–" if isnan(value) else ""


def _said(found: "Whiteness", common: float) -> str:
    """Where the error comes from, in sentences."""
    if isnan(common):
        return _("The denoised picture is the clean one: there is no error.")
    text = _(
        "**{common}** of the error’s power is the same when the noise is drawn anew: detail that "
        "was lost. The rest is noise that stayed. The tenth of the pixels with the steepest edges "
        "has **{edges}** of the power (in white noise {tenth}), waves longer than 8 pixels have "
        "**{low}** ({white})."
    )
    return text.format(
        common=_share(common), edges=_share(found.edges), tenth=_share(0.1),
        low=_share(found.error.low), white=_share(found.low),
    )  # fmt: skip


def _about(network: str, subject: "Subject") -> str:
    """What was measured, and how to read the pictures."""
    text = _(
        "Network trained at σ = {level}. Error: denoised minus clean. Autocorrelation: lags from "
        "−7 to 7 pixels down and across; the middle, lag 0, is 1 and beyond the colours’ end."
    )
    said = [text.format(level=trained_for(network))]
    if subject.pixels.ndim == 3:
        said.append(_("Statistics of a colour picture are over all three channels."))
    return " ".join(said)
