"""What the parts of the MobileNetV1 lesson share."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnviz.figures.numbers import written
from dashboard import cache
from dashboard.components import live_slider
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.maps import BlockFilters

# Shipped networks, and their width multiplier.
NETWORKS = {"mobilenet_v1": "1", "mobilenet_v1_050": "0.5", "mobilenet_v1_025": "0.25"}


def block_slider(key: str, network: str, usual: int) -> int:
    """A live slider over the separable blocks; counted from 1 on screen, from 0 here."""
    count = cache.blocks_of(network)
    chosen = live_slider(
        _("Block"), key=key, min_value=1, max_value=count, value=usual + 1,
        format=of_count(count),
    )  # fmt: skip
    return chosen - 1


def of_count(count: int) -> Callable[[int], str]:
    """Writes a position as "3 of 9"."""
    return lambda number: _("{number} of {count}").format(number=number, count=count)


def size_text(shape: tuple[int, ...]) -> str:
    """Writes a shape as "64 × 3 × 3"."""
    return "\u202f×\u202f".join(str(side) for side in shape)


def kernel_names(filters: "BlockFilters") -> list[str]:
    """What is said of each depthwise kernel of a block."""
    text = _("norm {norm}, |γ| {gamma}")
    return [
        text.format(norm=written(norm), gamma=written(gamma))
        for norm, gamma in zip(filters.norm, filters.gamma, strict=True)
    ]
