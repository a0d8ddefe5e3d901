"""HybridSN's kernels along the bands, and what they answer.

A 2-D convolution over C bands is read here as what it is: a 3-D one whose kernels are as deep as
the cube, so that they have one place along the bands and give one answer for all of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.activations import outputs
from cnnviz.explain.arrays import Array, array

Convolution = nn.Conv3d | nn.Conv2d


@dataclass(frozen=True, slots=True)
class BandKernels:
    """The kernels of one convolution, slice by slice along the bands.

    Attributes:
        name: the module's name.
        dimensions: 3, or 2 for a kernel that reads all bands at once.
        kernels: (N, M, D, kh, kw): output map, input map, depth along the bands, rows, columns.
            Of a 2-D convolution M is 1 and D its number of input channels.
        bias: (N,), zeros where it has none.
    """

    name: str
    dimensions: int
    kernels: Array
    bias: Array

    @property
    def mean_profiles(self) -> Array:
        """(N, M, D) each slice's mean: what the kernel does along the bands to an even patch."""
        means: NDArray[np.float64] = self.kernels.mean(axis=(3, 4), dtype=np.float64)
        return means.astype(np.float32)

    @property
    def centre_profiles(self) -> Array:
        """(N, M, D) the weight in the middle of each slice: for the pixel itself."""
        height, width = self.kernels.shape[3:]
        return self.kernels[..., height // 2, width // 2]

    @property
    def limit(self) -> float:
        """The largest absolute weight: -limit to limit is one scale for all slices."""
        return float(np.abs(self.kernels).max())


def band_convolutions(model: nn.Module) -> dict[str, Convolution]:
    """The convolutions that read bands, by name: every 3-D one, or else the first, a 2-D one.

    Those of one pixel, such as a shortcut's, look at nothing beside it and are left out.

    Raises:
        ValueError: where the network begins with neither.
    """
    found: dict[str, Convolution] = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Conv3d) and max(module.kernel_size) > 1
    }
    if found:
        return found
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            return {name: module}
    raise ValueError("the network has no convolution")


def band_kernels(model: nn.Module) -> tuple[BandKernels, ...]:
    """Copy the kernels of the convolutions that read bands, in the network's order."""
    return tuple(_kernels(name, layer) for name, layer in band_convolutions(model).items())


def input_of(model: nn.Module, layer: str) -> str | None:
    """The module whose output a convolution of ``band_convolutions`` reads; None for the cube."""
    names = list(band_convolutions(model))
    before = names.index(layer) - 1
    return None if before < 0 else names[before].removesuffix("conv") + "relu"


def volumes(model: nn.Module, x: Tensor, layer: str) -> Array:
    """What a convolution answers, before its ReLU.

    Args:
        model: a network in evaluation mode, which may be shared between threads.
        x: (1, 1, C, H, W); H and W need not be the network's window, since no dense layer is run.
        layer: one of ``band_convolutions``, or what one of them reads.

    Returns:
        (N, D, H', W'), D places along the bands; of a 2-D convolution D is 1.

    Raises:
        ValueError: where ``x`` is not one cube, or the model has no such layer or is in training
            mode.
    """
    if x.ndim != 5 or x.shape[:2] != (1, 1):
        raise ValueError(f"one cube of shape (1, 1, C, H, W) is wanted, not {tuple(x.shape)}")
    found = outputs(model, x, [layer])[layer][0]  # (N, D, H', W') or (N, H', W')
    return array(found if found.ndim == 4 else found[:, None])


def _kernels(name: str, layer: Convolution) -> BandKernels:
    flat = isinstance(layer, nn.Conv2d)
    weight = layer.weight[:, None] if flat else layer.weight
    bias = layer.weight.new_zeros(layer.out_channels) if layer.bias is None else layer.bias
    return BandKernels(name, 2 if flat else 3, array(weight), array(bias))
