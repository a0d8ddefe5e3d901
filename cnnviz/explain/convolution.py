"""A convolution by hand: which numbers meet in one output pixel, and where they come from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.activations import outputs
from cnnviz.cost import kind_of
from cnnviz.explain.arrays import Array, array, one_input


@dataclass(frozen=True, slots=True)
class Step:
    """How a layer moves along one axis of its input, in pixels of that input."""

    kernel: int
    stride: int
    padding: int
    dilation: int = 1


@dataclass(frozen=True, slots=True)
class Box:
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right``, the last ones not included."""

    top: int
    left: int
    bottom: int
    right: int

    def clipped(self, height: int, width: int) -> "Box":
        """The part of the box that lies on a picture of this size."""
        return Box(
            min(max(self.top, 0), height),
            min(max(self.left, 0), width),
            max(min(self.bottom, height), 0),
            max(min(self.right, width), 0),
        )


@dataclass(frozen=True, slots=True)
class ConvolutionLayer:
    """A convolution with what went in and what came out of it, for one picture.

    Attributes:
        name: the module's name.
        kind: "convolution", "depthwise" or "pointwise".
        inputs: (M, H, W), what it read.
        weights: (N, m, kh, kw); m is M, or 1 where it is depthwise.
        bias: (N,), zeros where it has none.
        outputs: (N, h, w), what it put out, before any batch norm.
        path: for rows and for columns, the steps from the network's input up to this layer.
        input_size: height and width of the network's input.
    """

    name: str
    kind: str
    inputs: Array
    weights: Array
    bias: Array
    outputs: Array
    path: tuple[tuple[Step, ...], tuple[Step, ...]]
    input_size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PixelSum:
    """One pixel of a convolution's output as the sum it is.

    m input channels meet in it: all of a standard or pointwise convolution, one of a depthwise.

    Attributes:
        layer, kind: the convolution's name and kind.
        channel, row, column: which pixel of its output.
        channels: (m,) which input channels.
        rows, columns: (kh,), (kw,) which rows and columns of the input maps; below 0 or beyond the
            maps where they lie in the padding.
        patch: (m, kh, kw) the input's values, 0 in the padding.
        padded: (kh, kw) True where the patch lies in the padding.
        weights: (m, kh, kw) the kernel.
        products: (m, kh, kw) patch times weights, float64, in which they are exact.
        bias: what is added besides.
        total: the sum of all products and the bias, added up in float64.
        value: what the network computed for this pixel, in float32.
        receptive_field: the box of the network's input that this pixel depends on, in pixels,
            as if the input had no borders.
        receptive_field_on_input: the part of it that lies on the input.
    """

    layer: str
    kind: str
    channel: int
    row: int
    column: int
    channels: NDArray[np.int64]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    patch: Array
    padded: NDArray[np.bool_]
    weights: Array
    products: NDArray[np.float64]
    bias: float
    total: float
    value: float
    receptive_field: Box
    receptive_field_on_input: Box


def steps_of(convolution: nn.Conv2d) -> tuple[Step, Step]:
    """How a convolution moves over rows and over columns.

    Raises:
        ValueError: where its padding is not a number of zeros.
    """
    padding = convolution.padding
    if isinstance(padding, str) or convolution.padding_mode != "zeros":
        raise ValueError("only convolutions padded with a number of zeros can be shown by hand")
    rows, columns = (
        Step(convolution.kernel_size[i], convolution.stride[i], padding[i], convolution.dilation[i])
        for i in (0, 1)
    )
    return rows, columns


def receptive_range(path: Sequence[Step], index: int) -> tuple[int, int]:
    """The range of input positions that one output position depends on, along one axis.

    Args:
        path: the steps from the input to the output.
        index: the output position.

    Returns:
        first position and the one behind the last; they may lie outside of the input.
    """
    first = last = index
    for step in reversed(path):
        first = first * step.stride - step.padding
        last = last * step.stride - step.padding + step.dilation * (step.kernel - 1)
    return first, last + 1


def output_size(path: Sequence[Step], size: int) -> int:
    """Positions that are left of ``size`` after these steps, along one axis."""
    for step in path:
        reach = step.dilation * (step.kernel - 1) + 1
        size = (size + 2 * step.padding - reach) // step.stride + 1
    return size


def convolution_layer(
    model: nn.Module, x: Tensor, chain: Sequence[str], source: str | None
) -> ConvolutionLayer:
    """Run a network up to a convolution and keep what the convolution read and put out.

    Args:
        model: a network in evaluation mode, which may be shared between threads.
        x: (1, C, H, W) normalised input.
        chain: names of the convolutions that lead to the wanted one, which is the last.
        source: the module whose output the wanted one reads; None where it reads ``x`` itself.

    Raises:
        ValueError: where ``x`` is not one picture or the model is in training mode.
    """
    name = chain[-1]
    convolutions = [model.get_submodule(link) for link in chain]
    steps = [steps_of(link) for link in convolutions if isinstance(link, nn.Conv2d)]
    recorded = outputs(model, one_input(x), [name] if source is None else [source, name])
    layer = convolutions[-1]
    if not isinstance(layer, nn.Conv2d) or len(steps) != len(chain):
        raise ValueError(f"{', '.join(chain)} are not all convolutions")
    bias = layer.weight.new_zeros(layer.out_channels) if layer.bias is None else layer.bias
    return ConvolutionLayer(
        name=name,
        kind=kind_of(layer),
        inputs=array(x[0] if source is None else recorded[source][0]),
        weights=array(layer.weight),
        bias=array(bias),
        outputs=array(recorded[name][0]),
        path=(tuple(rows for rows, _ in steps), tuple(columns for _, columns in steps)),
        input_size=(x.shape[2], x.shape[3]),
    )


def pixel_sum(layer: ConvolutionLayer, channel: int, row: int, column: int) -> PixelSum:
    """Take one pixel of a convolution's output apart into its multiplications.

    Args:
        layer: the convolution with its maps.
        channel, row, column: the pixel, counted from 0.

    Raises:
        ValueError: where the output has no such pixel.
    """
    size = layer.outputs.shape
    if not all(0 <= at < end for at, end in zip((channel, row, column), size, strict=True)):
        raise ValueError(f"{layer.name} puts out {size}: no pixel {(channel, row, column)}")
    weights = layer.weights[channel]  # (m, kh, kw)
    rows, columns = (
        at * path[-1].stride - path[-1].padding + path[-1].dilation * np.arange(path[-1].kernel)
        for at, path in zip((row, column), layer.path, strict=True)
    )
    _, height, width = layer.inputs.shape
    padded = ~np.outer((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
    channels = _channels_read(layer, channel)
    on_map = np.ix_(channels, rows.clip(0, height - 1), columns.clip(0, width - 1))
    patch = np.where(padded, np.float32(0), layer.inputs[on_map])  # (m, kh, kw)
    products = patch.astype(np.float64) * weights
    (top, bottom), (left, right) = (
        receptive_range(path, at) for path, at in zip(layer.path, (row, column), strict=True)
    )
    field = Box(top, left, bottom, right)
    bias = float(layer.bias[channel])
    return PixelSum(
        layer=layer.name,
        kind=layer.kind,
        channel=channel,
        row=row,
        column=column,
        channels=channels,
        rows=rows,
        columns=columns,
        patch=patch,
        padded=padded,
        weights=weights,
        products=products,
        bias=bias,
        total=float(products.sum()) + bias,
        value=float(layer.outputs[channel, row, column]),
        receptive_field=field,
        receptive_field_on_input=field.clipped(*layer.input_size),
    )


def _channels_read(layer: ConvolutionLayer, channel: int) -> NDArray[np.int64]:
    """Which input channels an output channel reads: its group's."""
    read = layer.weights.shape[1]
    groups = layer.inputs.shape[0] // read
    group = channel * groups // layer.weights.shape[0]
    return np.arange(group * read, (group + 1) * read)
