"""The question "More than noise" by Streamlit's own test runner."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data.damage import Damage
from cnnviz.data.pictures import PictureSet
from cnnviz.explain import dncnn as explain
from cnnviz.explain.dncnn_tasks import damaged_psnr, mend
from dashboard.cache import dncnn
from dashboard.cache import dncnn_tasks as cached
from dashboard.i18n import TEXT
from dashboard.lessons.dncnn_shared import Subject
from dashboard.lessons.dncnn_tasks import CODE, NAMES
from tests.dashboard import dncnn_pages, pages
from tests.dashboard.dncnn_pages import subject
from tests.dncnn_made import ARGUMENTS, CARD, TRAINED, keep, network

NUMBERS = re.compile(
    r"^(Trained for .+): PSNR ([\d.]+) → ([\d.]+)\u202fdB, SSIM (-?[\d.]+) → (-?[\d.]+)$",
    re.MULTILINE,
)
NOISE = {"psnr": 28.5, "psnr_15": 31.0, "psnr_25": 29.0, "psnr_50": 25.5}
ALL = {
    "psnr_15": 30.5, "psnr_25": 28.6, "psnr_50": 25.2, "psnr_jpeg_10": 29.1, "psnr_jpeg_20": 31.2,
    "psnr_jpeg_30": 32.3, "psnr_jpeg_40": 33.4, "psnr_x2": 33.5, "psnr_x3": 29.6, "psnr_x4": 27.7,
}  # fmt: skip


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    with dncnn_pages.networks(monkeypatch, tmp_path, *cached.NETWORKS):
        # One that does much, and one that does next to nothing.
        card = replace(CARD, model_args=ARGUMENTS)
        checkpoints.save(checkpoints.SHIPPED / "dncnn_3", network(), card)
        yield


def page(colour: bool) -> None:
    from dashboard import address
    from dashboard.lessons import dncnn_tasks
    from tests.dashboard.dncnn_pages import subject

    dncnn_tasks.tasks(subject(colour))
    address.show_notes()


def opened(colour: bool = False, **link: str) -> AppTest:
    return pages.opened(page, colour, **link)


def numbers(at: AppTest) -> list[tuple[str, ...]]:
    """Of each network its name, then PSNR and SSIM before and after."""
    return NUMBERS.findall(pages.told(at))


def expected(crop: Subject, damage: Damage) -> list[tuple[str, ...]]:
    pixels = crop.pixels
    if pixels.ndim == 3:
        pixels = np.array(Image.fromarray(pixels).convert("L"))
    rows = list[tuple[str, ...]]()
    for name in cached.NETWORKS:
        part = mend(dncnn.network(name)[0], pixels, damage.done_to(pixels)).part
        said = (*(f"{each:.2f}" for each in part.psnr), *(f"{each:.3f}" for each in part.ssim))
        rows.append((NAMES[name], *said))
    assert rows[0][1:] != rows[1][1:]
    return rows


@pytest.mark.parametrize(
    ("link", "damage"),
    [
        ({}, Damage("jpeg", 10)),
        ({"task_quality": "40"}, Damage("jpeg", 40)),
        ({"task": "upscale"}, Damage("upscale", 3)),
        ({"task": "upscale", "task_factor": "2"}, Damage("upscale", 2)),
    ],
)
def test_both_networks_mend_the_same_damaged_crop(link: dict[str, str], damage: Damage) -> None:
    assert numbers(opened(**link)) == expected(subject(), damage)


def test_the_sliders_move_the_numbers() -> None:
    at = opened()
    at.slider(key="task_quality").set_value(30).run()
    assert numbers(pages.sound(at)) == expected(subject(), Damage("jpeg", 30))
    assert at.query_params["task_quality"] == "30"
    at = opened(task="upscale")
    assert (at.slider(key="task_factor").min, at.slider(key="task_factor").max) == (2, 4)
    at.slider(key="task_factor").set_value(4).run()
    assert numbers(pages.sound(at)) == expected(subject(), Damage("upscale", 4))


def test_a_crop_that_nothing_happened_to_has_no_end_of_decibels() -> None:
    said = pages.told(opened(task_quality="99"))
    assert "PSNR ∞ → " in said
    assert "inf" not in said


def test_a_crop_in_colour_is_mended_in_grey_and_that_is_said() -> None:
    at = opened(colour=True)
    assert numbers(at) == expected(subject(colour=True), Damage("jpeg", 10))
    assert "mended in grey" in pages.told(at)
    assert "mended in grey" not in pages.told(opened())


def test_what_follows_the_hand_is_the_middle_of_what_comes_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explain, "rounds_quickly", lambda: False)
    pixels = np.random.default_rng(0).integers(0, 256, (96, 80), dtype=np.uint8)
    crop, damage = Subject("large", "", pixels), Damage("jpeg", 10)
    whole, part = cached.mended(crop, damage), cached.part(crop, damage)
    top, left, bottom, right = box = part[0].box
    assert box == dncnn.middle((96, 80)) == (16, 8, 80, 72)
    for one, other in zip(whole, part, strict=True):
        middle = one.part.denoised[top:bottom, left:right]
        np.testing.assert_allclose(other.part.denoised, middle, atol=1e-3)
        assert one.whole
        assert not other.whole


def test_mended_crops_are_shared_and_read_only() -> None:
    found = cached.mended(subject(), Damage("jpeg", 10))
    assert cached.mended(subject(), Damage("jpeg", 10)) is found
    assert cached.mended(subject(), Damage("jpeg", 11)) is not found
    assert cached.mended(subject(), Damage("upscale", 3)) is not found
    with pytest.raises(ValueError, match="read-only"):
        found[0].part.denoised[0, 0] = 0


@pytest.mark.parametrize("name", cached.NETWORKS)
def test_a_network_that_is_not_there_is_named_in_one_sentence(name: str) -> None:
    (checkpoints.SHIPPED / f"{name}.safetensors").unlink()
    at = opened()
    [warning] = at.warning
    assert f"There is no checkpoint {name}" in warning.value
    assert not numbers(at)


# What the cards say


def write(name: str, tested: dict[str, float], test_name: str = "bundled", **recipe: str) -> None:
    """A network under that name, whose card has these results of a test on two pictures."""
    card = replace(
        TRAINED, model_args=ARGUMENTS, metrics={"test": tested},
        data={"test": 2, "test_name": test_name},
        recipe={"epochs": 3, "data_args": {"patches": 4000}, **recipe},
    )  # fmt: skip
    checkpoints.save(checkpoints.SHIPPED / name, keep(name), card)


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> tuple[np.ndarray, ...]:
    """Cards with results, and the two pictures that they are of."""
    images = (subject().pixels, subject().pixels.T.copy())
    found = PictureSet(("a", "b"), images, True, "made")
    monkeypatch.setattr(cached, "load_pictures", lambda name: found)
    write("dncnn_3", ALL)
    write("dncnn_blind", NOISE)
    return images


def table(at: AppTest) -> list[list[str]]:
    [found] = [each.value for each in at.markdown if each.value.startswith("|")]
    return [[c.strip() for c in line.strip("|").split("|")] for line in found.splitlines()]


def test_the_table_has_the_cards_numbers_and_those_of_the_damaged_pictures(
    tested: tuple[np.ndarray, ...],
) -> None:
    heads, _line, damaged, general, alone = table(opened())
    assert heads[1:] == [
        *(f"σ\u202f{n}" for n in (15, 25, 50)), *(f"JPEG\u202f{n}" for n in (10, 20, 30, 40)),
        *(f"×\u202f{n}" for n in (2, 3, 4)),
    ]  # fmt: skip
    assert general == [NAMES["dncnn_3"], *(f"{value:.2f}" for value in ALL.values())]
    assert alone == [NAMES["dncnn_blind"], "31.00", "29.00", "25.50", *["–"] * 7]
    known = damaged_psnr(tested, cached.scores().damages)
    assert damaged == ["Damaged", *(f"{value:.2f}" for value in known)]


@pytest.mark.parametrize(
    ("better", "said"), [(0.0, "0.40\u202fdB behind"), (1.0, "0.60\u202fdB ahead")]
)
def test_what_generality_costs_at_noise_is_said(
    tested: tuple[np.ndarray, ...], better: float, said: str
) -> None:
    write("dncnn_3", {name: value + better for name, value in ALL.items()})
    at = opened()
    assert f"the network for all is {said}" in pages.told(at)
    assert "on 12 and 12 thousand patches" in pages.told(at)


def test_that_one_network_began_with_the_weights_of_the_other_is_said(
    tested: tuple[np.ndarray, ...],
) -> None:
    write("dncnn_3", ALL, weights_from="dncnn_blind")
    text = pages.told(opened())
    assert "began with the weights of the other, which had seen 12 thousand patches" in text
    assert "trained on 12 thousand more" in text
    assert "not trained alike" not in text


def test_results_on_other_pictures_are_not_compared(tested: tuple[np.ndarray, ...]) -> None:
    write("dncnn_blind", NOISE, "set12")
    at = opened()
    assert table(at)[-1][1:] == ["–"] * 10
    assert "the network for all is" not in pages.told(at)


def test_damaged_pictures_are_not_measured_where_the_test_was_of_others(
    tested: tuple[np.ndarray, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    three = PictureSet(("a", "b", "c"), (*tested, tested[0]), True, "made")
    monkeypatch.setattr(cached, "load_pictures", lambda name: three)
    assert table(opened())[2][1:] == ["–"] * 10


def test_networks_that_were_not_tested_have_no_table() -> None:
    at = opened()
    assert "have not been measured on test pictures" in pages.told(at)
    assert len(numbers(at)) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_part_is_complete_in_both_languages(
    tested: tuple[np.ndarray, ...], lang: str
) -> None:  # fmt: skip
    at = opened(lang=lang)
    assert not at.warning
    assert len(table(at)) == 5
    assert "{#tasks}" in (TEXT / lang / "dncnn_tasks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CODE)
def test_the_code_that_is_shown_is_there(name: str) -> None:
    assert callable(resolve_name(name))
