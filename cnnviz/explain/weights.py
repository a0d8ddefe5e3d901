"""The spatial kernels of a network, layer by layer, so that two networks' can be compared."""

from dataclasses import dataclass

import numpy as np
from torch import nn

from cnnviz.explain.arrays import Array, array


@dataclass(frozen=True, slots=True)
class LayerKernels:
    """The kernels of one convolution, each a plane over which it is slid.

    Attributes:
        name: the convolution's module name.
        kernels: (n, kh, kw) the weights. Ordered by output channel, then the input channels that it
            sees (one in a depthwise convolution), then, in a 3-D convolution, by depth.
        total: how many the layer has, of which these are the first.
    """

    name: str
    kernels: Array
    total: int

    @property
    def shown(self) -> int:
        """How many of them are here."""
        return len(self.kernels)


def spatial_kernels(model: nn.Module, at_most: int = 64) -> tuple[LayerKernels, ...]:
    """Copy the kernels of every 2-D and 3-D convolution that looks further than one pixel.

    Args:
        model: any network; nothing of it is changed.
        at_most: kernels a layer.

    Returns:
        The layers in the network's order; pointwise convolutions are left out.

    Raises:
        ValueError: where ``at_most`` is less than 1.
    """
    if at_most < 1:
        raise ValueError(f"at least one kernel a layer is wanted, not {at_most}")
    return tuple(
        _first_kernels(name, module, at_most)
        for name, module in model.named_modules()
        if isinstance(module, nn.Conv2d | nn.Conv3d) and max(module.kernel_size[-2:]) > 1
    )


def common_limit(*layers: LayerKernels) -> float:
    """The largest absolute weight of these layers: -limit to limit is a scale for all of them.

    Where all are zero it is 1, so that there is a scale; what is not finite does not count.
    """
    sizes = [np.abs(layer.kernels[np.isfinite(layer.kernels)]) for layer in layers]
    return max((float(size.max(initial=0)) for size in sizes), default=0.0) or 1.0


def _first_kernels(name: str, module: nn.Conv2d | nn.Conv3d, at_most: int) -> LayerKernels:
    weight = module.weight  # (N, M / groups, [d,] kh, kw)
    planes = weight.shape[1:-2].numel()  # of one output channel
    # Cut before it is laid out anew: a wide layer has a million planes.
    rows = weight[: -(-at_most // planes)]
    kernels = rows.reshape(-1, *weight.shape[-2:])[:at_most]
    return LayerKernels(name=name, kernels=array(kernels), total=len(weight) * planes)
