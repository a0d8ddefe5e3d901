"""DnCNN: the paper's numbers, layer by layer, and what holds for each of its variants."""

from typing import Any

import pytest
import torch
from torch import nn

from cnnviz.cost import count
from cnnviz.models.dncnn import DnCNN

VARIANTS = [
    {},
    {"batch_norm": False},
    {"residual": False},
    {"residual": False, "batch_norm": False},
    {"in_channels": 3},
    {"depth": 2},
]
every_variant = pytest.mark.parametrize("arguments", VARIANTS, ids=str)


def built(**arguments: Any) -> DnCNN:
    torch.manual_seed(0)
    return DnCNN(**{"depth": 4, "maps": 6, **arguments})


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ({}, 556_096),
        ({"depth": 20}, 667_072),
        ({"in_channels": 3}, 556_096 + 2 * 2 * 9 * 64),
        # A bias a map instead of a batch norm's two numbers.
        ({"batch_norm": False}, 556_096 - 15 * 64),
    ],
)
def test_it_has_the_known_number_of_parameters(arguments: dict[str, Any], parameters: int) -> None:
    with torch.device("meta"):
        model = DnCNN(**arguments)
    assert sum(p.numel() for p in model.parameters()) == parameters


@pytest.mark.parametrize("depth", [17, 20])
def test_it_is_the_papers_layer_by_layer(depth: int) -> None:
    """The first layer alone has a bias; the parameters not told here are the batch norms'."""
    found = [
        (layer.name, layer.output_shape, layer.parameters)
        for layer in count(DnCNN(depth=depth), (1, 40, 40)).layers
        if layer.weights
    ]
    middle = [(f"layers.{i}.conv", (64, 40, 40), 9 * 64 * 64) for i in range(depth - 2)]
    assert found == [
        ("first", (64, 40, 40), 9 * 64 + 64),
        *middle,
        ("last", (1, 40, 40), 9 * 64),
    ]


@pytest.mark.parametrize("depth", [2, 5, 17])
def test_an_output_depends_on_2d_plus_1_pixels(depth: int) -> None:
    model = built(depth=depth, batch_norm=False).double()
    for parameter in model.parameters():
        nn.init.uniform_(parameter, 0.1, 0.2)  # positive: no ReLU hides a pixel
    size = 2 * depth + 7
    x = torch.rand(1, 1, size, size, dtype=torch.double, requires_grad=True)
    model(x)[0, 0, size // 2, size // 2].backward()
    assert x.grad is not None
    seen = x.grad[0, 0].abs() > 0
    assert (seen.any(0).sum(), seen.any(1).sum()) == (2 * depth + 1, 2 * depth + 1)


@every_variant
def test_every_parameter_gets_a_gradient(arguments: dict[str, Any]) -> None:
    model = built(**arguments)
    x = torch.rand(4, arguments.get("in_channels", 1), 12, 12)
    model(x).square().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


@every_variant
@pytest.mark.parametrize("size", [(1, 1), (7, 13), (33, 20)])
def test_any_size_comes_out_as_it_went_in(arguments: dict[str, Any], size: tuple[int, int]) -> None:
    model = built(**arguments).eval()
    x = torch.rand(2, arguments.get("in_channels", 1), *size)
    with torch.inference_mode():
        assert model(x).shape == x.shape
        assert model.clean(x).shape == x.shape
        assert model(x).isfinite().all()


def test_a_residual_network_takes_its_output_away_a_direct_one_gives_it() -> None:
    x = torch.rand(1, 1, 9, 9)
    residual, direct = built().eval(), built(residual=False).eval()
    with torch.inference_mode():
        assert torch.equal(residual.clean(x), x - residual(x))
        assert torch.equal(direct.clean(x), direct(x))


def test_in_evaluation_a_picture_does_not_depend_on_its_batch() -> None:
    model, x = built().eval(), torch.rand(3, 1, 9, 9)
    with torch.inference_mode():
        torch.testing.assert_close(model(x)[1:2], model(x[1:2]), rtol=1e-4, atol=1e-5)


def test_nothing_works_in_place_so_that_each_layer_can_be_looked_at() -> None:
    assert not any(getattr(module, "inplace", False) for module in built().modules())


@pytest.mark.parametrize(
    ("arguments", "message"), [({"depth": 1}, "depth"), ({"maps": 0}, "maps"),
                               ({"in_channels": 0}, "in_channels")],
)  # fmt: skip
def test_impossible_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DnCNN(**arguments)
