"""HybridSN and its two counterparts: the paper's numbers, and combinations that cannot be."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnviz.cost import count
from cnnviz.errors import UserError
from cnnviz.models.hybridsn import HybridSN
from cnnviz.models.hybridsn_counterparts import HybridSN2D, HybridSN3D
from cnnviz.models.hybridsn_windows import WindowNetwork, sizes_after
from cnnviz.models.registry import build


def layers(model: nn.Module, components: int = 30, window: int = 25) -> list[tuple[Any, ...]]:
    """(name, output shape, parameters) of the layers that have parameters."""
    found = count(model, (1, components, window, window)).layers
    return [(layer.name, layer.output_shape, layer.parameters) for layer in found if layer.weights]


DENSE = [
    ("head.dense_2", (128,), 32_896),
    ("head.classifier", (16,), 2_064),
]


def test_hybridsn_is_the_papers_table_layer_by_layer() -> None:
    assert layers(HybridSN()) == [
        ("conv3d.0.conv", (8, 24, 23, 23), 512),
        ("conv3d.1.conv", (16, 20, 21, 21), 5_776),
        ("conv3d.2.conv", (32, 18, 19, 19), 13_856),
        ("conv2d.conv", (64, 17, 17), 331_840),
        ("head.dense_1", (256,), 4_735_232),
        *DENSE,
    ]


@pytest.mark.parametrize(
    ("kind", "convolutions"),
    [
        (
            HybridSN2D,
            [
                ("conv2d.0.conv", (60, 23, 23), 16_260),
                ("conv2d.1.conv", (120, 21, 21), 64_920),
                ("conv2d.2.conv", (150, 19, 19), 162_150),
                ("conv2d.3.conv", (64, 17, 17), 86_464),
                ("head.dense_1", (256,), 4_735_232),
            ],
        ),
        (
            HybridSN3D,
            [
                ("conv3d.0.conv", (8, 28, 23, 23), 224),
                ("conv3d.1.conv", (16, 26, 21, 21), 3_472),
                ("conv3d.2.conv", (32, 24, 19, 19), 13_856),
                ("conv3d.3.conv", (3, 22, 17, 17), 2_595),
                ("head.dense_1", (256,), 4_883_200),
            ],
        ),
    ],
)
def test_the_counterparts_are_what_their_docstrings_say(
    kind: type[WindowNetwork], convolutions: list[tuple[Any, ...]]
) -> None:
    found = layers(kind())
    assert found == [*convolutions, *DENSE]
    total = f"{sum(parameters for *_, parameters in found):,} in all"
    assert kind.__doc__ is not None
    assert total in " ".join(kind.__doc__.split())


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ({}, 5_122_176),  # Indian Pines
        ({"num_classes": 9, "components": 15}, 4_844_793),  # Pavia University
        ({"components": 15}, 4_845_696),  # Salinas
        # Two 1x1x1 shortcuts; two dense layers of squeeze and excitation, 576 to 36 and back.
        ({"residual": True}, 5_122_176 + 8 * 16 + 16 * 32),
        ({"se": True}, 5_122_176 + 2 * 576 * 36 + 36 + 576),
        # A batch norm has two numbers a map where there was a bias.
        ({"batch_norm": True}, 5_122_176 + 8 + 16 + 32 + 64),
    ],
)
def test_hybridsn_has_the_known_number_of_parameters(
    arguments: dict[str, Any], parameters: int
) -> None:
    with torch.device("meta"):
        model = HybridSN(**arguments)
    assert sum(p.numel() for p in model.parameters()) == parameters


@pytest.mark.parametrize("kind", [HybridSN2D, HybridSN3D])
@pytest.mark.parametrize("size", [(30, 25), (15, 25), (15, 13)])
def test_the_counterparts_are_about_as_large_as_hybridsn(
    kind: type[nn.Module], size: tuple[int, int]
) -> None:
    arguments = dict(zip(("components", "window"), size, strict=True))
    with torch.device("meta"):
        own, hybrid = (
            sum(p.numel() for p in model(**arguments).parameters()) for model in (kind, HybridSN)
        )
    assert own == pytest.approx(hybrid, rel=0.11)


def test_every_convolution_and_hidden_layer_has_a_relu_and_every_hidden_one_dropout() -> None:
    names = [
        type(module).__name__ for module in HybridSN().modules() if not list(module.children())
    ]
    assert [name for name in names if name != "Identity"] == [
        *["Conv3d", "ReLU"] * 3,
        "Flatten",
        *["Conv2d", "ReLU"],
        *["Linear", "ReLU", "Dropout"] * 2,
        "Linear",
    ]


def test_a_voxel_of_the_first_layer_is_the_sum_over_seven_components_and_nine_pixels() -> None:
    model, x = HybridSN(), torch.randn(1, 1, 30, 25, 25)
    found = model.conv3d[0].conv(x)[0, 3, 5, 7, 11]
    kernel = model.conv3d[0].conv
    expected = (x[0, 0, 5:12, 7:10, 11:14] * kernel.weight[3, 0]).sum() + kernel.bias[3]
    torch.testing.assert_close(found, expected)


def test_the_576_maps_are_each_map_at_each_depth() -> None:
    model, x = HybridSN(), torch.randn(1, 1, 30, 25, 25)
    volumes = model.conv3d(x)
    assert torch.equal(model.to_maps(volumes)[0, 5 * 18 + 4], volumes[0, 5, 4])


def test_a_network_without_dilation_reads_nine_pixels_across_and_a_dilated_one_fifteen() -> None:
    def reads(dilation: int) -> int:
        model = HybridSN(components=13, window=17, dilation=dilation)
        x = torch.zeros(1, 1, 13, 17, 17, requires_grad=True)
        model.over_scene(x + 1)[0, :, 0, 0].sum().backward()
        assert x.grad is not None
        return int(x.grad[0, 0].abs().sum(dim=(0, 1)).count_nonzero())

    assert reads(1) == 9
    assert reads(2) == 15


def test_a_shortcut_adds_the_middle_of_the_input() -> None:
    block = HybridSN(components=15, window=13, residual=True).conv3d[1]
    assert block.shortcut is not None
    for parameter in block.conv.parameters():
        nn.init.zeros_(parameter)
    x = torch.randn(1, 8, 9, 11, 11)
    expected = block.shortcut(x[:, :, 2:7, 1:10, 1:10]).relu()
    torch.testing.assert_close(block(x), expected)


def test_squeeze_and_excitation_weighs_each_map_by_a_number_from_0_to_1() -> None:
    model = HybridSN(components=15, window=13, se=True)
    assert model.se is not None
    maps = torch.rand(2, 96, 7, 7) + 1
    weights = (model.se(maps) / maps).flatten(2)
    torch.testing.assert_close(weights, weights[..., :1].expand_as(weights))
    assert ((weights > 0) & (weights < 1)).all()
    assert not torch.allclose(weights[0], weights[1], atol=1e-6)


def test_dropout_is_off_in_evaluation_and_differs_in_training() -> None:
    model, x = HybridSN(components=15, window=13), torch.randn(1, 1, 15, 13, 13)

    def twice() -> tuple[Tensor, Tensor]:
        return model(x), model(x)

    assert not torch.equal(*twice())
    model.eval()
    assert torch.equal(*twice())


def test_sizes_after_are_those_that_the_layers_leave() -> None:
    kernels = [(7, 3), (5, 3), (3, 3), (None, 3)]
    assert sizes_after(30, 25, kernels) == ((24, 23), (20, 21), (18, 19), (1, 17))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": 7}, "A window of 7 pixels is too small: the convolutions need 9."),
        ({"window": 13, "dilation": 2}, "A window of 13 pixels is too small: .* need 15."),
        ({"components": 12}, "12 components are too few: the kernels' depths need 13."),
        ({"window": 24}, "A window's side must be odd, not 24."),
        ({"conv3d": [[8, 0]]}, "A kernel's depth and side must be 1 or more."),
        ({"dilation": 0}, "A kernel's dilation must be 1 or more, not 0."),
    ],
)
def test_impossible_combinations_are_said_in_one_sentence(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        HybridSN(**arguments)
    with pytest.raises(UserError, match=f"^{message}$"):
        build("hybridsn", arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("hybridsn", {"window": 9, "components": 13}),
        ("hybridsn_2d", {"window": 9, "components": 1}),
        ("hybridsn_3d", {"window": 9, "components": 9}),
    ],
)
def test_the_smallest_input_gives_logits_and_one_less_is_refused(
    name: str, arguments: dict[str, int]
) -> None:
    model = build(name, arguments).eval()
    side, depth = arguments["window"], arguments["components"]
    assert model(torch.randn(1, 1, depth, side, side)).shape == (1, 16)
    with pytest.raises(UserError, match="window"):
        build(name, {**arguments, "window": side - 2})
    if depth > 1:
        with pytest.raises(UserError, match="components"):
            build(name, {**arguments, "components": depth - 1})


def test_without_hidden_layers_the_maps_go_straight_to_the_classes() -> None:
    model = HybridSN(components=15, window=13, hidden=())
    assert [type(layer) for layer in model.head] == [nn.Linear]
