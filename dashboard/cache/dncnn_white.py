"""How white the noise is that a network takes away, and what is in the error that it leaves."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.cache.dncnn import denoising, network, with_noise

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_white import Whiteness
    from dashboard.lessons.dncnn_shared import Noise, Subject


def whiteness(checkpoint: str, subject: "Subject", noise: "Noise") -> "Whiteness":
    """Noise, predicted noise and error of a denoised crop, beside white noise.

    Raises:
        UserError: where the crop is too small.
    """
    return _whiteness(checkpoint, subject.name, noise, subject)


# Some ten kilobytes each.
@st.cache_resource(max_entries=128, show_spinner=False)
def _whiteness(checkpoint: str, name: str, noise: "Noise", _subject: "Subject") -> "Whiteness":
    from cnnviz.explain.dncnn_white import whiteness as measured

    return measured(denoising(checkpoint, _subject, noise), noise.sigma)


def in_common(checkpoint: str, subject: "Subject", noise: "Noise") -> float:
    """The share of the error's power, 0 to 1, that returns when the noise is drawn anew; NaN where
    there is no error. It takes the network one more run.
    """
    return _in_common(checkpoint, subject.name, noise, subject)


@st.cache_resource(max_entries=512, show_spinner=False)
def _in_common(checkpoint: str, name: str, noise: "Noise", _subject: "Subject") -> float:
    from cnnviz.explain.dncnn import denoise
    from cnnviz.explain.dncnn_white import share_in_common

    drawn = with_noise(_subject.pixels, noise.drawn_anew)
    again = denoise(network(checkpoint)[0], _subject.pixels, drawn)
    return share_in_common(denoising(checkpoint, _subject, noise).error, again.error)
