"""The question "Your photo" by Streamlit's own test runner, and the photos behind it."""

import gc
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data.photo_files import PhotoFile, read, write
from cnnviz.errors import UserError
from cnnviz.explain.dncnn_photo import Way, denoised_photo
from dashboard.cache import dncnn, dncnn_photo_jobs
from dashboard.cache import dncnn_photo as cached
from tests.dashboard import pages
from tests.dashboard.pages import sound, told
from tests.data.handmade import png, saved, scene
from tests.dncnn_made import BLIND, CARD, network

SECONDS = 60
# Copies the photo: what a process of ours does is tested with the command line.
COPIES = """if True:
    import json, shutil, sys
    print(json.dumps({"share": 0.25, "seconds_left": 200}), flush=True)
    if "--sigma" in sys.argv and sys.argv[sys.argv.index("--sigma") + 1] == "7":
        sys.stdin.read()
    shutil.copyfile(*sys.argv[-2:])
"""


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A blind network, and one for noise of 25 grey levels, both small."""
    threads = torch.get_num_threads()
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    monkeypatch.setattr(dncnn_photo_jobs, "COMMAND", (sys.executable, "-c", COPIES))
    checkpoints.save(tmp_path / "dncnn_blind", network(), BLIND)
    checkpoints.save(tmp_path / "dncnn_25", network(), CARD)
    kept = (dncnn.network, dncnn.folded_network, cached._preview, cached._pace)
    for each in kept:
        each.clear()
    yield tmp_path
    for each in kept:
        each.clear()
    torch.set_num_threads(threads)


def page() -> None:
    from dashboard import address
    from dashboard.lessons import dncnn_photo

    dncnn_photo.photo()
    address.show_notes()


def opened(**link: str) -> AppTest:
    return pages.opened(page, **link)


def upload(at: AppTest, name: str, content: bytes) -> AppTest:
    at.get("file_uploader")[0].set_value((name, content, ""))
    return sound(at.run())


def noisy(shape: tuple[int, ...] = (60, 200, 3), bits: int = 16) -> NDArray[Any]:
    white = 2**bits - 1
    drawn = np.random.default_rng(0).normal(0.5, 10 / 255, shape).clip(0, 1)
    return np.rint(drawn * white).astype(f"u{bits // 8}")


def content(pixels: NDArray[Any], folder: Path, name: str = "a.png") -> bytes:
    write(folder / name, PhotoFile(pixels, None, None, "PNG"))
    return (folder / name).read_bytes()


# The page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_file_there_is_a_photo_with_noise_of_its_own(lang: str) -> None:
    at = opened(lang=lang)
    assert not at.warning
    assert "1000 × 872" in told(at)
    assert re.search(r"σ = 3\.\d", told(at))
    assert [button.label for button in at.button] == [
        "Denoise the whole photo" if lang == "en" else at.button[0].label
    ]


def test_a_photo_is_described_and_its_noise_is_estimated(tmp_path: Path) -> None:
    at = upload(opened(), "my `photo`.png", content(noisy(), tmp_path))
    assert "`my 'photo'.png` · 200 × 60 pixels · colour · 16 bits a channel" in told(at)
    assert re.search(r"σ = (9\.\d|1\d)\*\* of 255 grey levels \(red", told(at))
    at = upload(at, "small.png", content(noisy((1, 1), 8), tmp_path))
    assert "1 × 1 pixels · grey · 8 bits" in told(at)
    assert "too small for an estimate" in told(at)
    assert not at.warning


def test_what_cannot_be_used_is_said_and_it_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = upload(opened(), "good.png", content(noisy(), tmp_path))
    at = upload(at, "bad.png", png(b"", size=(60000, 60000)))
    assert "at most 64 megapixels" in at.warning[0].value
    assert "good.png" not in told(at)
    assert "hubble.png" in told(at)
    monkeypatch.setattr(cached, "opened", None)
    at.run()
    assert "at most 64 megapixels" in at.warning[0].value


def test_the_place_that_is_looked_at_is_in_the_link(tmp_path: Path) -> None:
    at = upload(opened(), "a.png", content(noisy((300, 400)), tmp_path))
    assert "Rows 86 to 213, columns 136 to 263" in told(at)
    at.text_input(key="photo_place code").set_value("0.399").run()
    assert "Rows 0 to 127, columns 272 to 399" in told(at)
    assert at.query_params["photo_place"] == "0.399"


def test_a_level_given_by_hand_takes_another_network_and_says_what_is_done() -> None:
    at = opened()
    assert "blind network is told no level" in told(at)
    at.toggle(key="photo_given").set_value(True).run()
    at.slider(key="photo_sigma").set_value(25).run()
    assert "trained at σ = 25." in told(at)
    at.slider(key="photo_sigma").set_value(50).run()
    assert "multiplied by 0.50" in told(at)
    assert "the blind network does better" not in told(at)
    assert dict(at.query_params) == {"photo_given": "1", "photo_sigma": "50"}
    assert "multiplied by 0.50" in told(opened(photo_given="1", photo_sigma="50"))
    assert "the blind network does better" in told(opened(photo_given="1", photo_sigma="8"))


def test_a_level_given_by_hand_begins_at_the_estimate(tmp_path: Path) -> None:
    at = opened(photo_given="1")
    assert at.slider(key="photo_sigma").value == 5  # the least: the example has less
    at = upload(at, "a.png", content(noisy(), tmp_path))
    assert 9 <= at.slider(key="photo_sigma").value <= 11
    assert dict(at.query_params) == {"photo_given": "1"}
    at = upload(opened(photo_given="1", photo_sigma="30"), "a.png", content(noisy(), tmp_path))
    assert at.slider(key="photo_sigma").value == 30


def test_noise_beyond_what_the_blind_network_knows_is_said(tmp_path: Path) -> None:
    strong = np.random.default_rng(0).normal(128, 70, (160, 160)).clip(1, 254).astype(np.uint8)
    assert "up to σ = 55 only" in told(upload(opened(), "a.png", content(strong, tmp_path)))


def test_without_the_networks_that_is_said(networks: Path) -> None:
    for file in networks.glob("dncnn_*"):
        file.unlink()
    assert "No network is here" in opened().warning[0].value


def test_the_whole_photo_is_denoised_shown_and_downloaded(tmp_path: Path) -> None:
    at = upload(opened(), "a photo.png", content(noisy(), tmp_path))
    assert "(an estimate)" in told(at)
    at.button(key="photo_start").click().run()
    job = at.session_state["dncnn: photo job"][2]
    assert job.wait(SECONDS)
    at.run()
    assert not at.exception
    [download] = at.get("download_button")
    assert download.proto.label == "Download a photo_denoised.png"
    assert "photo_start" not in [button.key for button in at.button]
    # What is shown now is the file's: the copy of the photo.
    assert "grey levels: 0.0000" in told(at)
    np.testing.assert_array_equal(read(job.file).pixels, noisy())
    at.toggle(key="photo_given").set_value(True).run()
    assert "Made with the level that was set before" in told(at)
    assert "grey levels: 0.0000" not in told(at)
    folder = job.file.parent
    upload(at, "another.png", content(noisy((20, 20), 8), tmp_path))
    del job
    gc.collect()
    assert not folder.exists()


def test_progress_is_shown_and_it_can_be_stopped(tmp_path: Path) -> None:
    at = upload(opened(photo_given="1", photo_sigma="7"), "a.png", content(noisy(), tmp_path))
    at.button(key="photo_start").click().run()
    job = at.session_state["dncnn: photo job"][2]
    while job.share != 0.25:
        assert not job.wait(0.01)
    at.run()
    assert "25\u202f% · 3 min left" in told(at)
    assert [button.key for button in at.button] == ["photo_cancel"]
    at.button(key="photo_cancel").click().run()
    assert job.wait(SECONDS)
    at.run()
    assert "Nothing is left of it" in told(at)
    assert not job.file.parent.exists()
    assert "photo_start" in [button.key for button in at.button]


def test_why_it_has_failed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = """if True:
    import json, sys
    print(json.dumps({"error": "There is no checkpoint {name}: it takes {name}.safetensors and "
                               "{name}.json in {folder}.", "values": {"name": "x", "folder": "y"}}))
    sys.exit(1)
    """
    monkeypatch.setattr(dncnn_photo_jobs, "COMMAND", (sys.executable, "-c", says))
    at = upload(opened(), "a.png", content(noisy(), tmp_path))
    at.button(key="photo_start").click().run()
    assert at.session_state["dncnn: photo job"][2].wait(SECONDS)
    at.run()
    assert "There is no checkpoint x" in at.warning[0].value


# Photos and their files


def test_a_photo_s_files_go_with_it(tmp_path: Path) -> None:
    photo = cached.opened("a.png", content(noisy(), tmp_path))
    folder = photo.file.parent
    np.testing.assert_array_equal(photo.pixels, noisy())
    assert isinstance(photo.pixels, np.memmap)
    assert folder.is_dir()
    del photo
    gc.collect()
    assert not folder.exists()


def test_of_a_photo_that_cannot_be_read_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[Path]()

    def mkdtemp(prefix: str) -> str:
        made.append(tmp_path / prefix)
        made[-1].mkdir()
        return str(made[-1])

    monkeypatch.setattr(cached, "mkdtemp", mkdtemp)
    with pytest.raises(UserError, match="not a PNG"):
        cached.opened("a.png", b"no picture")
    assert made
    assert not made[0].exists()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a.jpg", "a_denoised.png"), ("../../etc/passwd", "passwd_denoised.png"),
        (".png", "png_denoised.png"), ("照片 1.tiff", "照片 1_denoised.png"),
        ("--sigma.png", "sigma_denoised.png"), ("a/b\n$c.png", "b__c_denoised.png"),
        ("", "photo_denoised.png"), ("x" * 300, "x" * 60 + "_denoised.png"),
    ],
)  # fmt: skip
def test_no_name_of_a_visitor_s_leads_anywhere(tmp_path: Path, given: str, name: str) -> None:
    photo = cached.opened(given, saved(scene(), "PNG"))
    assert cached.result_name(photo) == name
    assert photo.file.name == "photo"


def test_what_was_tiff_stays_tiff(tmp_path: Path) -> None:
    photo = cached.opened("a.TIF", content(noisy(), tmp_path, "a.tif"))
    assert cached.result_name(photo) == "a_denoised.tif"


@pytest.mark.parametrize("shape", [(1200, 2000, 3), (1200, 2000), (3, 2000), (1, 1)])
@pytest.mark.parametrize("bits", [8, 16])
def test_the_overview_is_the_whole_made_small(
    tmp_path: Path, shape: tuple[int, ...], bits: int
) -> None:
    pixels = np.full(shape, 40 * 257 if bits == 16 else 40, f"u{bits // 8}")
    pixels[:, shape[1] // 2 :] *= 5
    overview = cached.opened("a.png", content(pixels, tmp_path)).overview
    assert overview.shape[2] == 3
    assert max(overview.shape[:2]) == min(cached.OVERVIEW, max(shape))
    assert overview[0, -1, 0] == pytest.approx(200, abs=1)
    if shape[1] > 1:
        assert overview[0, 0, 0] == pytest.approx(40, abs=1)


def test_of_a_strip_the_overview_is_wide_enough_to_point_at(tmp_path: Path) -> None:
    overview = cached.opened("a.png", content(noisy((40, 6000, 3), 8), tmp_path)).overview
    assert overview.shape == (cached.POINTED_AT, cached.OVERVIEW, 3)


@pytest.mark.parametrize(
    ("row", "column", "box"),
    [(0.5, 0.5, (0, 36, 60, 164)), (0, 0, (0, 0, 60, 128)), (1, 1, (0, 72, 60, 200))],
)
def test_the_loupe_stays_inside_the_photo(
    tmp_path: Path, row: float, column: float, box: tuple[int, ...]
) -> None:
    photo = cached.opened("a.png", content(noisy(), tmp_path))
    assert cached.loupe(photo, row, column) == box


@pytest.mark.parametrize("gain", [1.0, 0.5])
@pytest.mark.parametrize("bits", [8, 16])
def test_a_place_looks_as_in_the_whole(tmp_path: Path, bits: int, gain: float) -> None:
    photo = cached.opened("a.png", content(noisy((70, 400, 3), bits), tmp_path))
    way = Way("dncnn_25", gain)
    whole = denoised_photo(network(), noisy((70, 400, 3), bits), gain, side=50)
    assert whole is not None
    for box in ((0, 0, 70, 128), (0, 250, 70, 378)):
        top, left, bottom, right = box
        seen = cached.preview(photo, box, way)
        assert not seen.flags.writeable
        levels = whole[top:bottom, left:right] * (255 / (2**bits - 1))
        np.testing.assert_allclose(seen.clip(0, 255), levels, atol=0.51)


def test_an_estimate_grows_with_the_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "_pace", lambda _checkpoint: 1e-6)
    monkeypatch.setattr(cached.machine, "cpu_cores", lambda: 3)
    way = Way("dncnn_blind")
    small, colour = (
        cached.seconds(cached.opened("a.png", content(noisy(shape, 8), tmp_path)), way)
        for shape in ((100, 200), (100, 200, 3))
    )
    assert small == pytest.approx(103 * 203 * 1e-6 / 2)  # the small network reaches 3 pixels far
    assert colour == pytest.approx(3 * small)
