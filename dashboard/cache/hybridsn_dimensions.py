"""3-D against 2-D convolution: by hand, in cost, in shape."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.cache import hybridsn_kernels as kernels

if TYPE_CHECKING:
    from torch import nn

    from cnnviz.data.scene import Scene
    from cnnviz.explain.hybridsn_dimensions import FirstLayers, FlowLayer, VoxelSum

#: The networks, by their names in the registry, and their kernels' depths as they are built.
DEPTHS: dict[str, tuple[int, ...]] = {
    "hybridsn": (7, 5, 3), "hybridsn_2d": (), "hybridsn_3d": (3, 3, 3, 3),
}  # fmt: skip


def voxel(
    checkpoint: str, scene: "Scene", row: int, column: int, kernel: int, depth: int
) -> "VoxelSum":
    """A number of the first convolution for a pixel, as the sum that it is."""
    return _voxel(checkpoint, scene.name, row, column, kernel, depth, scene)


@st.cache_resource(max_entries=256, show_spinner=False)
def _voxel(
    checkpoint: str, name: str, row: int, column: int, kernel: int, depth: int, _scene: "Scene"
) -> "VoxelSum":  # fmt: skip
    model = kernels.network(checkpoint)[0]
    return _sum(model, checkpoint, _scene, row, column, kernel, depth)


def untrained_voxel(
    checkpoint: str, scene: "Scene", row: int, column: int, kernel: int
) -> "VoxelSum":
    """The same of an untrained 2-D convolution over the components that a network reads."""
    return _untrained_voxel(checkpoint, scene.name, row, column, kernel, scene)


@st.cache_resource(max_entries=64, show_spinner=False)
def _untrained_voxel(
    checkpoint: str, name: str, row: int, column: int, kernel: int, _scene: "Scene"
) -> "VoxelSum":
    from cnnviz.explain.hybridsn_dimensions import untrained_flat

    model = untrained_flat(len(kernels.cube(checkpoint, _scene)))
    return _sum(model, checkpoint, _scene, row, column, kernel, 0)


def _sum(
    model: "nn.Module", checkpoint: str, scene: "Scene", row: int, column: int, kernel: int,
    depth: int,
) -> "VoxelSum":  # fmt: skip
    from cnnviz.explain.hybridsn_dimensions import voxel_sum

    window = kernels.part(checkpoint, scene, row, column, kernels.WINDOW)
    return voxel_sum(model, kernels.tensor(window), kernel, depth)


@st.cache_data(max_entries=1024, show_spinner=False)
def first_layers(components: int, window: int, maps: int, depth: int) -> "FirstLayers":
    """A first layer counted both ways."""
    from cnnviz.explain.hybridsn_dimensions import first_layers as counted
    from cnnviz.models.hybridsn import SIDE

    return counted(components, window, maps=maps, depth=depth, side=SIDE)


@st.cache_data(max_entries=1024, show_spinner=False)
def flow(
    network: str, components: int, window: int, classes: int, depths: tuple[int, ...]
) -> "tuple[FlowLayer, ...]":
    """How a window becomes logits.

    Args:
        network: its name in the registry.
        components, window: of the input.
        classes: logits.
        depths: of its 3-D kernels, along the bands; as it is built where left empty.

    Raises:
        UserError: where the input does not suffice for the convolutions.
    """
    from cnnviz.explain.hybridsn_dimensions import shape_flow

    return shape_flow(
        network, components=components, window=window, classes=classes, **_kernels(network, depths)
    )


def _kernels(network: str, depths: tuple[int, ...]) -> dict[str, Any]:
    """A network's arguments for these depths."""
    from cnnviz.models.hybridsn import CONV3D

    if not depths:
        return {}
    maps = [maps for maps, _depth in CONV3D]
    if network == "hybridsn":
        return {"conv3d": tuple(zip(maps, depths, strict=True))}
    return {"conv3d": tuple(zip(maps, depths[:-1], strict=True)), "depth": depths[-1]}
