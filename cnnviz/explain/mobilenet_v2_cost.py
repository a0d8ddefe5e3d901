"""Where MobileNetV2's and MobileNetV1's cost is, block by block, and what must be kept in memory.

Paper: section 5.1. While a block runs, its input and its output have to be kept. What is between
them need not be there at once: a projection is a sum over channels, so that one expanded channel
after the other can be made, filtered, and added to the output, as long as nothing but a sum comes
behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from statistics import median

from cnnviz.cost import cost_of
from cnnviz.explain.mobilenet_v1_cost import LAYOUTS as LAYOUTS_V1
from cnnviz.explain.mobilenet_v1_cost import network_cost as cost_of_v1
from cnnviz.explain.mobilenet_v1_cost import stand_in as stand_in_v1
from cnnviz.explain.mobilenet_v1_saving import CountedRow
from cnnviz.explain.mobilenet_v2_block import LAYOUTS as LAYOUTS_V2
from cnnviz.explain.mobilenet_v2_block import SIZES
from cnnviz.explain.mobilenet_v2_block import network_cost as cost_of_v2
from cnnviz.explain.mobilenet_v2_block import stand_in as stand_in_v2
from cnnviz.explain.network_cost import Layout, NetworkCost, NetworkLayer, layer_times
from cnnviz.models.mobilenet_v1 import MobileNetV1
from cnnviz.models.mobilenet_v2 import MobileNetV2
from cnnviz.printed.mobilenet_v2 import MOBILENET_V2_ROWS

_CHANNELS = 3  # of a picture


@dataclass(frozen=True, slots=True)
class Part(NetworkCost):
    """A block, or a layer outside of the blocks.

    Attributes:
        block: its number, from 0; None outside of the blocks.
        input_shape: (C, H, W).
        whole: most numbers that are kept at once while it runs layer by layer: a layer's input and
            output, and the block's input where it is added at the end.
        split: the same where the maps inside are made one channel after the other, if that is
            less: the block's input, its output, and one channel of each map between them.
    """

    block: int | None
    input_shape: tuple[int, ...]
    whole: int
    split: int


def parts(network: str, layout: Layout, *, alpha: float, size: int) -> tuple[Part, ...]:
    """A network's parts in the order in which they run.

    Args:
        network: "mobilenet_v1" or "mobilenet_v2".
        layout: "course" (10 classes) or "paper" (1000 classes).
        alpha: width multiplier.
        size: input pixels a side.
    """
    if network == "mobilenet_v1":
        cost = cost_of_v1(layout, alpha=alpha, size=size)
    else:
        cost = cost_of_v2(layout, alpha=alpha, size=size)
    shape: tuple[int, ...] = (_CHANNELS, size, size)
    found = list[Part]()
    for layers in _grouped(cost):
        part = _part(layers, shape, adds=network == "mobilenet_v2")
        found.append(part)
        shape = layers[-1].output_shape
    return tuple(found)


def times(layout: Layout, passes: int) -> dict[str, dict[str, float]]:
    """Measure both networks in turn, so that what else the machine does slows both.

    They are of the layout's size and not trained; on as many threads as torch is set to use.

    Args:
        layout: "course" or "paper".
        passes: of each network, of which each kind's median is taken.

    Returns:
        network -> kind of layer -> milliseconds for one picture.
    """
    size = SIZES[layout]
    models = {"mobilenet_v1": stand_in_v1(layout), "mobilenet_v2": stand_in_v2(layout)}
    costs = {
        "mobilenet_v1": cost_of_v1(layout, size=size), "mobilenet_v2": cost_of_v2(layout, size=size)
    }  # fmt: skip
    spent: dict[str, list[dict[str, float]]] = {name: [] for name in models}
    for _ in range(passes):
        for name, model in models.items():
            spent[name].append(costs[name].by_kind(layer_times(model, size, repeats=1)))
    return {
        name: {kind: median(each[kind] for each in found) for kind in found[0]}
        for name, found in spent.items()
    }


def paper_rows() -> tuple[CountedRow, ...]:
    """The networks of the MobileNetV2 paper's table 4, counted."""
    makers = {
        "mobilenet_v1": (MobileNetV1, LAYOUTS_V1), "mobilenet_v2": (MobileNetV2, LAYOUTS_V2),
    }  # fmt: skip
    side, rows = SIZES["paper"], []
    for row in MOBILENET_V2_ROWS:
        model, layouts = makers[row.network]
        cost = cost_of(model, (_CHANNELS, side, side), **{**layouts["paper"], "alpha": row.alpha})
        rows.append(CountedRow(row, cost.madds, cost.parameters))
    return tuple(rows)


def _grouped(cost: NetworkCost) -> list[list[NetworkLayer]]:
    """The layers of each block together, those outside of the blocks one by one."""
    groups: list[list[NetworkLayer]] = []
    for layer in cost.layers:
        if groups and layer.block is not None and groups[-1][0].block == layer.block:
            groups[-1].append(layer)
        else:
            groups.append([layer])
    return groups


def _part(layers: Sequence[NetworkLayer], input_shape: tuple[int, ...], *, adds: bool) -> Part:
    first, last = layers[0], layers[-1]
    before, after = prod(input_shape), last.activations
    joined = adds and first.block is not None and input_shape == last.output_shape
    most, entering = 0, before
    for layer in layers:
        kept = before if joined and layer is not first else 0
        most = max(most, entering + layer.activations + kept)
        entering = layer.activations
    inside = sum(prod(layer.output_shape[1:]) for layer in layers[:-1])
    return Part(
        block=first.block,
        layers=tuple(layers),
        input_shape=input_shape,
        whole=most,
        split=min(most, before + after + inside),
    )
