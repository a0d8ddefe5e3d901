"""MobileNetV2: blocks that are wide inside and narrow between, joined where they are narrow.

Paper: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018,
https://arxiv.org/abs/1801.04381

Input (B, in_channels, H, W), output logits (B, num_classes). The defaults are the paper's block on
the course's layout for CIFAR-10 (32x32 pixels, 2,236,682 parameters); ``variant="course"`` is the
course's network (2,296,922), ``MobileNetV2(**IMAGENET)`` the paper's (3,504,872 parameters).
Differs from the paper: the average pooling is global, so that any input size from one pixel up is
accepted (equal to the paper's 7x7 and the course's 4x4 at their input sizes).
"""

from collections.abc import Sequence
from typing import Literal

from torch import Tensor, nn

from cnnviz.models.addition import Sum

# (expansion t, output channels c, repeats n, stride s of the first). The course's for 32x32 pixels.
CIFAR10_STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 1),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
# Paper: table 2, for 224x224 pixels.
IMAGENET_STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
# Constructor arguments of the paper's network.
IMAGENET = {"num_classes": 1000, "stages": IMAGENET_STAGES, "stem_stride": 2, "dropout": 0.2}
# Widths are multiples of this.
_MULTIPLE = 8

Shortcut = Literal["bottleneck", "expansion", "none"]
Variant = Literal["paper", "course"]


class InvertedResidual(nn.Module):
    """Expansion (1x1), depthwise convolution (3x3), projection (1x1), and the input added.

    Paper: figure 3b and table 1. The last convolution has no activation: ReLU destroys what lies in
    few channels.

    Attributes:
        expanded: channels between expansion and projection, t times those of the input.
        joined: whether the output is the input plus something.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        expansion: int,
        stride: int,
        shortcut: Shortcut,
        linear: bool,
        variant: Variant,
    ) -> None:
        super().__init__()
        course = variant == "course"
        activation = nn.ReLU if course else nn.ReLU6
        self.expanded = expansion * in_channels
        self.expand: nn.Module = nn.Identity()
        self.expand_norm: nn.Module = nn.Identity()
        self.expand_relu: nn.Module = nn.Identity()
        # Paper: nothing to expand where t is 1.
        # NOTE: the course's variant has a convolution there, of as many channels as come in.
        if expansion != 1 or course:
            self.expand = nn.Conv2d(in_channels, self.expanded, 1, bias=False)
            self.expand_norm = nn.BatchNorm2d(self.expanded)
            self.expand_relu = activation()
        self.depthwise = nn.Conv2d(
            self.expanded, self.expanded, 3, stride, 1, groups=self.expanded, bias=False
        )
        self.depthwise_norm = nn.BatchNorm2d(self.expanded)
        self.depthwise_relu = activation()
        self.project = nn.Conv2d(self.expanded, out_channels, 1, bias=False)
        self.project_norm = nn.BatchNorm2d(out_channels)
        self.project_relu: nn.Module = nn.Identity() if linear else activation()
        # Paper: only where input and output are of one shape.
        # NOTE: the course's variant lets a 1x1 convolution make the widths equal.
        fits = in_channels == out_channels
        self.joined = shortcut == "bottleneck" and stride == 1 and (fits or course)
        if self.joined:
            self.shortcut: nn.Module = nn.Identity()
            if not fits:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(in_channels, out_channels, 1, bias=False),
                    nn.BatchNorm2d(out_channels),
                )
            self.sum = Sum()

    def widen(self, x: Tensor) -> Tensor:
        """The expanded maps, (B, t * C, H, W), of the input, (B, C, H, W)."""
        x = self.expand_relu(self.expand_norm(self.expand(x)))
        return x

    def narrow(self, x: Tensor) -> Tensor:
        """The projected maps, (B, N, H/s, W/s), of the expanded ones, (B, t * C, H, W)."""
        x = self.depthwise_relu(self.depthwise_norm(self.depthwise(x)))  # (B, t * C, H/s, W/s)
        x = self.project_relu(self.project_norm(self.project(x)))  # (B, N, H/s, W/s)
        return x

    def forward(self, x: Tensor) -> Tensor:
        branch = self.narrow(self.widen(x))  # (B, N, H/s, W/s)
        return self.sum(branch, self.shortcut(x)) if self.joined else branch


class MobileNetV2(nn.Module):
    """The network.

    Args:
        num_classes: number of logits.
        alpha: width multiplier. Widths are rounded to multiples of 8, never by more than a tenth
            downwards, as the authors' code does it; the last layer is not made narrower.
        stages: (expansion, output channels, repeats, stride of the first) of each stage, before
            alpha.
        expansion: instead of that of every stage that expands; 0 leaves them as they are.
        linear: whether a block ends without an activation. Paper: figure 6a compares both.
        shortcut: what is added to what: the narrow "bottleneck" maps of neighbouring blocks, the
            wide "expansion" maps, or "none". Paper: figure 6b compares the three.
        variant: "paper", or as the "course" has it: ReLU instead of ReLU6, an expansion convolution
            even where the expansion is 1, and a 1x1 convolution in the shortcut where the stride is
            1 and the widths differ.
        stem_channels: output channels of the first convolution, before alpha.
        stem_stride: its stride.
        last_channels: output channels of the last convolution.
        in_channels: channels of the input.
        dropout: share of the last maps that is dropped in training.

    Raises:
        ValueError: where alpha is not positive, the expansion is negative, or shortcut or variant
            is none that there is.
    """

    def __init__(
        self,
        *,
        num_classes: int = 10,
        alpha: float = 1.0,
        stages: Sequence[Sequence[int]] = CIFAR10_STAGES,
        expansion: int = 0,
        linear: bool = True,
        shortcut: Shortcut = "bottleneck",
        variant: Variant = "paper",
        stem_channels: int = 32,
        stem_stride: int = 1,
        last_channels: int = 1280,
        in_channels: int = 3,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if alpha <= 0:
            raise ValueError(f"alpha must be positive, not {alpha}")
        if expansion < 0:
            raise ValueError(f"expansion must not be negative, not {expansion}")
        if shortcut not in ("bottleneck", "expansion", "none"):
            raise ValueError(f"shortcut must be bottleneck, expansion or none, not {shortcut}")
        if variant not in ("paper", "course"):
            raise ValueError(f"variant must be paper or course, not {variant}")
        activation = nn.ReLU if variant == "course" else nn.ReLU6
        channels = rounded(alpha * stem_channels)
        self.stem = nn.Conv2d(in_channels, channels, 3, stem_stride, 1, bias=False)
        self.stem_norm = nn.BatchNorm2d(channels)
        self.stem_relu = activation()
        self.blocks = nn.Sequential()
        for t, width, repeats, first_stride in stages:
            for repeat in range(repeats):
                block = InvertedResidual(
                    channels,
                    rounded(alpha * width),
                    expansion=t if t == 1 else expansion or t,
                    stride=1 if repeat else first_stride,
                    shortcut=shortcut,
                    linear=linear,
                    variant=variant,
                )
                self.blocks.append(block)
                channels = rounded(alpha * width)
        # Paper: section 4: where alpha is below 1, it is not applied to the last convolution.
        last = rounded(max(alpha, 1.0) * last_channels)
        self.head = nn.Conv2d(channels, last, 1, bias=False)
        self.head_norm = nn.BatchNorm2d(last)
        self.head_relu = activation()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(last, num_classes)
        self.between_expansions = shortcut == "expansion"
        if self.between_expansions:
            self.expansion_sum = Sum()

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem_relu(self.stem_norm(self.stem(x)))  # (B, 32, H, W) at the defaults
        x = self._joined_wide(x) if self.between_expansions else self.blocks(x)
        x = self.head_relu(self.head_norm(self.head(x)))  # (B, 1280, H/8, W/8)
        x = self.flatten(self.pool(x))  # (B, 1280)
        x = self.classifier(self.dropout(x))  # (B, num_classes)
        return x

    def _joined_wide(self, x: Tensor) -> Tensor:
        """All blocks, each one's expanded maps added to those of the next where the shapes agree.

        These are as many shortcuts as there are between bottlenecks, and at the same places.
        """
        before: Tensor | None = None
        for block in self.blocks:
            assert isinstance(block, InvertedResidual)
            wide = block.widen(x)  # (B, t * C, H, W)
            if before is not None and before.shape == wide.shape:
                wide = self.expansion_sum(wide, before)
            x, before = block.narrow(wide), wide  # (B, N, H/s, W/s)
        return x


def rounded(channels: float) -> int:
    """The nearest multiple of 8, at least 8, and never more than a tenth less than asked for."""
    near = max(_MULTIPLE, int(channels + _MULTIPLE / 2) // _MULTIPLE * _MULTIPLE)
    return near + _MULTIPLE if near < 0.9 * channels else near
