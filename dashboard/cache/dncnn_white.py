"""How white the noise is that a network takes away, and what is in the error that it leaves."""

from dataclasses import astuple
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.cache.dncnn import denoising, network

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_white import Whiteness
    from dashboard.lessons.dncnn_shared import Noise, Subject


def whiteness(checkpoint: str, subject: "Subject", noise: "Noise") -> "Whiteness":
    """Noise, predicted noise and error of a denoised crop, beside white noise.

    Raises:
        UserError: where the crop is too small.
    """
    return _whiteness(checkpoint, subject.name, astuple(noise), subject, noise)


# Some ten kilobytes each.
@st.cache_resource(max_entries=128, show_spinner=False)
def _whiteness(
    checkpoint: str, name: str, settings: tuple[object, ...], _subject: "Subject", _noise: "Noise"
) -> "Whiteness":
    from cnnviz.explain.dncnn_white import whiteness as measured

    return measured(denoising(checkpoint, _subject, _noise), _noise.sigma)


def in_common(checkpoint: str, subject: "Subject", noise: "Noise") -> float:
    """The share of the error's power, 0 to 1, that returns when the noise is drawn anew; NaN where
    there is no error. It takes the network one more run.
    """
    return _in_common(checkpoint, subject.name, astuple(noise), subject, noise)


@st.cache_resource(max_entries=512, show_spinner=False)
def _in_common(
    checkpoint: str, name: str, settings: tuple[object, ...], _subject: "Subject", _noise: "Noise"
) -> float:
    from cnnviz.data.noise import noisy
    from cnnviz.explain.dncnn import denoise
    from cnnviz.explain.dncnn_white import share_in_common

    drawn = noisy(
        _subject.pixels, _noise.kind, _noise.sigma, _noise.seed + 1, clipped=_noise.clipped
    )
    again = denoise(network(checkpoint)[0], _subject.pixels, drawn)
    return share_in_common(denoising(checkpoint, _subject, _noise).error, again.error)
