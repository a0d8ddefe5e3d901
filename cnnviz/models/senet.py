"""SENet: each channel of a block is weighed by what all of them hold.

Paper: Hu et al., "Squeeze-and-Excitation Networks", TPAMI 2020, https://arxiv.org/abs/1709.01507

Input (B, in_channels, H, W), output logits (B, num_classes). The defaults are the course's network
for CIFAR-10: ResNet-18 of basic blocks with a 3x3 stem of 64 maps and SE before the addition
(11,261,002 parameters, 87,040 of them in the SE blocks); ``reduction=0`` is the same without SE.
``SENet(**cifar_resnet(20))`` is the thin residual network of 20 layers that He et al. (2016) train
on CIFAR-10, with SE. Differs from the paper: no ImageNet stem here; SE in the paper's large
networks is ``cnnviz.models.se_insertion``.
"""

from collections.abc import Collection, Sequence
from typing import Any, Literal, get_args

from torch import Tensor, nn

from cnnviz.models.addition import Sum

# (output channels, blocks, stride of the first). The course's for 32x32 pixels: ResNet-18.
STAGES = ((64, 2, 1), (128, 2, 2), (256, 2, 2), (512, 2, 2))
# Paper: section 4: the reduction ratio of the main experiments.
REDUCTION = 16

Gate = Literal["sigmoid", "relu", "tanh"]
Squeeze = Literal["average", "max"]
# Paper: table 14 compares the first four; "after_addition" is the place that the course warns of.
Position = Literal["standard", "pre", "post", "identity", "after_addition"]
POSITIONS: tuple[Position, ...] = get_args(Position)

_GATES: dict[str, type[nn.Module]] = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU, "tanh": nn.Tanh}
_SQUEEZES: dict[str, type[nn.Module]] = {
    "average": nn.AdaptiveAvgPool2d,
    "max": nn.AdaptiveMaxPool2d,
}


class Scale(nn.Module):
    """A multiplication, channel by channel, with a name."""

    def forward(self, x: Tensor, gates: Tensor) -> Tensor:
        return x * gates[:, :, None, None]


class SEBlock(nn.Module):
    """Squeeze, excitation, and the maps scaled by it. Paper: figure 1 and section 3.

    Args:
        channels: C, of the maps.
        reduction: r; the hidden layer has C / r units, at least one. 0 has no hidden layer: a
            single fully connected one of C x C weights.
        gate: what makes a gate of the last number. Paper: table 12 compares the three.
        squeeze: how a map becomes one number. Paper: table 11 compares both.
        bias: of the fully connected layers. Paper: none; torchvision's block has them.

    Raises:
        ValueError: where channels or reduction are out of range.
    """

    def __init__(
        self,
        channels: int,
        *,
        reduction: int = REDUCTION,
        gate: Gate = "sigmoid",
        squeeze: Squeeze = "average",
        bias: bool = False,
    ) -> None:
        super().__init__()
        if channels < 1 or reduction < 0:
            raise ValueError(
                f"channels must be at least 1 and reduction at least 0, not {channels}, {reduction}"
            )
        self.squeeze = _SQUEEZES[squeeze](1)
        self.flatten = nn.Flatten()
        hidden = max(1, channels // reduction) if reduction else channels
        self.reduce: nn.Module = nn.Identity()
        self.reduce_relu: nn.Module = nn.Identity()
        if reduction:
            self.reduce = nn.Linear(channels, hidden, bias=bias)
            self.reduce_relu = nn.ReLU()
        self.expand = nn.Linear(hidden, channels, bias=bias)
        self.gate = _GATES[gate]()
        self.scale = Scale()

    def excite(self, x: Tensor) -> Tensor:
        """The gates, (B, C), of maps (B, C, H, W)."""
        z = self.flatten(self.squeeze(x))  # (B, C)
        z = self.reduce_relu(self.reduce(z))  # (B, C / r)
        return self.gate(self.expand(z))  # type: ignore[no-any-return]  # (B, C)

    def forward(self, x: Tensor) -> Tensor:
        return self.scale(x, self.excite(x))  # type: ignore[no-any-return]  # (B, C, H, W)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions, and the input added; SE in one of five places, or in none.

    Paper: figure 5. He et al. (2016): figure 2, and option B for the shortcut.

    Attributes:
        position: where SE stands.
        se: the SE block, or an identity where there is none.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        stride: int,
        reduction: int | None,
        position: Position,
        gate: Gate,
        squeeze: Squeeze,
    ) -> None:
        super().__init__()
        self.position = position
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        self.se: nn.Module = nn.Identity()
        if reduction is not None:
            scaled = in_channels if position == "pre" else out_channels
            self.se = SEBlock(scaled, reduction=reduction, gate=gate, squeeze=squeeze)
        self.sum = Sum()
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        at = self.position
        # Paper: PRE: before the convolutions, the shortcut takes what comes in.
        branch = self.se(x) if at == "pre" else x  # (B, C, H, W)
        branch = self.relu1(self.norm1(self.conv1(branch)))  # (B, N, H/s, W/s)
        branch = self.norm2(self.conv2(branch))
        # Paper: the standard place: at the end of the branch, before the addition.
        branch = self.se(branch) if at == "standard" else branch
        trunk = self.shortcut(x)  # (B, N, H/s, W/s)
        trunk = self.se(trunk) if at == "identity" else trunk
        x = self.sum(branch, trunk)
        # The course's warning: this factor stands on the trunk, as does that of POST.
        x = self.se(x) if at == "after_addition" else x
        x = self.relu2(x)
        # Paper: POST: after the addition and its ReLU.
        x = self.se(x) if at == "post" else x
        return x


class SENet(nn.Module):
    """A residual network of basic blocks with SE.

    Args:
        num_classes: number of logits.
        stages: (output channels, blocks, stride of the first) of each stage, before ``width``.
        width: factor of all widths.
        reduction: r of the SE blocks; 0: no SE.
        single: the SE blocks have one fully connected layer of C x C weights, and r counts only
            as being there.
        position: where SE stands in a block.
        gate, squeeze: as of ``SEBlock``.
        in_channels: channels of the input.

    Raises:
        ValueError: where width is not positive, reduction is negative, or position, gate or squeeze
            is none that there is.
    """

    def __init__(
        self,
        *,
        num_classes: int = 10,
        stages: Sequence[Sequence[int]] = STAGES,
        width: float = 1.0,
        reduction: int = REDUCTION,
        single: bool = False,
        position: Position = "standard",
        gate: Gate = "sigmoid",
        squeeze: Squeeze = "average",
        in_channels: int = 3,
    ) -> None:
        super().__init__()
        if width <= 0:
            raise ValueError(f"width must be positive, not {width}")
        if reduction < 0:
            raise ValueError(f"reduction must not be negative, not {reduction}")
        _check("position", position, POSITIONS)
        _check("gate", gate, _GATES)
        _check("squeeze", squeeze, _SQUEEZES)
        channels = max(1, round(width * stages[0][0]))
        self.stem = nn.Conv2d(in_channels, channels, 3, 1, 1, bias=False)
        self.stem_norm = nn.BatchNorm2d(channels)
        self.stem_relu = nn.ReLU()
        self.blocks = nn.Sequential()
        for out, repeats, first_stride in stages:
            wide = max(1, round(width * out))
            for repeat in range(repeats):
                self.blocks.append(
                    BasicBlock(
                        channels,
                        wide,
                        stride=1 if repeat else first_stride,
                        reduction=(0 if single else reduction) if reduction else None,
                        position=position,
                        gate=gate,
                        squeeze=squeeze,
                    )
                )
                channels = wide
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.classifier = nn.Linear(channels, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                # He et al., 2016: initialised for layers with ReLU.
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem_relu(self.stem_norm(self.stem(x)))  # (B, 64, H, W) at the defaults
        x = self.blocks(x)  # (B, 512, H/8, W/8)
        x = self.classifier(self.flatten(self.pool(x)))  # (B, num_classes)
        return x


def _check(name: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, not {value}")


def cifar_resnet(depth: int) -> dict[str, Any]:
    """Constructor arguments of the thin residual network of that many layers for 32x32 pixels.

    He et al. (2016), section 4.2: three stages of n blocks with 16, 32 and 64 channels, 6n + 2
    layers.

    Args:
        depth: 8, 14, 20 ... 110 ...

    Raises:
        ValueError: where there is no such network.
    """
    repeats, left = divmod(depth - 2, 6)
    if left or repeats < 1:
        raise ValueError(f"depth must be 6n + 2, not {depth}")
    return {"stages": ((16, repeats, 1), (32, repeats, 2), (64, repeats, 2))}
