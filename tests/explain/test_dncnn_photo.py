"""A photo denoised in tiles is the photo denoised as a whole."""

import math
import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.explain import dncnn_photo as explain
from cnnviz.explain.dncnn import denoised
from cnnviz.explain.dncnn_networks import NETWORKS
from cnnviz.explain.dncnn_photo import Way, denoised_photo, parts, tiles, way
from cnnviz.models.dncnn import DnCNN
from tests.dncnn_made import BLIND, CARD, network

# A tile may differ from the whole by so much, in units of 0..1.
SEAM = 1e-3


def photo(shape: tuple[int, ...], bits: int = 8) -> NDArray[Any]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 2**bits, shape, dtype=f"u{bits // 8}")


def in_tiles(model: DnCNN, pixels: NDArray[Any], gain: float, side: int) -> NDArray[np.float32]:
    found = np.full(pixels.shape, np.nan, np.float32)
    for (top, left, bottom, right), levels in parts(model, pixels, gain, side=side):
        assert np.isnan(found[top:bottom, left:right]).all()
        found[top:bottom, left:right] = levels
    return found


# Tiles and the whole


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("shape", [(61, 47), (47, 61, 3), (1, 1), (1, 1, 3), (1, 50), (50, 2, 3)])
def test_tiles_are_the_whole(
    shape: tuple[int, ...], bits: int, residual: bool, batch_norm: bool
) -> None:
    model = network(residual=residual, batch_norm=batch_norm)
    pixels = photo(shape, bits)
    levels = pixels.astype(np.float32) * np.float32(255 / np.iinfo(pixels.dtype).max)
    whole = denoised(model, levels)
    assert np.abs(whole - levels).max() > 0.05  # there is something to be equal to
    found = in_tiles(model, pixels, 1.0, side=9)
    assert np.abs(found - whole).max() / 255 < SEAM / 100


@given(
    height=st.integers(1, 30), width=st.integers(1, 30), side=st.integers(1, 31),
    depth=st.integers(2, 5),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_tiles_of_any_size_are_the_whole(height: int, width: int, side: int, depth: int) -> None:
    model, pixels = network(depth=depth), photo((height, width))
    whole = denoised(model, pixels.astype(np.float32))
    assert np.abs(in_tiles(model, pixels, 1.0, side) - whole).max() / 255 < SEAM / 100


def test_at_full_depth_seams_are_far_below_what_a_file_can_say() -> None:
    torch.manual_seed(0)
    model, pixels = network(depth=17, maps=16), photo((96, 90), 16)
    whole = denoised(model, pixels.astype(np.float32) * np.float32(255 / 65535))
    assert np.abs(in_tiles(model, pixels, 1.0, side=40) - whole).max() / 255 < 1e-4


def test_with_less_overlap_there_would_be_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    model, pixels = network(depth=5), photo((40, 40))
    whole = denoised(model, pixels.astype(np.float32))
    monkeypatch.setattr(explain, "reach", lambda _model: 3)

    def part(model: DnCNN, shown: NDArray[np.float32], box: explain.Box) -> NDArray[np.float32]:
        top, left, bottom, right = box
        return denoised(model, shown)[top:bottom, left:right]

    monkeypatch.setattr(explain, "denoised_part", part)
    seams = np.abs(in_tiles(model, pixels, 1.0, side=20) - whole) / 255
    assert seams.max() > SEAM
    monkeypatch.setattr(explain, "reach", lambda _model: 5)
    assert (np.abs(in_tiles(model, pixels, 1.0, side=20) - whole) / 255).max() < SEAM / 100


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 700))
def test_tiles_cover_a_picture_once(height: int, width: int, side: int) -> None:
    if height * width / side**2 > 5000:
        side = max(height, width)
    boxes = tiles(height, width, side)
    assert sum((b - t) * (r - left) for t, left, b, r in boxes) == height * width
    assert len(set(boxes)) == len(boxes)
    assert all(0 <= t < b <= height and 0 <= left < r <= width for t, left, b, r in boxes)
    assert max(max(b - t, r - left) for t, left, b, r in boxes) <= side


def test_folding_leaves_the_network_as_it_was() -> None:
    model = network(depth=4)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    folded = explain.folded(model)
    x = torch.rand(1, 1, 12, 12)
    torch.testing.assert_close(folded(x), model(x))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not model.first_relu.inplace
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in folded.modules())


# The result


@pytest.mark.parametrize("bits", [8, 16])
def test_a_photo_keeps_its_bits_and_its_shape_and_is_rounded(bits: int) -> None:
    model, pixels = network(), photo((20, 30, 3), bits)
    most = np.iinfo(pixels.dtype).max
    found = denoised_photo(model, pixels, side=16)
    assert found is not None
    assert (found.dtype, found.shape) == (pixels.dtype, pixels.shape)
    exact = denoised(model, pixels.astype(np.float32) * np.float32(255 / most)) * (most / 255)
    assert exact.min() < 0 or exact.max() > most  # something has to be cut off
    np.testing.assert_allclose(found, exact.clip(0, most), atol=0.51 if bits == 8 else 0.6)


def test_a_gain_is_a_contrast_about_the_mean_that_is_taken_back() -> None:
    model, pixels, gain = network(), photo((20, 30)), 0.4
    mean = pixels.mean()
    shown = ((pixels - mean) * gain + mean).astype(np.float32)
    expected = (denoised(model, shown) - mean) / gain + mean
    found = in_tiles(model, pixels, gain, side=16)
    np.testing.assert_allclose(found, expected, atol=1e-2)
    assert np.abs(found - in_tiles(model, pixels, 1.0, side=16)).max() > 1


def test_a_colour_photo_goes_through_channel_by_channel() -> None:
    model, pixels = network(), photo((20, 30, 3))
    found = denoised_photo(model, pixels, 2.0)
    assert found is not None
    for channel in range(3):
        alone = denoised_photo(model, pixels[..., channel].copy(), 2.0)
        assert alone is not None
        np.testing.assert_allclose(found[..., channel], alone, atol=1)


def test_progress_ends_at_one_and_never_goes_back() -> None:
    shares = list[float]()
    denoised_photo(network(), photo((50, 70)), side=20, report=shares.append)
    assert len(shares) == len(tiles(50, 70, 20))
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert shares[-1] == pytest.approx(1)


@pytest.mark.parametrize("after", [0, 1, 5])
def test_stopping_is_heard_before_the_next_tile_and_leaves_nothing(after: int) -> None:
    shares = list[float]()
    found = denoised_photo(
        network(), photo((50, 70)), side=20, report=shares.append,
        should_stop=lambda: len(shares) >= after,
    )  # fmt: skip
    assert found is None
    assert len(shares) == after


def test_memory_is_that_of_a_tile_whatever_the_photos_size() -> None:
    pixels = np.zeros((3000, 500, 3), np.uint16)
    tracemalloc.start()
    for _box, _levels in parts(network(depth=2, maps=1), pixels, side=250):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < pixels.nbytes  # in float32 it would take twice as much, and again the result


def test_the_tiles_of_24_megapixels_fit_into_the_memory_that_is_promised() -> None:
    around = 20  # the blind network's
    boxes = tiles(4000, 6000)
    largest = max((b - t + 2 * around) * (r - left + 2 * around) for t, left, b, r in boxes)
    maps = 64 * 4 * largest  # bytes of one layer
    assert maps < 32 << 20  # which is what makes it fast
    # What a layer reads and gives and a copy with zeros around, the photo and the result in 16 bits
    # of colour; besides, torch takes half a gigabyte.
    assert 3 * maps + 2 * 4000 * 6000 * 3 * 2 + (1 << 29) < 1.5e9


def test_work_is_what_tiles_read() -> None:
    model = network(depth=3)  # reaches 3 pixels far
    assert explain.work(model, 10, 20, side=10) == 2 * 13 * 13
    times = iter([0.0, 5.0, 7.0, 9.0])
    tried = (explain._TRIED + 3) ** 2
    assert explain.pace(model, clock=lambda: next(times)) == pytest.approx(2 / tried)


# Which network


@pytest.mark.parametrize(
    ("sigma", "network", "gain"),
    [
        (None, "dncnn_blind", 1), (25, "dncnn_25", 1), (20, "dncnn_25", 1.25),
        (19, "dncnn_15", 15 / 19), (5, "dncnn_15", 3), (75, "dncnn_50", 2 / 3),
    ],
)  # fmt: skip
def test_the_network_of_the_nearest_level_is_taken(
    sigma: float | None, network: str, gain: float
) -> None:
    found = way(sigma, NETWORKS)
    assert found == Way(network, pytest.approx(gain))
    if sigma is not None:
        # The noise that the network sees is of the level that it was trained at.
        assert sigma * found.gain == pytest.approx(NETWORKS[found.network])
        others = (abs(math.log(level / sigma)) for level in NETWORKS.values() if level)
        assert abs(math.log(found.gain)) == pytest.approx(min(others))


def test_without_the_networks_for_it_that_is_said() -> None:
    with pytest.raises(UserError, match="finds the noise level itself"):
        way(None, {"dncnn_25": 25.0})
    with pytest.raises(UserError, match="trained for one noise level"):
        way(25, {"dncnn_blind": None})


def test_what_a_network_was_trained_for_is_on_its_card() -> None:
    assert explain.trained_level(CARD) == 25
    assert explain.trained_level(BLIND) is None


@pytest.mark.parametrize(
    "card", [replace(CARD, model="hybridsn"), replace(CARD, model_args={"in_channels": 3})]
)
def test_a_network_for_something_else_is_refused(card: checkpoints.Card) -> None:
    with pytest.raises(UserError, match="does not denoise grey pictures"):
        explain.trained_level(card)
