"""What a network puts out, what follows from it, and what its card says of its training."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cnnviz import checkpoints
from cnnviz.data.noise import gaussian
from cnnviz.explain.dncnn import denoise
from cnnviz.explain.dncnn_residual import answer, trained
from cnnviz.models.dncnn import DnCNN
from tests.dncnn_made import TRAINED

CLEAN = np.random.default_rng(0).integers(0, 256, (24, 18), dtype=np.uint8)
NOISY = gaussian(CLEAN, 25, 0)


@pytest.mark.parametrize("residual", [True, False])
def test_the_answer_is_the_network_s_output_and_what_it_makes_of_the_picture(
    residual: bool,
) -> None:
    torch.manual_seed(0)
    model = DnCNN(depth=3, maps=4, residual=residual).eval()
    found = answer(model, CLEAN, NOISY)
    with torch.inference_mode():
        raw = 255 * model(torch.from_numpy(NOISY / 255)[None, None])[0, 0].numpy()
    assert found.residual == residual
    np.testing.assert_allclose(found.output, raw, atol=1e-3)
    expected = denoise(model, CLEAN, NOISY)
    np.testing.assert_allclose(found.denoising.denoised, expected.denoised, atol=1e-3)
    np.testing.assert_array_equal(found.denoising.clean, CLEAN)
    if residual:
        np.testing.assert_allclose(found.denoising.predicted, found.output, atol=1e-3)


def test_a_card_says_how_a_training_went() -> None:
    found = trained(TRAINED)
    assert (found.residual, found.batch_norm, found.depth, found.maps) == (False, True, 7, 32)
    assert found.validation.tolist() == [27.0, 29.0]
    assert (found.epoch, found.psnr, found.ssim, found.sigma) == (2, 28.5, 0.81, 25.0)
    assert (found.test, found.count, found.seconds, found.hardware) == ("set12", 12, 90.0, "a CPU")


def test_what_a_card_does_not_say_is_no_number() -> None:
    found = trained(replace(TRAINED, metrics={}, history=[], preprocessing={}, data={}))
    assert all(np.isnan([found.psnr, found.ssim, found.sigma]))
    assert found.validation.size == 0


def test_the_four_shipped_ones_were_trained_alike() -> None:
    names = [f"dncnn_small{kind}" for kind in ("", "_direct", "_plain", "_direct_plain")]
    if not set(names) <= set(checkpoints.names()):
        pytest.skip("they are not all here")
    cards = [checkpoints.read_card(name) for name in names]
    recipes = [{**c.recipe, "model_args": {}} for c in cards]
    assert all(recipe == recipes[0] for recipe in recipes)
    assert all(c.data == cards[0].data for c in cards)
    assert [(each.residual, each.batch_norm) for each in map(trained, cards)] == [
        (True, True), (False, True), (True, False), (False, False),
    ]  # fmt: skip
    assert len({(each.depth, each.maps) for each in map(trained, cards)}) == 1
