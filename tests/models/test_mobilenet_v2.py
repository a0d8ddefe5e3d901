"""MobileNetV2 against its paper, the course's numbers and torchvision."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import mobilenet_v2

from cnnviz.models.mobilenet_v2 import IMAGENET, InvertedResidual, MobileNetV2, rounded
from tests.models.theirs import give_weights

SMALL: dict[str, Any] = {"alpha": 0.25, "last_channels": 64}


def blocks_of(model: MobileNetV2) -> list[InvertedResidual]:
    return [block for block in model.blocks if isinstance(block, InvertedResidual)]


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ({}, 2_236_682),  # the paper's block on the course's layout
        ({"variant": "course"}, 2_296_922),
        (IMAGENET, 3_504_872),  # the paper's 3.4 M
        ({"num_classes": 11}, 2_236_682 + 1281),
    ],
)
def test_it_has_the_known_number_of_parameters(arguments: dict[str, Any], parameters: int) -> None:
    with torch.device("meta"):
        model = MobileNetV2(**arguments)
    assert sum(p.numel() for p in model.parameters()) == parameters


def test_with_torchvision_s_weights_it_gives_torchvision_s_output() -> None:
    torch.manual_seed(0)
    theirs, ours = mobilenet_v2(weights=None).eval(), MobileNetV2(**IMAGENET).eval()
    give_weights(theirs, ours)
    x = torch.randn(2, 3, 96, 96)
    with torch.inference_mode():
        torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("alpha", [0.35, 0.5, 0.75, 1.0, 1.3, 1.4])
def test_widths_are_torchvision_s_at_any_multiplier(alpha: float) -> None:
    with torch.device("meta"):
        theirs = mobilenet_v2(weights=None, width_mult=alpha)
        ours = MobileNetV2(**IMAGENET, alpha=alpha)
    shapes = [[tuple(p.shape) for p in model.parameters()] for model in (ours, theirs)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(
    ("channels", "width"), [(3, 8), (11, 16), (12, 16), (16, 16), (19, 24), (33.6, 32), (100, 104)]
)
def test_widths_are_multiples_of_eight(channels: float, width: int) -> None:
    assert rounded(channels) == width
    assert width >= 0.9 * channels


def test_a_block_without_its_branch_is_its_input_where_it_is_joined() -> None:
    for block in blocks_of(MobileNetV2(**SMALL).eval()):
        channels = block.depthwise.in_channels
        block.project_norm.weight.data.zero_()
        block.project_norm.bias.data.zero_()
        entering = getattr(block.expand, "in_channels", channels)
        x = torch.randn(1, entering, 8, 8)
        with torch.inference_mode():
            found = block(x)
        assert torch.equal(found, x) if block.joined else not found.any()


def test_blocks_are_joined_where_input_and_output_are_of_one_shape() -> None:
    joined = [block.joined for block in blocks_of(MobileNetV2())]
    # Every repeat of a stage, never its first block: the widths differ there.
    assert joined == [False, *[False, True], *[False, True, True], *[False, True, True, True],
                      *[False, True, True], *[False, True, True], False]  # fmt: skip


def test_the_course_joins_blocks_whose_widths_differ_too() -> None:
    paper, course = (blocks_of(MobileNetV2(variant=v)) for v in ("paper", "course"))  # type: ignore[arg-type]
    for one, other in zip(paper, course, strict=True):
        assert other.joined == (other.depthwise.stride == (1, 1))
        assert isinstance(other.depthwise_relu, nn.ReLU)
        assert isinstance(one.depthwise_relu, nn.ReLU6)


def test_there_are_as_many_shortcuts_between_expansions_as_between_bottlenecks() -> None:
    model, sums = MobileNetV2(shortcut="expansion").eval(), list[Tensor]()
    model.expansion_sum.register_forward_hook(lambda _m, _i, output: sums.append(output))
    with torch.inference_mode():
        model(torch.randn(1, 3, 8, 8))
    assert len(sums) == sum(block.joined for block in blocks_of(MobileNetV2()))


@pytest.mark.parametrize("shortcut", ["bottleneck", "expansion", "none"])
def test_shortcuts_cost_no_parameters(shortcut: str) -> None:
    counts = [
        sum(p.numel() for p in MobileNetV2(**SMALL, shortcut=s).parameters())  # type: ignore[arg-type]
        for s in ("bottleneck", shortcut)
    ]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("linear", [True, False])
def test_only_a_linear_bottleneck_lets_negative_numbers_through(linear: bool) -> None:
    torch.manual_seed(0)
    model = MobileNetV2(**SMALL, shortcut="none", linear=linear).eval()
    with torch.inference_mode():
        found = model.blocks(torch.rand(1, 8, 16, 16))
    assert bool((found < 0).any()) == linear


def test_one_expansion_stands_for_that_of_every_stage_that_expands() -> None:
    model = MobileNetV2(expansion=3)
    ratios = [block.expanded / getattr(block.expand, "in_channels", block.expanded)
              for block in blocks_of(model)]  # fmt: skip
    assert ratios == [1] + [3] * 16


def test_below_one_the_multiplier_spares_the_last_convolution() -> None:
    assert MobileNetV2(alpha=0.5).head.out_channels == 1280
    assert MobileNetV2(alpha=1.4).head.out_channels == 1792


@pytest.mark.parametrize(
    "arguments",
    [{"alpha": 0}, {"expansion": -1}, {"shortcut": "sideways"}, {"variant": "ours"}],
)
def test_impossible_arguments_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        MobileNetV2(**arguments)
