"""Numbers printed in the MobileNetV1 paper."""

from dataclasses import dataclass

from cnnviz.papers import MOBILENET_V1, Published


@dataclass(frozen=True)
class ImageNetRow:
    """A network's row in the MobileNetV1 paper, and the arguments that make the same network here.

    Attributes:
        name: what the paper calls it.
        arguments: what its constructor is given beyond the paper's ImageNet layout.
        size: input pixels a side.
        top1: accuracy on ImageNet, percent.
        madds: multiply-adds, millions.
        parameters: millions.
    """

    name: str
    arguments: dict[str, object]
    size: int
    top1: Published
    madds: Published
    parameters: Published


def _row(
    name: str,
    table: int,
    numbers: tuple[float, float, float],
    size: int = 224,
    **arguments: object,
) -> ImageNetRow:
    top1, madds, parameters = numbers
    where = f"table {table}"
    return ImageNetRow(
        name,
        arguments,
        size,
        Published(top1, "%", MOBILENET_V1, where),
        Published(madds, "M", MOBILENET_V1, where),
        Published(parameters, "M", MOBILENET_V1, where),
    )


MOBILENET_V1_ROWS = (
    _row("Conv MobileNet", 4, (71.7, 4866, 29.3), separable=False),
    _row("1.0 MobileNet-224", 6, (70.6, 569, 4.2)),
    _row("0.75 MobileNet-224", 6, (68.4, 325, 2.6), alpha=0.75),
    _row("0.5 MobileNet-224", 6, (63.7, 149, 1.3), alpha=0.5),
    _row("0.25 MobileNet-224", 6, (50.6, 41, 0.5), alpha=0.25),
    _row("1.0 MobileNet-192", 7, (69.1, 418, 4.2), size=192),
    _row("1.0 MobileNet-160", 7, (67.2, 290, 4.2), size=160),
    _row("1.0 MobileNet-128", 7, (64.4, 186, 4.2), size=128),
    _row("Shallow MobileNet", 5, (65.3, 307, 2.9), shallow=True),
)


@dataclass(frozen=True)
class LayerRow:
    """A row of the MobileNetV1 paper's example of one layer.

    Attributes:
        name: what is done to the layer above.
        separable: whether it is split in two.
        channels: in and out, after the width multiplier.
        size: pixels a side of its map, after the resolution multiplier.
        madds: multiply-adds, millions.
        parameters: millions.
    """

    name: str
    separable: bool
    channels: int
    size: int
    madds: Published
    parameters: Published


def _layer(
    name: str, separable: bool, channels: int, size: int, madds: float, parameters: float
) -> LayerRow:
    return LayerRow(
        name,
        separable,
        channels,
        size,
        Published(madds, "M", MOBILENET_V1, "table 3"),
        Published(parameters, "M", MOBILENET_V1, "table 3"),
    )


MOBILENET_V1_LAYER = (
    _layer("Convolution", False, 512, 14, 462, 2.36),
    _layer("Depthwise separable", True, 512, 14, 52.3, 0.27),
    _layer("alpha = 0.75", True, 384, 14, 29.6, 0.15),
    _layer("rho = 0.714", True, 384, 10, 15.1, 0.15),
)
