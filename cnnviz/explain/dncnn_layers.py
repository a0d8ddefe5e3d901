"""DnCNN layer by layer: its maps, what is left in them of the picture and of the noise, and what
of its input a layer looks at.

Layers are counted from 1, the first, to the network's depth, the last. Networks are in evaluation
mode, have one channel, may be shared between threads, and are left as they were: they are walked
through module by module, without hooks, so that no more than one layer's maps need memory. A
picture is (H, W), grey levels 0..255 as float32.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.activations import require_evaluation_mode
from cnnviz.explain.arrays import Array, array
from cnnviz.explain.convolution import Box
from cnnviz.explain.dncnn import Picture, to_planes
from cnnviz.models.dncnn import DnCNN, Layer

#: Of the gradient's sum, what the effective receptive field holds.
HELD = 0.95
#: Directions of maps with less than this share of all their variance are rounding errors.
_ROUNDING = 1e-10


@dataclass(frozen=True, slots=True)
class LayerMaps:
    """What a layer puts out, and what can be found in it.

    Attributes:
        name: of the module whose output it is; "" for the noisy picture itself.
        count: how many maps there are, M.
        maps: (at most ``most``, H, W) the first of them.
        common: (M,) Pearson correlation of each map with the same map where the same picture has
            other noise: the share of its variance that the picture makes; the rest, 1 - common,
            is the noise's. NaN for a map that does not vary.
        picture: share of the clean picture's variance that a weighted sum of all maps of the layer
            at the same pixel, plus a constant, gives back: the squared multiple correlation, by
            least squares over all pixels, adjusted for what as many random maps would give. Up to
            1; NaN for a picture that does not vary.
        noise: the same of the noise that was added.
    """

    name: str
    count: int
    maps: Array
    common: NDArray[np.float64]
    picture: float
    noise: float

    @property
    def structure(self) -> float:
        """Mean of ``common`` over the maps that vary; NaN where none does."""
        varying = self.common[~np.isnan(self.common)]
        return float(varying.mean()) if varying.size else float("nan")


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """What a pixel of a layer depends on.

    Attributes:
        layer: its number.
        row, column: the pixel.
        gradient: (2 * layer + 1, same) mean over maps of the absolute derivative of the pixel with
            respect to each pixel of the input around it; 0 beyond the picture.
        maps: over how many maps the mean is.
    """

    layer: int
    row: int
    column: int
    gradient: Array
    maps: int

    @property
    def side(self) -> int:
        """Pixels a side of all that it can depend on: each 3 x 3 convolution adds 2."""
        return 2 * self.layer + 1

    @property
    def effective(self) -> int:
        """Pixels a side of the smallest square around it with ``HELD`` of the gradient's sum; 1
        where there is no gradient."""
        inside = [
            self.gradient[cut : self.side - cut, cut : self.side - cut].sum(dtype=np.float64)
            for cut in range(self.layer, -1, -1)
        ]
        return 1 + 2 * int(np.argmax(np.array(inside) >= HELD * inside[-1]))


def depth_of(model: DnCNN) -> int:
    """Number of layers."""
    return len(model.layers) + 2


def layer_by_layer(
    model: DnCNN, clean: NDArray[np.generic], noisy: Picture, again: Picture, *, most: int
) -> tuple[LayerMaps, ...]:
    """Run a network layer by layer over a picture with noise, and with other noise beside it.

    Args:
        model: as everywhere here.
        clean: the picture without noise.
        noisy: the same with noise.
        again: the same with other noise of the same kind.
        most: maps of a layer that are kept.

    Returns:
        The noisy picture as it is read, in units of 0..1, as if it were a layer's only map; then
        every layer.

    Raises:
        ValueError: where the model is in training mode, or a picture is not (H, W).
    """
    levels = clean.astype(np.float64)
    targets = (levels, noisy - levels)
    found = []
    for (name, maps), (_name, other) in zip(_walk(model, noisy), _walk(model, again), strict=True):
        common = [_correlation(one, beside) for one, beside in zip(maps, other, strict=True)]
        shares = explained(maps, *targets)
        found.append(LayerMaps(name, len(maps), array(maps[:most]), np.array(common), *shares))
    return tuple(found)


def receptive_fields(
    model: DnCNN, noisy: Picture, row: int, column: int, *, maps: int
) -> tuple[ReceptiveField, ...]:
    """Measure what one pixel of every layer depends on, by its gradient.

    It is the gradient of the layer before its ReLU, which has none where a map is 0.

    Args:
        model: as everywhere here.
        noisy: the picture.
        row, column: the pixel.
        maps: of a layer that are measured at most, taken at even distances from all of them.

    Raises:
        ValueError: where the model is in training mode, or the picture is not (H, W) or has no
            such pixel.
    """
    require_evaluation_mode(model)
    x = _input(noisy)
    if not (0 <= row < noisy.shape[0] and 0 <= column < noisy.shape[1]):
        raise ValueError(f"a picture of {noisy.shape} has no pixel {(row, column)}")
    return tuple(
        _receptive_field(model, x, layer, row, column, maps)
        for layer in range(1, depth_of(model) + 1)
    )


def explained(maps: Tensor, *targets: NDArray[np.floating]) -> tuple[float, ...]:
    """Adjusted squared multiple correlation of pictures with maps: see ``LayerMaps.picture``.

    Args:
        maps: (M, H, W).
        targets: (H, W) each.
    """
    flat = maps.flatten(1)
    scaled = flat[flat.amax(1) > flat.amin(1)].double()  # those that vary
    scaled -= scaled.mean(1, keepdim=True)
    scaled /= scaled.square().mean(1, keepdim=True).sqrt()
    spread, directions = torch.linalg.eigh(scaled @ scaled.T / flat.shape[1])
    kept = spread > _ROUNDING * spread.sum()
    # Of directions that are uncorrelated with one another, shares of a target's variance add up.
    uncorrelated = directions[:, kept] / spread[kept].sqrt()
    return tuple(_adjusted(scaled, uncorrelated, target) for target in targets)


def _adjusted(scaled: Tensor, uncorrelated: Tensor, target: NDArray[np.floating]) -> float:
    wanted = torch.from_numpy(target.astype(np.float64)).flatten()
    wanted -= wanted.mean()
    pixels = len(wanted)
    variance = float(wanted.square().mean())
    freedom = pixels - 1 - uncorrelated.shape[1]
    if variance == 0 or freedom < 1:
        return float("nan")
    share = float((uncorrelated.T @ (scaled @ wanted / pixels)).square().sum()) / variance
    return 1 - (1 - share) * (pixels - 1) / freedom


def _correlation(one: Tensor, other: Tensor) -> float:
    """Of two maps; NaN where one does not vary."""
    if one.amax() == one.amin() or other.amax() == other.amin():
        return float("nan")
    left, right = (each.double() - each.double().mean() for each in (one, other))
    return float((left * right).sum() / (left.square().sum() * right.square().sum()).sqrt())


def _walk(model: DnCNN, picture: Picture) -> Iterator[tuple[str, Tensor]]:
    """The input, then each layer's maps (M, H, W), by the name of the module that puts them out."""
    require_evaluation_mode(model)
    x = _input(picture)
    yield "", x[0]
    names = ("first_relu", *(f"layers.{i}.relu" for i in range(len(model.layers))), "last")
    for layer, name in enumerate(names, start=1):
        with torch.inference_mode():
            x = _rectified(model, layer, _filtered(model, layer, x))
        yield name, x[0]


def _filtered(model: DnCNN, layer: int, x: Tensor) -> Tensor:
    """A layer as far as its ReLU: convolution and batch norm."""
    if layer == 1:
        x = model.first(x)
    elif layer == depth_of(model):
        x = model.last(x)
    else:
        inner = _inner(model, layer)
        x = inner.norm(inner.conv(x))
    return x


def _rectified(model: DnCNN, layer: int, x: Tensor) -> Tensor:
    """What a layer's ReLU makes of that; the last has none."""
    if layer == depth_of(model):
        return x
    rectified: Tensor = (model.first_relu if layer == 1 else _inner(model, layer).relu)(x)
    return rectified


def _inner(model: DnCNN, layer: int) -> Layer:
    inner = model.layers[layer - 2]
    assert isinstance(inner, Layer)
    return inner


@torch.enable_grad()
def _receptive_field(
    model: DnCNN, x: Tensor, layer: int, row: int, column: int, most: int
) -> ReceptiveField:
    """Only what the pixel can depend on is computed: a square that loses a pixel on each side with
    each layer. Where the square ends inside the picture, its edge has met zeros that are not there:
    that edge is what it loses. The picture's own edge stays."""

    def around(reach: int) -> Box:
        box = Box(row - reach, column - reach, row + reach + 1, column + reach + 1)
        return box.clipped(x.shape[2], x.shape[3])

    seen = box = around(layer)
    part = x[..., seen.top : seen.bottom, seen.left : seen.right].clone().requires_grad_()
    found = part
    for number in range(1, layer + 1):
        if number > 1:
            found = _rectified(model, number - 1, found)
        outer, box = box, around(layer - number)
        top, left = box.top - outer.top, box.left - outer.left
        found = _filtered(model, number, found)[
            ..., top : top + box.bottom - box.top, left : left + box.right - box.left
        ]
    values = found.flatten()  # (M,)
    chosen = np.unique(np.linspace(0, len(values) - 1, min(most, len(values))).astype(int))
    total = torch.zeros_like(part)
    for number in chosen:
        total += torch.autograd.grad(values[number], part, retain_graph=True)[0].abs()
    gradient = np.zeros((2 * layer + 1, 2 * layer + 1), dtype=np.float32)
    top, left = seen.top - row + layer, seen.left - column + layer
    gradient[top:, left:][: part.shape[2], : part.shape[3]] = array(total[0, 0]) / len(chosen)
    gradient.setflags(write=False)
    return ReceptiveField(layer, row, column, gradient, len(chosen))


def _input(picture: Picture) -> Tensor:
    """(1, 1, H, W), as the network reads a picture."""
    if picture.ndim != 2:
        raise ValueError(f"a picture of shape (H, W) is wanted, not {picture.shape}")
    return to_planes(picture)
