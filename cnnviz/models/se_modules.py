"""SE in the modules of four published networks, each as one runnable block.

Paper: Hu et al., "Squeeze-and-Excitation Networks", TPAMI 2020, https://arxiv.org/abs/1709.01507,
section 3.3, figures 2 and 3, and table 1.

Input (B, in_channels, H, W), output (B, out_channels, H, W); in each the SE block is called ``se``
and stands at the end of the branch. The defaults are the first block of that kind in the published
network that keeps its input's size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from cnnviz.models.addition import Sum
from cnnviz.models.senet import REDUCTION, SEBlock


class Layer(nn.Module):
    """A convolution, its batch norm, and its ReLU or none."""

    def __init__(
        self, inputs: int, outputs: int, side: int = 1, *, groups: int = 1, relu: bool = True
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, side, padding=side // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.relu: nn.Module = nn.ReLU() if relu else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.norm(self.conv(x)))  # (B, N, H, W)
        return x


class Concatenation(nn.Module):
    """Maps of several branches one after the other, with a name."""

    def forward(self, *branches: Tensor) -> Tensor:
        return torch.cat(branches, 1)


class SEModule(nn.Module):
    """What the modules have in common.

    Attributes:
        branches: names of the layers in the order of running; those of several branches lie side by
            side, and are put together by ``concatenation``.
        se: the SE block.
    """

    branches: ClassVar[tuple[tuple[str, ...], ...]]
    se: SEBlock


class SEResNetModule(SEModule):
    """SE-ResNet's block, and with ``groups`` SE-ResNeXt's.

    He et al. (2016), figure 5; Xie et al. (2017), figure 3c. Defaults: SE-ResNet-50, stage conv2.

    Args:
        channels: of input and output.
        inside: channels of the convolution in the middle.
        groups: that its channels are divided into.
        reduction: r.
    """

    branches = (("narrow", "filter", "widen"),)

    def __init__(
        self, *, channels: int = 256, inside: int = 64, groups: int = 1, reduction: int = REDUCTION
    ) -> None:
        super().__init__()
        self.narrow = Layer(channels, inside)
        self.filter = Layer(inside, inside, 3, groups=groups)
        self.widen = Layer(inside, channels, relu=False)
        self.se = SEBlock(channels, reduction=reduction)
        self.sum = Sum()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        branch = self.filter(self.narrow(x))  # (B, inside, H, W)
        branch = self.se(self.widen(branch))  # (B, channels, H, W)
        x = self.relu(self.sum(branch, x))
        return x


class SEInceptionModule(SEModule):
    """SE-BN-Inception's module: four branches side by side; nothing is added.

    Ioffe and Szegedy (2015), figure 5. Defaults: their module 3a.

    Args:
        channels: of the input.
        single: of the 1x1 branch.
        simple: of the 3x3 branch, narrowed and filtered.
        double: of the branch of two 3x3 convolutions, narrowed and filtered.
        pooled: of the branch behind the pooling.
        reduction: r.
    """

    branches = (
        ("single",),
        ("simple_narrow", "simple_filter"),
        ("double_narrow", "double_filter", "double_again"),
        ("pool", "pool_narrow"),
    )

    def __init__(
        self, *, channels: int = 192, single: int = 64, simple: Sequence[int] = (64, 64),
        double: Sequence[int] = (64, 96), pooled: int = 32, reduction: int = REDUCTION,
    ) -> None:  # fmt: skip
        super().__init__()
        self.single = Layer(channels, single)
        self.simple_narrow = Layer(channels, simple[0])
        self.simple_filter = Layer(simple[0], simple[1], 3)
        self.double_narrow = Layer(channels, double[0])
        self.double_filter = Layer(double[0], double[1], 3)
        self.double_again = Layer(double[1], double[1], 3)
        self.pool = nn.AvgPool2d(3, 1, 1)
        self.pool_narrow = Layer(channels, pooled)
        self.concatenation = Concatenation()
        self.se = SEBlock(single + simple[1] + double[1] + pooled, reduction=reduction)

    def forward(self, x: Tensor) -> Tensor:
        x = self.concatenation(
            self.single(x),  # (B, 64, H, W) at the defaults
            self.simple_filter(self.simple_narrow(x)),  # (B, 64, H, W)
            self.double_again(self.double_filter(self.double_narrow(x))),  # (B, 96, H, W)
            self.pool_narrow(self.pool(x)),  # (B, 32, H, W)
        )  # (B, 256, H, W)
        x = self.se(x)
        return x


class SEInceptionResNetModule(SEModule):
    """SE-Inception-ResNet-v2's module A: three branches, put together, widened, and added.

    Szegedy et al. (2017), figure 16. Differs: nothing is scaled down before the addition; the paper
    of SE does not say whether it keeps that.

    Args:
        channels: of input and output.
        single: of the 1x1 branch.
        simple: of the 3x3 branch, narrowed and filtered.
        double: of the branch of two 3x3 convolutions, narrowed and filtered twice.
        reduction: r.
    """

    branches = (
        ("single",),
        ("simple_narrow", "simple_filter"),
        ("double_narrow", "double_filter", "double_again"),
    )

    def __init__(
        self, *, channels: int = 384, single: int = 32, simple: Sequence[int] = (32, 32),
        double: Sequence[int] = (32, 48, 64), reduction: int = REDUCTION,
    ) -> None:  # fmt: skip
        super().__init__()
        self.single = Layer(channels, single)
        self.simple_narrow = Layer(channels, simple[0])
        self.simple_filter = Layer(simple[0], simple[1], 3)
        self.double_narrow = Layer(channels, double[0])
        self.double_filter = Layer(double[0], double[1], 3)
        self.double_again = Layer(double[1], double[2], 3)
        self.concatenation = Concatenation()
        self.widen = Layer(single + simple[1] + double[2], channels, relu=False)
        self.se = SEBlock(channels, reduction=reduction)
        self.sum = Sum()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        branch = self.concatenation(
            self.single(x),  # (B, 32, H, W) at the defaults
            self.simple_filter(self.simple_narrow(x)),  # (B, 32, H, W)
            self.double_again(self.double_filter(self.double_narrow(x))),  # (B, 64, H, W)
        )  # (B, 128, H, W)
        branch = self.se(self.widen(branch))  # (B, 384, H, W)
        x = self.relu(self.sum(branch, x))
        return x


@dataclass(frozen=True)
class Module:
    """A module of a published network.

    Attributes:
        name: of the network.
        kind: makes the module.
        arguments: its constructor's.
        input_shape: (C, H, W) of the maps it gets there.
    """

    name: str
    kind: type[SEModule]
    arguments: dict[str, Any]
    input_shape: tuple[int, int, int]


#: Sizes for images of 224x224 pixels, the last for 299x299.
MODULES: dict[str, Module] = {
    "resnet": Module("SE-ResNet-50", SEResNetModule, {}, (256, 56, 56)),
    # Paper: table 1: 32 groups of 4 channels.
    "resnext": Module(
        "SE-ResNeXt-50 (32 × 4d)", SEResNetModule, {"inside": 128, "groups": 32}, (256, 56, 56)
    ),
    "inception": Module("SE-BN-Inception", SEInceptionModule, {}, (192, 28, 28)),
    "inception_resnet": Module(
        "SE-Inception-ResNet-v2", SEInceptionResNetModule, {}, (384, 35, 35)
    ),
}
