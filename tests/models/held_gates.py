"""Gates that do not look at their input."""

import torch
from torch import Tensor, nn

from cnnviz.models.se_insertion import se_blocks


class Held(nn.Module):
    """A gate that is 1 whatever comes in."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.ones_like(x)


def hold(model: nn.Module) -> nn.Module:
    """Hold all gates of a network at 1."""
    for block in se_blocks(model).values():
        block.gate = Held()
    return model


def unsettled(model: nn.Module) -> nn.Module:
    """Give batch norms statistics other than a new network's, and put it in eval mode."""
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            nn.init.uniform_(module.running_mean, -0.1, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return model.eval()
