"""Numbers printed in the SENet paper."""

from dataclasses import dataclass

from cnnviz.papers import SENET, Published

#: Top-1 error on ImageNet of SE-ResNet-50, by the place of SE in a block.
SENET_PLACES = {
    place: Published(error, "%", SENET, "table 14")
    for place, error in (("standard", 22.28), ("pre", 22.23), ("post", 22.78), ("identity", 22.20))
}


@dataclass(frozen=True)
class RatioRow:
    """SE-ResNet-50 with a reduction ratio, on ImageNet.

    Attributes:
        r: the ratio; 0 without SE.
        top1: error, percent.
        parameters: millions.
    """

    r: int
    top1: Published
    parameters: Published


SENET_RATIOS = tuple(
    RatioRow(r, Published(top1, "%", SENET, "table 10"), Published(size, "M", SENET, "table 10"))
    for r, top1, size in (
        (2, 22.29, 45.7), (4, 22.25, 35.7), (8, 22.26, 30.7), (16, 22.28, 28.1), (32, 22.72, 26.9),
        (0, 23.30, 25.6),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Extension:
    """A network without SE and with it.

    Attributes:
        parameters, parameters_with_se: millions.
        gflops, gflops_with_se: thousand millions of multiply-adds, at 224x224 pixels.
    """

    parameters: Published
    parameters_with_se: Published
    gflops: Published
    gflops_with_se: Published


SENET_RESNET50 = Extension(
    Published(25.6, "M", SENET, "table 10"),
    Published(28.1, "M", SENET, "table 10"),
    Published(3.86, "G", SENET, "table 2"),
    Published(3.87, "G", SENET, "table 2"),
)
