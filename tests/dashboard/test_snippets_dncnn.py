"""The snippets of the DnCNN lesson compute what its page shows."""

import json
from typing import Any

import numpy as np
import pytest

from cnnviz.data import photos
from cnnviz.data.damage import Damage
from cnnviz.training import fit
from cnnviz.training.spec import RunSpec
from dashboard import snippets
from dashboard.cache import dncnn, dncnn_levels, dncnn_photo
from dashboard.cache import dncnn_classics as classics
from dashboard.cache import dncnn_layers as layers
from dashboard.cache import dncnn_residual as residual
from dashboard.cache import dncnn_tasks as tasks
from dashboard.cache import dncnn_white as white
from dashboard.lessons.dncnn_shared import Noise, Subject, Whole
from tests.dashboard import pages
from tests.dashboard.test_snippets import run

NETWORK = "dncnn_25"
LINK = {
    "net": NETWORK, "photo": "astronaut", "crop": "100.90", "side": "64", "kind": "poisson",
    "sigma": "40", "noise_seed": "3", "clip": "1",
}  # fmt: skip
NOISE = Noise("poisson", 40, 3, True)


def left(section: str, **link: str) -> dict[str, Any]:
    """What the snippet of a section leaves."""
    code = snippets.present("dncnn", section, link)
    assert code is not None
    return run(code)


def crop(colour: bool = False) -> Subject:
    pixels = photos.load("astronaut")
    pixels = pixels if colour else dncnn.grey("astronaut", pixels)
    return Whole("astronaut", "", pixels, 64).crop((100, 90))


@pytest.mark.parametrize("colour", [False, True])
def test_a_crop_is_denoised_as_on_the_page(colour: bool) -> None:
    found = left("hero", **LINK, colour=str(int(colour)))["found"]
    shown = dncnn.denoising(NETWORK, crop(colour), NOISE)
    assert np.array_equal(found.noisy, shown.noisy)
    assert found.numbers == pytest.approx(shown.numbers, abs=1e-5)


def test_what_is_seen_first_is_the_page_s() -> None:
    whole = Whole("camera", "", dncnn.grey("camera", photos.load("camera")), dncnn.SIDE)
    found = left("tasks")["clean"]
    assert np.array_equal(found, whole.crop(whole.usual_centre).pixels)


@pytest.mark.parametrize("colour", [False, True])
def test_the_four_networks_do_as_well_as_on_the_page(colour: bool) -> None:
    found = left("residual", **LINK, colour=str(int(colour)))["psnr"]
    shown = [residual.answer(name, crop(colour), NOISE) for name in residual.NAMES.values()]
    assert list(found.values()) == pytest.approx([each.denoising.psnr[1] for each in shown])


def test_layers_keep_as_much_as_on_the_page() -> None:
    found = left("layers", **LINK, layer_net="dncnn_small", colour="1")
    shown = layers.layers("dncnn_small", crop(True), NOISE)
    for one, other in zip(found["layers"], shown, strict=True):
        assert (one.picture, one.noise) == pytest.approx((other.picture, other.noise), abs=1e-6)
    fields = layers.fields("dncnn_small", crop(True), NOISE)
    assert [each.effective for each in found["fields"]] == [each.effective for each in fields]


def test_the_table_of_levels_is_the_page_s() -> None:
    found, shown = left("levels", level_set="bundled")["table"], dncnn_levels.table("bundled")
    assert np.array_equal(found.psnr, shown.psnr)
    assert found.share == 1


def test_noise_and_error_are_as_white_as_on_the_page() -> None:
    found = left("white", **LINK)
    shown = white.whiteness(NETWORK, crop(), NOISE)
    assert found["found"].error.spectrum == pytest.approx(shown.error.spectrum, rel=1e-4)
    assert found["common"] == pytest.approx(white.in_common(NETWORK, crop(), NOISE), abs=1e-5)


def test_classics_do_as_well_as_on_the_page() -> None:
    found = left("classics", **LINK)["found"]
    jobs = classics.attempts(NETWORK, crop(), NOISE)
    assert [*found] == [*jobs]
    for code, job in jobs.items():
        assert found[code].psnr == pytest.approx(job.result().psnr, abs=1e-4)
    assert np.array_equal(
        left("classics", **LINK, classics_picture="stripes")["clean"], classics.stripes()
    )


@pytest.mark.parametrize(
    ("link", "damage"),
    [({"task_quality": "30"}, Damage("jpeg", 30)),
     ({"task": "upscale", "task_factor": "2"}, Damage("upscale", 2))],
)  # fmt: skip
def test_damage_is_mended_as_on_the_page(link: dict[str, str], damage: Damage) -> None:
    found = left("tasks", **LINK, **link, colour="1")["found"]
    shown = tasks.mended(crop(True), damage)
    for one, other in zip(found.values(), shown, strict=True):
        assert np.array_equal(one.noisy, other.damaged)
        assert one.numbers == pytest.approx(other.part.numbers, abs=1e-5)


@pytest.mark.parametrize("link", [{}, {"photo_given": "1", "photo_sigma": "12"}])
def test_a_place_of_the_photo_is_denoised_as_on_the_page(link: dict[str, str]) -> None:
    found = left("photo", **link, photo_place="100.200")
    photo = dncnn_photo.example()
    height, width = photo.overview.shape[:2]
    box = dncnn_photo.loupe(photo, 100.5 / height, 200.5 / width)
    way = dncnn_photo.way(12.0 if link else None)
    assert (found["box"], found["chosen"]) == (box, way)
    assert found["after"] == pytest.approx(dncnn_photo.preview(photo, box, way), abs=1e-3)


def panel() -> None:
    import json

    import streamlit as st

    from dashboard import address
    from dashboard.lessons import dncnn_train

    address.page_begins("dncnn")
    st.code(json.dumps(dncnn_train.own(dncnn_train.common(), "a", "").to_json()))


TRAINED = {
    "train_sigma": "blind", "train_patch": "30", "train_patches": "960", "train_batch": "32",
    "train_epochs": "3", "seed": "4", "train_output_a": "picture", "train_norm_a": "0",
    "train_depth_a": "5", "train_maps_a": "16", "train_rate_a": "0.003",
}  # fmt: skip


@pytest.mark.parametrize("link", [{}, TRAINED])
def test_the_panel_s_run_is_trained(
    monkeypatch: pytest.MonkeyPatch, link: dict[str, str]
) -> None:  # fmt: skip
    asked: list[RunSpec] = []
    monkeypatch.setattr(fit, "fit", lambda spec: asked.append(spec) or iter(()))
    [page] = pages.opened(panel, **link).code
    left("train", **link)
    assert [spec.to_json() for spec in asked] == [json.loads(page.value)]
