"""JPEG blocks and up-scaling mended in whole and in part, and what cards say of them."""

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.data.damage import Damage, jpeg, upscaled
from cnnviz.data.noise import gaussian
from cnnviz.data.pictures import load_pictures
from cnnviz.explain import dncnn
from cnnviz.explain.dncnn import denoised
from cnnviz.explain.dncnn_tasks import card_psnr, damaged_psnr, mend
from cnnviz.metrics import psnr
from tests.dncnn_made import CARD, network

CLEAN = load_pictures("bundled").images[0][:56, :64].copy()
DAMAGES = (Damage("jpeg", 10), Damage("upscale", 3), Damage("noise", 25))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_the_network_gets_the_damaged_picture_and_nothing_else(damage: Damage) -> None:
    found = mend(network(), CLEAN, damage.done_to(CLEAN))
    expected = {
        "jpeg": lambda: jpeg(CLEAN, 10),
        "upscale": lambda: upscaled(CLEAN, 3),
        "noise": lambda: gaussian(CLEAN, 25, 0),
    }[damage.kind]()
    assert found.whole
    np.testing.assert_array_equal(found.damaged, expected)
    np.testing.assert_allclose(found.part.denoised, denoised(network(), expected), atol=1e-3)
    np.testing.assert_array_equal(found.part.clean, CLEAN)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_what_was_taken_away_leads_from_the_damaged_to_the_mended_picture(damage: Damage) -> None:
    part = mend(network(), CLEAN, damage.done_to(CLEAN)).part
    np.testing.assert_allclose(part.noisy - part.predicted, part.denoised, atol=1e-3)
    np.testing.assert_allclose(part.clean + part.error, part.denoised, atol=1e-3)
    assert np.abs(part.predicted).max() > 1


@pytest.mark.parametrize("box", [(20, 16, 36, 40), (0, 0, 16, 16), (40, 0, 56, 64)])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_a_part_is_that_part_of_the_whole(
    damage: Damage, box: tuple[int, int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dncnn, "rounds_quickly", lambda: False)
    whole, found = (
        mend(network(), CLEAN, damage.done_to(CLEAN)),
        mend(network(), CLEAN, damage.done_to(CLEAN), box),
    )
    top, left, bottom, right = box
    assert not found.whole
    np.testing.assert_array_equal(found.damaged, whole.damaged)
    for name in ("clean", "noisy", "denoised"):
        part = getattr(whole.part, name)[top:bottom, left:right]
        np.testing.assert_allclose(getattr(found.part, name), part, atol=1e-3)


def test_cards_have_a_number_for_each_damage_or_none() -> None:
    tested = {"psnr": 28.0, "psnr_jpeg_10": 29.5, "psnr_x3": 27.25}
    known = card_psnr(replace(CARD, metrics={"test": tested}), DAMAGES)
    np.testing.assert_array_equal(known, [29.5, 27.25, np.nan])
    assert np.isnan(card_psnr(CARD, DAMAGES)).all()


def test_damaged_pictures_are_measured_as_in_a_test_of_a_network() -> None:
    pictures = (CLEAN, CLEAN[::-1].copy())
    found = damaged_psnr(pictures, DAMAGES)
    assert found[0] == pytest.approx(np.mean([psnr(p, jpeg(p, 10)) for p in pictures]))
    noises = [psnr(p, gaussian(p, 25, 0, at)) for at, p in enumerate(pictures)]
    assert found[2] == pytest.approx(np.mean(noises))
    assert noises[0] != noises[1]
