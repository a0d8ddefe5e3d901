"""A whole photo, denoised tile by tile: as without tiles, in memory that does not grow with it.

A result depends on the noisy pixels up to one away for each layer. A tile reads as many around it:
there are no seams to blend, what it gives is what the whole photo would give there.

All is computed in float32. In bfloat16, where a processor has units for it, the same takes a third
of the time, but at noise of 25 grey levels the result is off by 0.6 (standard deviation), and by up
to 4: more than tiles may, and more than the rounding of 8 bits.
"""

import copy
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from cnnviz.checkpoints import Card
from cnnviz.errors import UserError
from cnnviz.explain.dncnn import Box, denoised_part
from cnnviz.models.dncnn import KERNEL, DnCNN, Layer

#: Pixels a side of a tile. With what is read around it, 64 maps of float32 take just under 32 MiB:
#: so much glibc keeps for the next layer; more comes as fresh pages each time, which costs a
#: quarter of the pace.
SIDE = 320
#: Noise levels that can be asked for, grey levels.
LEVELS = (1.0, 100.0)
_GREY_LEVELS = 255
_TRIED = 128  # pixels a side of the tile by which the pace is measured

Levels = NDArray[Any]
Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Way:
    """How a photo is denoised.

    Attributes:
        network: name of the checkpoint.
        gain: the picture's contrast about its mean is multiplied by this before the network sees
            it, and divided after that: noise of another level becomes noise of the level that the
            network was trained at. 1 where the network finds the level itself.
    """

    network: str
    gain: float = 1.0


def trained_level(card: Card) -> float | None:
    """The noise level that a network was trained for, grey levels; None where it finds it itself.

    Raises:
        UserError: where it is not one that denoises grey pictures.
    """
    if card.model != "dncnn" or card.model_args.get("in_channels", 1) != 1:
        raise UserError("{model} does not denoise grey pictures.", model=card.model)
    return None if card.preprocessing["blind"] else float(card.preprocessing["sigma"])


def way(sigma: float | None, levels: Mapping[str, float | None]) -> Way:
    """How to take away noise of a level.

    Args:
        sigma: grey levels; None to leave it to a network that finds it itself.
        levels: networks to choose from, and what they were trained for; None: for all levels. Of
            several the one is taken whose level is nearest, as a ratio.

    Raises:
        UserError: where none of them can.
    """
    if sigma is None:
        blind = next((name for name, level in levels.items() if level is None), None)
        if blind is None:
            raise UserError("No network is here that finds the noise level itself: give one.")
        return Way(blind)
    off = {name: abs(math.log(sigma / level)) for name, level in levels.items() if level}
    if not off:
        raise UserError("No network is here that was trained for one noise level: give none.")
    network = min(off, key=off.__getitem__)
    level = levels[network]
    assert level is not None
    return Way(network, level / sigma)


def folded(model: DnCNN) -> DnCNN:
    """A copy with each batch norm in the convolution before it: faster, for it goes through the
    maps less often.

    Args:
        model: in eval mode. It is left as it was.
    """
    made = copy.deepcopy(model)
    for layer in made.layers:
        assert isinstance(layer, Layer)
        if isinstance(layer.norm, nn.BatchNorm2d):
            layer.conv = fuse_conv_bn_eval(layer.conv, layer.norm)
            layer.norm = nn.Identity()
        layer.relu.inplace = True  # nobody looks at these layers
    made.first_relu.inplace = True
    return made


def reach(model: DnCNN) -> int:
    """Pixels around a result that it depends on: one for each layer."""
    return KERNEL // 2 * (len(model.layers) + 2)


def tiles(height: int, width: int, side: int = SIDE) -> tuple[Box, ...]:
    """Boxes (top, left, bottom, right) that cover a picture once, row by row, about equally large.

    Args:
        height, width: of the picture.
        side: of a tile at most.
    """
    rows, columns = (_cut(length, side) for length in (height, width))
    return tuple(
        (top, left, bottom, right)
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    )


def _cut(length: int, side: int) -> list[int]:
    count = -(-length // side)
    return [length * i // count for i in range(count + 1)]


def part(
    model: DnCNN, pixels: Levels, box: Box, gain: float = 1.0, *, means: NDArray[np.float64]
) -> NDArray[np.float32]:
    """A part of the denoised photo.

    Args:
        model: in eval mode, with one channel; colours go through one by one.
        pixels: (H, W) or (H, W, 3), uint8 or uint16.
        box: which part, as (top, left, bottom, right), the last ones not included.
        gain: as of ``Way``.
        means: by ``channel_means``.

    Returns:
        (h, w) or (h, w, 3), grey levels 0..255, which they may leave on both sides.
    """
    around = reach(model)
    top, left, bottom, right = box
    above, before = min(top, around), min(left, around)
    read = pixels[top - above : bottom + around, left - before : right + around]
    inside = (above, before, above + bottom - top, before + right - left)
    found = np.empty((bottom - top, right - left, *pixels.shape[2:]), np.float32)
    unit = np.float32(_GREY_LEVELS / np.iinfo(pixels.dtype).max)
    for channel in range(len(means)):
        at = (..., channel) if pixels.ndim == 3 else ...
        mean = np.float32(means[channel])
        shown = (read[at] * unit - mean) * np.float32(gain) + mean
        found[at] = (denoised_part(model, shown, inside) - mean) / np.float32(gain) + mean
    return found


def channel_means(pixels: Levels) -> NDArray[np.float64]:
    """(1,) or (3,): the mean of each channel, grey levels 0..255."""
    means = pixels.mean(axis=(0, 1), dtype=np.float64) * _GREY_LEVELS / np.iinfo(pixels.dtype).max
    return np.atleast_1d(means)


def parts(
    model: DnCNN, pixels: Levels, gain: float = 1.0, *, side: int = SIDE
) -> Iterator[tuple[Box, NDArray[np.float32]]]:
    """The denoised photo, tile by tile; arguments as of ``part`` and ``tiles``."""
    quick, means = folded(model), channel_means(pixels)
    height, width = pixels.shape[:2]
    for box in tiles(height, width, side):
        yield box, part(quick, pixels, box, gain, means=means)


def denoised_photo(
    model: DnCNN,
    pixels: Levels,
    gain: float = 1.0,
    *,
    side: int = SIDE,
    report: Report = lambda share: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Levels | None:
    """Denoise a photo.

    Args:
        model, pixels, gain, side: as of ``parts``.
        report: called after each tile with the share of the work that is done, 0 to 1.
        should_stop: asked before each tile.

    Returns:
        Of the type and shape of ``pixels``, rounded, what lies beyond black and white cut off; None
        where it was stopped.
    """
    found = np.empty_like(pixels)
    most = np.iinfo(pixels.dtype).max
    height, width = pixels.shape[:2]
    all_work, done = work(model, height, width, side), 0.0
    if should_stop():
        return None
    for (top, left, bottom, right), levels in parts(model, pixels, gain, side=side):
        levels *= np.float32(most / _GREY_LEVELS)
        found[top:bottom, left:right] = np.rint(levels).clip(0, most)
        done += _work_of(model, bottom - top, right - left)
        report(min(1.0, done / all_work))
        if done < all_work and should_stop():
            return None
    return found


def work(model: DnCNN, height: int, width: int, side: int = SIDE) -> float:
    """What denoising one channel takes: pixels of the layers, on average of all layers."""
    boxes = tiles(height, width, side)
    return math.fsum(_work_of(model, box[2] - box[0], box[3] - box[1]) for box in boxes)


def _work_of(model: DnCNN, height: int, width: int) -> float:
    # The first layer reads all around, the last one gives the tile alone.
    return (height + reach(model)) * (width + reach(model))


def pace(model: DnCNN, *, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that a unit of ``work`` takes here and now, in this many threads; measured twice, the
    faster one counts.
    """
    quick, around = folded(model), reach(model)
    pixels = np.full((_TRIED + 2 * around,) * 2, 128, np.uint8)
    box = (around, around, around + _TRIED, around + _TRIED)
    means, seconds = channel_means(pixels), list[float]()
    for _ in range(2):
        started = clock()
        part(quick, pixels, box, means=means)
        seconds.append(clock() - started)
    return min(seconds) / _work_of(model, _TRIED, _TRIED)
