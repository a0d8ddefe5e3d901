import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from cnnviz.explain.filters import BlockFilters, block_filters, depthwise_filters, share_dead
from cnnviz.models.mobilenet_v1 import MobileNetV1
from cnnviz.models.mobilenet_v2 import MobileNetV2


@pytest.fixture
def filters() -> BlockFilters:
    """Four channels: sound, empty kernel, gamma zero, and one whose input was always empty."""
    convolution = nn.Conv2d(4, 4, 3, groups=4, bias=False)
    norm = nn.BatchNorm2d(4).eval()
    with torch.no_grad():
        convolution.weight[:] = torch.tensor([1, 1e-4, 2, 1])[:, None, None, None]
        norm.weight[:] = torch.tensor([-2, 1, 0, 1])
        norm.bias[:] = torch.tensor([0, 0.5, 0, -1])
        norm.running_var[:] = torch.tensor([4, 1e-8, 4, 0])
    return block_filters("blocks.0.depthwise", convolution, norm)


def test_the_measures_are_those_of_the_documentation(filters: BlockFilters) -> None:
    assert_allclose(filters.norm, [3, 3e-4, 6, 3], rtol=1e-6)
    assert_allclose(filters.gamma, [2, 1, 0, 1])
    eps = 1e-5
    assert_allclose(filters.response, [2, np.sqrt(1e-8 / (1e-8 + eps)), 0, 0], rtol=1e-5)


def test_response_is_the_spread_of_the_channel_over_the_data() -> None:
    torch.manual_seed(0)
    convolution, norm = nn.Conv2d(5, 5, 3, groups=5, bias=False), nn.BatchNorm2d(5, momentum=None)
    nn.init.uniform_(norm.weight, -2, 2)
    x = torch.randn(8, 5, 20, 20)
    with torch.no_grad():
        norm(convolution(x))  # in training mode: takes the statistics
        spread = norm.eval()(convolution(x)).transpose(0, 1).flatten(1).std(dim=1)
    assert_allclose(block_filters("", convolution, norm).response, spread, rtol=1e-4)


def test_by_norm_a_kernel_is_dead_when_its_tile_would_be_blank(filters: BlockFilters) -> None:
    dead = share_dead([filters], 0.05)
    assert_array_equal(dead.by_block[0], [False, True, False, False])
    assert dead.share == pytest.approx(0.25)
    assert_allclose(dead.shares, [0.25])


def test_by_response_a_channel_that_never_moves_is_dead_too(filters: BlockFilters) -> None:
    dead = share_dead([filters], 0.05, "response")
    assert_array_equal(dead.by_block[0], [False, True, True, True])


def test_a_block_of_which_most_is_dead_is_seen_as_such() -> None:
    convolution = nn.Conv2d(10, 10, 3, groups=10, bias=False)
    with torch.no_grad():
        convolution.weight[1:] *= 1e-3
    filters = block_filters("", convolution, nn.BatchNorm2d(10))
    assert share_dead([filters], 0.05).share == pytest.approx(0.9)


def test_the_share_of_all_weighs_blocks_by_their_kernels(filters: BlockFilters) -> None:
    sound = block_filters("", nn.Conv2d(12, 12, 3, groups=12), nn.BatchNorm2d(12))
    dead = share_dead([filters, sound], 0.05)
    assert_allclose(dead.shares, [0.25, 0])
    assert dead.share == pytest.approx(1 / 16)


def test_the_share_grows_with_the_threshold_from_the_empty_ones_to_all() -> None:
    convolution = nn.Conv2d(50, 50, 3, groups=50, bias=False)
    nn.init.zeros_(convolution.weight[:5])
    filters = [block_filters("", convolution, nn.BatchNorm2d(50))]
    shares = [share_dead(filters, threshold).share for threshold in np.linspace(0, 1, 21)]
    assert (shares[0], shares[-1]) == (pytest.approx(0.1), 1)
    assert shares == sorted(shares)


@pytest.mark.parametrize("threshold", [-0.1, 1.1])
def test_a_threshold_outside_of_0_to_1_is_refused(filters: BlockFilters, threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        share_dead([filters], threshold)


def test_a_batch_norm_without_statistics_is_refused() -> None:
    norm = nn.BatchNorm2d(2, track_running_stats=False)
    with pytest.raises(ValueError, match="statistics"):
        block_filters("", nn.Conv2d(2, 2, 3, groups=2), norm)


def test_mobilenet_v1_s_kernels_are_measured_block_by_block() -> None:
    model = MobileNetV1(blocks=((16, 1), (24, 2), (32, 2)), stem_channels=8)
    found = depthwise_filters(model)
    assert [block.name for block in found] == [f"blocks.{i}.depthwise" for i in range(3)]
    for block, module in zip(found, model.blocks, strict=True):
        assert_array_equal(block.kernels, module.depthwise.weight.detach()[:, 0])
        norms = module.depthwise.weight.detach().flatten(1).norm(dim=1)
        assert_allclose(block.norm, norms, rtol=1e-6)


def test_mobilenet_v2_s_kernels_are_measured_block_by_block() -> None:
    model = MobileNetV2(stages=((1, 16, 1, 1), (6, 24, 2, 2)))
    nn.init.constant_(model.blocks[1].depthwise_norm.weight, -3)
    found = depthwise_filters(model)
    assert [block.name for block in found] == [f"blocks.{i}.depthwise" for i in range(3)]
    assert [block.kernels.shape for block in found] == [(32, 3, 3), (96, 3, 3), (144, 3, 3)]
    for block, module in zip(found, model.blocks, strict=True):
        assert_array_equal(block.kernels, module.depthwise.weight.detach()[:, 0])
    assert_array_equal(found[1].gamma, np.full(96, 3))


def test_a_network_without_depthwise_convolutions_has_no_such_kernels() -> None:
    with pytest.raises(ValueError, match="no depthwise"):
        depthwise_filters(MobileNetV1(blocks=((16, 1),), separable=False))
