"""DnCNN layer by layer over a crop with noise: once for each, so that a slider finds it ready."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard.cache.dncnn import network, with_noise

if TYPE_CHECKING:
    from cnnviz.explain.dncnn import Picture
    from cnnviz.explain.dncnn_layers import LayerMaps, ReceptiveField
    from dashboard.lessons.dncnn_shared import Noise, Subject

#: Maps of a layer that are kept and drawn, and those whose gradient is measured.
SHOWN, MEASURED = 25, 16


def depth(checkpoint: str) -> int:
    """Number of a network's layers."""
    from cnnviz.explain.dncnn_layers import depth_of

    return depth_of(network(checkpoint)[0])


def finds_noise(checkpoint: str) -> bool:
    """Whether what a network puts out is the noise; else it is the clean picture."""
    return network(checkpoint)[0].residual


def layers(checkpoint: str, subject: "Subject", noise: "Noise") -> "tuple[LayerMaps, ...]":
    """The noisy crop, in units of 0..1, and every layer's first ``SHOWN`` maps.

    Of a crop in colour it is the green channel, with the noise that it has in the picture.
    """
    return _layers(checkpoint, subject.name, noise, subject)


def fields(checkpoint: str, subject: "Subject", noise: "Noise") -> "tuple[ReceptiveField, ...]":
    """What the middle pixel of every layer looks at."""
    return _fields(checkpoint, subject.name, noise, subject)


# Of 20 layers and the usual crop an entry takes 62 MB, of 256 x 256 pixels 125 MB.
@st.cache_resource(max_entries=3, show_spinner=False)
def _layers(
    checkpoint: str, name: str, noise: "Noise", _subject: "Subject"
) -> "tuple[LayerMaps, ...]":
    from cnnviz.explain.dncnn_layers import layer_by_layer

    clean = _subject.pixels if _subject.pixels.ndim == 2 else _subject.pixels[..., 1]
    first, second = (_noisy(_subject, each) for each in (noise, noise.drawn_anew))
    return layer_by_layer(network(checkpoint)[0], clean, first, second, most=SHOWN)


@st.cache_resource(max_entries=64, show_spinner=False)
def _fields(
    checkpoint: str, name: str, noise: "Noise", _subject: "Subject"
) -> "tuple[ReceptiveField, ...]":
    from cnnviz.explain.dncnn_layers import receptive_fields

    picture = _noisy(_subject, noise)
    row, column = (side // 2 for side in picture.shape)
    return receptive_fields(network(checkpoint)[0], picture, row, column, maps=MEASURED)


def _noisy(subject: "Subject", noise: "Noise") -> "Picture":
    whole = with_noise(subject.pixels, noise)
    return whole if whole.ndim == 2 else np.ascontiguousarray(whole[..., 1])
