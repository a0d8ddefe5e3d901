"""The question "Noise or picture?" by Streamlit's own test runner."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data.noise import noisy
from cnnviz.explain.dncnn import denoise
from cnnviz.models.dncnn import DnCNN
from dashboard.cache import dncnn_residual as cached
from dashboard.i18n import lesson_text
from dashboard.lessons.dncnn_shared import Noise
from tests.dashboard import dncnn_pages, pages
from tests.dashboard.dncnn_pages import subject
from tests.dncnn_made import TRAINED, network

NOISE = Noise("gaussian", 25, 3, False)
PSNR = {"dncnn_small": 29.3, "dncnn_small_plain": 29.11, "dncnn_small_direct": 28.6}


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Four networks of two layers under the names of the trained ones."""
    with dncnn_pages.networks(monkeypatch, tmp_path):
        for seed, ((output, norm), name) in enumerate(cached.NAMES.items()):
            arguments = {"depth": 3, "maps": 2, "residual": output == "noise", "batch_norm": norm}
            metrics = {"test": {"psnr": PSNR.get(name, 28.9), "ssim": 0.8 + 0.01 * seed}}
            made = replace(TRAINED, model_args=arguments, metrics=metrics, seconds=60.0 + seed)
            checkpoints.save(checkpoints.SHIPPED / name, network(**arguments), made)
        yield


def page(sigma: float, kind: str, colour: bool) -> None:
    from dashboard.lessons import dncnn_residual
    from dashboard.lessons.dncnn_shared import Noise
    from tests.dashboard.dncnn_pages import subject

    dncnn_residual.residual(subject(colour), Noise(kind, sigma, 3, False))


def opened(
    sigma: float = 25, kind: str = "gaussian", colour: bool = False, **link: str
) -> AppTest:  # fmt: skip
    return pages.opened(page, sigma, kind, colour, **link)


def captions(at: AppTest) -> str:
    return "\n".join(each.value for each in at.caption)


def crops(at: AppTest) -> list[tuple[str, str]]:
    """PSNR and SSIM of the crop, network by network."""
    html = "\n".join(each.proto.body for each in at.get("html"))
    return re.findall(r"<p>(-?[\d.]+)\u202fdB · SSIM (-?[\d.]+)</p>", html)


def test_the_best_network_is_named_and_how_far_the_others_are_behind() -> None:
    said = opened().markdown[0].value
    assert said.startswith("Best on the test pictures: **noise, batch norm**, 29.30\u202fdB.")
    gaps = [float(gap) for gap in re.findall(r"−([\d.]+)\u202fdB", said)]
    assert gaps == [0.19, 0.4, 0.7]
    assert said.index("noise, no batch norm") < said.index("picture, no batch norm")


def test_the_table_has_the_cards_numbers() -> None:
    [table] = [each.value for each in opened().markdown if each.value.startswith("|")]
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert [row[1] for row in rows] == [
        f"{p}\u202fdB" for p in ("29.30", "29.11", "28.60", "28.90")
    ]
    assert [row[2] for row in rows] == ["0.800", "0.810", "0.820", "0.830"]
    assert rows[0][3:] == ["2 of 2", "60 s"]
    assert "3 layers of 2 maps" in captions(opened())


def test_each_network_denoises_the_crop_itself() -> None:
    crop = subject().pixels
    drawn = noisy(crop, "gaussian", 25, 3)
    expected = []
    for name in cached.NAMES.values():
        found = denoise(checkpoints.load(name)[0], crop, drawn)  # type: ignore[arg-type]
        expected.append((f"{found.psnr[1]:.2f}", f"{found.ssim[1]:.3f}"))
    assert crops(opened()) == expected
    assert len(set(expected)) == 4


def test_noise_that_they_were_not_trained_for_is_said_to_be() -> None:
    mark = "All four were trained for Gaussian noise of σ = 25"
    assert mark not in captions(opened())
    assert mark in captions(opened(sigma=50))
    assert mark in captions(opened(kind="poisson"))
    assert "±100 grey levels" in captions(opened(sigma=50))


def test_without_noise_nothing_breaks() -> None:
    at = opened(sigma=0)
    assert not at.warning
    assert "±10 grey levels" in captions(at)


def test_of_a_colour_picture_the_green_channel_is_denoised() -> None:
    found = cached.answer("dncnn_small", subject(colour=True), NOISE)
    drawn = noisy(subject(colour=True).pixels, "gaussian", 25, 3)
    np.testing.assert_array_equal(found.denoising.noisy, drawn[..., 1])
    assert "green channel" in captions(opened(colour=True))
    assert "green channel" not in captions(opened())


def test_answers_are_shared_and_read_only() -> None:
    found = cached.answer("dncnn_small", subject(), NOISE)
    assert cached.answer("dncnn_small", subject(), NOISE) is found
    assert cached.answer("dncnn_small", subject(), replace(NOISE, seed=4)) is not found
    assert not found.output.flags.writeable
    assert not found.denoising.denoised.flags.writeable


def test_a_network_that_is_not_there_is_named() -> None:
    (checkpoints.SHIPPED / "dncnn_small_plain.safetensors").unlink()
    at = opened()
    assert "dncnn_small_plain" in at.warning[0].value


def test_networks_that_were_not_tested_are_not_compared() -> None:
    arguments = {"depth": 3, "maps": 2, "residual": True, "batch_norm": True}
    untested = replace(TRAINED, model_args=arguments, metrics={})
    checkpoints.save(checkpoints.SHIPPED / "dncnn_small", DnCNN(**arguments), untested)
    assert "not been measured" in opened().markdown[0].value


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_part_is_complete_in_both_languages(lang: str) -> None:
    at = opened(lang=lang)
    assert [plot.key for plot in at.get("plotly_chart")] == ["residual_curves", "residual_seeds"]
    assert not at.warning


def test_the_texts_have_their_sections() -> None:
    assert lesson_text("dncnn_residual", "residual")
    assert lesson_text("dncnn_train", "train")
