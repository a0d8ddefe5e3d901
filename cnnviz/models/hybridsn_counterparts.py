"""HybridSN's counterparts: one network of 2-D convolutions alone, one of 3-D convolutions alone.

Neither is in the paper. Both have HybridSN's input and output, as large a receptive field and a
first dense layer of about the same size: what differs is what a kernel does with the bands.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from cnnviz.models.hybridsn import SIDE, Conv2dBlock, Conv3dBlock
from cnnviz.models.hybridsn_windows import WindowNetwork, dense_layers, glorot, sizes_after


class HybridSN2D(WindowNetwork):
    """Four 2-D convolutions: every kernel of the first sums over all components at once.

    Layers at the defaults, (maps, height, width) of their output, and parameters: conv2d 60 3x3
    (60, 23, 23) 16,260; 120 (120, 21, 21) 64,920; 150 (150, 19, 19) 162,150; 64 (64, 17, 17)
    86,464; dense 256 4,735,232; 128 32,896; 16 2,064; 5,099,986 in all (HybridSN: 5,122,176).

    Args:
        per_component: maps of each convolution but the last, for each component of the input, as
            HybridSN's 2-D layer, too, is the larger the more there are.
        conv2d: maps of the last convolution.
        num_classes, components, window, hidden, dropout, batch_norm: as HybridSN's.

    Raises:
        UserError: where the window does not suffice for the convolutions.
    """

    def __init__(
        self,
        *,
        num_classes: int = 16,
        components: int = 30,
        window: int = 25,
        per_component: Sequence[int] = (2, 4, 5),
        conv2d: int = 64,
        hidden: Sequence[int] = (256, 128),
        dropout: float = 0.4,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        self.components, self.window = components, window
        widths = [*(maps * components for maps in per_component), conv2d]
        self.side = sizes_after(components, window, [(None, SIDE)] * len(widths))[-1][1]
        self.to_maps = nn.Flatten(1, 2)
        self.conv2d = nn.Sequential()
        in_maps = components
        for maps in widths:
            self.conv2d.append(Conv2dBlock(in_maps, maps, norm=batch_norm))
            in_maps = maps
        self.head = dense_layers(
            conv2d * self.side**2, hidden=hidden, dropout=dropout, num_classes=num_classes
        )
        glorot(self)

    def over_scene(self, x: Tensor) -> Tensor:
        x = self.conv2d(self.to_maps(x))  # (B, 64, 17, 17)
        return x


class HybridSN3D(WindowNetwork):
    """Four 3-D convolutions: no kernel ever sums over all components.

    Layers at the defaults, (maps, depth, height, width) of their output, and parameters: conv3d 8
    3x3x3 (8, 28, 23, 23) 224; 16 (16, 26, 21, 21) 3,472; 32 (32, 24, 19, 19) 13,856; 3 (3, 22, 17,
    17) 2,595; dense 256 4,883,200; 128 32,896; 16 2,064; 4,938,307 in all (HybridSN: 5,122,176).

    The last convolution has as many maps as bring the first dense layer nearest to HybridSN's: 3
    at 30 components, 9 at 15.

    Args:
        conv3d: (maps, spectral depth) of each convolution but the last.
        depth: spectral depth of the last one's kernels.
        values: numbers a pixel that the last one leaves, maps times depth, as nearly as it goes.
        num_classes, components, window, hidden, dropout, batch_norm: as HybridSN's.

    Raises:
        UserError: where window or components do not suffice for the convolutions.
    """

    def __init__(
        self,
        *,
        num_classes: int = 16,
        components: int = 30,
        window: int = 25,
        conv3d: Sequence[Sequence[int]] = ((8, 3), (16, 3), (32, 3)),
        depth: int = 3,
        values: int = 64,
        hidden: Sequence[int] = (256, 128),
        dropout: float = 0.4,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        self.components, self.window = components, window
        depths = [*(deep for _, deep in conv3d), depth]
        sizes = sizes_after(components, window, [(deep, SIDE) for deep in depths])
        left, self.side = sizes[-1]
        widths = [*(maps for maps, _ in conv3d), max(round(values / left), 1)]
        self.conv3d = nn.Sequential()
        in_maps = 1
        for maps, deep in zip(widths, depths, strict=True):
            self.conv3d.append(
                Conv3dBlock(in_maps, maps, depth=deep, dilation=1, norm=batch_norm, residual=False)
            )
            in_maps = maps
        self.to_maps = nn.Flatten(1, 2)
        self.head = dense_layers(
            in_maps * left * self.side**2, hidden=hidden, dropout=dropout, num_classes=num_classes
        )
        glorot(self)

    def over_scene(self, x: Tensor) -> Tensor:
        x = self.to_maps(self.conv3d(x))  # (B, 3, 22, 17, 17) -> (B, 66, 17, 17)
        return x
