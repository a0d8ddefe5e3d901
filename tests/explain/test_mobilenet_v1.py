from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from threading import Barrier
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch import Tensor, nn

from cnnviz.explain import mobilenet_v1 as explain
from cnnviz.explain.convolution import PixelSum, pixel_sum
from cnnviz.explain.prediction import predict
from cnnviz.models.mobilenet_v1 import MobileNetV1

Make = Callable[..., MobileNetV1]


def pixel_of(model: MobileNetV1, x: Tensor, layer: str, *at: int) -> PixelSum:
    return pixel_sum(explain.layer_maps(model, x, layer), *at)


CALLS: dict[str, Callable[[MobileNetV1, Tensor], Any]] = {
    "block_maps": lambda model, x: explain.block_maps(model, x, 1),
    "layer_maps": lambda model, x: explain.layer_maps(model, x, "blocks.2.pointwise"),
    "pixel_sum": lambda model, x: pixel_of(model, x, "blocks.1.depthwise", 0, 1, 2),
    "predict": predict,
    "look": lambda model, x: explain.look(model, x, 1, 8),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def arrays_of(result: Any) -> list[np.ndarray]:
    """All arrays of a result, those of results inside it included."""
    if isinstance(result, np.ndarray):
        return [result]
    parts = result if isinstance(result, tuple) else []
    if is_dataclass(result):
        parts = [getattr(result, field.name) for field in fields(result)]
    return [array for part in parts for array in arrays_of(part)]


def test_the_maps_are_what_each_layer_computes(model: MobileNetV1, x: Tensor) -> None:
    with torch.inference_mode():
        stem = explain.layer_maps(model, x, "stem")
        assert_array_equal(stem.inputs, x[0])
        at = model.stem(x)
        assert_array_equal(stem.outputs, at[0])
        assert_array_equal(stem.weights, model.stem.weight)
        at = model.stem_norm(at).relu()
        for number, block in enumerate(model.blocks):
            maps = explain.block_maps(model, x, number)
            assert_array_equal(maps.inputs, at[0])
            at = block.depthwise(at)
            assert_array_equal(maps.depthwise_raw, at[0])
            assert_array_equal(maps.kernels, block.depthwise.weight[:, 0])
            at = block.depthwise_norm(at).relu()
            assert_array_equal(maps.depthwise_maps, at[0])
            at = block.pointwise(at)
            assert_array_equal(maps.pointwise_raw, at[0])
            assert_array_equal(maps.matrix, block.pointwise.weight[:, :, 0, 0])
            at = block.pointwise_norm(at).relu()
            assert_array_equal(maps.maps, at[0])


@pytest.mark.parametrize("part", ["depthwise", "pointwise"])
@pytest.mark.parametrize("block", range(4))
def test_a_convolution_alone_is_that_of_its_block(
    model: MobileNetV1, x: Tensor, block: int, part: str
) -> None:
    layer = explain.layer_maps(model, x, f"blocks.{block}.{part}")
    whole = explain.block_maps(model, x, block)
    read = {"depthwise": whole.inputs, "pointwise": whole.depthwise_maps}
    made = {"depthwise": whole.depthwise_raw, "pointwise": whole.pointwise_raw}
    assert_array_equal(layer.inputs, read[part])
    assert_array_equal(layer.outputs, made[part])


def test_a_look_says_what_the_network_says(model: MobileNetV1, x: Tensor) -> None:
    found = explain.look(model, x, 0, 1).prediction
    with torch.inference_mode():
        probabilities = model(x)[0].softmax(0)
    best = probabilities.argsort(descending=True)[:5]
    assert_array_equal(found.classes, best)
    assert_array_equal(found.probabilities, probabilities[best])


@pytest.mark.parametrize("block", range(4))
def test_batch_norm_as_a_line_and_relu_make_the_maps(
    model: MobileNetV1, x: Tensor, block: int
) -> None:
    maps = explain.block_maps(model, x, block)
    scale, shift = (v[:, None, None] for v in (maps.pointwise_scale, maps.pointwise_shift))
    assert_allclose((maps.pointwise_raw * scale + shift).clip(0), maps.maps, atol=1e-5)


def test_shapes_are_those_of_the_documentation(model: MobileNetV1, x: Tensor) -> None:
    maps = explain.block_maps(model, x, 1)
    assert maps.inputs.shape == (16, 19, 24)
    assert maps.kernels.shape == (16, 3, 3)
    assert maps.depthwise_raw.shape == maps.depthwise_maps.shape == (16, 10, 12)
    assert maps.matrix.shape == (24, 16)
    assert maps.pointwise_raw.shape == maps.maps.shape == (24, 10, 12)
    assert maps.pointwise_scale.shape == maps.pointwise_shift.shape == (24,)
    assert (maps.block, maps.stride) == (1, 2)


def test_one_look_is_the_blocks_maps_and_the_prediction(model: MobileNetV1, x: Tensor) -> None:
    look, maps = explain.look(model, x, 2, 5), explain.block_maps(model, x, 2)
    assert_array_equal(look.depthwise_maps, maps.depthwise_maps[:5])
    assert_array_equal(look.maps, maps.maps[:5])
    assert look.channels == (len(maps.depthwise_maps), len(maps.maps))
    for one, other in zip(arrays_of(look.prediction), arrays_of(predict(model, x)), strict=True):
        assert_array_equal(one, other)


@pytest.mark.parametrize("block", range(4))
def test_the_last_partial_sum_is_the_blocks_output(
    model: MobileNetV1, x: Tensor, block: int
) -> None:
    maps = explain.block_maps(model, x, block)
    for channel in range(len(maps.matrix)):
        parts = explain.pointwise_sum(maps, channel)
        assert_allclose(parts.partial(len(parts.order)), maps.pointwise_raw[channel], atol=1e-5)
        assert_allclose(parts.finished(len(parts.order)), maps.maps[channel], atol=1e-5)


def test_every_convolution_can_be_shown_by_hand(make: Make, x: Tensor) -> None:
    names = explain.convolution_names(make())
    assert names[:3] == ("stem", "blocks.0.depthwise", "blocks.0.pointwise")
    assert len(names) == 9
    assert explain.convolution_names(make(separable=False))[-1] == "blocks.3.conv"


@pytest.mark.parametrize("separable", [True, False])
@pytest.mark.parametrize("kernel_size", [3, 5])
def test_the_sum_by_hand_is_the_maps_value(
    make: Make, x: Tensor, separable: bool, kernel_size: int
) -> None:
    model = make(separable=separable, kernel_size=kernel_size)
    for layer in explain.convolution_names(model):
        maps = explain.layer_maps(model, x, layer)
        channels, height, width = maps.outputs.shape
        for row, column in {(0, 0), (height - 1, width - 1), (height // 2, width // 3)}:
            pixel = pixel_sum(maps, channels - 1, row, column)
            assert pixel.total == pytest.approx(pixel.value, abs=1e-5)
            assert pixel.layer == layer


def test_a_pixel_by_hand_is_that_pixel_of_the_layers_maps(model: MobileNetV1, x: Tensor) -> None:
    maps = explain.layer_maps(model, x, "blocks.2.pointwise")
    pixel = pixel_sum(maps, 3, 4, 5)
    assert pixel.value == maps.outputs[3, 4, 5]
    assert (pixel.channel, pixel.row, pixel.column) == (3, 4, 5)
    assert_array_equal(pixel.patch[:, 0, 0], maps.inputs[:, 4, 5])


@pytest.mark.parametrize(
    ("layer", "kind", "shape"),
    [
        ("stem", "convolution", (3, 3, 3)),
        ("blocks.1.depthwise", "depthwise", (1, 3, 3)),
        ("blocks.1.pointwise", "pointwise", (16, 1, 1)),
    ],
)
def test_a_pixel_says_which_numbers_meet_in_it(
    model: MobileNetV1, x: Tensor, layer: str, kind: str, shape: tuple[int, ...]
) -> None:
    pixel = pixel_of(model, x, layer, 5, 2, 3)
    assert pixel.kind == kind
    assert pixel.patch.shape == pixel.weights.shape == pixel.products.shape == shape
    assert_array_equal(pixel.channels, [5] if kind == "depthwise" else np.arange(shape[0]))


@pytest.mark.parametrize("separable", [True, False])
def test_the_receptive_field_is_where_the_gradient_is(make: Make, separable: bool) -> None:
    model = make(separable=separable).double()
    for norm in model.modules():  # every ReLU open, so that no path is cut by chance
        if isinstance(norm, nn.BatchNorm2d):
            nn.init.constant_(norm.bias, 100)
    x = torch.randn(1, 3, 29, 33, dtype=torch.float64, requires_grad=True)
    for layer in explain.convolution_names(model):
        raw = x
        for part in _up_to(model, layer):
            raw = part(raw)
        height, width = raw.shape[2:]
        for row, column in {(0, 0), (height - 1, width - 1), (height // 2, width // 2)}:
            (gradient,) = torch.autograd.grad(raw[0, 2, row, column], x, retain_graph=True)
            rows, columns = (gradient[0].abs().sum(0) > 0).nonzero().unbind(1)
            box = pixel_of(model, x, layer, 2, row, column).receptive_field_on_input
            touched = (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)
            assert tuple(map(int, touched)) == (box.top, box.left, box.bottom, box.right), layer


def _up_to(model: MobileNetV1, layer: str) -> list[nn.Module]:
    leaves = [(n, m) for n, m in model.named_modules() if not list(m.children())]
    names = [name for name, _ in leaves]
    return [module for _, module in leaves[: names.index(layer) + 1]]


@pytest.mark.parametrize("layer", ["stem", "blocks.1.depthwise", "blocks.3.pointwise"])
@pytest.mark.parametrize("size", [19, 24])
def test_the_middle_pixels_field_is_that_of_the_pixel_by_hand(
    model: MobileNetV1, layer: str, size: int
) -> None:
    maps = explain.layer_maps(model, torch.zeros(1, 3, size, size), layer)
    middle = maps.outputs.shape[1] // 2
    by_hand = pixel_sum(maps, 0, middle, middle).receptive_field
    assert explain.middle_receptive_field(model, layer, size) == by_hand
    with pytest.raises(ValueError, match="no convolution"):
        explain.middle_receptive_field(model, "stem_relu", size)


@every_call
def test_visitors_of_one_model_each_see_their_own_picture(
    model: MobileNetV1, call: Callable[..., Any]
) -> None:
    pictures = [
        torch.randn(1, 3, 12, 12, generator=torch.Generator().manual_seed(i)) for i in (1, 2)
    ]
    alone = [arrays_of(call(model, picture)) for picture in pictures]
    together = Barrier(len(pictures))

    def visitor(picture: Tensor) -> list[list[np.ndarray]]:
        together.wait(timeout=60)
        return [arrays_of(call(model, picture)) for _ in range(10)]

    with ThreadPoolExecutor(len(pictures)) as pool:
        for expected, visits in zip(alone, pool.map(visitor, pictures), strict=True):
            for found in visits:
                for one, other in zip(expected, found, strict=True):
                    assert_array_equal(one, other)


@every_call
def test_nothing_is_left_behind(model: MobileNetV1, x: Tensor, call: Callable[..., Any]) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    picture, state = x.clone(), torch.get_rng_state()
    call(model, x)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(x, picture)
    assert not any(module.training or module._forward_hooks for module in model.modules())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


@pytest.mark.parametrize("name", ["block_maps", "layer_maps"])
def test_maps_that_visitors_share_cannot_be_written_to(
    model: MobileNetV1, x: Tensor, name: str
) -> None:
    assert not any(array.flags.writeable for array in arrays_of(CALLS[name](model, x)))


@every_call
def test_a_result_is_a_copy_of_the_picture_and_the_weights(
    model: MobileNetV1, x: Tensor, call: Callable[..., Any]
) -> None:
    found = arrays_of(call(model, x))
    kept = [array.copy() for array in found]
    with torch.no_grad():
        x.zero_()
        for parameter in model.parameters():
            parameter.zero_()
    for one, other in zip(kept, found, strict=True):
        assert_array_equal(one, other)


@every_call
def test_a_channels_last_network_gives_the_same_in_plain_order(
    model: MobileNetV1, x: Tensor, call: Callable[..., Any]
) -> None:
    expected = arrays_of(call(model, x))
    model.to(memory_format=torch.channels_last)
    found = arrays_of(call(model, x.contiguous(memory_format=torch.channels_last)))
    for one, other in zip(expected, found, strict=True):
        assert other.flags.c_contiguous
        assert_allclose(one, other, atol=1e-5)


@every_call
@pytest.mark.parametrize("shape", [(3, 12, 12), (2, 3, 12, 12)])
def test_only_one_picture_at_a_time_is_taken(
    model: MobileNetV1, call: Callable[..., Any], shape: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="one input"):
        call(model, torch.zeros(shape))


@every_call
def test_a_network_in_training_mode_is_refused_as_it_is(
    model: MobileNetV1, x: Tensor, call: Callable[..., Any]
) -> None:
    with pytest.raises(ValueError, match="training mode"):
        call(model.train(), x)
    assert model.training


@pytest.mark.parametrize("block", [-1, 4])
def test_a_block_that_is_not_there_is_refused(model: MobileNetV1, x: Tensor, block: int) -> None:
    with pytest.raises(ValueError, match="no separable block"):
        explain.block_maps(model, x, block)


def test_standard_blocks_have_no_separable_maps(make: Make, x: Tensor) -> None:
    model = make(separable=False)
    for call in (
        lambda: explain.block_maps(model, x, 0),
        lambda: explain.look(model, x, 0, 8),
    ):
        with pytest.raises(ValueError, match="no separable block"):
            call()


def test_a_layer_that_is_no_convolution_is_refused(model: MobileNetV1, x: Tensor) -> None:
    with pytest.raises(ValueError, match="no convolution named 'classifier'"):
        explain.layer_maps(model, x, "classifier")
