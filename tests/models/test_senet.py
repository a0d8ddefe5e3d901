"""SENet against the course's numbers, the paper's formula, and torchvision's block."""

from typing import Any

import pytest
import torch
from torch import nn
from torchvision.ops import SqueezeExcitation

from cnnviz.models.senet import POSITIONS, STAGES, BasicBlock, SEBlock, SENet, cifar_resnet
from tests.models.held_gates import hold, unsettled

SMALL: dict[str, Any] = {"stages": ((8, 1, 1), (16, 2, 2)), "reduction": 4}


def parameters_of(arguments: dict[str, Any]) -> int:
    with torch.device("meta"):
        return sum(p.numel() for p in SENet(**arguments).parameters())


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ({}, 11_261_002),
        ({"reduction": 0}, 11_173_962),
        ({"num_classes": 11}, 11_261_002 + 513),
        # He et al. (2016), table 6: 0.27 M; their shortcuts have no weights, ours have two.
        ({**cifar_resnet(20), "reduction": 0}, 272_474),
    ],
)
def test_it_has_the_known_number_of_parameters(arguments: dict[str, Any], parameters: int) -> None:
    assert parameters_of(arguments) == parameters


@pytest.mark.parametrize("r", [1, 2, 4, 8, 16, 32, 64])
def test_se_adds_as_many_parameters_as_the_paper_s_formula_says(r: int) -> None:
    added = parameters_of({"reduction": r}) - parameters_of({"reduction": 0})
    assert added * r == 2 * sum(blocks * channels**2 for channels, blocks, _stride in STAGES)


def test_a_single_layer_adds_a_square_of_weights_to_each_block() -> None:
    added = parameters_of({"single": True}) - parameters_of({"reduction": 0})
    assert added == sum(blocks * channels**2 for channels, blocks, _stride in STAGES)


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("size", [8, 32])
def test_logits_are_one_a_class_wherever_se_stands(position: Any, size: int) -> None:
    model = SENet(**SMALL, position=position, num_classes=11, in_channels=1)
    assert model(torch.randn(2, 1, size, size)).shape == (2, 11)


@pytest.mark.parametrize("position", POSITIONS)
def test_every_parameter_has_a_gradient_wherever_se_stands(position: Any) -> None:
    torch.manual_seed(0)
    # r = 1: with few hidden units all of them may be off.
    model = SENet(**{**SMALL, "reduction": 1}, position=position)
    model(torch.randn(8, 3, 16, 16)).square().sum().backward()
    assert [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_the_parts_of_a_block_are_modules_with_names() -> None:
    names = {name for name, _ in SENet().named_modules()}
    inside = ("squeeze", "flatten", "reduce", "reduce_relu", "expand", "gate", "scale")
    assert {f"blocks.7.se.{name}" for name in inside} <= names
    assert {f"blocks.0.{name}" for name in ("conv1", "relu1", "conv2", "sum", "relu2")} <= names


@pytest.mark.parametrize("position", POSITIONS)
def test_with_all_gates_at_1_it_is_the_network_without_se(position: Any) -> None:
    torch.manual_seed(0)
    plain = unsettled(SENet(**{**SMALL, "reduction": 0}))
    model = SENet(**SMALL, position=position).eval()
    left = model.load_state_dict(plain.state_dict(), strict=False)
    assert {key.split(".")[2] for key in left.missing_keys} == {"se"}
    assert left.unexpected_keys == []
    x = torch.randn(2, 3, 16, 16)
    with torch.inference_mode():
        wanted = plain(x)
        assert not torch.allclose(model(x), wanted)
        assert torch.equal(hold(model)(x), wanted)


def test_a_block_with_torchvision_s_weights_gives_torchvision_s_output() -> None:
    torch.manual_seed(0)
    theirs, ours = SqueezeExcitation(32, 2), SEBlock(32, reduction=16, bias=True)
    for our, their in ((ours.reduce, theirs.fc1), (ours.expand, theirs.fc2)):
        assert isinstance(our, nn.Linear)
        our.load_state_dict({name: each.flatten(1) if each.ndim > 1 else each
                             for name, each in their.state_dict().items()})  # fmt: skip
    x = torch.randn(3, 32, 5, 7)
    with torch.inference_mode():
        torch.testing.assert_close(ours(x), theirs(x))


def test_gates_by_hand() -> None:
    block = SEBlock(2, reduction=2)
    assert isinstance(block.reduce, nn.Linear)
    block.reduce.weight.data = torch.tensor([[1.0, -1.0]])
    block.expand.weight.data = torch.tensor([[0.5], [-2.0]])
    x = torch.tensor([[[[4.0, 2.0]], [[1.0, 1.0]]]])  # means 3 and 1; the hidden unit is 2
    wanted = torch.sigmoid(torch.tensor([[1.0, -4.0]]))
    torch.testing.assert_close(block.excite(x), wanted)
    torch.testing.assert_close(block(x), x * wanted[:, :, None, None])


@pytest.mark.parametrize(
    ("gate", "low", "high"), [("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, torch.inf)]
)
def test_gates_stay_in_their_range(gate: Any, low: float, high: float) -> None:
    torch.manual_seed(0)
    block = SEBlock(32, reduction=4, gate=gate)
    gates = block.excite(100 * torch.randn(8, 32, 2, 2))
    assert low <= gates.min()
    assert gates.max() <= high
    assert (gates > 1).any() == (gate == "relu")


def test_the_squeeze_is_the_mean_of_a_map_or_its_largest_number() -> None:
    x = torch.tensor([[[[0.0, 1.0], [2.0, 5.0]]]])
    assert SEBlock(1, squeeze="average").squeeze(x).item() == 2
    assert SEBlock(1, squeeze="max").squeeze(x).item() == 5


@pytest.mark.parametrize(("channels", "r", "hidden"), [(64, 16, 4), (16, 32, 1), (24, 16, 1)])
def test_the_hidden_layer_has_at_least_one_unit(channels: int, r: int, hidden: int) -> None:
    assert SEBlock(channels, reduction=r).reduce.weight.shape == (hidden, channels)


def test_the_thin_network_has_as_many_layers_as_asked_for() -> None:
    for depth in (8, 20, 110):
        with torch.device("meta"):
            model = SENet(**cifar_resnet(depth))
        blocks = [m for m in model.modules() if isinstance(m, BasicBlock)]
        assert 2 * len(blocks) + 2 == depth
        assert model.classifier.in_features == 64


@pytest.mark.parametrize(
    "arguments",
    [{"width": 0}, {"reduction": -1}, {"position": "sideways"}, {"gate": "step"},
     {"squeeze": "median"}],
)  # fmt: skip
def test_impossible_arguments_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        SENet(**arguments)


@pytest.mark.parametrize(("channels", "r"), [(0, 16), (16, -1)])
def test_impossible_blocks_are_refused(channels: int, r: int) -> None:
    with pytest.raises(ValueError, match="channels"):
        SEBlock(channels, reduction=r)


@pytest.mark.parametrize("depth", [2, 21, -4])
def test_impossible_depths_are_refused(depth: int) -> None:
    with pytest.raises(ValueError, match="depth"):
        cifar_resnet(depth)
