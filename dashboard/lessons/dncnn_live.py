"""The hero of the DnCNN lesson: noise on a slider, and what the network makes of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import frame
from dashboard.cache import dncnn as cached
from dashboard.cache import dncnn_frames
from dashboard.components.browser import in_browser
from dashboard.components.denoising_board import Film, Still, denoising_board, hand_on
from dashboard.lessons.dncnn_shared import SIGMA

if TYPE_CHECKING:
    from dashboard.lessons.dncnn_shared import Noise, Subject, Whole

BOARD = "denoising"
EXPLAIN = "cnnviz.explain.dncnn:"
CODE = (
    f"{EXPLAIN}denoised", f"{EXPLAIN}Denoising", "cnnviz.data.noise:gaussian",
    "cnnviz.models.dncnn:DnCNN",
)  # fmt: skip


@st.fragment
@frame.guard()
def hero(network: str, picture: "Whole", subject: "Subject", noise: "Noise") -> None:
    """The slider, the crop, and the views that move with them.

    Args:
        network: a trained network's name.
        picture: what the crop is taken from.
        subject, noise: what the rest of the page shows; it follows when the hand has let go.
    """
    hand = hand_on(
        BOARD, cached.LEVELS, SIGMA, cached.small(picture.name, picture.pixels),
        picture.pixels.shape, picture.side, picture.usual_centre,
    )  # fmt: skip
    now, crop = replace(noise, sigma=hand.sigma), picture.crop(hand.centre)
    if not hand.moving and (now, crop.name) != (noise, subject.name):
        st.rerun()
    denoising_board(
        BOARD, hand, crop.pixels, _seen(network, crop, now, hand.moving), name=crop.name
    )


def _seen(network: str, crop: "Subject", noise: "Noise", moving: bool) -> Film | Still:
    """All levels where they are there, else this one; while the hand moves, only a part."""
    # Without a browser nothing scrubs.
    if crop.usual and noise.usual and in_browser():
        frames = dncnn_frames.frames(network, crop)
        if frames is not None:
            unit = cached.unit_noise(crop.pixels.shape)
            return Film(frames.key, cached.LEVELS, unit, frames.errors, frames.numbers.tolist())
    if moving:
        noisy, box, part = cached.loupe(network, crop, noise)
        return Still(noisy, part.error, box, part.numbers)
    found = cached.denoising(network, crop, noise)
    height, width = crop.pixels.shape[:2]
    return Still(found.noisy, found.error, (0, 0, height, width), found.numbers)
