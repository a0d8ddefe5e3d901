"""What networks and layers cost, counted and timed."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from dashboard.cache.maps import mobilenet_v1

if TYPE_CHECKING:
    from cnnviz.explain.mobilenet_v1_saving import CountedRow, LayerComparison
    from cnnviz.explain.network_cost import Layout, NetworkCost


@st.cache_data(max_entries=512, show_spinner=False)
def network_layers(
    layout: "Layout", alpha: float, size: int, kernel_size: int, separable: bool
) -> "NetworkCost":
    """The layers of a MobileNetV1 and their sums, counted."""
    from cnnviz.explain.mobilenet_v1_cost import network_cost

    shape = {"alpha": alpha, "kernel_size": kernel_size, "separable": separable}
    return network_cost(layout, size=size, **shape)


@st.cache_data(max_entries=512, show_spinner=False)
def layer_times(
    checkpoint: str, layout: "Layout", alpha: float, size: int, kernel_size: int,
    separable: bool, passes: int,
) -> dict[str, float]:  # fmt: skip
    """Milliseconds by layer on this machine, one thread: of the trained network where it is built
    so, else of an untrained one of the same shape.
    """
    import torch

    from cnnviz.explain import mobilenet_v1_cost as explain
    from cnnviz.explain.network_cost import layer_times as timed

    torch.set_num_threads(1)
    shape = {"alpha": alpha, "kernel_size": kernel_size, "separable": separable}
    model, card = mobilenet_v1(checkpoint)
    if layout != "course" or _shape(card) != shape:
        model = explain.stand_in(layout, **shape)
    return timed(model, size, passes)


def trained_width(checkpoint: str) -> float:
    """The width multiplier of a trained network."""
    return _shape(checkpoints.read_card(checkpoint))["alpha"]


def _shape(card: Card) -> dict[str, Any]:
    usual = {"alpha": 1.0, "kernel_size": 3, "separable": True}
    return {name: card.model_args.get(name, value) for name, value in usual.items()}


@st.cache_data(max_entries=2048, show_spinner=False)
def compare_layer(
    in_channels: int, out_channels: int, kernel_size: int, size: int
) -> "LayerComparison":
    """One layer counted both ways."""
    from cnnviz.explain.mobilenet_v1_saving import compare_layer as compared

    return compared(in_channels, out_channels, kernel_size, size)


@st.cache_data(max_entries=1, show_spinner=False)
def paper_rows() -> "tuple[tuple[CountedRow, ...], tuple[CountedRow, ...]]":
    """The paper's example of one layer and its networks for ImageNet, counted."""
    from cnnviz.explain.mobilenet_v1_saving import paper_layer, paper_networks

    return paper_layer(), paper_networks()
