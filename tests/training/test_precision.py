"""Depthwise convolutions that compute in float32 where all else rounds."""

import copy

import pytest
import torch
from torch import nn

from cnnviz.models.mobilenet_v2 import MobileNetV2
from cnnviz.training.precision import depthwise_in_float32

THIN = {"alpha": 0.25, "last_channels": 64}


def made() -> tuple[MobileNetV2, MobileNetV2]:
    """A network, and the same with its depthwise convolutions in float32."""
    torch.manual_seed(0)
    plain = MobileNetV2(**THIN).eval()
    changed = copy.deepcopy(plain)
    depthwise_in_float32(changed)
    return plain, changed


def test_without_rounding_nothing_changes() -> None:
    plain, changed = made()
    x = torch.randn(2, 3, 32, 32)
    assert torch.equal(plain(x), changed(x))
    assert list(plain.state_dict()) == list(changed.state_dict())


def test_depthwise_convolutions_round_their_result_alone() -> None:
    plain, changed = made()
    block, other = plain.blocks[1], changed.blocks[1]
    x = torch.randn(2, block.depthwise.in_channels, 8, 8).bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        rounded, kept = block.depthwise(x), other.depthwise(x)
        assert torch.equal(block.project(x), other.project(x))  # the others are as they were
    exact = nn.functional.conv2d(x.float(), block.depthwise.weight, None, 1, 1, 1, x.shape[1])
    assert kept.dtype == rounded.dtype == torch.bfloat16
    assert torch.equal(kept, exact.bfloat16())
    assert not torch.equal(rounded, exact.bfloat16())  # its weights were rounded, too


@pytest.mark.parametrize("copied", [False, True])
def test_gradients_arrive_in_float32(copied: bool) -> None:
    _plain, changed = made()
    model = copy.deepcopy(changed) if copied else changed
    with torch.autocast("cpu", torch.bfloat16):
        model(torch.randn(2, 3, 16, 16)).float().sum().backward()
    depthwise = [m for m in model.modules() if isinstance(m, nn.Conv2d) and m.groups > 1]
    assert len(depthwise) == 17
    assert all(
        m.weight.grad is not None and m.weight.grad.dtype == torch.float32 for m in depthwise
    )
