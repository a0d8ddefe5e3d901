"""What networks that classify a pixel by the window around it have in common: HybridSN and its
counterparts.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from cnnviz.errors import UserError


class WindowNetwork(nn.Module):
    """A network that classifies the pixel in the middle of a window.

    The layers up to ``over_scene`` compute the same at a pixel whichever window it lies in, so that
    they may run over a whole scene; ``per_window`` needs the window by itself.

    Attributes:
        components, window: spectral depth and side of the input.
        side: of the maps that ``over_scene`` makes of a window.
        head: the dense layers, the first of them linear.
        dense_next: whether ``per_window`` is the head alone.
    """

    components: int
    window: int
    side: int
    head: nn.Sequential
    dense_next: bool = True

    def over_scene(self, x: Tensor) -> Tensor:
        """(B, 1, components, H, W) to (B, maps, H', W'), for any H and W from the window's on."""
        raise NotImplementedError

    def per_window(self, maps: Tensor) -> Tensor:
        """``over_scene``'s maps of windows (B, maps, side, side) to logits (B, num_classes)."""
        logits: Tensor = self.head(maps.flatten(1))
        return logits

    def forward(self, x: Tensor) -> Tensor:
        return self.per_window(self.over_scene(x))


def glorot(network: nn.Module) -> None:
    """Give convolutions and dense layers the initial weights of the HybridSN paper's code.

    Glorot and Bengio (2010): uniform, so that the variance of what goes forward and of what comes
    back stays; biases 0. Torch's own are smaller: without batch norms the first epochs then go by
    before anything is learned.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Conv3d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def dense_layers(
    features: int, *, hidden: Sequence[int], dropout: float, num_classes: int
) -> nn.Sequential:
    """The dense part: ReLU and dropout after each hidden layer, nothing after the last."""
    head = nn.Sequential()
    for number, width in enumerate(hidden, start=1):
        head.add_module(f"dense_{number}", nn.Linear(features, width))
        head.add_module(f"relu_{number}", nn.ReLU())
        head.add_module(f"dropout_{number}", nn.Dropout(dropout))
        features = width
    head.add_module("classifier", nn.Linear(features, num_classes))
    return head


def sizes_after(
    components: int, window: int, kernels: Sequence[tuple[int | None, int]]
) -> tuple[tuple[int, int], ...]:
    """What each of a row of convolutions without padding leaves: (spectral depth, side).

    Args:
        components: spectral depth of the input.
        window: side of the input, odd.
        kernels: (spectral depth, side) that each reaches over, dilation included; a 2-D convolution
            has depth None: it sums over all that is left and leaves 1.

    Raises:
        UserError: where the window or the components do not suffice, the window's side is even, or
            a kernel's depth or side is below 1.
    """
    if window % 2 == 0:
        raise UserError("A window's side must be odd, not {window}.", window=window)
    if any(side < 1 or (depth is not None and depth < 1) for depth, side in kernels):
        raise UserError("A kernel's depth and side must be 1 or more.")
    needed = 1 + sum(side - 1 for _, side in kernels)
    if window < needed:
        raise UserError(
            "A window of {window} pixels is too small: the convolutions need {needed}.",
            window=window,
            needed=needed,
        )
    needed = 1 + sum(depth - 1 for depth, _ in kernels if depth is not None)
    if components < needed:
        raise UserError(
            "{components} components are too few: the kernels' depths need {needed}.",
            components=components,
            needed=needed,
        )
    sizes, left = [], (components, window)
    for depth, side in kernels:
        left = (1 if depth is None else left[0] - depth + 1, left[1] - side + 1)
        sizes.append(left)
    return tuple(sizes)
