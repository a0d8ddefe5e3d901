"""What planted mistakes show: kept numbers, read once, and what is computed at once."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.explain import bugs_trained

if TYPE_CHECKING:
    from cnnviz.explain.bugs import Counted, Denoised, Trunk
    from cnnviz.explain.bugs_trained import Values

WRONG, RIGHT = bugs_trained.WRONG, bugs_trained.RIGHT


@st.cache_resource(max_entries=16, show_spinner=False)
def trained(name: str) -> "Mapping[str, Mapping[str, Values]]":
    """By way and column, what each seed of an exercise has shown.

    Raises:
        UserError: where it cannot be read.
    """
    return bugs_trained.trained(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def counted() -> "list[Counted]":
    """Multiply-adds of MobileNetV1, counted in two ways."""
    from cnnviz.explain import bugs

    return bugs.counted()


@st.cache_resource(max_entries=1, show_spinner=False)
def denoised() -> "Denoised":
    """A picture, cleaned in two ways.

    Raises:
        UserError: where a network is not here.
    """
    from cnnviz.explain import bugs

    return bugs.inverted()


@st.cache_resource(max_entries=1, show_spinner=False)
def trunk() -> "Trunk":
    """The gradient along the trunk, with SE in two places.

    Raises:
        UserError: where it cannot be read.
    """
    from cnnviz.explain import bugs

    return bugs.trunk()


def batches() -> tuple[tuple[str, int], ...]:
    """How test images were given to the network: "mixed" or "sorted", and so many at a time."""
    from cnnviz.training.bugs_images import BATCHES

    return BATCHES


def noise_level() -> float:
    """Of ``denoised``, grey levels."""
    from cnnviz.explain.bugs import SIGMA

    return SIGMA
