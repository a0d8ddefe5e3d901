"""The DnCNN lesson by Streamlit's own test runner: noise, crop, networks, and frames made ahead."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data.noise import KINDS, LEVELS, noisy
from cnnviz.errors import UserError
from cnnviz.explain import dncnn as explain
from cnnviz.explain import dncnn_frames
from cnnviz.explain.dncnn import denoise
from cnnviz.explain.dncnn_networks import NETWORKS
from dashboard.cache import bundled_photo
from dashboard.cache import dncnn as cached
from dashboard.cache import dncnn_frames as kept
from dashboard.cache.jobs import jobs
from dashboard.lessons.dncnn_shared import Noise, Subject, Whole
from tests.dashboard import dncnn_pages, pages
from tests.dncnn_made import keep

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "dncnn.py"
QUICK = "layers"  # the question that is open in tests of the hero


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    with dncnn_pages.networks(monkeypatch, tmp_path, *NETWORKS):
        yield


def opened(**parameters: str) -> AppTest:
    return pages.opened(LESSON, **{"tab": QUICK, **parameters})


def camera(side: int = cached.SIDE) -> Whole:
    return Whole("camera", "", cached.grey("camera", bundled_photo("camera")), side)


def usual() -> Subject:
    picture = camera()
    return picture.crop(picture.usual_centre)


def numbers(at: AppTest) -> list[str]:
    """PSNR and SSIM of the noisy, then of the denoised picture."""
    text = "\n".join(element.value for element in at.markdown)
    found = re.findall(r"PSNR ([-\d.]+|inf)\u202fdB, SSIM ([-\d.]+)", text)
    return [number for row in found for number in row]


def expected(
    crop: Subject, network: str = "dncnn_blind", kind: str = "gaussian", sigma: float = 25,
    seed: int = 0, clipped: bool = False,
) -> list[str]:  # fmt: skip
    pixels = noisy(crop.pixels, kind, sigma, seed, clipped=clipped)
    found = denoise(cached.network(network)[0], crop.pixels, pixels).numbers
    return [f"{n:.{digits}f}" for n, digits in zip(found, (2, 3, 2, 3), strict=True)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_lesson_is_complete_at_first_paint(lang: str) -> None:
    at = opened(lang=lang)
    assert not at.warning
    assert at.title[0].value == "DnCNN"
    assert at.slider(key="sigma").value == 25
    assert at.selectbox(key="photo").value == "camera"
    assert numbers(at) == expected(usual())


def test_the_slider_moves_the_numbers_and_the_rest_of_the_page_follows() -> None:
    at = opened()
    at.slider(key="sigma").set_value(50).run()
    assert numbers(at) == expected(usual(), sigma=50)
    assert at.query_params["sigma"] == "50"
    assert not at.exception


def test_no_noise_has_no_bound() -> None:
    assert numbers(opened(sigma="0"))[:2] == ["inf", "1.000"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "gaussian"])
def test_other_noise_is_marked_as_not_trained_for(kind: str) -> None:
    mark = "Not what the networks were trained for"
    at = opened(kind=kind)
    assert any(mark in caption.value for caption in at.caption)
    assert numbers(at) == expected(usual(), kind=kind)
    assert not any(mark in caption.value for caption in opened().caption)


@pytest.mark.parametrize("network", NETWORKS)
def test_each_network_can_be_chosen(network: str) -> None:
    assert numbers(opened(net=network)) == expected(usual(), network)


def test_the_networks_that_are_here_are_offered_the_blind_one_first() -> None:
    control = opened().selectbox(key="net")
    assert control.options == ["blind, σ 0–55", "σ = 15", "σ = 25", "σ = 50"]
    assert control.value == "dncnn_blind"
    checkpoints.locate("dncnn_15").unlink()
    assert opened().selectbox(key="net").options == ["blind, σ 0–55", "σ = 25", "σ = 50"]
    assert numbers(opened(net="dncnn_15")) == expected(usual())


def test_seed_and_clipping_are_of_the_link() -> None:
    at = opened(noise_seed="7", clip="1", sigma="75")
    assert numbers(at) == expected(usual(), sigma=75, seed=7, clipped=True)
    said = "Cut off before the network reads it"
    assert any(said in caption.value for caption in at.caption)
    assert not any(said in caption.value for caption in opened().caption)


def test_the_crop_is_moved_and_stays_in_the_photo() -> None:
    at = opened(crop="400.30", side="128")
    crop = camera(128).crop((400, 30))
    assert np.array_equal(crop.pixels, camera().pixels[336:464, 0:128])
    assert numbers(at) == expected(crop)
    at.text_input(key="crop").set_value("9999.200").run()
    assert np.array_equal(camera(128).crop((9999, 200)).pixels, camera().pixels[384:, 136:264])
    assert numbers(at) == expected(camera(128).crop((9999, 200)))
    assert at.query_params["crop"] == "9999.200"


def test_a_colour_photo_goes_through_channel_by_channel() -> None:
    at = opened(colour="1", photo="chelsea", side="64")
    picture = Whole("chelsea", "", bundled_photo("chelsea"), 64)
    assert numbers(at) == expected(picture.crop(picture.usual_centre))
    assert "red, green and blue one by one" in at.toggle(key="colour").help


@pytest.mark.parametrize("side", [64, 256])
@pytest.mark.parametrize("shape", [(90, 200), (32, 32), (300, 451, 3)])
def test_a_crop_is_as_large_as_the_photo_allows(side: int, shape: tuple[int, ...]) -> None:
    picture = Whole("made", "", np.zeros(shape, dtype=np.uint8), side)
    for centre in ((0, 0), (shape[0] // 2, shape[1] // 2), (10**6, 10**6)):
        assert picture.crop(centre).pixels.shape[:2] == tuple(min(side, s) for s in shape[:2])


def test_a_picture_too_small_to_be_measured_is_refused() -> None:
    with pytest.raises(UserError, match="at least 8 pixels"):
        cached.check(np.zeros((7, 90), dtype=np.uint8))
    cached.check(np.zeros((8, 8), dtype=np.uint8))


def test_the_loupe_shows_the_middle_of_the_same_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explain, "rounds_quickly", lambda: False)
    noise = Noise("gaussian", 25, 3, False)
    pixels, box, part = cached.loupe("dncnn_blind", usual(), noise)
    whole = cached.denoising("dncnn_blind", usual(), noise)
    top, left, bottom, right = box
    assert (bottom - top, right - left) == (64, 64)
    assert (top + bottom, left + right) == usual().pixels.shape
    assert np.array_equal(pixels, whole.noisy)
    np.testing.assert_allclose(part.denoised, whole.denoised[top:bottom, left:right], atol=1e-3)
    assert np.array_equal(part.clean, whole.clean[top:bottom, left:right])


def test_without_weights_a_sentence_says_so_and_the_controls_are_there() -> None:
    for file in Path(checkpoints.SHIPPED).iterdir():
        file.unlink()
    at = opened()
    assert any("There is no checkpoint dncnn_blind" in warning.value for warning in at.warning)
    assert at.selectbox(key="kind")


def test_a_bad_link_shows_the_defaults() -> None:
    at = opened(sigma="26", crop="middle", kind="pink", net="dncnn_99")
    assert numbers(at) == expected(usual())


def test_frames_are_made_once_in_the_background_and_found_on_disk(tmp_path: Path) -> None:
    assert kept.frames("dncnn_25", usual()) is None
    [key] = [key for key in jobs()._jobs if key[0] == "dncnn frames"]
    made_there = jobs().get(key)
    assert made_there is not None
    found = made_there.result()
    assert kept.frames("dncnn_25", usual()) is found
    assert (tmp_path / "data" / "dncnn_frames" / f"{found.key}.npz").is_file()
    jobs.clear()  # another process
    again = kept.frames("dncnn_25", usual())
    assert again is not None
    assert again.errors == found.errors
    for sigma, row in zip(LEVELS, found.numbers, strict=True):
        rounded = [f"{n:.{digits}f}" for n, digits in zip(row, (2, 3, 2, 3), strict=True)]
        assert rounded == expected(usual(), "dncnn_25", sigma=sigma)


def test_frames_of_other_weights_are_never_shown(tmp_path: Path) -> None:
    kept.frames("dncnn_25", usual())
    jobs()._pool.shutdown(wait=True)
    keep("dncnn_25", seed=99)
    jobs.clear()
    assert kept.frames("dncnn_25", usual()) is None
    jobs()._pool.shutdown(wait=True)


def test_only_what_everyone_sees_first_has_frames() -> None:
    picture = camera()
    assert picture.crop(picture.usual_centre).usual
    assert not picture.crop((200, 200)).usual
    assert not camera(128).crop(picture.usual_centre).usual
    own = Whole("upload.1", "", picture.pixels, cached.SIDE)
    assert not own.crop(own.usual_centre).usual
    colour = Whole("camera", "", bundled_photo("camera"), cached.SIDE)
    assert not colour.crop(colour.usual_centre).usual
    assert Noise("gaussian", 60, 0, False).usual
    assert not Noise("gaussian", 60, 1, False).usual
    assert not Noise("gaussian", 60, 0, True).usual
    assert not Noise("poisson", 60, 0, False).usual


def test_the_unit_noise_of_frames_is_the_noise_of_the_slider() -> None:
    clean = usual().pixels
    unit = cached.unit_noise(clean.shape)
    np.testing.assert_allclose(clean + 40 * unit, noisy(clean, "gaussian", 40, 0), atol=1e-4)


def test_the_shipped_frames_are_those_of_the_shipped_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    if kept.CHECKPOINT not in checkpoints.names():
        pytest.skip(f"{kept.CHECKPOINT} is not here")
    file = kept.SHIPPED / f"dncnn_{kept.PHOTO}.npz"
    key = dncnn_frames.frames_key(checkpoints.locate(kept.CHECKPOINT), usual().pixels)
    assert dncnn_frames.load(file, key), "run python -m dashboard.cache.dncnn_frames"
    assert file.stat().st_size < 1_000_000
