"""Kernels along the bands, and their answers, against torch itself."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz.explain.hybridsn_kernels import band_kernels, input_of, volumes
from cnnviz.models.hybridsn import HybridSN


def three() -> nn.Sequential:
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Conv3d(1, 4, (5, 3, 3)), nn.ReLU(), nn.Conv3d(4, 6, (3, 3, 3)), nn.ReLU(),
        nn.Flatten(1, 2), nn.Conv2d(6 * 6, 5, 3), nn.ReLU(), nn.Flatten(), nn.Linear(5 * 25, 3),
    ).eval()  # fmt: skip


class Two(nn.Module):
    """A 2-D convolution that reads (B, 1, C, H, W)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(12, 7, 3)
        self.next = nn.Conv2d(7, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.next(self.conv(x[:, 0]))
        return found


@pytest.fixture
def cube() -> Tensor:
    return torch.randn(1, 1, 12, 11, 11, generator=torch.Generator().manual_seed(5))


def test_every_convolution_over_bands_is_there_and_no_other() -> None:
    found = band_kernels(three())
    assert [each.name for each in found] == ["0", "2"]
    assert [each.kernels.shape for each in found] == [(4, 1, 5, 3, 3), (6, 4, 3, 3, 3)]
    assert [each.dimensions for each in found] == [3, 3]


def test_a_2d_network_has_one_whose_kernels_are_as_deep_as_the_cube() -> None:
    model = Two()
    (found,) = band_kernels(model)
    assert (found.name, found.dimensions) == ("conv", 2)
    assert found.kernels.shape == (7, 1, 12, 3, 3)
    assert (found.kernels[:, 0] == model.conv.weight.detach().numpy()).all()


def test_profiles_are_a_slices_mean_and_its_middle() -> None:
    model = three()
    first = band_kernels(model)[1]
    weight = model[2].weight.detach().double()
    assert first.mean_profiles == pytest.approx(weight.mean((3, 4)).numpy(), abs=1e-7)
    assert (first.centre_profiles == model[2].weight.detach()[..., 1, 1].numpy()).all()
    assert first.limit == float(model[2].weight.detach().abs().max())


def test_the_answers_are_those_of_the_network_and_of_torch(cube: Tensor) -> None:
    model = three()
    seen = {}
    handle = model[2].register_forward_hook(lambda *a: seen.update(out=a[2].detach().clone()))
    with torch.no_grad():
        model(cube)
    handle.remove()
    found = volumes(model, cube, "2")
    assert found.shape == (6, 6, 7, 7)
    assert (found == seen["out"][0].numpy()).all()
    with torch.no_grad():
        by_hand = nn.functional.conv3d(
            nn.functional.conv3d(cube, model[0].weight, model[0].bias).relu(),
            model[2].weight, model[2].bias,
        )  # fmt: skip
    assert found == pytest.approx(by_hand[0].numpy(), abs=1e-5)


def test_a_2d_convolution_answers_once_for_all_bands(cube: Tensor) -> None:
    model = Two().eval()
    found = volumes(model, cube, "conv")
    with torch.no_grad():
        as_deep = nn.functional.conv3d(cube, model.conv.weight[:, None], model.conv.bias)
    assert found.shape == (7, 1, 9, 9)
    assert found == pytest.approx(as_deep[0].numpy(), abs=1e-5)


def test_a_larger_place_than_the_window_is_answered_as_the_window_inside_it() -> None:
    model = three()
    wide = torch.randn(1, 1, 12, 25, 20, generator=torch.Generator().manual_seed(2))
    window = wide[..., 4:15, 6:17]
    inside, alone = volumes(model, wide, "2"), volumes(model, window, "2")
    assert inside[..., 4:11, 6:13] == pytest.approx(alone, abs=1e-5)


@pytest.mark.parametrize("shape", [(2, 1, 12, 11, 11), (1, 12, 11, 11), (1, 3, 12, 11, 11)])
def test_it_takes_one_cube(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one cube"):
        volumes(three(), torch.zeros(shape), "0")


def test_what_is_shown_is_nobodys_to_change() -> None:
    model = three()
    found = band_kernels(model)[0]
    with pytest.raises(ValueError, match="read-only"):
        found.kernels[0, 0] = 0
    assert not np.shares_memory(found.kernels, model[0].weight.detach().numpy())


def test_a_network_without_convolutions_is_refused() -> None:
    with pytest.raises(ValueError, match="no convolution"):
        band_kernels(nn.Sequential(nn.Linear(2, 2)))


def test_shortcuts_are_no_kernels_over_bands_and_each_layer_reads_the_relu_before_it() -> None:
    model = HybridSN(components=15, window=11, num_classes=3, residual=True, batch_norm=True)
    names = [each.name for each in band_kernels(model)]
    assert names == [f"conv3d.{i}.conv" for i in range(3)]
    assert [input_of(model, name) for name in names] == [None, "conv3d.0.relu", "conv3d.1.relu"]
    assert not band_kernels(model)[0].bias.any()
