"""The trained MobileNetV2, and a photo's way through its blocks."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.data import photos
from dashboard.cache.maps import scaled
from dashboard.cache.trained import load

if TYPE_CHECKING:
    from cnnviz.explain.mobilenet_v2_maps import Stage, Way  # noqa: F401 - for the lesson
    from cnnviz.models.mobilenet_v2 import MobileNetV2
    from dashboard.photo_input import Photo

#: Channels of each stage that are shown: more would not follow the hand.
SHOWN = 12


@st.cache_resource(max_entries=4, show_spinner=False)
def network(checkpoint: str) -> "tuple[MobileNetV2, Card]":
    """A trained MobileNetV2 in evaluation mode, and its model card.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    return load(checkpoint)


def ways(checkpoint: str, photo: "Photo", size: int) -> "tuple[Way, ...]":
    """A photo's way through all blocks; the first time some tenths of a second."""
    return _ways(checkpoint, photo.name, size, photo)


# At 96 pixels an entry takes 10 MB.
@st.cache_resource(max_entries=12, show_spinner=False)
def _ways(checkpoint: str, name: str, size: int, _photo: "Photo") -> "tuple[Way, ...]":
    from cnnviz.explain.mobilenet_v2_maps import ways as found

    model, card = network(checkpoint)
    return found(model, scaled(card, photos.square(_photo.pixels, size)), SHOWN)


@st.cache_data(max_entries=16, show_spinner=False)
def card(checkpoint: str) -> Card:
    """How a network was trained, and how good it is.

    Raises:
        UserError: where the checkpoint is not there or its card is damaged.
    """
    return checkpoints.read_card(checkpoint)
