"""How a checkpoint stores its weights: in all their bits, in half of them, or in a byte each."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

#: So many numbers make a tensor worth a byte each; smaller ones are float16 beside it.
WORTH_A_BYTE = 16_384
# Begins the names of what the rows of such a tensor are multiplied by.
_SCALE = "row_scale."


def packed(tensors: Mapping[str, Tensor], weights: str) -> dict[str, Tensor]:
    """A network's tensors as they are stored; what was rounded so before comes back to the bit.

    Batch-norm statistics and biases stay float32: they are few, and a variance can leave float16's
    range.

    Args:
        tensors: the network's state by name, float32.
        weights: how to store the convolution and linear weights: "float32"; "float16"; or "int8":
            those of ``WORTH_A_BYTE`` numbers so, with a scale for each output channel, the others
            as float16.
    """
    found = dict[str, Tensor]()
    for name, tensor in tensors.items():
        # Contiguous in the default layout: channels-last strides are not stored.
        found[name] = tensor.contiguous()
        if weights == "float32" or tensor.dim() < 2:
            continue
        if weights == "int8" and tensor.numel() >= WORTH_A_BYTE:
            found[name], found[_SCALE + name] = _bytes(found[name])
        else:
            found[name] = found[name].half()
    return found


def unpacked(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of ``packed``, as numbers that can be copied into the network.

    Raises:
        KeyError: where int8 rows have no scale.
    """
    found = dict[str, Tensor]()
    for name, tensor in stored.items():
        if name.startswith(_SCALE):
            continue
        if tensor.dtype == torch.int8:
            tensor = (tensor.flatten(1) * stored[_SCALE + name][:, None]).view_as(tensor)
        found[name] = tensor
    return found


def round_as(model: nn.Module, weights: str) -> None:
    """Round a network's weights, in place, as ``packed`` stores them."""
    model.load_state_dict(unpacked(packed(model.state_dict(), weights)))


def _bytes(tensor: Tensor) -> tuple[Tensor, Tensor]:
    """(N, ...) int8, symmetric about 0, and the (N,) scales of its rows, float32."""
    rows = tensor.flatten(1)
    scale = rows.abs().amax(1) / 127
    # Sixteen significant bits: 127 times that is exact, so that the next rounding finds it again.
    scale = (scale.view(torch.int32) & ~0xFF).view(torch.float32)
    scale = torch.where(scale > 0, scale, 1.0)
    steps = (rows / scale[:, None]).round().clamp(-127, 127)
    return steps.to(torch.int8).view_as(tensor), scale
