"""The question "Classics" by Streamlit's own test runner."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data.noise import noisy
from cnnviz.data.pictures import PictureSet
from cnnviz.explain.dncnn import denoised
from cnnviz.explain.dncnn_classics import by_classic, stripes
from cnnviz.metrics import psnr, ssim
from dashboard import frame
from dashboard.cache import dncnn_classics as cached
from dashboard.i18n import TEXT
from dashboard.lessons.dncnn_classics import CODE
from dashboard.lessons.dncnn_shared import Noise
from tests.dashboard import dncnn_pages, pages
from tests.dashboard.dncnn_pages import subject
from tests.dashboard.pages import told

NOISE = Noise("gaussian", 25, 0, False)
NAMES = ["Non-local means", "Wavelets", "Total variation", "Bilateral", "DnCNN"]


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Two small networks under the names of trained ones; Set12 is not here."""
    monkeypatch.setattr(cached, "barbara_here", lambda: False)
    with dncnn_pages.networks(monkeypatch, tmp_path, "dncnn_blind", "dncnn_25"):
        yield


def page(sigma: float, kind: str, colour: bool) -> None:
    from dashboard import address
    from dashboard.lessons import dncnn_classics, dncnn_shared
    from tests.dashboard.dncnn_pages import subject

    noise = dncnn_shared.Noise(kind, sigma, 0, False)
    dncnn_classics.classics(dncnn_shared.network(), subject(colour), noise)
    address.show_notes()


def opened(sigma: float = 25, kind: str = "gaussian", colour: bool = False, **link: str) -> AppTest:
    """The page when all methods are done."""
    at = pages.opened(page, sigma, kind, colour, **link)
    until = time.monotonic() + 60
    while any(words in told(at) for words in ("at work", "正在计算")) and time.monotonic() < until:
        time.sleep(0.05)
        pages.sound(at.run())
    return at


def numbers(at: AppTest) -> dict[str, tuple[float, float]]:
    """PSNR and SSIM by method."""
    rows = re.findall(
        r"^(.+): PSNR ([\d.]+)\u202fdB, SSIM (-?[\d.]+), time", told(at), re.MULTILINE
    )
    return {name: (float(first), float(second)) for name, first, second in rows}


def test_all_methods_are_measured_on_the_crop_with_its_noise() -> None:
    found = numbers(opened())
    clean = subject().pixels
    picture = noisy(clean, "gaussian", 25, 0)
    assert list(found) == NAMES
    attempt = by_classic("wavelet", clean, picture, 25)
    assert found["Wavelets"] == pytest.approx((attempt.psnr, attempt.ssim), abs=5e-3)
    network = denoised(checkpoints.load("dncnn_blind")[0], picture)  # type: ignore[arg-type]
    assert found["DnCNN"] == pytest.approx((psnr(clean, network), ssim(clean, network)), abs=5e-3)


def test_the_sentence_names_the_best_classic_and_the_distance() -> None:
    at = opened()
    found = numbers(at)
    rival = max(NAMES[:-1], key=lambda name: found[name][0])
    gap = found["DnCNN"][0] - found[rival][0]
    assert gap < 0, "no one has trained this network"
    [said] = re.findall(
        r"DnCNN is \*\*([\d.]+)\u202fdB worse\*\* than .* \((.+)\) and takes", told(at)
    )
    assert (float(said[0]), said[1]) == (pytest.approx(-gap, abs=0.02), rival)


def test_the_best_of_each_row_stands_out() -> None:
    at = opened()
    marked = re.findall(r"^(.+?): .*\(([^)]+)\)$", told(at), re.MULTILINE)
    rows = [(row, name) for name, inside in marked for row in inside.split(", ")]
    assert sorted(row for row, _name in rows) == ["PSNR", "SSIM", "time"]
    found = numbers(at)
    assert dict(rows)["PSNR"] == max(found, key=lambda name: found[name][0])


def test_the_pages_network_is_the_one_that_is_compared() -> None:
    blind, known = (numbers(opened(**link)) for link in ({}, {"net": "dncnn_25"}))
    assert blind["DnCNN"] != known["DnCNN"]
    assert blind["Bilateral"] == known["Bilateral"]


def test_the_settings_and_where_they_come_from_are_told() -> None:
    text = told(opened(sigma=25))
    assert "python benchmarks/dncnn_settings.py" in text
    assert "search on 9 crops" in text
    h = cached.settings("nl_means", 25)["strength"]
    assert f"h = {h:.2f} σ" in text
    assert "one core of this machine" in text


def test_stripes_are_said_to_be_generated_and_the_paper_is_cited() -> None:
    at = opened(classics_picture="stripes")
    clean = stripes(cached.SIDE)
    attempt = by_classic("tv", clean, noisy(clean, "gaussian", 25, 0), 25)
    assert numbers(at)["Total variation"] == pytest.approx((attempt.psnr, attempt.ssim), abs=5e-3)
    text = told(at)
    assert "generated, not photographed" in text
    assert "BM3D 30.71\u202fdB, DnCNN-S 30.00\u202fdB" in text
    assert "https://arxiv.org/abs/1608.03981" in text
    assert "BM3D" not in told(opened())


def test_without_set12_there_is_no_cloth_and_its_link_gives_the_crop() -> None:
    at = opened(classics_picture="cloth")
    assert "classics_picture" in at.warning[0].value
    assert numbers(at) == numbers(opened())


def test_with_set12_the_cloth_is_part_of_its_ninth_image(monkeypatch: pytest.MonkeyPatch) -> None:
    images = tuple(
        np.random.default_rng(i).integers(0, 255, (512, 512)).astype(np.uint8) for i in range(12)
    )
    made = PictureSet(tuple(f"{i:02}" for i in range(1, 13)), images, True, "made")
    monkeypatch.setattr(cached, "barbara_here", lambda: True)
    monkeypatch.setattr("cnnviz.data.pictures.load_pictures", {"set12": made}.__getitem__)
    at = opened(classics_picture="cloth")
    clean = images[8][300:480, 240:420]
    attempt = by_classic("tv", clean, noisy(clean, "gaussian", 25, 0), 25)
    assert numbers(at)["Total variation"] == pytest.approx((attempt.psnr, attempt.ssim), abs=5e-3)


def test_without_noise_there_is_nothing_to_compare() -> None:
    at = opened(sigma=0)
    assert "no noise" in at.info[0].value
    assert not numbers(at)


def test_other_noise_and_colours_are_pointed_out() -> None:
    text = told(opened(kind="poisson", colour=True))
    assert "another kind: Poisson" in text
    assert "channels one by one" in text
    assert "another kind" not in told(opened())


def test_a_network_that_is_not_here_is_said_to_be_missing() -> None:
    for name in checkpoints.names():
        checkpoints.locate(name).unlink()
    at = opened()
    assert "dncnn_blind" in at.warning[0].value
    assert not numbers(at)


def test_what_is_done_is_kept() -> None:
    jobs = cached.attempts("dncnn_blind", subject(), NOISE)
    for job in jobs.values():
        job.result()
    again = cached.attempts("dncnn_blind", subject(), NOISE)
    assert all(again[code] is job for code, job in jobs.items())
    other = cached.attempts("dncnn_25", subject(), NOISE)
    assert [code for code in other if other[code] is not jobs[code]] == [cached.NETWORK]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_opens_in_both_languages(lang: str) -> None:
    assert len(re.findall(r"PSNR [\d.]+\u202fdB", told(opened(lang=lang)))) == len(NAMES) + 1
    text = (TEXT / lang / "dncnn_classics.md").read_text(encoding="utf-8")
    assert "{#classics}" in text


def test_the_code_panel_finds_its_functions() -> None:
    for name in CODE:
        assert frame.source_of(resolve_name(name))[2]
