"""Trained DnCNNs, and what they make of a noisy picture."""

import io
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from cnnviz.checkpoints import Card
from cnnviz.data import crops
from cnnviz.data.crops import SIDE, crop_box, usual_centre
from cnnviz.data.noise import LEVELS, gaussian, noisy
from cnnviz.errors import UserError
from cnnviz.explain import dncnn_networks
from cnnviz.explain.dncnn_networks import BLIND_TO, trained_for
from dashboard.cache.trained import load

if TYPE_CHECKING:
    from cnnviz.explain.dncnn import Box, Denoising, Picture
    from cnnviz.models.dncnn import DnCNN
    from dashboard.lessons.dncnn_shared import Noise, Subject

__all__ = [
    "BLIND_TO",
    "LEVELS",
    "SIDE",
    "check",
    "crop_box",
    "denoising",
    "grey",
    "loupe",
    "network",
    "networks",
    "small",
    "trained_for",
    "unit_noise",
    "usual_centre",
    "with_noise",
]

LOUPE = 64  # pixels a side of what follows the hand; in colour half as many, for three channels
LEAST = 8  # pixels a side of a picture: SSIM compares windows of 7
SMALL = 400  # pixels of the longer side of a photo to choose a crop from


def networks() -> dict[str, float | None]:
    """The trained networks to choose from, and the noise level of each, grey levels; None: all.

    Where none is here it is the blind one: that it is missing is said where it is to be used.
    """
    return dncnn_networks.here() or {dncnn_networks.BLIND: None}


@st.cache_resource(max_entries=12, show_spinner=False)
def network(checkpoint: str) -> "tuple[DnCNN, Card]":
    """A trained DnCNN in evaluation mode, and its model card.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    return load(checkpoint)


@st.cache_resource(max_entries=4, show_spinner=False)
def folded_network(checkpoint: str) -> "DnCNN":
    """The same network with its batch norms in its convolutions; arguments as of ``network``."""
    from cnnviz.explain.dncnn_photo import folded

    return folded(network(checkpoint)[0])


@st.cache_resource(max_entries=16, show_spinner=False)
def grey(name: str, _pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A photo in grey, (H, W)."""
    levels = crops.grey(_pixels)
    levels.setflags(write=False)
    return levels


def small(name: str, pixels: NDArray[np.uint8]) -> bytes:
    """A photo, (H, W) or (H, W, 3), as a small JPEG."""
    return _small(name, pixels.ndim, pixels)


@st.cache_resource(max_entries=32, show_spinner=False)
def _small(name: str, axes: int, _pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    picture = Image.fromarray(_pixels)
    picture.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()


def check(pixels: NDArray[np.uint8]) -> None:
    """Raises a UserError where a picture is too small to be measured."""
    if min(pixels.shape[:2]) < LEAST:
        raise UserError("The picture needs at least {least} pixels a side.", least=LEAST)


@st.cache_resource(max_entries=4, show_spinner=False)
def unit_noise(shape: tuple[int, int]) -> NDArray[np.float32]:
    """Gaussian noise of seed 0 and standard deviation 1, as ``noisy`` multiplies it."""
    drawn = gaussian(np.zeros(shape, dtype=np.float32), 1, 0)
    drawn.setflags(write=False)
    return drawn


def with_noise(clean: NDArray[np.uint8], noise: "Noise") -> "Picture":
    """A crop with noise: grey levels, of the crop's shape."""
    return noisy(clean, noise.kind, noise.sigma, noise.seed, clipped=noise.clipped)


def denoising(checkpoint: str, subject: "Subject", noise: "Noise") -> "Denoising":
    """A crop with noise, denoised; kept for some crops and noises."""
    return _denoising(checkpoint, subject.name, noise, subject)


def loupe(
    checkpoint: str, subject: "Subject", noise: "Noise"
) -> "tuple[Picture, Box, Denoising]":  # fmt: skip
    """A crop with noise, of which only the middle is denoised: in a tenth of a second.

    Returns:
        The noisy crop; rows and columns of its middle as (top, left, bottom, right), all of it
        where it is small; what became of that.
    """
    from cnnviz.explain.dncnn import Denoising, denoised_part

    clean = subject.pixels
    pixels = with_noise(clean, noise)
    box = middle(clean.shape)
    top, left, bottom, right = box
    part = denoised_part(folded_network(checkpoint), pixels, box, hurried=True)
    seen = clean[top:bottom, left:right].astype(np.float32)
    return pixels, box, Denoising(seen, pixels[top:bottom, left:right], part)


def middle(shape: tuple[int, ...]) -> "Box":
    """The loupe's place in a crop of this shape, (H, W) or (H, W, 3)."""
    return crop_box(shape, (shape[0] // 2, shape[1] // 2), LOUPE if len(shape) == 2 else LOUPE // 2)


# A crop of 256 x 256 pixels in colour takes 2.4 MB.
@st.cache_resource(max_entries=64, show_spinner=False)
def _denoising(checkpoint: str, name: str, noise: "Noise", _subject: "Subject") -> "Denoising":
    from cnnviz.explain.dncnn import denoise

    pixels = with_noise(_subject.pixels, noise)
    found = denoise(network(checkpoint)[0], _subject.pixels, pixels)
    for array in (found.clean, found.noisy, found.denoised):
        array.setflags(write=False)
    return found
