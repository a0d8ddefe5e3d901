"""MobileNetV1 taken apart: its maps block by block, its convolutions by hand.

Every function takes a network in evaluation mode, which threads may share, and leaves it as it was.
Inputs ``x`` are normalised pictures (1, C, H, W). Maps and weights are float32 and read-only.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from cnnviz import activations
from cnnviz.explain.arrays import Array, array, norm_line, one_input
from cnnviz.explain.convolution import (
    Box,
    ConvolutionLayer,
    convolution_layer,
    output_size,
    receptive_range,
    steps_of,
)
from cnnviz.explain.pointwise import PointwiseSum
from cnnviz.explain.pointwise import pointwise_sum as _pointwise_sum
from cnnviz.explain.prediction import Prediction, ranked
from cnnviz.models.mobilenet_v1 import MobileNetV1, SeparableBlock


@dataclass(frozen=True, slots=True)
class BlockMaps:
    """One separable block: M channels in, N channels out, and h = H / stride.

    Attributes:
        block: its number, from 0.
        stride: of the depthwise convolution.
        inputs: (M, H, W) what it reads: never negative, since a ReLU stands before it.
        kernels: (M, k, k) the depthwise kernels, one a channel.
        depthwise_raw: (M, h, w) each input map filtered with its kernel.
        depthwise_maps: (M, h, w) the same after batch norm and ReLU.
        matrix: (N, M) the pointwise convolution's weights: rows are output channels.
        pointwise_raw: (N, h, w) matrix times depthwise maps, pixel by pixel.
        maps: (N, h, w) the same after batch norm and ReLU: the block's output.
        pointwise_scale, pointwise_shift: (N,) the batch norm after the pointwise convolution as a
            line, scale * raw + shift.
    """

    block: int
    stride: int
    inputs: Array
    kernels: Array
    depthwise_raw: Array
    depthwise_maps: Array
    matrix: Array
    pointwise_raw: Array
    maps: Array
    pointwise_scale: Array
    pointwise_shift: Array


@dataclass(frozen=True, slots=True)
class Look:
    """The first maps of a block, and what the network says of the picture.

    Attributes:
        depthwise_maps: (at most ``most``, h, w) as in ``BlockMaps``.
        maps: (at most ``most``, h, w) as in ``BlockMaps``.
        channels: M and N, how many there are in all.
        prediction: the five most probable classes.
    """

    depthwise_maps: Array
    maps: Array
    channels: tuple[int, int]
    prediction: Prediction


def block_maps(model: MobileNetV1, x: Tensor, block: int) -> BlockMaps:
    """Run the network as far as one separable block.

    Args:
        model, x: as everywhere here.
        block: its number, from 0.

    Raises:
        ValueError: where ``x`` is not one picture, the model is in training mode, or there is no
            separable block of that number.
    """
    separable = _separable(model, block)
    names = [_source(block), *_block_names(block)]
    recorded = activations.outputs(model, one_input(x), names)
    return _block(block, separable, {name: array(recorded[name][0]) for name in names})


def look(model: MobileNetV1, x: Tensor, block: int, most: int) -> Look:
    """Take a block's first maps and the prediction from one pass: what follows a moving hand.

    Args:
        model, x: as everywhere here.
        block: its number, from 0.
        most: channels at most; copying all of them takes longer than the network does.

    Raises:
        ValueError: as ``block_maps``.
    """
    _separable(model, block)
    depthwise, pointwise = (f"blocks.{block}.{part}_relu" for part in ("depthwise", "pointwise"))
    recorded = activations.outputs(model, one_input(x), [depthwise, pointwise, "classifier"])
    between, after = recorded[depthwise][0], recorded[pointwise][0]
    return Look(
        depthwise_maps=array(between[:most]),
        maps=array(after[:most]),
        channels=(len(between), len(after)),
        prediction=ranked(recorded["classifier"][0]),
    )


def pointwise_sum(maps: BlockMaps, channel: int) -> PointwiseSum:
    """Take one output channel of a block's pointwise convolution apart by input channel.

    Raises:
        ValueError: where there is no such output channel.
    """
    return _pointwise_sum(
        maps.depthwise_maps,
        maps.matrix,
        channel,
        scale=maps.pointwise_scale,
        shift=maps.pointwise_shift,
    )


def convolution_names(model: MobileNetV1) -> tuple[str, ...]:
    """Names of all convolutions in the order they run: what ``layer_maps`` can run up to."""
    return tuple(name for name, part in model.named_modules() if isinstance(part, nn.Conv2d))


def layer_maps(model: MobileNetV1, x: Tensor, layer: str) -> ConvolutionLayer:
    """Run the network up to one convolution: what ``convolution.pixel_sum`` takes pixels from.

    Args:
        model, x: as everywhere here.
        layer: one of ``convolution_names``: "stem", "blocks.0.depthwise", "blocks.0.pointwise" or,
            in a network that is not separable, "blocks.0.conv".

    Raises:
        ValueError: where ``x`` is not one picture, the model is in training mode, or there is no
            convolution of that name.
    """
    names = convolution_names(model)
    if layer not in names:
        raise ValueError(f"the model has no convolution named {layer!r}")
    chain = names[: names.index(layer) + 1]
    # Every convolution but the first reads the ReLU behind the one before it.
    source = _relu_of(chain[-2]) if len(chain) > 1 else None
    return convolution_layer(model, x, chain, source)


def middle_receptive_field(model: MobileNetV1, layer: str, size: int) -> Box:
    """What the middle pixel of a convolution's output depends on, without running the network.

    Args:
        model: the network.
        layer: one of ``convolution_names``.
        size: height and width of the input.

    Returns:
        a box of the input's pixels, as if the input had no borders.

    Raises:
        ValueError: where there is no convolution of that name.
    """
    names = convolution_names(model)
    if layer not in names:
        raise ValueError(f"the model has no convolution named {layer!r}")
    links = (model.get_submodule(name) for name in names[: names.index(layer) + 1])
    path = [steps_of(link)[0] for link in links if isinstance(link, nn.Conv2d)]
    first, last = receptive_range(path, output_size(path, size) // 2)
    return Box(first, first, last, last)  # kernels and strides are square


def _block_names(block: int) -> tuple[str, ...]:
    parts = ("depthwise", "depthwise_relu", "pointwise", "pointwise_relu")
    return tuple(f"blocks.{block}.{part}" for part in parts)


def _source(block: int) -> str:
    return f"blocks.{block - 1}.pointwise_relu" if block else "stem_relu"


def _relu_of(convolution: str) -> str:
    if convolution.endswith("conv"):
        return convolution.removesuffix("conv") + "relu"
    return convolution + "_relu"


def _separable(model: MobileNetV1, block: int) -> SeparableBlock:
    found = model.blocks[block] if 0 <= block < len(model.blocks) else None
    if not isinstance(found, SeparableBlock):
        raise ValueError(f"the model has no separable block {block}")
    return found


def _block(number: int, block: SeparableBlock, maps: dict[str, Array]) -> BlockMaps:
    depthwise, depthwise_relu, pointwise, pointwise_relu = _block_names(number)
    pointwise_scale, pointwise_shift = norm_line(block.pointwise_norm)
    return BlockMaps(
        block=number,
        stride=block.depthwise.stride[0],
        inputs=maps[_source(number)],
        kernels=array(block.depthwise.weight[:, 0]),
        depthwise_raw=maps[depthwise],
        depthwise_maps=maps[depthwise_relu],
        matrix=array(block.pointwise.weight[:, :, 0, 0]),
        pointwise_raw=maps[pointwise],
        maps=maps[pointwise_relu],
        pointwise_scale=pointwise_scale,
        pointwise_shift=pointwise_shift,
    )
