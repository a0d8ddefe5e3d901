"""SE put into networks: what it changes, what it leaves, and the paper's numbers."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torchvision import models as theirs

from cnnviz.cost import count
from cnnviz.explain.senet_insertion import published_resnet50
from cnnviz.models.hybridsn import HybridSN
from cnnviz.models.mobilenet_v1 import MobileNetV1
from cnnviz.models.mobilenet_v2 import MobileNetV2
from cnnviz.models.resnet import SMALL, ResNet
from cnnviz.models.se_insertion import WithSE, insert_se, se_blocks
from cnnviz.models.se_modules import MODULES
from cnnviz.models.senet import SENet
from cnnviz.printed.senet import SENET_RESNET50
from tests.models.held_gates import hold, unsettled

#: How a network is built, its input without the batch, and the SE blocks of each place.
NETWORKS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], dict[str, int]]] = {
    "torchvision's resnet18": (
        lambda: theirs.resnet18(weights=None), (3, 64, 64),
        {"standard": 8, "pre": 8, "post": 8, "identity": 8},
    ),
    "torchvision's resnet50": (
        lambda: theirs.resnet50(weights=None), (3, 64, 64),
        {"standard": 16, "pre": 16, "post": 16, "identity": 16},
    ),
    "torchvision's resnext50": (
        lambda: theirs.resnext50_32x4d(weights=None), (3, 64, 64), {"standard": 16},
    ),
    "torchvision's googlenet": (
        lambda: theirs.googlenet(weights=None, init_weights=False, aux_logits=False), (3, 64, 64),
        {"standard": 9, "pre": 9, "post": 9, "identity": 0},
    ),
    "torchvision's mobilenet_v2": (
        lambda: theirs.mobilenet_v2(weights=None), (3, 64, 64),
        {"standard": 17, "pre": 17, "post": 17, "identity": 0},
    ),
    "resnet": (lambda: ResNet(**SMALL), (3, 32, 32), {"standard": 16, "pre": 16, "identity": 16}),
    "senet without se": (
        lambda: SENet(width=0.25, reduction=0), (3, 32, 32),
        {"standard": 8, "pre": 8, "post": 8, "identity": 8},
    ),
    "mobilenet_v1": (
        lambda: MobileNetV1(alpha=0.25), (3, 32, 32),
        {"standard": 9, "pre": 9, "post": 9, "identity": 0},
    ),
    "mobilenet_v1 without separation": (
        lambda: MobileNetV1(alpha=0.1, separable=False), (3, 32, 32), {"standard": 9},
    ),
    "mobilenet_v2": (
        lambda: MobileNetV2(alpha=0.25), (3, 32, 32),
        # So narrow, two stages are as wide as the one before: two more shortcuts than ten.
        {"standard": 17, "pre": 17, "post": 17, "identity": 12},
    ),
    "hybridsn": (
        lambda: HybridSN(components=15, window=13), (1, 15, 13, 13),
        {"standard": 1, "pre": 1, "post": 1, "identity": 0},
    ),
}  # fmt: skip
CASES = [
    (name, where) for name, (_, _, places) in NETWORKS.items() for where in places if places[where]
]


@pytest.mark.parametrize(("name", "where"), CASES)
def test_with_all_gates_at_1_the_output_is_the_network_s_own(name: str, where: Any) -> None:
    torch.manual_seed(0)
    build, shape, places = NETWORKS[name]
    model = unsettled(build())
    with_se = insert_se(model, where=where)
    assert len(se_blocks(with_se)) == places[where]
    x = torch.randn(2, *shape)
    with torch.inference_mode():
        wanted = model(x)
        found = with_se(x)
        assert found.shape == wanted.shape
        assert not torch.equal(found, wanted)
        assert torch.equal(hold(with_se)(x), wanted)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_block_adds_its_weights_and_nothing_else(name: str) -> None:
    build, shape, _places = NETWORKS[name]
    with torch.device("meta"):
        model = build()
        with_se = insert_se(model, r=8)
    added = sum(
        2 * block.expand.out_features * max(1, block.expand.out_features // 8)
        for block in se_blocks(with_se).values()
    )
    before, after = count(model, shape), count(with_se, shape)
    assert after.parameters - before.parameters == added
    assert after.madds - before.madds == added


@pytest.mark.parametrize("name", [n for n in NETWORKS if not NETWORKS[n][2].get("identity", 1)])
def test_without_a_shortcut_there_is_no_place_on_it(name: str) -> None:
    with torch.device("meta"):
        model = NETWORKS[name][0]()
    with pytest.raises(ValueError, match="identity"):
        insert_se(model, where="identity")


def test_into_our_network_without_se_it_puts_what_that_with_se_has() -> None:
    with torch.device("meta"):
        ours, inserted = SENet(), insert_se(SENet(reduction=0))
    shapes = [sorted(tuple(p.shape) for p in m.parameters()) for m in (ours, inserted)]
    assert shapes[0] == shapes[1]


def test_the_network_itself_stays_as_it_is() -> None:
    model = SENet(width=0.25, reduction=0).train()
    names = list(model.state_dict())
    with_se = insert_se(model)
    assert list(model.state_dict()) == names
    assert not se_blocks(model)
    assert all(module.training for module in with_se.modules())


def test_layers_can_be_named() -> None:
    with torch.device("meta"):
        found = insert_se(SENet(reduction=0), r=4, where=["blocks.7", "stem_norm"])
    assert isinstance(found.get_submodule("stem_norm"), WithSE)
    assert {name: block.expand.out_features for name, block in se_blocks(found).items()} == {
        "blocks.7.se": 512, "stem_norm.se": 64,
    }  # fmt: skip


def test_what_cannot_be_done_is_refused() -> None:
    model = SENet(width=0.25, reduction=0)
    for arguments in ({"r": 0}, {"where": "sideways"}, {"where": ["relu1"]}, {"where": ["pool"]}):
        with pytest.raises((ValueError, AttributeError)):
            insert_se(model, **arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no place"):
        insert_se(nn.Sequential(nn.Conv2d(3, 8, 3)))


def test_se_resnet_50_costs_what_the_paper_says() -> None:
    with torch.device("meta"):
        plain = published_resnet50()
        with_se = insert_se(plain)
    before, after = count(plain, (3, 224, 224)), count(with_se, (3, 224, 224))
    # Beside the multiply-adds: one addition for each number that is squeezed, and one
    # multiplication for each that is scaled. With these the paper's last digit comes out.
    scaled = sum(layer.activations for layer in after.layers if layer.name.endswith(".scale"))
    found = (
        before.parameters / 1e6, after.parameters / 1e6, before.madds / 1e9,
        (after.madds + 2 * scaled) / 1e9,
    )  # fmt: skip
    printed = SENET_RESNET50
    assert [round(number, digits) for number, digits in zip(found, (1, 1, 2, 2), strict=True)] == [
        each.value
        for each in (
            printed.parameters, printed.parameters_with_se, printed.gflops, printed.gflops_with_se,
        )
    ]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_a_published_module_runs_and_keeps_its_size(name: str) -> None:
    torch.manual_seed(0)
    module = MODULES[name]
    block = module.kind(**module.arguments)
    channels = module.input_shape[0]
    out = block(torch.randn(2, channels, 6, 6))
    assert out.shape == (2, 256 if name == "inception" else channels, 6, 6)
    out.sum().backward()
    assert all(p.grad is not None for p in block.parameters())


@pytest.mark.parametrize("name", MODULES)
def test_with_its_gates_at_0_a_module_passes_on_what_it_adds_to(name: str) -> None:
    torch.manual_seed(0)
    module = MODULES[name]
    block = module.kind(**module.arguments).eval()
    block.se.gate = nn.Threshold(torch.inf, 0)
    x = torch.randn(1, module.input_shape[0], 6, 6)
    with torch.inference_mode():
        found = block(x)
    assert torch.equal(found, torch.relu(x)) if hasattr(block, "sum") else not found.any()


def test_se_resnext_has_the_groups_of_the_paper() -> None:
    block = MODULES["resnext"].kind(**MODULES["resnext"].arguments)
    assert block.filter.conv.weight.shape == (128, 4, 3, 3)
