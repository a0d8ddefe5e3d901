"""A noisy crop denoised by DnCNN and by the classics, one after the other beside the page."""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.data.finding import state
from cnnviz.data.table import data_set
from dashboard.cache.dncnn import network, with_noise
from dashboard.cache.jobs import Job, Jobs

if TYPE_CHECKING:
    from cnnviz.explain.dncnn import Picture
    from cnnviz.explain.dncnn_classics import Attempt, Settings
    from dashboard.lessons.dncnn_shared import Noise, Subject

NETWORK = "dncnn"
#: As ``cnnviz.explain.dncnn_classics`` names them; the network comes last, it takes longest.
CODES = ("nl_means", "wavelet", "tv", "bilateral", NETWORK)
SIDE = 180  # pixels of the pictures of regular texture
# Set12's image 09 is known as Barbara: rows and columns from which one sees her trousers.
BARBARA, TROUSERS = "09", (300, 240)
_MOST = 60  # results, 0.8 MB each for the largest crop in colour


def barbara_here() -> bool:
    """Whether Set12 is here."""
    return state(data_set("set12")).complete


@st.cache_resource(max_entries=1, show_spinner=False)
def barbara() -> NDArray[np.uint8]:
    """(SIDE, SIDE): cloth with fine stripes, from Set12.

    Raises:
        UserError: where the set is not here.
    """
    from cnnviz.data.pictures import load_pictures

    known = load_pictures("set12")
    top, left = TROUSERS
    part = known.images[known.names.index(BARBARA)][top : top + SIDE, left : left + SIDE].copy()
    part.setflags(write=False)
    return part


@st.cache_resource(max_entries=1, show_spinner=False)
def stripes() -> NDArray[np.uint8]:
    """(SIDE, SIDE): generated stripes."""
    from cnnviz.explain.dncnn_classics import stripes

    picture = stripes(SIDE)
    picture.setflags(write=False)
    return picture


def noisy(subject: "Subject", noise: "Noise") -> "tuple[Picture, float, float]":
    """A crop with noise, its PSNR in dB and its SSIM."""
    return _noisy(subject.name, noise, subject)


@st.cache_resource(max_entries=16, show_spinner=False)
def _noisy(name: str, noise: "Noise", _subject: "Subject") -> "tuple[Picture, float, float]":
    from cnnviz.metrics import psnr, ssim

    picture = with_noise(_subject.pixels, noise)
    picture.setflags(write=False)
    return picture, psnr(_subject.pixels, picture), ssim(_subject.pixels, picture)


def attempts(checkpoint: str, subject: "Subject", noise: "Noise") -> dict[str, Job]:
    """What the methods have come to, or will, by ``CODES``: ``Job.result`` is an ``Attempt``.

    Raises:
        UserError: where the network is not there or is damaged.
    """
    network(checkpoint)
    keys: Mapping[str, Hashable] = {
        code: (code, checkpoint if code == NETWORK else "", subject.name, noise) for code in CODES
    }
    return {
        code: _jobs().get(key) or _jobs().start(key, _make(code, checkpoint, subject, noise))
        for code, key in keys.items()
    }


def _make(code: str, checkpoint: str, subject: "Subject", noise: "Noise") -> Any:
    def make(report: object) -> "Attempt":
        from cnnviz.explain.dncnn_classics import by_classic, by_network

        clean, (picture, *_numbers) = subject.pixels, noisy(subject, noise)
        if code == NETWORK:
            return by_network(network(checkpoint)[0], clean, picture)
        return by_classic(code, clean, picture, noise.sigma)

    return make


def settings(code: str, sigma: float) -> "Settings":
    """The settings of a classic at a noise level above 0."""
    from cnnviz.explain.dncnn_classics import best_settings

    return best_settings(code, sigma)


def search() -> Mapping[str, Any]:
    """How the settings were found: ``pictures``, ``side``, ``sigmas``, ``made_by``."""
    from cnnviz.explain.dncnn_classics import found_settings

    return found_settings()


@st.cache_resource(max_entries=1, show_spinner=False)
def _jobs() -> Jobs:
    """Those of this lesson."""
    return Jobs(_MOST)
