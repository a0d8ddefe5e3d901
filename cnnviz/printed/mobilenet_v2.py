"""Numbers printed in the MobileNetV2 paper."""

from dataclasses import dataclass

from cnnviz.papers import MOBILENET_V2, Published


@dataclass(frozen=True)
class PhoneRow:
    """A network's row in the MobileNetV2 paper's table of ImageNet, at 224x224 pixels.

    Attributes:
        name: what the paper calls it.
        network: its name in ``cnnviz.models``.
        alpha: width multiplier.
        top1: accuracy, percent.
        parameters, madds: millions.
        latency: on one large core of a Pixel 1 phone, milliseconds.
    """

    name: str
    network: str
    alpha: float
    top1: Published
    parameters: Published
    madds: Published
    latency: Published


def _phone(
    name: str, network: str, alpha: float, numbers: tuple[float, float, float, float]
) -> PhoneRow:
    units = ("%", "M", "M", "ms")
    found = (
        Published(number, unit, MOBILENET_V2, "table 4")
        for number, unit in zip(numbers, units, strict=True)
    )
    return PhoneRow(name, network, alpha, *found)


MOBILENET_V2_ROWS = (
    _phone("MobileNetV1", "mobilenet_v1", 1.0, (70.6, 4.2, 575, 113)),
    _phone("MobileNetV2", "mobilenet_v2", 1.0, (72.0, 3.4, 300, 75)),
    _phone("MobileNetV2 1.4", "mobilenet_v2", 1.4, (74.7, 6.9, 585, 143)),
)
