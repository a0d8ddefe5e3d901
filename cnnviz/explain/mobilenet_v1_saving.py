"""What splitting a convolution saves: one layer both ways, and the MobileNetV1 paper's own rows.

All counted by ``cnnviz.cost`` on the blocks and networks themselves, without weights.
"""

from dataclasses import dataclass
from decimal import Decimal

import torch

from cnnviz.cost import Cost, cost_of, count
from cnnviz.models.mobilenet_v1 import (
    IMAGENET,
    SHALLOW_BLOCKS,
    MobileNetV1,
    SeparableBlock,
    StandardBlock,
)
from cnnviz.papers import Published
from cnnviz.printed.mobilenet_v1 import MOBILENET_V1_LAYER, MOBILENET_V1_ROWS, ImageNetRow, LayerRow
from cnnviz.printed.mobilenet_v2 import PhoneRow

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Work:
    """What one convolution costs.

    Attributes:
        madds: multiply-adds.
        parameters: learned numbers, those of its batch norm too.
    """

    madds: int
    parameters: int


@dataclass(frozen=True, slots=True)
class LayerComparison:
    """A standard convolution and the separable one that does its job.

    Attributes:
        standard: the convolution, M to N channels.
        depthwise, pointwise: the two parts of the separable one.
        predicted: 1 / N + 1 / K^2. Paper: section 3.1, which writes D_K for K, and D_F for F.
    """

    standard: Work
    depthwise: Work
    pointwise: Work
    predicted: float

    @property
    def separable(self) -> Work:
        """Both parts together."""
        return Work(
            self.depthwise.madds + self.pointwise.madds,
            self.depthwise.parameters + self.pointwise.parameters,
        )

    @property
    def ratio(self) -> float:
        """Multiply-adds of the separable convolution over those of the standard one, as counted."""
        return self.separable.madds / self.standard.madds


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A row of a paper's tables, and the same counted here.

    Attributes:
        printed: the row.
        madds: multiply-adds.
        parameters: learned numbers.
    """

    printed: LayerRow | ImageNetRow | PhoneRow
    madds: int
    parameters: int

    @property
    def madds_agree(self) -> bool:
        """Whether the count, rounded to the printed digits, is what is printed."""
        return _as_printed(self.madds, self.printed.madds) == self.printed.madds.value

    @property
    def parameters_agree(self) -> bool:
        """The same of the parameters."""
        return _as_printed(self.parameters, self.printed.parameters) == (
            self.printed.parameters.value
        )


def compare_layer(
    in_channels: int, out_channels: int, kernel_size: int, size: int
) -> LayerComparison:
    """Count one layer both ways, on the blocks that the network is made of, at stride 1.

    Args:
        in_channels: M.
        out_channels: N.
        kernel_size: K, odd.
        size: F, pixels a side of the map.
    """
    standard = _block_cost(False, in_channels, out_channels, kernel_size, size)
    separable = _block_cost(True, in_channels, out_channels, kernel_size, size)
    return LayerComparison(
        standard=_work(standard, "conv", "norm"),
        depthwise=_work(separable, "depthwise", "depthwise_norm"),
        pointwise=_work(separable, "pointwise", "pointwise_norm"),
        predicted=1 / out_channels + 1 / kernel_size**2,
    )


def paper_layer() -> tuple[CountedRow, ...]:
    """The paper's example of one layer, counted. Paper: table 3."""
    costs = [
        (row, _block_cost(row.separable, row.channels, row.channels, 3, row.size))
        for row in MOBILENET_V1_LAYER
    ]
    return tuple(CountedRow(row, cost.madds, cost.parameters) for row, cost in costs)


def paper_networks() -> tuple[CountedRow, ...]:
    """The paper's networks for ImageNet, counted. Paper: tables 4 to 7.

    Two counts round to one million more than is printed. The paper's 4866 leaves out the fully
    connected layer (1.0 M). Its 290 at 160 pixels is the whole of 569 times rho squared, though the
    fully connected layer does not shrink with the picture.
    """
    rows = []
    for row in MOBILENET_V1_ROWS:
        given = dict(row.arguments)
        if given.pop("shallow", False):
            given["blocks"] = SHALLOW_BLOCKS
        cost = cost_of(MobileNetV1, (3, row.size, row.size), **{**IMAGENET, **given})
        rows.append(CountedRow(row, cost.madds, cost.parameters))
    return tuple(rows)


def _block_cost(
    separable: bool, in_channels: int, out_channels: int, kernel_size: int, size: int
) -> Cost:
    block = SeparableBlock if separable else StandardBlock
    with torch.device("meta"):
        layer = block(in_channels, out_channels, stride=1, kernel_size=kernel_size)
    return count(layer, (in_channels, size, size))


def _work(cost: Cost, *names: str) -> Work:
    parts = [part for part in cost.layers if part.name in names]
    return Work(sum(part.madds for part in parts), sum(part.parameters for part in parts))


def _as_printed(counted: int, printed: Published) -> float:
    """A count in millions, rounded to as many digits as the paper prints."""
    decimals = -int(Decimal(str(printed.value)).as_tuple().exponent)
    return round(counted / _MILLION, decimals)
