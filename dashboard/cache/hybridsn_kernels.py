"""HybridSN's kernels and what they answer at a place of a scene."""

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.errors import UserError
from dashboard.cache.hybridsn_variance import components
from dashboard.cache.trained import load

if TYPE_CHECKING:
    from torch import Tensor, nn

    from cnnviz.data.scene import Scene
    from cnnviz.explain.arrays import Array
    from cnnviz.explain.hybridsn_kernels import BandKernels

#: Pixels a side of the largest part of a scene that is answered as a whole.
WIDE = 145
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
        rows, columns = (
            slice(start := max(0, min(at - WIDE // 2, side - WIDE)), start + WIDE)
            for at, side in zip((row, column), whole.shape[1:], strict=True)
        )
        return whole[:, rows, columns]
    half = window_of(checkpoint) // 2
    padded = np.pad(
        whole[:, max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1],
        ((0, 0), *(_beyond(at, half, side)
                   for at, side in zip((row, column), whole.shape[1:], strict=True))),
    )  # fmt: skip
    return padded


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


def flat_network(checkpoint: str, scene: "Scene") -> str | None:
    """A trained network of 2-D convolutions that reads as many components of the same scene.

    None where there is none. Of several, one with the same window, and of these a shipped one or
    the newest.
    """
    like = network(checkpoint)[1].model_args
    runs = sorted((file.parent.name for file in checkpoints.RUNS.glob("*/*.json")), reverse=True)
    found = []
    for name in (*checkpoints.names(), *dict.fromkeys(runs)):
        try:
            card = checkpoints.read_card(name)
        except UserError:
            continue  # it has not kept a network yet, or it is damaged
        own = card.model_args
        known = card.model == "hybridsn_2d" and card.data.get("name") == scene.name
        if known and own.get("components") == like.get("components"):
            found.append((own.get("window") != like.get("window"), name))
    return min(found, key=lambda each: each[0])[1] if found else None


def _beyond(at: int, half: int, side: int) -> tuple[int, int]:
    """How far a window reaches over either edge."""
    return max(half - at, 0), max(at + half + 1 - side, 0)
