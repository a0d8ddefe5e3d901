"""From tensors to the arrays that explain functions return."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

Array: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.int64]


def array(tensor: Tensor) -> Array:
    """Copy a tensor into a read-only float32 array: what many visitors share, nobody writes to."""
    copy = np.array(tensor.detach().cpu().numpy(), dtype=np.float32, order="C")
    copy.setflags(write=False)
    return copy


def one_input(x: Tensor) -> Tensor:
    """Return ``x`` where it is one picture (1, C, H, W).

    Raises:
        ValueError: otherwise.
    """
    if x.ndim != 4 or x.shape[0] != 1:
        raise ValueError(f"one input of shape (1, C, H, W) is wanted, not {tuple(x.shape)}")
    return x


def norm_line(norm: nn.BatchNorm2d) -> tuple[Array, Array]:
    """The line that a batch norm is at inference: ``scale * x + shift``, channel by channel.

    Returns:
        scale (N,), gamma / sqrt(variance + eps), and shift (N,), beta - mean * scale.

    Raises:
        ValueError: where the norm keeps no statistics.
    """
    if norm.running_var is None or norm.running_mean is None:
        raise ValueError("a batch norm without running statistics is no straight line")
    scale = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
    shift = norm.bias.double() - norm.running_mean.double() * scale
    return array(scale), array(shift)
