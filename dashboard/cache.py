"""The bridge from the pages to the library, and the only ``st.cache_*`` of the dashboard.

Keys are names and numbers, never arrays or models: a cache of Streamlit hashes large arrays on a
sample, so that two pictures could be taken for one. What a name stands for comes along in an
argument with an underscore, which is not part of the key. Every cache is bounded. What comes out
is shared by all visitors and read-only. torch is imported when a lesson first asks for it.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.data import cifar10, finding, folders, jobs, photos, table
from cnnviz.data.progress import readable
from cnnviz.figures.numbers import THIN
from dashboard.machine import cpu_cores

if TYPE_CHECKING:
    from torch import Tensor

    from cnnviz.data.finding import State
    from cnnviz.data.images import ImageSet
    from cnnviz.data.jobs import Job
    from cnnviz.data.own_scene import Checked
    from cnnviz.data.scene import Scene
    from cnnviz.data.scene_match import Match
    from cnnviz.data.table_rows import DataSet
    from cnnviz.explain.convolution import ConvolutionLayer, PixelSum
    from cnnviz.explain.filters import BlockFilters, DeadFilters, Measure
    from cnnviz.explain.mobilenet_v1 import BlockMaps, Look
    from cnnviz.explain.mobilenet_v1_cost import Layout, NetworkLayer
    from cnnviz.explain.mobilenet_v1_saving import CountedRow, LayerComparison
    from cnnviz.explain.pointwise import PointwiseSum
    from cnnviz.explain.prediction import Prediction
    from cnnviz.models.mobilenet_v1 import MobileNetV1
    from dashboard.photo_input import Photo

Pixels = NDArray[np.uint8]

# Pictures


def photo_titles() -> dict[str, str]:
    """The bundled photos' titles by name (translation keys)."""
    return {photo.name: photo.title for photo in photos.PHOTOS}


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


# MobileNetV1


@st.cache_resource(max_entries=8, show_spinner=False)
def mobilenet_v1(checkpoint: str) -> "tuple[MobileNetV1, Card]":
    """A trained MobileNetV1 in evaluation mode, and its model card.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    import torch

    # One thread a page: visitors' passes run side by side instead of waiting for one another.
    torch.set_num_threads(1)
    model, card = checkpoints.load(checkpoint)
    return model, card  # type: ignore[return-value]


def network_input(checkpoint: str, pixels: Pixels) -> "Tensor":
    """(1, 3, S, S): pixels as the network was trained to read them."""
    return _scaled(mobilenet_v1(checkpoint)[1], pixels)


def _scaled(card: Card, pixels: Pixels) -> "Tensor":
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
    """A turned photo as the network gets it, and a look at one block; anew for each turn."""
    from cnnviz.explain.mobilenet_v1 import look as look_at

    model, card = mobilenet_v1(checkpoint)
    pixels = photos.turned(photo.pixels, size, degrees)
    return pixels, _computing().submit(
        lambda: look_at(model, _scaled(card, pixels), block, most)
    ).result()


@st.cache_resource(max_entries=1, show_spinner=False)
def _computing() -> ThreadPoolExecutor:
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
    most: dict[str, float] = {}
    for block in range(blocks_of(checkpoint)):
        maps = block_maps(checkpoint, _photo, size, block)
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
    from cnnviz.explain.mobilenet_v1 import dead_filters

    return dead_filters(mobilenet_v1(checkpoint)[0])


@st.cache_data(max_entries=512, show_spinner=False)
def dead_share(checkpoint: str, threshold: float, measure: "Measure") -> "DeadFilters":
    """Which depthwise kernels are below a share of their block's strongest."""
    from cnnviz.explain.filters import share_dead

    return share_dead(depthwise_filters(checkpoint), threshold, measure)


# Cost


@st.cache_data(max_entries=512, show_spinner=False)
def network_layers(
    layout: "Layout", alpha: float, size: int, kernel_size: int, separable: bool
) -> "tuple[NetworkLayer, ...]":
    """The layers of a MobileNetV1, counted."""
    from cnnviz.explain.mobilenet_v1_cost import network_cost

    shape = {"alpha": alpha, "kernel_size": kernel_size, "separable": separable}
    return network_cost(layout, size=size, **shape).layers


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

    torch.set_num_threads(1)
    shape = {"alpha": alpha, "kernel_size": kernel_size, "separable": separable}
    model, card = mobilenet_v1(checkpoint)
    if layout != "course" or _shape(card) != shape:
        model = explain.stand_in(layout, **shape)
    return explain.layer_times(model, size, passes)


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


# Own scene


def scene_candidates(files: Sequence[Path]) -> "tuple[Match, ...]":
    """What in a visitor's files may be cube and ground truth, the likeliest first.

    Raises:
        UserError: where nothing may.
    """
    from cnnviz.data.own_scene import candidates

    return candidates(files)


def checked_scene(match: "Match") -> "Checked":
    """A visitor's cube and ground truth, opened and checked; not cached: they are theirs.

    Raises:
        UserError: where they cannot make a scene.
    """
    from cnnviz.data.own_scene import check

    return check(match)


def built_scene(checked: "Checked", drop_bands: tuple[int, ...], class_name: str) -> "Scene":
    """The visitor's scene without some bands.

    Args:
        checked: by ``checked_scene``.
        drop_bands: counted from 0.
        class_name: what a class without a name is called, with a place for its ``{id}``.

    Raises:
        UserError: where it cannot be used like that.
    """
    from cnnviz.data.own_scene import build

    return build(checked, drop_bands, class_name)


def scene_pictures(scene: "Scene") -> tuple[Pixels, Pixels]:
    """A scene in false colours and by class, at the size of a preview."""
    return _scene_pictures(scene.name, scene)


@st.cache_resource(max_entries=32, show_spinner=False)
def _scene_pictures(name: str, _scene: "Scene") -> tuple[Pixels, Pixels]:
    from cnnviz.figures import scenes

    longest = max(_scene.labels.shape)
    every, times = -(-longest // PREVIEW), max(1, PREVIEW // longest)
    labels = _scene.labels[::every, ::every]
    plain = scenes.composite(_scene.cube[::every, ::every], _scene.rgb)
    pictures = (plain, scenes.class_overlay(plain, labels))
    # Enlarged here, pixel by pixel: a browser would blur them.
    large, classes = (np.kron(each, np.ones((times, times, 1), np.uint8)) for each in pictures)
    return large, classes


PREVIEW = 920  # pixels of a preview's longer side at most: twice what it takes on the page


# Data


def data_sets() -> "tuple[DataSet, ...]":
    """The data sets of the course."""
    return table.DATASETS


def data_state(name: str) -> "State":
    """What there is of a data set; not cached: files come and go."""
    return finding.state(table.data_set(name))


def data_job(name: str) -> "Job | None":
    """The fetch of a data set that runs, or was the last to run, for all visitors together."""
    return jobs.latest(table.data_set(name))


def start_fetch(name: str) -> None:
    """Fetch a data set in the background, if nobody does so already."""
    jobs.start(table.data_set(name))


def data_folders() -> tuple[Path, ...]:
    """Where data is looked for, in order."""
    return folders.data_folders()


def size_in_words(size: int) -> str:
    """A number of bytes, as "26.6 MB"."""
    return readable(size).replace(" ", THIN)
