"""The networks by name, as cards and commands call them."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

import torch
from torch import nn

from cnnviz.errors import UserError
from cnnviz.models.dncnn import DnCNN
from cnnviz.models.dscmr import DSCMR
from cnnviz.models.hybridsn import HybridSN
from cnnviz.models.hybridsn_counterparts import HybridSN2D, HybridSN3D
from cnnviz.models.mobilenet_v1 import MobileNetV1
from cnnviz.models.mobilenet_v2 import MobileNetV2
from cnnviz.models.senet import SENet

MODELS: dict[str, type[nn.Module]] = {
    "mobilenet_v1": MobileNetV1,
    "mobilenet_v2": MobileNetV2,
    "senet": SENet,
    "hybridsn": HybridSN,
    "hybridsn_2d": HybridSN2D,
    "hybridsn_3d": HybridSN3D,
    "dncnn": DnCNN,
    "dscmr": DSCMR,
}


def build(name: str, arguments: Mapping[str, Any]) -> nn.Module:
    """Make a network.

    Raises:
        UserError: where the name, an argument's name or its value is not one that exists.
    """
    if name not in MODELS:
        raise UserError(
            "There is no model named {name}. There are: {names}.",
            name=name,
            names=", ".join(MODELS),
        )
    known = signature(MODELS[name]).parameters
    for argument in arguments:
        if argument not in known:
            raise UserError(
                "{model} has no setting named {argument}. It has: {names}.",
                model=name,
                argument=argument,
                names=", ".join(known),
            )
    try:
        return MODELS[name](**arguments)
    except UserError:
        raise
    except (ValueError, TypeError, OverflowError) as error:
        raise UserError("{model} cannot be built: {reason}.", model=name, reason=error) from error


def channels_last(model: nn.Module) -> nn.Module:
    """The same network, its weights laid out as a CPU runs the MobileNets fastest."""
    # Not all of torch's releases list this argument among those of ``to``.
    layout: dict[str, Any] = {"memory_format": torch.channels_last}
    for module in model.modules():
        # The layout is one of four axes: 3-D kernels have five.
        if isinstance(module, nn.Conv2d):
            module.to(**layout)
    return model
