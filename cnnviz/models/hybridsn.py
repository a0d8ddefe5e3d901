"""HybridSN: three 3-D convolutions over space and spectrum, then a 2-D one over all their maps.

Paper: Roy et al., "HybridSN: Exploring 3-D-2-D CNN Feature Hierarchy for Hyperspectral Image
Classification", IEEE Geoscience and Remote Sensing Letters 17(2), 2020,
https://arxiv.org/abs/1902.06701

Input (B, 1, components, window, window): the window around a pixel, of a scene's principal
components; output logits (B, num_classes) of that pixel. The defaults are the paper's network for
Indian Pines (5,122,176 parameters). No layer pads: each 3x3 kernel takes a pixel off every side.

Differs from the paper's code: maps come before places where the maps are laid out in a row (the
same network, its weights in another order).

Beside it stand a network of 2-D convolutions alone and one of 3-D convolutions alone:
``hybridsn_counterparts``. What all three have in common is in ``hybridsn_windows``.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from cnnviz.errors import UserError
from cnnviz.models.hybridsn_windows import WindowNetwork, dense_layers, glorot, sizes_after

# Paper: table I. (maps, spectral depth) of the 3-D kernels, which are 3x3 in space.
CONV3D = ((8, 7), (16, 5), (32, 3))
SIDE = 3  # of every kernel in space
REDUCTION = 16  # of squeeze and excitation


class Conv3dBlock(nn.Module):
    """A 3-D convolution without padding and its ReLU.

    ``residual`` adds the input, cut to the output's size and brought to its number of maps by a
    1x1x1 convolution, before the ReLU.
    """

    def __init__(
        self, in_maps: int, maps: int, *, depth: int, dilation: int, norm: bool, residual: bool
    ) -> None:
        super().__init__()
        self.conv = nn.Conv3d(
            in_maps, maps, (depth, SIDE, SIDE), dilation=(1, dilation, dilation), bias=not norm
        )
        self.norm = nn.BatchNorm3d(maps) if norm else nn.Identity()
        self.shortcut = nn.Conv3d(in_maps, maps, 1, bias=False) if residual else None
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.conv(x))  # (B, maps, D-depth+1, H-2, W-2)
        if self.shortcut is not None:
            for axis in (2, 3, 4):
                size = out.shape[axis]
                x = x.narrow(axis, (x.shape[axis] - size) // 2, size)
            out = out + self.shortcut(x)
        out = self.relu(out)
        return out


class Conv2dBlock(nn.Module):
    """A 2-D convolution without padding and its ReLU."""

    def __init__(self, in_maps: int, maps: int, *, norm: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_maps, maps, SIDE, bias=not norm)
        self.norm = nn.BatchNorm2d(maps) if norm else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.norm(self.conv(x)))  # (B, maps, H-2, W-2)
        return x


class SqueezeExcitation(nn.Module):
    """Weighs each map by a number from 0 to 1 that all maps' means decide. Hu et al., 2018."""

    def __init__(self, maps: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.reduce = nn.Conv2d(maps, max(maps // REDUCTION, 1), 1)
        self.relu = nn.ReLU()
        self.expand = nn.Conv2d(max(maps // REDUCTION, 1), maps, 1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        weights = self.relu(self.reduce(self.pool(x)))  # (B, maps/16, 1, 1)
        weights = self.gate(self.expand(weights))  # (B, maps, 1, 1)
        x = x * weights
        return x


class HybridSN(WindowNetwork):
    """The network.

    Layers at the defaults, (maps, depth, height, width) of their output, and parameters: conv3d 8
    7x3x3 (8, 24, 23, 23) 512; 16 5x3x3 (16, 20, 21, 21) 5,776; 32 3x3x3 (32, 18, 19, 19) 13,856;
    as 576 maps; conv2d 64 3x3 (64, 17, 17) 331,840; dense 256 4,735,232; 128 32,896; 16 2,064.

    Args:
        num_classes: number of logits.
        components: principal components of the input. Paper: 30 for Indian Pines, 15 for others.
        window: side of the input, odd.
        conv3d: (maps, spectral depth) of each 3-D convolution.
        conv2d: maps of the 2-D convolution.
        hidden: widths of the hidden dense layers.
        dropout: share of their outputs that training sets to 0.
        batch_norm: normalise after every convolution. Not in the paper.
        se: squeeze and excitation of the 576 maps. Not in the paper.
        residual: a shortcut around each 3-D convolution but the first. Not in the paper.
        dilation: of the 3-D kernels, in space. Not in the paper.

    Raises:
        UserError: where window or components do not suffice for the convolutions, the window's side
            is even, or a depth or the dilation is below 1.
    """

    def __init__(
        self,
        *,
        num_classes: int = 16,
        components: int = 30,
        window: int = 25,
        conv3d: Sequence[Sequence[int]] = CONV3D,
        conv2d: int = 64,
        hidden: Sequence[int] = (256, 128),
        dropout: float = 0.4,
        batch_norm: bool = False,
        se: bool = False,
        residual: bool = False,
        dilation: int = 1,
    ) -> None:
        super().__init__()
        if dilation < 1:
            raise UserError(
                "A kernel's dilation must be 1 or more, not {dilation}.", dilation=dilation
            )
        self.components, self.window = components, window
        reach = dilation * (SIDE - 1) + 1
        sizes = sizes_after(
            components, window, [*((depth, reach) for _, depth in conv3d), (None, SIDE)]
        )
        self.conv3d = nn.Sequential()
        in_maps = 1
        for maps, depth in conv3d:
            self.conv3d.append(
                Conv3dBlock(
                    in_maps,
                    maps,
                    depth=depth,
                    dilation=dilation,
                    norm=batch_norm,
                    residual=residual and in_maps > 1,
                )
            )
            in_maps = maps
        self.to_maps = nn.Flatten(1, 2)
        flat = in_maps * sizes[-2][0]
        self.se = SqueezeExcitation(flat) if se else None
        self.dense_next = not se
        self.side = sizes[-2 if se else -1][1]
        self.conv2d = Conv2dBlock(flat, conv2d, norm=batch_norm)
        self.head = dense_layers(
            conv2d * sizes[-1][1] ** 2, hidden=hidden, dropout=dropout, num_classes=num_classes
        )
        glorot(self)

    def over_scene(self, x: Tensor) -> Tensor:
        x = self.to_maps(self.conv3d(x))  # (B, 32, 18, 19, 19) -> (B, 576, 19, 19)
        # The gates are a window's own, so that all that follows them is, too.
        if self.se is None:
            x = self.conv2d(x)  # (B, 64, 17, 17)
        return x

    def per_window(self, maps: Tensor) -> Tensor:
        if self.se is not None:
            maps = self.conv2d(self.se(maps))  # (B, 576, 19, 19) -> (B, 64, 17, 17)
        return super().per_window(maps)  # (B, 18496) -> (B, num_classes)
