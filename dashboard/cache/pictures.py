"""Photos: bundled ones, CIFAR-10's, a visitor's own."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.data import cifar10, photos

if TYPE_CHECKING:
    from cnnviz.data.images import ImageSet

Pixels = NDArray[np.uint8]


def photo_titles() -> dict[str, str]:
    """The bundled photos' titles by name (translation keys)."""
    return {photo.name: photo.title for photo in photos.PHOTOS}


def photo_credit(name: str) -> str:
    """Who made a bundled photo, on which terms, and what it comes with."""
    return next(photo.credit for photo in photos.PHOTOS if photo.name == name)


@st.cache_resource(max_entries=32, show_spinner=False)
def bundled_photo(name: str) -> Pixels:
    """A bundled photo (H, W, 3), reduced to what the pages need of it."""
    return _kept(photos.load(name))


def decoded_photo(content: bytes) -> Pixels:
    """A visitor's picture (H, W, 3), checked and reduced; not cached: it is theirs.

    Raises:
        UserError: where it cannot be used.
    """
    return _kept(photos.decode(content))


def cifar10_place() -> Path | None:
    """Where CIFAR-10 lies, if it does."""
    return cifar10.find()


def cifar10_count() -> int:
    """Number of CIFAR-10's test images."""
    return len(_cifar10_test())


def cifar10_image(index: int) -> tuple[Pixels, str, bool]:
    """A test image of CIFAR-10 (32, 32, 3), its class, and whether the copy is verified."""
    data = _cifar10_test()
    return data.images[index], data.class_names[data.labels[index]], data.verified


@st.cache_resource(max_entries=1, show_spinner=False)
def _cifar10_test() -> "ImageSet":
    return cifar10.load("test")


def _kept(pixels: Pixels) -> Pixels:
    small = photos.reduced(pixels)
    small.setflags(write=False)
    return small
