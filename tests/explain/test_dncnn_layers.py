"""DnCNN layer by layer, against hooks, autograd over the whole picture, and cases made by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.activations import outputs
from cnnviz.data.noise import gaussian
from cnnviz.explain.dncnn import Picture, denoised, to_planes
from cnnviz.explain.dncnn_layers import (
    ReceptiveField,
    depth_of,
    explained,
    layer_by_layer,
    receptive_fields,
)
from cnnviz.models.dncnn import DnCNN

VARIANTS: tuple[dict[str, Any], ...] = (
    {}, {"batch_norm": False}, {"residual": False}, {"depth": 2},
)  # fmt: skip


def network(**arguments: Any) -> DnCNN:
    """A small network that looks trained: its batch norms are no identities."""
    torch.manual_seed(4)
    model = DnCNN(**{"depth": 5, "maps": 6, **arguments})
    for norm in model.modules():
        if isinstance(norm, nn.BatchNorm2d):
            nn.init.uniform_(norm.weight, 0.5, 1.5)
            nn.init.uniform_(norm.bias, -0.2, 0.2)
            nn.init.uniform_(norm.running_mean, -0.1, 0.1)
            nn.init.uniform_(norm.running_var, 0.5, 1.5)
    return model.eval().requires_grad_(False)


@pytest.fixture
def model() -> DnCNN:
    return network()


@pytest.fixture
def clean() -> Picture:
    """Squares of four grey levels."""
    return np.kron([[40, 200], [120, 90]], np.ones((15, 13))).astype(np.float32)


@pytest.fixture
def noisy(clean: Picture) -> Picture:
    return gaussian(clean, 25, 0)


@pytest.fixture
def again(clean: Picture) -> Picture:
    return gaussian(clean, 25, 1)


# Maps


@pytest.mark.parametrize("arguments", VARIANTS)
def test_maps_are_the_networks_activations_bit_for_bit(
    arguments: dict[str, Any], clean: Picture, noisy: Picture, again: Picture
) -> None:
    model = network(**arguments)
    found = layer_by_layer(model, clean, noisy, again, most=4)
    assert len(found) == depth_of(model) + 1
    recorded = outputs(model, to_planes(noisy), [layer.name for layer in found[1:]])
    assert (found[0].maps == to_planes(noisy)[0].numpy()).all()
    for layer in found[1:]:
        truth = recorded[layer.name][0].numpy()
        assert layer.count == len(truth)
        assert (layer.maps == truth[:4]).all()
        assert not layer.maps.flags.writeable


def test_the_last_layers_map_is_what_the_network_takes_away(
    model: DnCNN, clean: Picture, noisy: Picture, again: Picture
) -> None:
    [last] = layer_by_layer(model, clean, noisy, again, most=9)[-1].maps
    assert noisy - 255 * last == pytest.approx(denoised(model, noisy), abs=1e-3)


def test_nothing_is_left_on_the_network(model: DnCNN, noisy: Picture, again: Picture) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    layer_by_layer(model, noisy, noisy, again, most=2)
    receptive_fields(model, noisy, 9, 9, maps=2)
    assert all((value == before[name]).all() for name, value in model.state_dict().items())
    assert all(p.grad is None and not p.requires_grad for p in model.parameters())
    for module in model.modules():
        assert not module.training
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
        assert not module._backward_hooks


def test_a_network_in_training_is_refused(model: DnCNN, noisy: Picture) -> None:
    model.train()
    with pytest.raises(ValueError, match="training mode"):
        layer_by_layer(model, noisy, noisy, noisy, most=1)
    with pytest.raises(ValueError, match="training mode"):
        receptive_fields(model, noisy, 0, 0, maps=1)


def test_a_picture_in_colour_and_a_pixel_beyond_it_are_refused(
    model: DnCNN, noisy: Picture
) -> None:
    colour = np.stack([noisy] * 3, axis=2)
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        layer_by_layer(model, colour, colour, colour, most=1)
    with pytest.raises(ValueError, match=r"no pixel \(30, 0\)"):
        receptive_fields(model, noisy, 30, 0, maps=1)


# What is left of picture and noise


def orthogonal(*pictures: np.ndarray) -> list[np.ndarray]:
    """The same pictures without mean, uncorrelated, of variance 1."""
    flat = np.stack([picture.ravel() - picture.mean() for picture in pictures], axis=1)
    base = np.linalg.qr(flat)[0] * np.sqrt(len(flat))
    return [column.reshape(pictures[0].shape) for column in base.T]


@pytest.fixture
def parts() -> list[np.ndarray]:
    return orthogonal(*np.random.default_rng(0).normal(size=(3, 30, 20)))


def test_a_sum_of_maps_is_read_out_whatever_their_scale(parts: list[np.ndarray]) -> None:
    one, other, third = parts
    maps = torch.from_numpy(np.stack([1e3 * one + 7, one - 1e-2 * other]))
    [share] = explained(maps, 2 * one + other + 50)
    assert share == pytest.approx(1)
    with_third, alone = explained(maps, one + 3 * third, third)
    # By hand: 1 of 1 + 9, and nothing, of 600 pixels by 2 maps.
    assert with_third == pytest.approx(1 - 0.9 * 599 / 597)
    assert alone == pytest.approx(1 - 599 / 597)


def test_maps_that_are_blank_or_there_twice_add_nothing(parts: list[np.ndarray]) -> None:
    one, other, _third = parts
    target = one + other
    alone = explained(torch.from_numpy(one[None]), target)
    more = np.stack([one, np.full_like(one, 3), -2 * one, np.zeros_like(one)])
    assert explained(torch.from_numpy(more), target) == pytest.approx(alone)
    assert alone == pytest.approx((1 - 0.5 * 599 / 598,))


def test_random_maps_explain_nothing_on_average() -> None:
    draw = np.random.default_rng(2)
    found = [
        explained(torch.from_numpy(draw.normal(size=(20, 8, 8))), draw.normal(size=(8, 8)))[0]
        for _ in range(60)
    ]
    # Without adjustment it would be 20 of 63 on average.
    assert abs(np.mean(found)) < 0.06


def test_blank_maps_alone_explain_nothing_and_a_blank_picture_cannot_be_explained(
    parts: list[np.ndarray],
) -> None:
    blank = np.zeros((2, 30, 20))
    assert explained(torch.from_numpy(blank), parts[0]) == (0.0,)
    assert np.isnan(explained(torch.from_numpy(parts[0][None]), blank[0])).all()
    few = torch.from_numpy(np.random.default_rng(1).normal(size=(9, 2, 2)))
    assert np.isnan(explained(few, np.eye(2))).all(), "more maps than pixels"


def test_the_share_of_the_picture_is_numpys_correlation_of_two_draws_of_noise(
    model: DnCNN, clean: Picture, noisy: Picture, again: Picture
) -> None:
    found = layer_by_layer(model, clean, noisy, again, most=6)
    beside = layer_by_layer(model, clean, again, noisy, most=6)
    assert found[0].common == pytest.approx(np.corrcoef(noisy.ravel(), again.ravel())[0, 1])
    for layer, other in zip(found, beside, strict=True):
        pairs = zip(layer.maps, other.maps, strict=True)
        varying = [np.ptp(a) > 0 and np.ptp(b) > 0 for a, b in pairs]
        assert (np.isnan(layer.common) != varying).all()
        for at in np.flatnonzero(varying):
            truth = np.corrcoef(layer.maps[at].ravel(), other.maps[at].ravel())[0, 1]
            assert layer.common[at] == pytest.approx(truth, abs=1e-5)
        assert layer.structure == pytest.approx(np.nanmean(layer.common))


def test_the_noisy_picture_holds_of_itself_what_its_variance_says(
    clean: Picture, again: Picture
) -> None:
    """Of independent picture and noise each has its share of the variance."""
    large = np.tile(clean, (5, 5))
    noisy = gaussian(large, 25, 3)
    [layer, *_rest] = layer_by_layer(network(depth=2), large, noisy, noisy, most=1)
    share = large.var() / (large.var() + 25**2)
    assert layer.picture == pytest.approx(share, abs=0.02)
    assert layer.noise == pytest.approx(1 - share, abs=0.02)


def test_without_noise_all_is_picture_and_there_is_no_noise_to_read(
    model: DnCNN, clean: Picture
) -> None:
    for layer in layer_by_layer(model, clean, clean, clean, most=1):
        assert layer.structure == pytest.approx(1)
        assert np.isnan(layer.noise)


def test_a_map_that_does_not_vary_is_left_out_of_the_mean(
    model: DnCNN, clean: Picture, noisy: Picture, again: Picture
) -> None:
    layer = layer_by_layer(model, clean, noisy, again, most=1)[1]
    assert replace(layer, common=np.array([0.5, np.nan, 0.7])).structure == pytest.approx(0.6)
    assert np.isnan(replace(layer, common=np.array([np.nan])).structure)


# Receptive fields


def whole_gradient(model: DnCNN, picture: Picture, layer: int, row: int, column: int) -> np.ndarray:
    """By autograd over the whole picture: the network is a chain of modules."""
    leaves = [module for module in model.modules() if not [*module.children()]]
    convolutions = [i for i, leaf in enumerate(leaves) if isinstance(leaf, nn.Conv2d)]
    end = convolutions[layer - 1] + 1
    end += isinstance(leaves[min(end, len(leaves) - 1)], nn.BatchNorm2d)
    x = to_planes(picture).requires_grad_()
    values = nn.Sequential(*leaves[:end])(x)[0, :, row, column]
    return np.mean(
        [torch.autograd.grad(v, x, retain_graph=True)[0][0, 0].abs().numpy() for v in values],
        axis=0,
    )


@pytest.mark.parametrize(("row", "column"), [(15, 13), (0, 25), (2, 3), (29, 0)])
def test_the_gradient_is_that_of_the_whole_picture_at_borders_too(
    model: DnCNN, noisy: Picture, row: int, column: int
) -> None:
    for field in receptive_fields(model, noisy, row, column, maps=6):
        whole = whole_gradient(model, noisy, field.layer, row, column)
        wide = np.pad(whole, field.layer)
        truth = wide[row : row + field.side, column : column + field.side]
        assert field.gradient == pytest.approx(truth, rel=1e-4, abs=1e-7)
        assert whole.sum() == pytest.approx(field.gradient.sum(), rel=1e-4), "and none beyond"


@pytest.mark.parametrize("depth", [2, 4, 7])
def test_a_random_network_sees_2d_plus_1_pixels_and_no_more(depth: int) -> None:
    picture = np.random.default_rng(1).uniform(0, 255, (31, 31)).astype(np.float32)
    model = network(depth=depth, maps=8)
    for field in receptive_fields(model, picture, 15, 15, maps=8):
        assert field.side == 2 * field.layer + 1
        whole = whole_gradient(model, picture, field.layer, 15, 15)
        for seen in (whole.any(axis=0), whole.any(axis=1)):
            assert list(np.flatnonzero(seen)) == [*range(15 - field.layer, 15 + field.layer + 1)]
        assert np.ptp(np.flatnonzero(field.gradient.any(axis=0))) == field.side - 1
        assert np.ptp(np.flatnonzero(field.gradient.any(axis=1))) == field.side - 1


def test_a_part_of_the_maps_is_taken_at_even_distances(model: DnCNN, noisy: Picture) -> None:
    fields = receptive_fields(model, noisy, 9, 9, maps=3)
    assert [field.maps for field in fields] == [3, 3, 3, 3, 1]
    chosen = model.first.weight[[0, 2, 5], 0].abs().mean(0).numpy()
    assert fields[0].gradient == pytest.approx(chosen, rel=1e-5)


@pytest.mark.parametrize(
    ("inside", "effective"), [({(2, 2): 1}, 1), ({(2, 2): 94, (1, 2): 6}, 3),
                              ({(2, 2): 95, (1, 2): 5}, 1), ({(0, 0): 1}, 5), ({}, 1)],
)  # fmt: skip
def test_the_effective_field_is_the_smallest_square_with_95_percent(
    inside: dict[tuple[int, int], float], effective: int
) -> None:
    gradient = np.zeros((5, 5), dtype=np.float32)
    for place, value in inside.items():
        gradient[place] = value
    assert ReceptiveField(2, 9, 9, gradient, 1).effective == effective
