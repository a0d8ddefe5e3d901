"""The question "Classics" of the DnCNN lesson: four methods that learn nothing."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.dncnn_classics import best, decibels, difference, limit, seconds, shown
from cnnviz.figures.numbers import significant
from cnnviz.printed.dncnn import DNCNN_BARBARA
from cnnviz.text import N_
from dashboard import controls, frame
from dashboard.cache import dncnn_classics as cached
from dashboard.cache.dncnn import trained_for
from dashboard.components.compared_pictures import Column, compared_pictures
from dashboard.i18n import _
from dashboard.lessons.dncnn_shared import Subject, kinds

if TYPE_CHECKING:
    from dashboard.cache.dncnn_classics import Attempt, Settings
    from dashboard.lessons.dncnn_shared import Noise

EXPLAIN = "cnnviz.explain.dncnn_classics:"
CODE = (
    *(f"{EXPLAIN}{name}" for name in ("nl_means", "wavelet", "total_variation", "bilateral")),
    f"{EXPLAIN}denoised_by", f"{EXPLAIN}best_settings",
)  # fmt: skip
CLOTH, STRIPES = "set12 09 cloth", "generated stripes"
POLL = 0.3  # seconds between two looks at what is at work
NAMES = {
    "nl_means": N_("Non-local means"), "wavelet": N_("Wavelets"), "tv": N_("Total variation"),
    "bilateral": N_("Bilateral"), cached.NETWORK: N_("DnCNN"),
}  # fmt: skip
#: The settings of each, in words.
SETTINGS = {
    "nl_means": N_("non-local means h = {strength} σ, patches of {patch_size} × {patch_size} up to "
                   "{patch_distance} pixels away"),
    "wavelet": N_("wavelets {kind}, {levels} levels, told {strength} σ"),
    "tv": N_("total variation, weight {strength} σ"),
    "bilateral": N_("bilateral, {window} × {window}, σ of brightness {strength} σ"),
}  # fmt: skip


@st.fragment
@frame.guard()
def classics(network: str, subject: "Subject", noise: "Noise") -> None:
    """The whole question.

    Args:
        network: the trained network that is compared.
        subject: the crop that is denoised.
        noise: what is added to it.
    """
    subject = _chosen(subject)
    if noise.sigma == 0:
        st.info(_("At σ = 0 there is no noise to take away. Move the slider."))
        return
    going = not all(job.done for job in cached.attempts(network, subject, noise).values())
    st.fragment(_compared, run_every=POLL if going else None)(network, subject, noise, going)
    _about(network, subject, noise)


def _chosen(crop: Subject) -> Subject:
    """The control: the page's crop, or regular texture."""
    pictures = {"crop": _("Your crop")}
    if cached.barbara_here():
        pictures["cloth"] = _("Striped cloth (Set12, image 09)")
    pictures["stripes"] = _("Stripes (generated)")
    match controls.segmented(_("Picture"), pictures, key="classics_picture"):
        case "cloth":
            return Subject(CLOTH, pictures["cloth"], cached.barbara())
        case "stripes":
            return Subject(STRIPES, pictures["stripes"], cached.stripes())
    return crop


@frame.guard()
def _compared(network: str, subject: Subject, noise: "Noise", watched: bool) -> None:
    """The numbers and the pictures, as far as they are there, and what they say."""
    jobs = cached.attempts(network, subject, noise)
    if watched and all(job.done for job in jobs.values()):
        st.rerun()  # the looking ends
    done = {code: job.result() for code, job in jobs.items() if job.done}
    noisy = cached.noisy(subject, noise)[0]
    said = _said(done) if len(done) == len(jobs) else _("The methods are at work …")
    st.markdown(said)
    compared_pictures(
        [_column(code, done, subject, limit(noise.sigma)) for code in jobs],
        [_("PSNR"), _("SSIM"), _("time")],
        key="classics_pictures", label=_("Methods side by side"), clean=subject.pixels,
        noisy=shown(noisy), limit=limit(noise.sigma), shows=f"{subject.name} {noise.sigma:g}",
    )  # fmt: skip


def _column(
    code: str, done: "dict[str, Attempt]", subject: Subject, most: float
) -> Column:  # fmt: skip
    name, found = _(NAMES[code]), done.get(code)
    if found is None:
        return Column(name)
    others = list(done.values())
    values = ([a.psnr for a in others], [a.ssim for a in others], [-a.seconds for a in others])
    winners = [list(done)[best(each)] for each in values] if len(done) == len(NAMES) else []
    return Column(
        name,
        (decibels(found.psnr), f"{found.ssim:.3f}", seconds(found.seconds)),
        frozenset(row for row, winner in enumerate(winners) if winner == code),
        shown(found.denoised),
        difference(found.denoised - subject.pixels.astype(np.float32), most),
    )


def _said(done: "dict[str, Attempt]") -> str:
    """Who is best, by how much, and what it costs."""
    network = done[cached.NETWORK]
    code, rival = max(
        ((code, each) for code, each in done.items() if code != cached.NETWORK),
        key=lambda pair: pair[1].psnr,
    )
    ahead = network.psnr - rival.psnr
    text = (
        _("DnCNN is **{gap} better** than the best classic here ({rival}) and takes {times} times "
          "as long.")
        if ahead >= 0
        else _("DnCNN is **{gap} worse** than the best classic here ({rival}) and takes {times} "
               "times as long.")
    )  # fmt: skip
    times = significant(network.seconds / max(rival.seconds, 1e-9), 2)
    return text.format(gap=decibels(abs(ahead)), rival=_(NAMES[code]), times=times)


def _about(network: str, subject: Subject, noise: "Noise") -> None:
    """How the settings were found, and what to keep in mind of these pictures."""
    _picture, psnr, ssim = cached.noisy(subject, noise)
    each = [
        _(text).format(**_written(cached.settings(code, noise.sigma)))
        for code, text in SETTINGS.items()
    ]
    found = cached.search()
    text = _(
        "Noisy: PSNR {psnr}, SSIM {ssim}. Each classic is told σ. Settings, from a search on "
        "{count} crops of training photos (`{command}`): {settings}. DnCNN trained for σ = {level}."
    )
    said = [
        text.format(
            psnr=decibels(psnr), ssim=f"{ssim:.3f}", count=len(found["pictures"]),
            command=found["made_by"], settings="; ".join(each), level=trained_for(network),
        )
    ]  # fmt: skip
    if noise.kind != "gaussian":
        text = _("The settings are those for Gaussian noise; this is another kind: {kind}.")
        said.append(text.format(kind=kinds()[noise.kind]))
    if subject.pixels.ndim == 3:
        said.append(_("All methods get the colour channels one by one."))
    if subject.name == STRIPES:
        said.append(_("This picture is generated, not photographed."))
    st.caption(" ".join(said))
    frame.local_note(_("Times are seconds of one core of this machine, for this picture."))
    if subject.name in (CLOTH, STRIPES):
        _published()


def _published() -> None:
    """What the paper says of regular texture."""
    text = _("The paper, all of image 09 at σ = 25: {numbers}.")
    numbers = ", ".join(f"{name} {decibels(each.value)}" for name, each in DNCNN_BARBARA.items())
    st.markdown(text.format(numbers=numbers))
    frame.cite(*DNCNN_BARBARA.values())


def _written(settings: "Settings") -> dict[str, str]:
    return {
        name: significant(value, 2) if isinstance(value, float) else str(value)
        for name, value in settings.items()
    }
