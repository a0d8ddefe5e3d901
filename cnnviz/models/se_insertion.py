"""SE put into a network that is there already.

Paper: Hu et al., "Squeeze-and-Excitation Networks", TPAMI 2020, https://arxiv.org/abs/1709.01507,
sections 3.3 and 6.5.

Known blocks, by the names of their modules: torchvision's residual blocks (ResNet, ResNeXt),
inception modules (GoogLeNet) and inverted residuals (MobileNetV2); of ours those of ResNet, SENet,
MobileNetV1 and MobileNetV2, and the 2-D convolution of HybridSN, whose maps hold space and spectrum
both. A HybridSN with SE there classifies windows; over a whole scene at once the squeeze would be
the scene's.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal, TypeVar

from torch import nn

from cnnviz.models.senet import REDUCTION, SEBlock

Network = TypeVar("Network", bound=nn.Module)
# Paper: figure 5.
Place = Literal["standard", "pre", "post", "identity"]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of block, known by the modules it has.

    Attributes:
        known_by: names of attributes that only such a block has.
        first: the module that its branch begins with; "" for the block itself.
        last: the module that its branch ends with; "" for the block itself.
        shortcut: the module on the other side of the addition; "" where there is none.
        side_by_side: modules whose maps the block puts one after the other.
    """

    known_by: tuple[str, ...]
    first: str = ""
    last: str = ""
    shortcut: str = ""
    side_by_side: tuple[str, ...] = ()


_BRANCHES = ("branch1", "branch2", "branch3", "branch4")
# The first one that fits is taken.
_KINDS = (
    _Kind(("conv1", "bn3", "downsample"), "conv1", "bn3", "downsample"),
    _Kind(("conv1", "bn2", "downsample"), "conv1", "bn2", "downsample"),
    _Kind(("conv", "use_res_connect"), "conv", "conv"),
    _Kind(_BRANCHES, side_by_side=_BRANCHES),
    _Kind(("reduce", "widen_norm", "shortcut"), "reduce", "widen_norm", "shortcut"),
    _Kind(("conv1", "norm2", "shortcut"), "conv1", "norm2", "shortcut"),
    _Kind(("project_norm", "shortcut"), "expand", "project_norm", "shortcut"),
    _Kind(("expand", "project_norm"), "expand", "project_norm"),
    _Kind(("pointwise", "pointwise_norm")),
    _Kind(("conv", "norm", "relu")),
)


class WithSE(nn.Sequential):
    """A layer with SE in front of it or behind it: children ``layer`` and ``se``."""


def insert_se(
    model: Network, *, r: int = REDUCTION, where: Place | Sequence[str] = "standard"
) -> Network:
    """A copy of a network with SE in it; the network itself stays as it is.

    Args:
        model: any network, with or without data; of known blocks, unless ``where`` names layers.
        r: reduction ratio, at least 1.
        where: a place in each block: at the end of its branch ("standard"), in front of the branch
            ("pre"), behind the whole block ("post"), or on the shortcut ("identity"); where nothing
            is added, the branch is the block. Or names of modules: SE stands behind each, and gets
            as many channels as the last convolution or batch norm in it has.

    Returns:
        The same network with a ``WithSE`` in place of each layer concerned. Its new weights are
        random, and on the device of the network.

    Raises:
        ValueError: where there is no such place in the network, or r is below 1.
        AttributeError: where a named module does not exist.
    """
    if r < 1:
        raise ValueError(f"r must be at least 1, not {r}")
    found = deepcopy(model)
    if isinstance(where, str):
        spots = list(_spots(found, where))
    else:
        spots = [_Spot(name, _width(found.get_submodule(name))) for name in where]
    if not spots:
        raise ValueError(f"{type(model).__name__} has no place of this kind: {where}")
    device = next(found.parameters()).device
    for spot in spots:
        _wrap(found, spot, SEBlock(spot.channels, reduction=r).to(device))
    return found


def se_blocks(model: nn.Module) -> dict[str, SEBlock]:
    """The SE blocks of a network, by name, in the order in which they were registered."""
    return {name: each for name, each in model.named_modules() if isinstance(each, SEBlock)}


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where one SE block goes: behind or in front of a module, which may be missing (None)."""

    path: str
    channels: int
    in_front: bool = False


def _spots(model: nn.Module, where: str) -> Iterator[_Spot]:
    for name, block in model.named_modules():
        kind = _kind(block)
        if kind is None:
            continue
        if where == "pre":
            yield _Spot(_join(name, kind.first), _entering(block), in_front=True)
        elif where == "post":
            yield _Spot(name, _leaving(block, kind))
        elif where == "standard":
            yield _Spot(_join(name, kind.last), _leaving(block, kind))
        elif where == "identity" and kind.shortcut:
            yield _Spot(_join(name, kind.shortcut), _leaving(block, kind))


def _kind(block: nn.Module) -> _Kind | None:
    if isinstance(getattr(block, "conv", None), nn.Conv3d):
        return None  # maps of three axes
    return next((k for k in _KINDS if all(hasattr(block, n) for n in k.known_by)), None)


def _wrap(model: nn.Module, spot: _Spot, se: SEBlock) -> None:
    above, _, name = spot.path.rpartition(".")
    parent = model.get_submodule(above)
    layer = getattr(parent, name)
    parts = [("layer", nn.Identity() if layer is None else layer), ("se", se)]
    wrapped = WithSE(OrderedDict(reversed(parts) if spot.in_front else parts))
    setattr(parent, name, wrapped.train(model.training))


def _leaving(block: nn.Module, kind: _Kind) -> int:
    if kind.side_by_side:
        return sum(_width(block.get_submodule(name)) for name in kind.side_by_side)
    return _width(block.get_submodule(kind.last))


def _width(module: nn.Module) -> int:
    """Channels that leave it."""
    widths = [
        each.num_features if isinstance(each, nn.BatchNorm2d) else each.out_channels
        for each in module.modules()
        if isinstance(each, nn.BatchNorm2d | nn.Conv2d)
    ]
    if not widths:
        raise ValueError(f"{type(module).__name__} has no 2-D convolution and no batch norm")
    return widths[-1]


def _entering(block: nn.Module) -> int:
    return next(each.in_channels for each in block.modules() if isinstance(each, nn.Conv2d))


def _join(*names: str) -> str:
    return ".".join(filter(None, names))
