"""Four small DnCNNs, trained alike: what their cards say, and what they make of a crop."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz import checkpoints
from dashboard.cache.dncnn import network, with_noise

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_residual import Answer, Trained
    from dashboard.lessons.dncnn_shared import Noise, Subject

#: Checkpoints by what they put out, "noise" or "picture", and whether they have batch norm.
NAMES = {
    ("noise", True): "dncnn_small",
    ("noise", False): "dncnn_small_plain",
    ("picture", True): "dncnn_small_direct",
    ("picture", False): "dncnn_small_direct_plain",
}


def trained(checkpoint: str) -> "Trained":
    """What a network's card says of its training.

    Raises:
        UserError: where the checkpoint is not there.
    """
    from cnnviz.explain.dncnn_residual import trained as read

    return read(checkpoints.read_card(checkpoint))


def answer(checkpoint: str, subject: "Subject", noise: "Noise") -> "Answer":
    """What a network makes of a crop with noise; of one in colour, of its green channel.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    return _answer(checkpoint, subject.name, noise, subject)


# A crop of 256 x 256 pixels takes 1 MB.
@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(checkpoint: str, name: str, noise: "Noise", _subject: "Subject") -> "Answer":
    from cnnviz.explain.dncnn_residual import answer as asked

    clean, read = _subject.pixels, with_noise(_subject.pixels, noise)
    if clean.ndim == 3:
        clean, read = clean[..., 1], np.ascontiguousarray(read[..., 1])
    found = asked(network(checkpoint)[0], clean, read)
    told = found.denoising
    for array in (found.output, told.clean, told.noisy, told.denoised):
        array.setflags(write=False)
    return found
