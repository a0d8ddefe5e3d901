"""One number by hand and what it costs, 3-D beside 2-D, against torch and arithmetic."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz.cost import count
from cnnviz.errors import UserError
from cnnviz.explain.hybridsn_dimensions import first_layers, shape_flow, untrained_flat, voxel_sum
from cnnviz.models.hybridsn import HybridSN
from cnnviz.models.registry import MODELS


class Flat(nn.Module):
    """A 2-D first layer over 12 bands."""

    def __init__(self, padding: int = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(12, 5, 3, padding=padding)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.conv(x[:, 0])
        return found


@pytest.fixture
def model() -> nn.Sequential:
    torch.manual_seed(1)
    return nn.Sequential(nn.Conv3d(1, 4, (5, 3, 3)), nn.ReLU()).eval()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 1, 12, 9, 9, generator=torch.Generator().manual_seed(8))


@pytest.mark.parametrize("depth", range(8))
@pytest.mark.parametrize("kernel", [0, 3])
def test_the_sum_by_hand_is_the_networks_own_number(
    model: nn.Sequential, x: Tensor, kernel: int, depth: int
) -> None:
    found = voxel_sum(model, x, kernel, depth)
    with torch.no_grad():
        network = model[0](x)[0, kernel, :, 3, 3].numpy()
    assert found.value == network[depth]
    assert (found.answers == network).all()
    assert found.total == pytest.approx(found.value, abs=1e-6)
    assert found.products.shape == (5, 3, 3)
    assert (found.patch == x[0, 0, depth : depth + 5, 3:6, 3:6].numpy()).all()
    assert found.slice_sums.sum() + found.bias == pytest.approx(found.total, abs=1e-12)


def test_a_2d_kernel_sums_over_all_bands_wherever_the_other_one_is(x: Tensor) -> None:
    model = Flat().eval()
    first, second = voxel_sum(model, x, 2, 0), voxel_sum(model, x, 2, 7)
    with torch.no_grad():
        network = float(model(x)[0, 2, 3, 3])
    assert first.value == second.value == network
    assert first.total == pytest.approx(network, abs=1e-6)
    assert first.products.shape == (12, 3, 3)
    assert first.answers.shape == (1,)
    assert first.dimensions == 2


def test_the_spectrum_is_the_middle_pixels(model: nn.Sequential, x: Tensor) -> None:
    found = voxel_sum(model, x, 0, 2)
    assert (found.spectrum == x[0, 0, :, 4, 4].numpy()).all()
    # The patch's middle is that pixel, too.
    assert (found.patch[:, 1, 1] == found.spectrum[2:7]).all()


@pytest.mark.parametrize(("kernel", "depth"), [(4, 0), (-1, 0), (0, 8), (0, -1)])
def test_a_number_that_there_is_not_is_refused(
    model: nn.Sequential, x: Tensor, kernel: int, depth: int
) -> None:
    with pytest.raises(ValueError, match="no number"):
        voxel_sum(model, x, kernel, depth)


def test_a_window_without_a_middle_and_a_padded_layer_are_refused(x: Tensor) -> None:
    with pytest.raises(ValueError, match="no middle"):
        voxel_sum(Flat().eval(), x[..., :8, :], 0, 0)
    with pytest.raises(ValueError, match="padded"):
        voxel_sum(Flat(padding=1).eval(), x, 0, 0)


def test_the_papers_first_layer_both_ways() -> None:
    found = first_layers(30, 25, maps=8, depth=7, side=3)
    # 8 kernels of 7x3x3 and 8 biases; each answers at 24 places along the bands.
    assert found.three.parameters == 8 * 63 + 8 == 512
    assert found.three.madds == 8 * 63 * 24 * 23 * 23
    assert found.three.output_shape == (8, 24, 23, 23)
    assert found.two.parameters == 8 * 30 * 9 + 8
    assert found.two.madds == 8 * 30 * 9 * 23 * 23
    assert found.two.output_shape == (8, 23, 23)


@pytest.mark.parametrize("depth", [1, 3, 7, 15])
def test_parameters_do_not_grow_with_the_bands_in_3d_and_do_in_2d(depth: int) -> None:
    few, many = (first_layers(c, 13, maps=8, depth=depth, side=3) for c in (15, 60))
    assert few.three.parameters == many.three.parameters
    assert np.isclose((many.two.parameters - 8) / (few.two.parameters - 8), 4)


def test_a_kernel_as_deep_as_the_cube_costs_what_the_2d_one_costs() -> None:
    found = first_layers(15, 13, maps=8, depth=15, side=3)
    assert found.three.parameters == found.two.parameters
    assert found.three.madds == found.two.madds


@pytest.mark.parametrize(("depth", "side"), [(16, 3), (7, 15)])
def test_a_kernel_larger_than_the_cube_is_refused(depth: int, side: int) -> None:
    with pytest.raises(ValueError, match="kernel"):
        first_layers(15, 13, maps=8, depth=depth, side=side)


def test_a_dilated_kernel_is_shown_with_the_pixels_that_it_reads() -> None:
    torch.manual_seed(0)
    model = HybridSN(components=15, window=15, dilation=2, num_classes=5).eval()
    x = torch.randn(1, 1, 15, 15, 15, generator=torch.Generator().manual_seed(4))
    found = voxel_sum(model, x, 5, 3)
    assert (found.patch == x[0, 0, 3:10, 5:10:2, 5:10:2].numpy()).all()
    assert found.total == pytest.approx(found.value, abs=1e-6)


# The paper's table I, layer by layer.
PARAMETERS = [512, 5_776, 13_856, 331_840, 4_735_232, 32_896, 2_064]
SHAPES = [
    (1, 30, 25, 25), (8, 24, 23, 23), (16, 20, 21, 21), (32, 18, 19, 19), (576, 19, 19),
    (64, 17, 17), (256,), (128,), (16,),
]  # fmt: skip


def test_the_papers_network_has_the_papers_shapes_and_parameters() -> None:
    flow = shape_flow("hybridsn", components=30, window=25, classes=16)
    assert [layer.shape for layer in flow] == SHAPES
    assert [layer.parameters for layer in flow if layer.parameters] == PARAMETERS
    assert sum(PARAMETERS) == 5_122_176
    assert [layer.kind for layer in flow] == (
        ["input", *["conv3d"] * 3, "maps", "conv2d", *["dense"] * 3]
    )
    assert flow[1].kernel == (7, 3, 3)
    assert flow[1].madds == 8 * 63 * 24 * 23 * 23


@pytest.mark.parametrize("network", ["hybridsn", "hybridsn_2d", "hybridsn_3d"])
def test_the_shapes_are_those_of_the_real_network(network: str) -> None:
    flow = shape_flow(network, components=15, window=13, classes=9)
    model = MODELS[network](components=15, window=13, num_classes=9).eval()
    seen = {}
    for layer in flow[1:]:
        model.get_submodule(layer.name).register_forward_hook(
            lambda _m, _i, out, name=layer.name: seen.update({name: tuple(out.shape[1:])})
        )
    with torch.no_grad():
        model(torch.zeros(1, 1, 15, 13, 13))
    assert {layer.name: layer.shape for layer in flow[1:]} == seen
    assert sum(layer.parameters for layer in flow) == sum(p.numel() for p in model.parameters())
    assert sum(layer.madds for layer in flow) == count(model, (1, 15, 13, 13)).madds


@pytest.mark.parametrize(
    ("components", "window", "said"),
    [(12, 25, "components are too few"), (30, 7, "too small"), (30, 12, "odd")],
)
def test_what_cannot_be_built_is_said_in_a_sentence(
    components: int, window: int, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        shape_flow("hybridsn", components=components, window=window, classes=9)


def test_an_untrained_2d_layer_is_shown_by_hand_and_moves_no_random_numbers(x: Tensor) -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    model, again = untrained_flat(12), untrained_flat(12)
    assert torch.equal(torch.random.get_rng_state(), before)
    found = voxel_sum(model, x, 4, 0)
    assert found.products.shape == (12, 3, 3)
    assert found.total == pytest.approx(found.value, abs=1e-6)
    assert voxel_sum(again, x, 4, 0).value == found.value
    weights = model[1].weight
    assert 0.9 * (12 * 9) ** -0.5 < float(weights.abs().max()) <= (12 * 9) ** -0.5
