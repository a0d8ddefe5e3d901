"""Networks of torchvision's to compare ours with."""

from torch import nn


def give_weights(theirs: nn.Module, ours: nn.Module) -> None:
    """Copy all weights, in the order in which both have them.

    Args:
        theirs: torchvision's; its statistics become others than those of a new network.
        ours: with modules of the same shapes.
    """
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.1, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    names, weights = ours.state_dict().keys(), theirs.state_dict().values()
    ours.load_state_dict(dict(zip(names, weights, strict=True)))
