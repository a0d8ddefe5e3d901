"""SE in modules of published networks: layers and shapes, counted without data."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from cnnviz.cost import LayerCost, count
from cnnviz.models.se_modules import MODULES
from cnnviz.models.senet import REDUCTION

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A layer of a module, with what belongs to it.

    Attributes:
        name: of the layer in the module.
        side: of its kernel; 0 where it has none.
        groups: of the convolution; 0 where it is none.
        relu: whether a ReLU follows.
        shape: of its output, without the batch.
    """

    name: str
    side: int
    groups: int
    relu: bool
    shape: Shape


@dataclass(frozen=True, slots=True)
class ModuleWithSE:
    """A module of ``MODULES``, counted.

    Attributes:
        name: of the published network.
        input_shape: (C, H, W).
        branches: its layers in the order of running, side by side; in front of the concatenation
            where there is one.
        joined: of the concatenation: its output's shape; None where there is one branch.
        widened: the layer behind the concatenation; None where there is none.
        channels: of the SE block.
        hidden: units of its hidden layer.
        summed: whether the input is added.
        output_shape: (C, H, W).
        parameters, madds: of the module without SE.
        added: weights of SE, which are its multiply-adds too.
    """

    name: str
    input_shape: Shape
    branches: tuple[tuple[Step, ...], ...]
    joined: Shape | None
    widened: Step | None
    channels: int
    hidden: int
    summed: bool
    output_shape: Shape
    parameters: int
    madds: int
    added: int


def module_with_se(key: str, r: int = REDUCTION) -> ModuleWithSE:
    """A module of ``MODULES`` with a reduction ratio r, run without data."""
    described = MODULES[key]
    with torch.device("meta"):
        module = described.kind(**described.arguments, reduction=r)
    found = count(module, described.input_shape)
    layers = {layer.name: layer for layer in found.layers}
    own = [layer for layer in found.layers if not layer.name.startswith("se.")]
    branches: tuple[tuple[str, ...], ...] = described.kind.branches
    joined = layers.get("concatenation")
    return ModuleWithSE(
        name=described.name,
        input_shape=described.input_shape,
        branches=tuple(
            tuple(_step(module, layers, name) for name in branch) for branch in branches
        ),
        joined=joined.output_shape if joined else None,
        widened=_step(module, layers, "widen") if joined and hasattr(module, "widen") else None,
        channels=layers["se.expand"].output_shape[0],
        hidden=layers["se.reduce"].output_shape[0],
        summed="sum" in layers,
        output_shape=layers["se.scale"].output_shape,
        parameters=sum(layer.parameters for layer in own),
        madds=sum(layer.madds for layer in own),
        added=sum(layer.parameters for layer in found.layers) - sum(o.parameters for o in own),
    )


def _step(module: nn.Module, layers: Mapping[str, LayerCost], name: str) -> Step:
    main = layers.get(f"{name}.conv") or layers[name]
    layer = module.get_submodule(main.name)
    convolution = isinstance(layer, nn.Conv2d)
    side = getattr(layer, "kernel_size", 0)
    return Step(
        name=name,
        side=side[0] if isinstance(side, tuple) else side,
        groups=layer.groups if isinstance(layer, nn.Conv2d) else 0,
        relu=convolution and isinstance(module.get_submodule(f"{name}.relu"), nn.ReLU),
        shape=main.output_shape,
    )
