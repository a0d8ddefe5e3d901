"""Modules with SE: their shapes, and what SE costs in them."""

import pytest
import torch
from torch import Tensor, nn

from cnnviz.explain.senet_modules import module_with_se
from cnnviz.models.se_modules import MODULES


def shapes_of(module: nn.Module, x: Tensor) -> dict[str, tuple[int, ...]]:
    """What each module puts out, without the batch, by name."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name, layer in module.named_modules():
        layer.register_forward_hook(
            lambda _m, _i, output, name=name: shapes.update({name: tuple(output.shape[1:])})
        )
    module(x)
    return shapes


def test_the_shapes_are_those_of_a_run() -> None:
    for key, described in MODULES.items():
        found = module_with_se(key)
        module = described.kind(**described.arguments).eval()
        with torch.inference_mode():
            shapes = shapes_of(module, torch.randn(1, *described.input_shape))
        for step in (step for branch in found.branches for step in branch):
            assert step.shape == shapes[step.name]
        assert found.output_shape == shapes[""]
        assert found.joined == shapes.get("concatenation")
        assert shapes["se.reduce"] == (found.hidden,)
        assert shapes["se.gate"] == (found.channels,)


def test_the_modules_are_as_published() -> None:
    resnet, resnext, inception, both = (module_with_se(key) for key in MODULES)
    assert [(s.side, s.groups, s.shape[0]) for s in resnet.branches[0]] == [
        (1, 1, 64), (3, 1, 64), (1, 1, 256),
    ]  # fmt: skip
    assert [(s.side, s.groups, s.shape[0]) for s in resnext.branches[0]] == [
        (1, 1, 128), (3, 32, 128), (1, 1, 256),
    ]  # fmt: skip
    assert [branch[-1].shape[0] for branch in inception.branches] == [64, 64, 96, 32]
    assert inception.joined == inception.output_shape == (256, 28, 28)
    assert both.joined == (128, 35, 35)
    assert both.widened
    assert both.widened.shape == both.output_shape == (384, 35, 35)
    assert [m.summed for m in (resnet, resnext, inception, both)] == [True, True, False, True]


@pytest.mark.parametrize("key", MODULES)
@pytest.mark.parametrize("r", [1, 16, 64])
def test_se_adds_its_weights(key: str, r: int) -> None:
    found = module_with_se(key, r)
    assert found.hidden == found.channels // r
    assert found.added == 2 * found.channels * found.hidden
    described = MODULES[key]
    module = described.kind(**described.arguments, reduction=r)
    assert found.parameters + found.added == sum(p.numel() for p in module.parameters())


def test_a_layer_is_linear_where_no_relu_follows() -> None:
    found = module_with_se("resnet")
    assert [step.relu for step in found.branches[0]] == [True, True, False]
    pool = module_with_se("inception").branches[3][0]
    assert (pool.side, pool.groups, pool.relu) == (3, 0, False)
