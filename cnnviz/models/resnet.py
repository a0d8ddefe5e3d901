"""ResNet with bottlenecks: blocks that are narrow inside and wide between.

Paper: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016,
https://arxiv.org/abs/1512.03385

Input (B, 3, H, W), output logits (B, num_classes). The defaults are the paper's ResNet-50 for
224x224 pixels (25,557,032 parameters). It is here as what MobileNetV2's block is the inverse of,
and is not trained. Differs from the paper: the stride of a block is in its 3x3 convolution, as in
torchvision and in later papers.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

# (channels inside, repeats, stride of the first). Paper: table 1, 50 layers.
STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
# Constructor arguments for pictures of 32x32 pixels: the stem does not shrink them.
SMALL: dict[str, Any] = {"num_classes": 10, "small": True}
_TIMES = 4  # channels between blocks over those inside


class Bottleneck(nn.Module):
    """Narrowed (1x1), filtered (3x3), widened (1x1), and the input added. Paper: figure 5."""

    def __init__(self, in_channels: int, inside: int, *, stride: int) -> None:
        super().__init__()
        out_channels = _TIMES * inside
        self.reduce = nn.Conv2d(in_channels, inside, 1, bias=False)
        self.reduce_norm = nn.BatchNorm2d(inside)
        self.reduce_relu = nn.ReLU()
        self.conv = nn.Conv2d(inside, inside, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(inside)
        self.relu = nn.ReLU()
        self.widen = nn.Conv2d(inside, out_channels, 1, bias=False)
        self.widen_norm = nn.BatchNorm2d(out_channels)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        self.widen_relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        branch = self.reduce_relu(self.reduce_norm(self.reduce(x)))  # (B, C, H, W)
        branch = self.relu(self.norm(self.conv(branch)))  # (B, C, H/s, W/s)
        branch = self.widen_norm(self.widen(branch))  # (B, 4 * C, H/s, W/s)
        x = self.widen_relu(branch + self.shortcut(x))
        return x


class ResNet(nn.Module):
    """The network.

    Args:
        num_classes: number of logits.
        stages: (channels inside a block, repeats, stride of the first) of each stage.
        small: a stem for small pictures, a 3x3 convolution alone.
    """

    def __init__(
        self,
        *,
        num_classes: int = 1000,
        stages: Sequence[Sequence[int]] = STAGES,
        small: bool = False,
    ) -> None:
        super().__init__()
        channels = 64
        self.stem = nn.Conv2d(3, channels, *((3, 1, 1) if small else (7, 2, 3)), bias=False)
        self.stem_norm = nn.BatchNorm2d(channels)
        self.stem_relu = nn.ReLU()
        self.stem_pool: nn.Module = nn.Identity() if small else nn.MaxPool2d(3, 2, 1)
        self.blocks = nn.Sequential()
        for inside, repeats, first_stride in stages:
            for repeat in range(repeats):
                stride = 1 if repeat else first_stride
                self.blocks.append(Bottleneck(channels, inside, stride=stride))
                channels = _TIMES * inside
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.classifier = nn.Linear(channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem_pool(self.stem_relu(self.stem_norm(self.stem(x))))  # (B, 64, H/4, W/4)
        x = self.blocks(x)  # (B, 2048, H/32, W/32)
        x = self.classifier(self.flatten(self.pool(x)))  # (B, num_classes)
        return x
