"""The question "More than noise" of the DnCNN lesson: one network for JPEG blocks, for up-scaling
and for noise, beside one for noise alone."""

from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.dncnn_classics import decibels, difference, shown
from cnnviz.figures.numbers import THIN
from cnnviz.text import N_
from dashboard import controls, frame
from dashboard.cache import dncnn_tasks as cached
from dashboard.components import live_slider
from dashboard.components.browser import sent_state
from dashboard.components.compared_pictures import Line, compared_lines
from dashboard.i18n import _
from dashboard.run_settings import data_title
from dashboard.run_words import NONE

if TYPE_CHECKING:
    from dashboard.cache.dncnn_tasks import Damage, Mending, Scores
    from dashboard.lessons.dncnn_shared import Subject

EXPLAIN = "cnnviz.explain.dncnn_tasks:"
CODE = (
    f"{EXPLAIN}mend", f"{EXPLAIN}Mending", "cnnviz.data.damage:jpeg", "cnnviz.data.damage:upscaled",
)  # fmt: skip
QUALITY, FACTOR = "task_quality", "task_factor"  # in the link
USUAL_QUALITY, USUAL_FACTOR = 10, 3
LIMIT = 30  # grey levels at the ends of signed colours: the same at all positions of a slider
#: What each network was trained for.
NAMES = {
    "dncnn_3": N_("Trained for noise, JPEG and up-scaling"),
    "dncnn_blind": N_("Trained for noise alone"),
}  # fmt: skip


@frame.guard()
def tasks(subject: "Subject") -> None:
    """The whole question.

    Args:
        subject: the crop that is damaged.
    """
    found = cached.scores()  # or it is said that a network is not there
    _live(subject)
    _measured(found)


@st.fragment
@frame.guard()
def _live(subject: "Subject") -> None:
    """The slider, and the pictures that move with it."""
    damage, moving = _damage()
    found = cached.part(subject, damage) if moving else cached.mended(subject, damage)
    first = found[0]
    compared_lines(
        [_line(name, each) for name, each in zip(cached.NETWORKS, found, strict=True)],
        key="task_pictures", label=_("What the two networks make of it"), clean=first.clean,
        damaged=shown(first.damaged), box=first.box, limit=LIMIT,
        shows=f"{damage.name} {'whole' if first.whole else 'loupe'} {subject.name}",
    )  # fmt: skip
    if subject.pixels.ndim == 3:
        st.caption(_("The networks are grey ones: the crop is damaged and mended in grey."))


def _damage() -> "tuple[Damage, bool]":
    """The controls: what is done to the crop, and whether the hand is still at it."""
    left, right = st.columns([1, 2], gap="medium", vertical_alignment="center")
    with left:
        kinds = {"jpeg": "JPEG", "upscale": _("Up-scaling")}
        kind = controls.segmented(_("Damage"), kinds, key="task")
    with right:
        if kind == "jpeg":
            least, most = cached.QUALITIES
            quality = live_slider(
                _("JPEG quality"), key=QUALITY, min_value=least, max_value=most,
                value=USUAL_QUALITY,
            )  # fmt: skip
            return cached.Damage("jpeg", quality), bool(sent_state(QUALITY).get("moving"))
        least, *_others, most = cached.FACTORS
        factor = live_slider(
            _("Made smaller, and as large again, by"), key=FACTOR, min_value=least,
            max_value=most, value=USUAL_FACTOR, format=lambda n: f"×{THIN}{n}",
        )  # fmt: skip
        return cached.Damage("upscale", factor), bool(sent_state(FACTOR).get("moving"))


def _line(network: str, found: "Mending") -> Line:
    told, text = found.part, _("PSNR {before} → {after}, SSIM {ssim_before} → {ssim_after}")
    numbers = text.format(
        before=f"{told.psnr[0]:.2f}", after=decibels(told.psnr[1]),
        ssim_before=f"{told.ssim[0]:.3f}", ssim_after=f"{told.ssim[1]:.3f}",
    ).replace("inf", "∞")  # fmt: skip
    taken, error = (difference(each, LIMIT) for each in (told.predicted, told.error))
    return Line(_(NAMES[network]), numbers, shown(told.denoised), taken, error)


def _measured(found: "Scores") -> None:
    """What the networks did on their test pictures, damage by damage."""
    if all(np.isnan(each).all() for each in found.networks):
        st.markdown(_("These networks have not been measured on test pictures."))
        return
    title = _("Mean PSNR of {count} test pictures ({test}), dB")
    st.markdown(f"**{title.format(count=found.count, test=data_title(found.test))}**")
    st.markdown(_table(found))
    st.caption(" ".join(_about(found)))


def _table(found: "Scores") -> str:
    """As a table in Markdown, a column for each damage."""
    rows = [("", *map(_column, found.damages)), ("---", *["---:"] * len(found.damages))]
    lines = [(_("Damaged"), found.damaged)]
    lines += [(_(NAMES[n]), each) for n, each in zip(cached.NETWORKS, found.networks, strict=True)]
    for name, each in lines:
        rows.append((name, *(NONE if isnan(value) else f"{value:.2f}" for value in each)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _column(damage: "Damage") -> str:
    """A damage, as short as the head of a column."""
    form = {"noise": "σ{thin}{n}", "jpeg": "JPEG{thin}{n}", "upscale": "×{thin}{n}"}[damage.kind]
    return form.format(n=f"{damage.strength:g}", thin=THIN)


def _about(found: "Scores") -> list[str]:
    """What generality costs at noise, and how the numbers came about."""
    said = []
    noise = [damage.kind == "noise" for damage in found.damages]
    general, alone = (float(np.mean(each[noise])) for each in found.networks)
    if not isnan(general - alone):
        text = (
            _("At noise, the network for all is {gap} behind the other, on average.")
            if alone > general
            else _("At noise, the network for all is {gap} ahead of the other, on average.")
        )
        said.append(text.format(gap=decibels(abs(alone - general))))
    said.append(_trained(found))
    said.append(
        _(
            "σ: Gaussian noise, grey levels; JPEG: quality; ×: made smaller so many times, and as "
            "large again. –: not measured."
        )
    )
    if not found.verified:
        said.append(_("Unverified copy of the pictures."))
    return said


def _trained(found: "Scores") -> str:
    """How much each network was trained."""
    first, second = (round(count / 1000) for count in found.patches)
    text = (
        _(
            "The network for all began with the weights of the other, which had seen {second} "
            "thousand patches, and was trained on {first} thousand more, a third of them with each "
            "damage."
        )
        if found.begun
        else _(
            "They were not trained alike: on {first} and {second} thousand patches, of which the "
            "network for all had a third with each damage."
        )
    )
    return text.format(first=first, second=second)
