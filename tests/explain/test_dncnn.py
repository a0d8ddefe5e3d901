"""What becomes of a noisy picture: exact sums, parts, channels, and the numbers' own formulas."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz.data.noise import gaussian
from cnnviz.explain import dncnn as explain
from cnnviz.explain.dncnn import Denoising, denoise, denoised, denoised_part
from cnnviz.models.dncnn import DnCNN

random = np.random.default_rng(0)
CLEAN = random.integers(0, 256, (40, 34), dtype=np.uint8)
NOISY = gaussian(CLEAN, 25, 0)


def network(**arguments: Any) -> DnCNN:
    torch.manual_seed(0)
    model = DnCNN(**{"depth": 4, "maps": 5, **arguments})
    for layer in model.layers:
        if arguments.get("batch_norm", True):
            layer.norm.running_mean.uniform_(-0.5, 0.5)
            layer.norm.running_var.uniform_(0.5, 2)
    return model.eval().requires_grad_(False)


def test_noisy_is_clean_and_noise_and_denoised_is_noisy_without_what_was_found() -> None:
    found = denoise(network(), CLEAN, NOISY)
    np.testing.assert_allclose(found.clean + found.noise, found.noisy, atol=1e-3)
    np.testing.assert_allclose(found.noisy - found.predicted, found.denoised, atol=1e-3)
    np.testing.assert_allclose(found.noise - found.predicted, found.error, atol=1e-3)


def test_what_a_residual_network_predicts_is_its_output() -> None:
    model = network()
    with torch.inference_mode():
        output = 255 * model(torch.from_numpy(NOISY / 255)[None, None])[0, 0].numpy()
    found = denoise(model, CLEAN, NOISY)
    np.testing.assert_allclose(found.predicted, output, atol=1e-3)


@pytest.mark.parametrize("residual", [True, False])
def test_a_colour_picture_goes_through_channel_by_channel(residual: bool) -> None:
    model = network(residual=residual)
    noisy = gaussian(random.integers(0, 256, (20, 24, 3)), 25, 1)
    together = denoised(model, noisy)
    for channel in range(3):
        alone = denoised(model, np.ascontiguousarray(noisy[..., channel]))
        np.testing.assert_allclose(together[..., channel], alone, atol=1e-3)


@pytest.mark.parametrize("arguments", [{}, {"residual": False}, {"batch_norm": False}], ids=str)
@pytest.mark.parametrize(
    "box",
    [(12, 10, 24, 20), (0, 0, 8, 8), (30, 20, 40, 34), (3, 5, 37, 29), (0, 0, 40, 34)],
)
def test_a_part_is_the_same_as_in_the_whole(
    arguments: dict[str, Any], box: tuple[int, int, int, int]
) -> None:
    model, (top, left, bottom, right) = network(**arguments), box
    part = denoised_part(model, NOISY, box)
    np.testing.assert_allclose(
        part, denoised(model, NOISY)[top:bottom, left:right], rtol=1e-4, atol=1e-3
    )


def test_a_part_of_a_colour_picture_is_the_same_as_in_the_whole() -> None:
    model, noisy = network(), gaussian(random.integers(0, 256, (30, 30, 3)), 25, 1)
    part = denoised_part(model, noisy, (8, 9, 20, 30))
    np.testing.assert_allclose(part, denoised(model, noisy)[8:20, 9:30], rtol=1e-4, atol=1e-3)


def test_a_part_reads_no_more_than_it_depends_on() -> None:
    model = network()  # 4 layers: 4 pixels around
    noisy = NOISY.copy()
    noisy[:11], noisy[29:], noisy[:, :8], noisy[:, 26:] = np.nan, np.nan, np.nan, np.nan
    assert np.isfinite(denoised_part(model, noisy, (15, 12, 25, 22))).all()


@pytest.mark.parametrize("residual", [True, False])
def test_a_hurried_part_is_off_by_rounding_alone(
    residual: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "rounds_quickly", lambda: True)
    model = network(residual=residual)
    exact, hurried = (
        denoised_part(model, NOISY, (12, 10, 24, 20), hurried=each) for each in (False, True)
    )
    assert hurried.dtype == np.float32
    assert not np.array_equal(hurried, exact)
    # bfloat16 has 8 bits: each of the 4 layers is off by a 256th of what it gives.
    reach = np.abs(NOISY[12:24, 10:20] - exact).max() if residual else np.abs(exact).max()
    assert np.abs(hurried - exact).max() < 4 * reach / 128


def test_where_rounding_is_not_quicker_the_hurried_part_is_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explain, "rounds_quickly", lambda: False)
    model, box = network(), (12, 10, 24, 20)
    hurried = denoised_part(model, NOISY, box, hurried=True)
    assert np.array_equal(hurried, denoised_part(model, NOISY, box))


def test_psnr_is_its_formula_and_nothing_is_clipped() -> None:
    found = Denoising(CLEAN.astype(np.float32), NOISY, CLEAN + np.float32(3))
    assert NOISY.min() < 0
    assert NOISY.max() > 255
    mean_square = np.mean((NOISY.astype(float) - CLEAN) ** 2)
    assert found.psnr == pytest.approx(
        (10 * math.log10(255**2 / mean_square), 20 * math.log10(255 / 3))
    )


def test_equal_pictures_have_no_bound_of_psnr_and_an_ssim_of_1() -> None:
    clean = CLEAN.astype(np.float32)
    assert Denoising(clean, clean, clean).numbers == (math.inf, 1, math.inf, 1)
