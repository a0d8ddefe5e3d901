"""HybridSN's kernels and what they answer at a place of a scene."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from numpy.typing import NDArray

from cnnviz.checkpoints import Card
from cnnviz.explain.hybridsn_network import (
    WIDE,
    components,
    flat_network,  # noqa: F401 - for the lessons
    scene_at,
    window_at,
)
from dashboard.cache.trained import load

if TYPE_CHECKING:
    from torch import Tensor, nn

    from cnnviz.data.scene import Scene
    from cnnviz.explain.arrays import Array
    from cnnviz.explain.hybridsn_kernels import BandKernels

WINDOW, SCENE = "window", "scene"  # how much of a scene is looked at


@st.cache_resource(max_entries=8, show_spinner=False)
def network(checkpoint: str) -> "tuple[nn.Module, Card]":
    """A trained network in evaluation mode, and its model card.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    return load(checkpoint)


def cube(checkpoint: str, scene: "Scene") -> "Array":
    """(C, H, W): the scene's components as the network reads them, read-only.

    Raises:
        UserError: where the scene has other bands than the one the network was trained on.
    """
    return _cube(checkpoint, scene.name, scene)


@st.cache_resource(max_entries=4, show_spinner=False)
def _cube(checkpoint: str, name: str, _scene: "Scene") -> "Array":
    found = components(checkpoint, _scene)
    found.setflags(write=False)
    return found


def window_of(checkpoint: str) -> int:
    """The side of the network's window, in pixels."""
    return int(network(checkpoint)[0].window)  # type: ignore[arg-type]


def layers(checkpoint: str) -> "tuple[BandKernels, ...]":
    """The kernels of the convolutions that read bands, in the network's order."""
    return _layers(checkpoint)


@st.cache_resource(max_entries=16, show_spinner=False)
def _layers(checkpoint: str) -> "tuple[BandKernels, ...]":
    from cnnviz.explain.hybridsn_kernels import band_kernels

    return band_kernels(network(checkpoint)[0])


def part(checkpoint: str, scene: "Scene", row: int, column: int, area: str) -> "Array":
    """(C, h, w): what is looked at: the network's window around a pixel, or the scene around it.

    Beyond the scene's edge a window reads zeros, as in training.
    """
    whole = cube(checkpoint, scene)
    if area == SCENE:
        return scene_at(whole, row, column, WIDE)
    return window_at(whole, row, column, window_of(checkpoint))


def read_by(
    checkpoint: str, scene: "Scene", row: int, column: int, area: str, layer: str
) -> "NDArray[Any]":
    """(M, D, h, w): what a convolution reads: the components, or the maps of the layer before."""
    from cnnviz.explain.hybridsn_kernels import input_of

    before = input_of(network(checkpoint)[0], layer)
    if before is None:
        return part(checkpoint, scene, row, column, area)[None]
    return volume(checkpoint, scene, row, column, area, before)


def volume(
    checkpoint: str, scene: "Scene", row: int, column: int, area: str, layer: str
) -> "Array":
    """(N, D, h, w): what a layer answers there."""
    if area == SCENE:
        shape = cube(checkpoint, scene).shape[1:]
        if max(shape) <= WIDE:
            row = column = 0  # all of the scene, wherever the pixel is
        return _wide(checkpoint, scene.name, row, column, layer, scene)
    return _window(checkpoint, scene.name, row, column, layer, scene)


# At 30 components and 145 pixels the third layer's maps take 45 MB.
@st.cache_resource(max_entries=3, show_spinner=False)
def _wide(
    checkpoint: str, name: str, row: int, column: int, layer: str, _scene: "Scene"
) -> "Array":
    return _volume(checkpoint, part(checkpoint, _scene, row, column, SCENE), layer)


@st.cache_resource(max_entries=64, show_spinner=False)
def _window(
    checkpoint: str, name: str, row: int, column: int, layer: str, _scene: "Scene"
) -> "Array":
    return _volume(checkpoint, part(checkpoint, _scene, row, column, WINDOW), layer)


def _volume(checkpoint: str, values: "Array", layer: str) -> "Array":
    from cnnviz.explain.hybridsn_kernels import volumes

    return volumes(network(checkpoint)[0], tensor(values), layer)


def tensor(values: "Array") -> "Tensor":
    """(1, 1, C, h, w): components as a network's input."""
    import torch

    return torch.tensor(values)[None, None]
