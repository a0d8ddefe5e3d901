"""3-D against 2-D convolution: one number by hand, what each costs, how a cube shrinks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.cost import LayerCost, cost_of, count
from cnnviz.explain.arrays import Array, array
from cnnviz.explain.hybridsn_kernels import band_convolutions, band_kernels, volumes
from cnnviz.models.registry import MODELS


@dataclass(frozen=True, slots=True)
class VoxelSum:
    """One number of a network's first convolution as the sum that it is.

    Attributes:
        layer: the convolution's name.
        dimensions: 3 or 2.
        kernel: number of the output map.
        depth: the first component that the kernel reads; 0 for a 2-D one, which reads all.
        patch: (D, kh, kw) the numbers that it reads.
        weights: (D, kh, kw) the kernel.
        products: (D, kh, kw) patch times weights, float64, in which they are exact.
        bias: what is added besides.
        total: the sum of all products and the bias, added up in float64.
        value: what the network computed there, in float32.
        answers: (places,) what the network computed for this pixel at every place along the
            bands; ``value`` is that at ``depth``.
        spectrum: (C,) the pixel itself, all components.
    """

    layer: str
    dimensions: int
    kernel: int
    depth: int
    patch: Array
    weights: Array
    products: NDArray[np.float64]
    bias: float
    total: float
    value: float
    answers: Array
    spectrum: Array

    @property
    def slice_sums(self) -> NDArray[np.float64]:
        """(D,) what each component adds to the number."""
        sums: NDArray[np.float64] = self.products.sum(axis=(1, 2))
        return sums


@dataclass(frozen=True, slots=True)
class FirstLayers:
    """A first layer of the same number of maps, both ways, on the same input.

    Attributes:
        three: the 3-D convolution's cost; its output is (maps, places, h, w).
        two: the 2-D convolution's; its output is (maps, h, w).
    """

    three: LayerCost
    two: LayerCost


@dataclass(frozen=True, slots=True)
class FlowLayer:
    """One step of a window on its way to the logits.

    Attributes:
        name: the module's name; "input" for the window itself.
        kind: "input", "conv3d", "conv2d", "maps" (maps and bands laid out as one row of maps) or
            "dense".
        kernel: (depth, rows, columns) or (rows, columns); () where there is none.
        shape: of its output, without the batch: (maps, depth, h, w), (maps, h, w) or (n,).
        parameters: learned numbers.
        madds: multiply-adds of one window.
    """

    name: str
    kind: str
    kernel: tuple[int, ...]
    shape: tuple[int, ...]
    parameters: int
    madds: int


def voxel_sum(model: nn.Module, x: Tensor, kernel: int, depth: int) -> VoxelSum:
    """Take the number in the middle of a window apart into its multiplications.

    Args:
        model: a network in evaluation mode whose first convolution is not padded.
        x: (1, 1, C, H, W), a window; H and W are odd.
        kernel: number of the output map, from 0.
        depth: the first component that the kernel reads; what a 2-D one is given here is ignored.

    Raises:
        ValueError: where there is no such number, or ``x`` is not one window.
    """
    name, layer = next(iter(band_convolutions(model).items()))
    if any(layer.padding) or any(side != 1 for side in layer.stride):
        raise ValueError(f"{name} is padded or skips places: it cannot be shown by hand")
    answers = volumes(model, x, name)[:, :, *_middle(x, layer)]  # (N, places)
    own = band_kernels(model)[0]
    depth = depth if own.dimensions == 3 else 0
    if not (0 <= kernel < len(answers) and 0 <= depth < answers.shape[1]):
        raise ValueError(f"{name} puts out {answers.shape}: no number {(kernel, depth)}")
    weights = own.kernels[kernel, 0]  # (D, kh, kw)
    cube = array(x[0, 0])
    read = cube[depth : depth + len(weights), *_around(x, layer)]
    products = read.astype(np.float64) * weights
    return VoxelSum(
        layer=name,
        dimensions=own.dimensions,
        kernel=kernel,
        depth=depth,
        patch=read,
        weights=weights,
        products=products,
        bias=float(own.bias[kernel]),
        total=float(products.sum()) + float(own.bias[kernel]),
        value=float(answers[kernel, depth]),
        answers=answers[kernel],
        spectrum=cube[:, cube.shape[1] // 2, cube.shape[2] // 2],
    )


def first_layers(components: int, window: int, *, maps: int, depth: int, side: int) -> FirstLayers:
    """Count one layer both ways.

    Args:
        components: C of the input (C, window, window).
        window: pixels a side.
        maps: output maps of either.
        depth: of the 3-D kernels, along the bands.
        side: of all kernels, in pixels.

    Raises:
        ValueError: where a kernel is larger than the input.
    """
    if depth > components or side > window:
        raise ValueError(f"a kernel {depth}x{side}x{side} in {components}x{window}x{window}")
    cube = (1, components, window, window)
    three = cost_of(
        nn.Conv3d, cube, in_channels=1, out_channels=maps, kernel_size=(depth, side, side)
    )
    two = cost_of(nn.Conv2d, cube[1:], in_channels=components, out_channels=maps, kernel_size=side)
    return FirstLayers(three=three.layers[0], two=two.layers[0])


def shape_flow(
    network: str, *, components: int, window: int, classes: int, **arguments: Any
) -> tuple[FlowLayer, ...]:
    """How a window becomes logits, layer by layer; no weights are made: fast enough for a slider.

    Args:
        network: "hybridsn", "hybridsn_2d" or "hybridsn_3d".
        components, window: of the input.
        classes: logits.
        **arguments: the network's others.

    Returns:
        The input, the convolutions, where maps and bands become one row of maps, the dense layers.

    Raises:
        UserError: where the input does not suffice for the convolutions.
    """
    with torch.device("meta"):
        model = MODELS[network](
            components=components, window=window, num_classes=classes, **arguments
        )
    shape = (1, components, window, window)
    layers = [FlowLayer("input", "input", (), shape, 0, 0)]
    for layer in count(model, shape).layers:
        if layer.kind in ("convolution", "linear") or layer.name == "to_maps":
            module = model.get_submodule(layer.name)
            layers.append(_flow_layer(layer, module))
    return tuple(layers)


def _flow_layer(layer: LayerCost, module: nn.Module) -> FlowLayer:
    kind, kernel = "maps", tuple[int, ...]()
    if isinstance(module, nn.Conv3d | nn.Conv2d):
        kind = "conv3d" if isinstance(module, nn.Conv3d) else "conv2d"
        kernel = tuple(module.kernel_size)
    elif isinstance(module, nn.Linear):
        kind = "dense"
    return FlowLayer(layer.name, kind, kernel, layer.output_shape, layer.parameters, layer.madds)


def _middle(x: Tensor, layer: nn.Conv3d | nn.Conv2d) -> tuple[int, int]:
    """Where in the output the answer for the window's middle pixel stands."""
    height, width = x.shape[-2:]
    if height % 2 == 0 or width % 2 == 0:
        raise ValueError(f"a window of {height}x{width} pixels has no middle")
    first = [read.start for read in _around(x, layer)]
    return first[0], first[1]


def _around(x: Tensor, layer: nn.Conv3d | nn.Conv2d) -> tuple[slice, slice]:
    """The rows and columns that are read for the middle pixel."""
    rows, columns = (
        slice(side // 2 - step * (reach // 2), side // 2 + step * (reach // 2) + 1, step)
        for side, reach, step in zip(
            x.shape[-2:], layer.kernel_size[-2:], layer.dilation[-2:], strict=True
        )
    )
    return rows, columns


def untrained_flat(components: int, maps: int = 8, seed: int = 0) -> nn.Module:
    """A first layer of 2-D convolution with random weights, where no trained one is at hand.

    Args:
        components: C of its input (B, 1, C, H, W).
        maps: of its output.
        seed: of the weights, uniform as torch's own initial ones; no other random number moves.
    """
    generator = torch.Generator().manual_seed(seed)
    layer = nn.Conv2d(components, maps, 3, device="meta").to_empty(device="cpu")
    end = (components * 9) ** -0.5
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(-end, end, generator=generator)
    return nn.Sequential(nn.Flatten(1, 2), layer).eval().requires_grad_(False)
