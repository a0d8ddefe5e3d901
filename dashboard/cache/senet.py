"""SENet: what a block's SE makes of a photo, and what other gates make of it."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.checkpoints import Card
from cnnviz.data import photos
from dashboard.cache.maps import computing, scaled
from dashboard.cache.pictures import Pixels
from dashboard.cache.trained import load

if TYPE_CHECKING:
    from torch import Tensor

    from cnnviz.explain.arrays import Array
    from cnnviz.explain.senet import Look, Steps
    from cnnviz.models.senet import SENet
    from dashboard.photo_input import Photo

#: The network that is looked at.
NETWORK = "senet"


@st.cache_resource(max_entries=4, show_spinner=False)
def network(checkpoint: str = NETWORK) -> "tuple[SENet, Card]":
    """A trained SENet in evaluation mode, and its model card.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    return load(checkpoint)


def class_names() -> list[str]:
    """In the order of the logits."""
    return network()[1].class_names


def size() -> int:
    """Pixels a side that the network was trained on."""
    return int(network()[1].preprocessing["size"])


@st.cache_resource(max_entries=1, show_spinner=False)
def stages() -> tuple[tuple[int, ...], ...]:
    """The blocks of each stage, from 0."""
    from cnnviz.explain.senet import stages as stages_of

    return stages_of(network()[0])


def block_count() -> int:
    """Number of blocks with SE."""
    return len(network()[0].blocks)


def channels(block: int) -> int:
    """C of a block's SE."""
    from cnnviz.explain.senet import se_of

    return se_of(network()[0], block).expand.out_features


def network_input(photo: "Photo") -> "Tensor":
    """(1, 3, S, S): the photo as the network reads it."""
    return scaled(network()[1], _square(photo.name, size(), photo))


@st.cache_resource(max_entries=256, show_spinner=False)
def _square(name: str, side: int, _photo: "Photo") -> Pixels:
    return photos.square(_photo.pixels, side)


def look(
    photo: "Photo", other: "Photo", share: float, block: int, most: int
) -> "tuple[Pixels, Look]":
    """A photo with a share of another one over it, and a look at one block."""
    return _look(photo.name, other.name, share, block, most, photo, other)


# A hand leaves each behind at once; but all of a room see what their lecturer does.
@st.cache_resource(max_entries=16, show_spinner=False)
def _look(
    name: str, other_name: str, share: float, block: int, most: int,
    _photo: "Photo", _other: "Photo",
) -> "tuple[Pixels, Look]":  # fmt: skip
    from cnnviz.explain.senet import look as look_at

    model, card = network()
    first, second = (_square(each.name, size(), each) for each in (_photo, _other))
    pixels = photos.mixed(first, second, share)
    return pixels, computing().submit(
        lambda: look_at(model, scaled(card, pixels), block, most)
    ).result()


def steps(photo: "Photo", block: int) -> "Steps":
    """What a block's SE does with a photo, step by step."""
    return _steps(photo.name, block, photo)


# Up to 0.4 MB each.
@st.cache_resource(max_entries=64, show_spinner=False)
def _steps(name: str, block: int, _photo: "Photo") -> "Steps":
    from cnnviz.explain.senet import steps as steps_of

    return steps_of(network()[0], network_input(_photo), block)


def gates(photo: "Photo") -> "tuple[Array, ...]":
    """The gates of all blocks for a photo."""
    return _gates(photo.name, photo)


@st.cache_resource(max_entries=256, show_spinner=False)
def _gates(name: str, _photo: "Photo") -> "tuple[Array, ...]":
    from cnnviz.explain.senet_hands import gates_of

    return gates_of(network()[0], network_input(_photo))


def probabilities(photo: "Photo") -> "Array":
    """(classes,) what the network thinks of a photo, in the order of its classes."""
    return _probabilities(photo.name, photo)


@st.cache_resource(max_entries=256, show_spinner=False)
def _probabilities(name: str, _photo: "Photo") -> "Array":
    from cnnviz.explain.senet import look as look_at

    return look_at(network()[0], network_input(_photo), 0, 1).probabilities
