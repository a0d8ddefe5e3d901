"""Products in bfloat16 where that is the faster way."""

import torch
from torch import Tensor, nn


def depthwise_in_float32(model: nn.Module) -> None:
    """Let a network's depthwise convolutions compute in float32, also where others may round.

    On a CPU the gradient of a depthwise convolution is slower in bfloat16 than in float32, all
    other products are faster: a step of MobileNetV2 takes a quarter less this way than in either
    one of the two alone.

    Args:
        model: changed in place: its layers run as before where nothing rounds.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module.groups > 1:
            # The class has no switch for it; weights and their names stay what they were.
            module.__class__ = _Float32Conv2d


class _Float32Conv2d(nn.Conv2d):
    """A convolution that rounds nothing but its result."""

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.float()).to(x.dtype)
