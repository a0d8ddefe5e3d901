"""MobileNetV1: a standard convolution split into a depthwise and a pointwise one.

Paper: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
Applications", 2017, https://arxiv.org/abs/1704.04861

Input (B, in_channels, H, W), output logits (B, num_classes). The defaults are the course's network
for CIFAR-10 (32x32 pixels, 2,142,026 parameters); ``MobileNetV1(**IMAGENET)`` is the paper's
1.0 MobileNet-224. Differs from the paper: the average pooling is global, so that any input size
from one pixel up is accepted (equal to the paper's 7x7 and the course's 2x2 at their input sizes).
"""

from collections.abc import Sequence

from torch import Tensor, nn

# (output channels, stride) of each block. The course's layout for 32x32 pixels.
CIFAR10_BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
# Paper: table 1, for 224x224 pixels.
# NOTE: differs from the paper: table 1 prints stride 2 for the last depthwise layer, but its output
# size (7x7) and the cost of 569 M multiply-adds are those of stride 1.
IMAGENET_BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *((512, 1),) * 5,
    (1024, 2),
    (1024, 1),
)
# Paper: table 5, the five 512-channel layers at 14x14 removed.
SHALLOW_BLOCKS = IMAGENET_BLOCKS[:6] + IMAGENET_BLOCKS[11:]
# Constructor arguments of the paper's network.
IMAGENET = {"num_classes": 1000, "blocks": IMAGENET_BLOCKS, "stem_stride": 2}


class SeparableBlock(nn.Module):
    """A depthwise convolution (space) and a pointwise one (channels), each with norm and ReLU."""

    def __init__(
        self, in_channels: int, out_channels: int, *, stride: int, kernel_size: int
    ) -> None:
        super().__init__()
        padding = kernel_size // 2
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, kernel_size, stride, padding, groups=in_channels, bias=False
        )
        self.depthwise_norm = nn.BatchNorm2d(in_channels)
        self.depthwise_relu = nn.ReLU()
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.pointwise_norm = nn.BatchNorm2d(out_channels)
        self.pointwise_relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.depthwise_relu(self.depthwise_norm(self.depthwise(x)))  # (B, M, H/s, W/s)
        x = self.pointwise_relu(self.pointwise_norm(self.pointwise(x)))  # (B, N, H/s, W/s)
        return x


class StandardBlock(nn.Module):
    """The full convolution that a separable block stands for. Paper: table 4, "Conv MobileNet"."""

    def __init__(
        self, in_channels: int, out_channels: int, *, stride: int, kernel_size: int
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            in_channels, out_channels, kernel_size, stride, kernel_size // 2, bias=False
        )
        self.norm = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.norm(self.conv(x)))  # (B, N, H/s, W/s)
        return x


class MobileNetV1(nn.Module):
    """The network.

    Args:
        num_classes: number of logits.
        alpha: width multiplier; every width is ``int(alpha * channels)``, at least 1.
            Paper: section 3.3.
        blocks: (output channels, stride) of each block, before alpha.
        stem_channels: output channels of the first, full convolution, before alpha.
        stem_stride: its stride.
        in_channels: channels of the input.
        kernel_size: side of every spatial kernel, odd.
        separable: False puts a full convolution in the place of each depthwise separable one.

    Raises:
        ValueError: where alpha is not positive or kernel_size is not odd.
    """

    def __init__(
        self,
        *,
        num_classes: int = 10,
        alpha: float = 1.0,
        blocks: Sequence[Sequence[int]] = CIFAR10_BLOCKS,
        stem_channels: int = 32,
        stem_stride: int = 1,
        in_channels: int = 3,
        kernel_size: int = 3,
        separable: bool = True,
    ) -> None:
        super().__init__()
        if alpha <= 0:
            raise ValueError(f"alpha must be positive, not {alpha}")
        if kernel_size % 2 == 0:
            raise ValueError(f"kernel_size must be odd, not {kernel_size}")
        block = SeparableBlock if separable else StandardBlock
        channels = max(int(alpha * stem_channels), 1)
        self.stem = nn.Conv2d(
            in_channels, channels, kernel_size, stem_stride, kernel_size // 2, bias=False
        )
        self.stem_norm = nn.BatchNorm2d(channels)
        self.stem_relu = nn.ReLU()
        self.blocks = nn.Sequential()
        for width, stride in blocks:
            out_channels = max(int(alpha * width), 1)
            self.blocks.append(
                block(channels, out_channels, stride=stride, kernel_size=kernel_size)
            )
            channels = out_channels
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.classifier = nn.Linear(channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem_relu(self.stem_norm(self.stem(x)))  # (B, 32, H, W) at the defaults
        x = self.blocks(x)  # (B, 1024, H/16, W/16)
        x = self.flatten(self.pool(x))  # (B, 1024)
        x = self.classifier(x)  # (B, num_classes)
        return x
