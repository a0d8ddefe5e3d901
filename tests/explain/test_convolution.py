import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from cnnviz.explain.convolution import (
    Box,
    Step,
    convolution_layer,
    pixel_sum,
    receptive_range,
    steps_of,
)

CONVOLUTIONS = {
    "standard": nn.Conv2d(4, 6, 3, padding=1),
    "strided": nn.Conv2d(4, 6, 3, stride=2, padding=1),
    "depthwise": nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False),
    "two kernels a channel": nn.Conv2d(4, 8, 3, padding=1, groups=4),
    "grouped": nn.Conv2d(4, 6, 3, groups=2),
    "pointwise": nn.Conv2d(4, 6, 1),
    "dilated": nn.Conv2d(4, 6, 3, padding=2, dilation=2),
    "not square": nn.Conv2d(4, 6, (1, 5), stride=(1, 3), padding=(0, 2)),
}


@pytest.mark.parametrize("convolution", CONVOLUTIONS.values(), ids=CONVOLUTIONS)
def test_every_pixel_of_every_kind_is_the_sum_by_hand(convolution: nn.Conv2d) -> None:
    x = torch.randn(1, 4, 7, 8)
    layer = convolution_layer(convolution.eval(), x, [""], None)
    for channel, row, column in np.ndindex(layer.outputs.shape):
        pixel = pixel_sum(layer, channel, row, column)
        assert pixel.total == pytest.approx(pixel.value, abs=1e-5)
        assert pixel.total == pytest.approx(pixel.products.sum() + pixel.bias)
        assert_array_equal(pixel.products, pixel.patch.astype(np.float64) * pixel.weights)


def test_a_sum_known_by_heart() -> None:
    convolution = nn.Conv2d(1, 1, 3, padding=1, bias=False).eval()
    nn.init.ones_(convolution.weight)
    x = torch.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    pixel = pixel_sum(convolution_layer(convolution, x, [""], None), 0, 0, 0)
    assert pixel.total == pixel.value == 1 + 2 + 4 + 5
    assert_array_equal(pixel.patch[0], [[0, 0, 0], [0, 1, 2], [0, 4, 5]])
    assert_array_equal(
        pixel.padded, [[True, True, True], [True, False, False], [True, False, False]]
    )
    assert_array_equal(pixel.rows, [-1, 0, 1])
    assert_array_equal(pixel.columns, [-1, 0, 1])
    assert pixel.receptive_field == Box(-1, -1, 2, 2)
    assert pixel.receptive_field_on_input == Box(0, 0, 2, 2)


def test_a_kernel_larger_than_the_picture_is_padded_on_both_sides() -> None:
    convolution = nn.Conv2d(1, 1, 5, padding=2).eval()
    pixel = pixel_sum(convolution_layer(convolution, torch.ones(1, 1, 1, 1), [""], None), 0, 0, 0)
    assert (~pixel.padded).sum() == 1
    assert pixel.total == pytest.approx(pixel.value)
    assert pixel.receptive_field_on_input == Box(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("path", "index", "expected"),
    [
        ([], 3, (3, 4)),
        ([Step(3, 1, 1)], 0, (-1, 2)),
        ([Step(1, 1, 0)], 5, (5, 6)),
        ([Step(3, 1, 1)] * 17, 20, (3, 38)),  # 17 layers of 3x3 see 2 * 17 + 1 pixels
        ([Step(3, 2, 1), Step(3, 2, 1)], 1, (1, 8)),
        ([Step(3, 1, 2, dilation=2)], 4, (2, 7)),
    ],
)
def test_receptive_ranges(path: list[Step], index: int, expected: tuple[int, int]) -> None:
    assert receptive_range(path, index) == expected


@pytest.mark.parametrize(
    ("box", "clipped"),
    [
        (Box(-2, 1, 3, 9), Box(0, 1, 3, 6)),
        (Box(1, 1, 2, 2), Box(1, 1, 2, 2)),
        (Box(7, -5, 9, -1), Box(5, 0, 5, 0)),
    ],
)
def test_boxes_are_clipped_to_the_picture(box: Box, clipped: Box) -> None:
    assert box.clipped(5, 6) == clipped


@pytest.mark.parametrize(
    "pixel", [(6, 0, 0), (0, 7, 0), (0, 0, 8), (-1, 0, 0), (0, -1, 0), (0, 0, -1)]
)
def test_a_pixel_that_is_not_there_is_refused(pixel: tuple[int, int, int]) -> None:
    layer = convolution_layer(CONVOLUTIONS["standard"], torch.randn(1, 4, 7, 8), [""], None)
    with pytest.raises(ValueError, match="no pixel"):
        pixel_sum(layer, *pixel)


@pytest.mark.parametrize(
    "convolution",
    [nn.Conv2d(4, 4, 3, padding="same"), nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect")],
)
def test_other_paddings_than_zeros_are_refused(convolution: nn.Conv2d) -> None:
    with pytest.raises(ValueError, match="padded"):
        steps_of(convolution)


def test_a_layer_that_is_no_convolution_is_refused() -> None:
    model = nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU()).eval()
    with pytest.raises(ValueError, match="not all convolutions"):
        convolution_layer(model, torch.randn(1, 4, 2, 2), ["0", "1"], "0")


def test_the_layer_keeps_what_was_read_and_put_out() -> None:
    model = nn.Sequential(nn.Conv2d(4, 3, 3), nn.ReLU(), nn.Conv2d(3, 2, 3, stride=2)).eval()
    x = torch.randn(1, 4, 9, 9)
    layer = convolution_layer(model, x, ["0", "2"], "1")
    with torch.inference_mode():
        assert_array_equal(layer.inputs, model[:2](x)[0])
        assert_array_equal(layer.outputs, model(x)[0])
    assert_allclose(layer.weights, model[2].weight.detach())
    assert layer.path == ((Step(3, 1, 0), Step(3, 2, 0)),) * 2
    assert layer.input_size == (9, 9)
