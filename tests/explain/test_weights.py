from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from torch import nn

from cnnviz.explain.weights import LayerKernels, common_limit, spatial_kernels
from cnnviz.models.mobilenet_v1 import MobileNetV1


def counted(convolution: nn.Module) -> nn.Module:
    """Its weights are 0, 1, 2, ... in memory's order."""
    with torch.no_grad():
        weight = convolution.weight
        weight.copy_(torch.arange(weight.numel(), dtype=torch.float32).reshape(weight.shape))
    return convolution


def planes(*values: float) -> LayerKernels:
    return LayerKernels("", np.float32(values)[:, None, None], len(values))


def test_pointwise_layers_are_left_out_and_the_others_come_in_order(model: MobileNetV1) -> None:
    layers = spatial_kernels(model)
    assert [layer.name for layer in layers] == [
        "stem",
        *(f"blocks.{i}.depthwise" for i in range(len(model.blocks))),
    ]
    for layer in layers:
        weight = model.get_submodule(layer.name).weight
        assert_array_equal(layer.kernels, weight.detach().reshape(-1, 3, 3)[:64])
        assert (layer.shown, layer.total) == (min(64, weight.numel() // 9), weight.numel() // 9)


def test_of_a_standard_layer_the_planes_of_the_first_outputs_are_shown(
    make: Callable[..., MobileNetV1],
) -> None:
    model = make(separable=False)
    layer = spatial_kernels(model, at_most=21)[1]
    assert layer.name == "blocks.0.conv"
    assert layer.total == 16 * 8
    assert layer.shown == 21
    weight = model.blocks[0].conv.weight.detach()  # (16, 8, 3, 3)
    assert_array_equal(layer.kernels[20], weight[2, 4])


def test_each_depth_of_a_volume_is_a_plane() -> None:
    network = nn.Sequential(counted(nn.Conv3d(2, 3, (7, 3, 5))))
    [layer] = spatial_kernels(network, at_most=100)
    assert layer.total == layer.shown == 3 * 2 * 7
    assert_array_equal(layer.kernels, np.arange(42 * 15).reshape(42, 3, 5))
    [first] = spatial_kernels(network, at_most=15)
    assert_array_equal(first.kernels, layer.kernels[:15])
    assert first.total == 42


def test_what_looks_at_one_pixel_only_is_no_spatial_kernel() -> None:
    network = nn.Sequential(
        nn.Conv2d(2, 2, 1), nn.Conv3d(1, 2, (7, 1, 1)), nn.Linear(3, 3), nn.Conv1d(2, 2, 3)
    )
    assert spatial_kernels(network) == ()
    assert len(spatial_kernels(nn.Sequential(nn.Conv2d(2, 2, (1, 3))))) == 1


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_kernels_are_copies_in_the_same_order_however_they_lie_in_memory(
    memory_format: torch.memory_format,
) -> None:
    convolution = counted(nn.Conv2d(4, 6, 3)).to(memory_format=memory_format)
    [layer] = spatial_kernels(nn.Sequential(convolution), at_most=10)
    expected = np.arange(90).reshape(10, 3, 3)
    assert_array_equal(layer.kernels, expected)
    nn.init.zeros_(convolution.weight)
    assert_array_equal(layer.kernels, expected)
    assert layer.kernels.dtype == np.float32


def test_the_network_is_left_as_it_was(model: MobileNetV1) -> None:
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    spatial_kernels(model)
    assert model.training
    assert all(value.requires_grad for value in model.parameters())
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize("at_most", [0, -1])
def test_no_kernel_at_all_is_refused(model: MobileNetV1, at_most: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        spatial_kernels(model, at_most)


def test_the_common_limit_holds_every_weight_of_all_layers() -> None:
    assert common_limit(planes(1, -3), planes(2)) == 3
    assert common_limit(planes(1, 2)) == 2


def test_there_is_a_limit_where_all_is_zero_and_where_weights_have_run_away() -> None:
    assert common_limit() == common_limit(planes(0, 0)) == 1
    assert common_limit(planes(np.nan, np.inf, -0.5)) == 0.5
    assert common_limit(planes(np.nan)) == 1
