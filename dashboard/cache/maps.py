"""Trained networks, and what they make of a photo."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.checkpoints import Card
from cnnviz.data import photos
from dashboard.cache.pictures import Pixels
from dashboard.cache.trained import load
from dashboard.machine import cpu_cores

if TYPE_CHECKING:
    from torch import Tensor

    from cnnviz.explain.arrays import Array  # noqa: F401 - for the lessons
    from cnnviz.explain.convolution import ConvolutionLayer, PixelSum
    from cnnviz.explain.filters import BlockFilters, DeadFilters, Measure
    from cnnviz.explain.mobilenet_v1 import BlockMaps, Look
    from cnnviz.explain.pointwise import PointwiseSum
    from cnnviz.explain.prediction import Prediction
    from cnnviz.models.mobilenet_v1 import MobileNetV1
    from dashboard.photo_input import Photo


@st.cache_resource(max_entries=8, show_spinner=False)
def mobilenet_v1(checkpoint: str) -> "tuple[MobileNetV1, Card]":
    """A trained MobileNetV1 in evaluation mode, and its model card.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    return load(checkpoint)


def network_input(checkpoint: str, pixels: Pixels) -> "Tensor":
    """(1, 3, S, S): pixels as the network was trained to read them."""
    return scaled(mobilenet_v1(checkpoint)[1], pixels)


def scaled(card: Card, pixels: Pixels) -> "Tensor":
    """(1, 3, H, W): pixels as a network with this card was trained to read them."""
    import torch

    from cnnviz.training.batches import Scaling

    return Scaling.from_card(card.preprocessing)(torch.tensor(pixels)[None])


def blocks_of(checkpoint: str) -> int:
    """Number of separable blocks."""
    return len(mobilenet_v1(checkpoint)[0].blocks)


def block_maps(checkpoint: str, photo: "Photo", size: int, block: int) -> "BlockMaps":
    """The maps of one block for a photo."""
    return _block_maps(checkpoint, photo.name, size, block, photo)


# At 192 pixels an entry of the first block takes 33 MB.
@st.cache_resource(max_entries=12, show_spinner=False)
def _block_maps(checkpoint: str, name: str, size: int, block: int, _photo: "Photo") -> "BlockMaps":
    from cnnviz.explain import mobilenet_v1 as explain

    x = network_input(checkpoint, photos.square(_photo.pixels, size))
    return explain.block_maps(mobilenet_v1(checkpoint)[0], x, block)


def look(
    checkpoint: str, photo: "Photo", size: int, degrees: int, block: int, most: int
) -> "tuple[Pixels, Look]":
    """A turned photo as the network gets it, and a look at one block."""
    return _look(checkpoint, photo.name, size, degrees, block, most, photo)


# A hand leaves each behind at once; but all of a room see what their lecturer does.
@st.cache_resource(max_entries=16, show_spinner=False)
def _look(
    checkpoint: str, name: str, size: int, degrees: int, block: int, most: int, _photo: "Photo"
) -> "tuple[Pixels, Look]":
    from cnnviz.explain.mobilenet_v1 import look as look_at

    model, card = mobilenet_v1(checkpoint)
    pixels = photos.turned(_photo.pixels, size, degrees)
    return pixels, computing().submit(
        lambda: look_at(model, scaled(card, pixels), block, most)
    ).result()


@st.cache_resource(max_entries=1, show_spinner=False)
def computing() -> ThreadPoolExecutor:
    """Threads that stay, one a core: the first pass of a network in a new thread takes twice as
    long, and every run of a page is a new thread."""
    return ThreadPoolExecutor(max_workers=cpu_cores())


def prediction(checkpoint: str, photo: "Photo", size: int) -> "Prediction":
    """The five likeliest classes of the upright photo."""
    return _prediction(checkpoint, photo.name, size, photo)


@st.cache_resource(max_entries=512, show_spinner=False)
def _prediction(checkpoint: str, name: str, size: int, _photo: "Photo") -> "Prediction":
    from cnnviz.explain.prediction import predict

    x = network_input(checkpoint, photos.square(_photo.pixels, size))
    return predict(mobilenet_v1(checkpoint)[0], x)


def class_names(checkpoint: str) -> list[str]:
    """In the order of the logits."""
    return mobilenet_v1(checkpoint)[1].class_names


def global_ranges(checkpoint: str, photo: "Photo", size: int) -> dict[str, float]:
    """The largest size of a value over all blocks, by array of ``BlockMaps``."""
    return _global_ranges(checkpoint, photo.name, size, photo)


@st.cache_data(max_entries=64, show_spinner=False)
def _global_ranges(checkpoint: str, name: str, size: int, _photo: "Photo") -> dict[str, float]:
    from cnnviz.explain.mobilenet_v1 import block_maps as maps_of

    model, card = mobilenet_v1(checkpoint)
    x = scaled(card, photos.square(_photo.pixels, size))
    most: dict[str, float] = {}
    for block in range(len(model.blocks)):
        maps = maps_of(model, x, block)  # not through the cache: it would push all else out
        for part in MAPS:
            here = float(np.abs(getattr(maps, part)).max())
            most[part] = max(most.get(part, 0.0), here)
    return most


# What a lesson draws of a block: fields of BlockMaps.
MAPS = (
    "inputs", "kernels", "depthwise_raw", "depthwise_maps", "matrix", "pointwise_raw", "maps",
)  # fmt: skip


@st.cache_data(max_entries=512, show_spinner=False)
def receptive_field(checkpoint: str, size: int, block: int) -> tuple[int, int, int, int]:
    """What the middle pixel of a block's output sees of the input: top, left, bottom, right."""
    from cnnviz.explain.mobilenet_v1 import middle_receptive_field

    box = middle_receptive_field(mobilenet_v1(checkpoint)[0], f"blocks.{block}.pointwise", size)
    return box.top, box.left, box.bottom, box.right


def pointwise_sum(
    checkpoint: str, photo: "Photo", size: int, block: int, channel: int
) -> "PointwiseSum":
    """One output channel of a block, taken apart by input channel."""
    from cnnviz.explain.mobilenet_v1 import pointwise_sum as parts_of

    return parts_of(block_maps(checkpoint, photo, size, block), channel)


def layer_maps(checkpoint: str, photo: "Photo", size: int, layer: str) -> "ConvolutionLayer":
    """A convolution with what it reads and puts out."""
    return _layer_maps(checkpoint, photo.name, size, layer, photo)


def pixel_sum(layer: "ConvolutionLayer", channel: int, row: int, column: int) -> "PixelSum":
    """One pixel of a convolution as the sum it is."""
    from cnnviz.explain.convolution import pixel_sum as sum_of

    return sum_of(layer, channel, row, column)


def upright(photo: "Photo", size: int) -> Pixels:
    """(size, size, 3): the photo as the network gets it."""
    return photos.square(photo.pixels, size)


@st.cache_resource(max_entries=12, show_spinner=False)
def _layer_maps(
    checkpoint: str, name: str, size: int, layer: str, _photo: "Photo"
) -> "ConvolutionLayer":
    from cnnviz.explain.mobilenet_v1 import layer_maps as maps_of

    x = network_input(checkpoint, photos.square(_photo.pixels, size))
    return maps_of(mobilenet_v1(checkpoint)[0], x, layer)


@st.cache_resource(max_entries=8, show_spinner=False)
def depthwise_filters(checkpoint: str) -> "tuple[BlockFilters, ...]":
    """The depthwise kernels of all blocks, measured."""
    from cnnviz.explain.filters import depthwise_filters as measured

    return measured(load(checkpoint)[0])


@st.cache_data(max_entries=512, show_spinner=False)
def dead_share(checkpoint: str, threshold: float, measure: "Measure") -> "DeadFilters":
    """Which depthwise kernels are below a share of their block's strongest."""
    from cnnviz.explain.filters import share_dead

    return share_dead(depthwise_filters(checkpoint), threshold, measure)
