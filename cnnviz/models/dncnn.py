"""DnCNN: learn the noise; the clean picture is what is left.

Paper: Zhang et al., "Beyond a Gaussian Denoiser: Residual Learning of Deep CNN for Image
Denoising", IEEE Transactions on Image Processing, 2017, https://arxiv.org/abs/1608.03981

Input (B, in_channels, H, W), a noisy picture in units of 0..1, of any height and width. Output of
the same shape: the noise in it. The defaults are DnCNN-S, for a known noise level (556,096
parameters, receptive field 35); ``DnCNN(depth=20)`` is DnCNN-B, for levels that are not known
(667,072 parameters, receptive field 41).
"""

from torch import Tensor, nn

# Every layer sees one pixel more on each side.
KERNEL = 3
# Standard deviation of the last layer's initial weights.
_LAST_DEVIATION = 1e-3


class Layer(nn.Module):
    """A layer between the first and the last: convolution, batch norm, ReLU."""

    def __init__(self, maps: int, *, batch_norm: bool) -> None:
        super().__init__()
        # Batch norm shifts by its own bias: the convolution needs none.
        self.conv = nn.Conv2d(maps, maps, KERNEL, padding=KERNEL // 2, bias=not batch_norm)
        self.norm = nn.BatchNorm2d(maps) if batch_norm else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.norm(self.conv(x)))  # (B, maps, H, W)
        return x


class DnCNN(nn.Module):
    """The network.

    Args:
        depth: layers, the first and the last among them, at least 2.
        maps: feature maps of each layer but the last.
        in_channels: 1 for grey pictures, 3 for colour.
        batch_norm: False leaves batch norm out, and gives the layers biases. Paper: section III-C
            compares both.
        residual: whether the output is the noise; False: the clean picture itself. Paper: section
            III-C compares both.

    Raises:
        ValueError: where depth is less than 2, or maps or in_channels less than 1.
    """

    def __init__(
        self,
        *,
        depth: int = 17,
        maps: int = 64,
        in_channels: int = 1,
        batch_norm: bool = True,
        residual: bool = True,
    ) -> None:
        super().__init__()
        if depth < 2:
            raise ValueError(f"depth must be at least 2, not {depth}")
        if maps < 1 or in_channels < 1:
            raise ValueError(f"maps and in_channels must be at least 1, not {maps}, {in_channels}")
        self.residual = residual
        self.first = nn.Conv2d(in_channels, maps, KERNEL, padding=KERNEL // 2)
        self.first_relu = nn.ReLU()
        self.layers = nn.Sequential(*(Layer(maps, batch_norm=batch_norm) for _ in range(depth - 2)))
        self.last = nn.Conv2d(maps, in_channels, KERNEL, padding=KERNEL // 2, bias=False)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                # Paper: initialised as He et al., 2015, do it for layers with ReLU.
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        # NOTE: differs from the paper: the last layer has no ReLU, and begins near zero. Noise is
        # small in units of 0..1; first unlearning an output of size 1 takes hundreds of steps.
        nn.init.normal_(self.last.weight, std=_LAST_DEVIATION)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first_relu(self.first(x))  # (B, maps, H, W)
        x = self.layers(x)  # (B, maps, H, W)
        x = self.last(x)  # (B, in_channels, H, W)
        return x

    def clean(self, noisy: Tensor) -> Tensor:
        """The denoised picture, (B, in_channels, H, W), whichever of both the output is."""
        output: Tensor = self(noisy)
        return noisy - output if self.residual else output
