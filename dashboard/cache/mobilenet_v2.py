"""MobileNetV2: points sent through few or many channels, and its blocks, counted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz.explain import mobilenet_v2_linear as explain
from cnnviz.figures import mobilenet_v2 as figures

if TYPE_CHECKING:
    from cnnviz.explain.mobilenet_v1_saving import CountedRow
    from cnnviz.explain.mobilenet_v2_block import Block, Difference, Widths
    from cnnviz.explain.mobilenet_v2_cost import Part
    from cnnviz.explain.mobilenet_v2_linear import Activation, Collapse, Errors, Points, Shape
    from cnnviz.explain.network_cost import Layout, NetworkCost
    from cnnviz.models.mobilenet_v2 import Variant

COUNTS, SEEDS = explain.COUNTS, explain.SEEDS
_SPAN = 2.0  # of the channels' colours, in standard deviations


@dataclass(frozen=True)
class Sent:
    """Points on their way, and their pictures.

    Attributes:
        points: as they are sent.
        way: what becomes of them.
        colours: (P, 3) RGB.
        channels: (50, P, 4) RGBA.
    """

    points: "Points"
    way: "Collapse"
    colours: NDArray[np.uint8]
    channels: NDArray[np.uint8]


# Some 0.6 MB each.
@st.cache_resource(max_entries=64, show_spinner=False)
def sent(shape: "Shape", activation: "Activation", seed: int, deviation: float) -> Sent:
    """Points of a shape, sent through all numbers of channels and back.

    Args:
        shape: "spiral", "moons" or "disc".
        activation: "relu", "relu6" or "none".
        seed: of the random matrix.
        deviation: a channel's standard deviation before the activation.
    """
    points = explain.points(shape)
    way = explain.collapse(shape, activation, seed=seed, deviation=deviation)
    return Sent(
        points,
        way,
        figures.point_colours(points, by_cell=shape == "disc"),
        figures.channels_picture(way, _SPAN),
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def errors(shape: "Shape", activation: "Activation", deviation: float) -> "Errors":
    """How far off what comes back is, over 50 random matrices; the first time some tenths of a
    second.

    Args:
        shape, activation, deviation: as of ``sent``.
    """
    return explain.errors(shape, activation, deviation=deviation)


def size(layout: "Layout") -> int:
    """Input pixels a side that a layout is made for."""
    from cnnviz.explain.mobilenet_v2_block import SIZES

    return SIZES[layout]


# Of each expansion, layout and variant.
@st.cache_resource(max_entries=64, show_spinner=False)
def blocks(layout: "Layout", expansion: int, variant: "Variant") -> "tuple[Block, ...]":
    """All blocks of a MobileNetV2, counted."""
    from cnnviz.explain.mobilenet_v2_block import blocks as counted

    return counted(layout, expansion=expansion, variant=variant)


@st.cache_resource(max_entries=2, show_spinner=False)
def counterparts(layout: "Layout") -> "dict[str, NetworkCost]":
    """MobileNetV1 and ResNet-50, counted."""
    from cnnviz.explain.mobilenet_v2_block import counterparts as counted

    return counted(layout)


@st.cache_resource(max_entries=128, show_spinner=False)
def beside(layout: "Layout", side: int) -> "dict[str, Widths | None]":
    """MobileNetV1's and ResNet-50's last block at so many pixels a side, where there is one."""
    from cnnviz.explain.mobilenet_v2_block import block_at

    return {name: block_at(cost, side) for name, cost in counterparts(layout).items()}


@st.cache_resource(max_entries=512, show_spinner=False)
def network(
    layout: "Layout", alpha: float, size: int, expansion: int, variant: "Variant"
) -> "NetworkCost":
    """The layers of a MobileNetV2 and their sums, counted; expansion 0 is the paper's."""
    from cnnviz.explain.mobilenet_v2_block import network_cost

    return network_cost(layout, alpha=alpha, size=size, expansion=expansion, variant=variant)


@st.cache_resource(max_entries=2, show_spinner=False)
def differences(layout: "Layout") -> "tuple[Difference, ...]":
    """Every layer that the course's variant has and the paper's network has not."""
    from cnnviz.explain.mobilenet_v2_block import differences as found

    return found(layout)


@st.cache_resource(max_entries=512, show_spinner=False)
def parts(network: str, layout: "Layout", alpha: float, size: int) -> "tuple[Part, ...]":
    """The blocks of a MobileNetV1 or MobileNetV2 and what is around them, counted."""
    from cnnviz.explain.mobilenet_v2_cost import parts as counted

    return counted(network, layout, alpha=alpha, size=size)


@st.cache_resource(max_entries=1, show_spinner=False)
def paper_rows() -> "tuple[CountedRow, ...]":
    """The networks of the paper's table for ImageNet, counted."""
    from cnnviz.explain.mobilenet_v2_cost import paper_rows as counted

    return counted()


@st.cache_data(max_entries=2, show_spinner=False)
def times(layout: "Layout", passes: int) -> dict[str, dict[str, float]]:
    """Of MobileNetV1 and MobileNetV2, milliseconds by kind of layer on this machine, one thread."""
    import torch

    from cnnviz.explain.mobilenet_v2_cost import times as measured

    torch.set_num_threads(1)
    return measured(layout, passes)
