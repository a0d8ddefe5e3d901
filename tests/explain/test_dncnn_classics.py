"""The classics that DnCNN is compared with: what they compute, and how they got their settings."""

from itertools import product

import numpy as np
import pytest
import torch
from skimage.restoration import cycle_spin, denoise_wavelet

from benchmarks import dncnn_settings
from cnnviz.data.noise import gaussian
from cnnviz.data.pictures import load_pictures
from cnnviz.explain import dncnn_classics as classics
from cnnviz.explain.dncnn import Picture, denoised
from cnnviz.explain.dncnn_classics import METHODS, best_settings, denoised_by, found_settings
from cnnviz.metrics import psnr, ssim
from cnnviz.models.dncnn import DnCNN
from cnnviz.training.task_pictures import parts_of

MADE_UP = {
    "sigmas": [10, 40, 50],
    "settings": {
        "tv": [{"strength": 0.5}, {"strength": 2.0}, {"strength": 3.0}],
        "bilateral": [
            {"strength": 1.0, "window": 3}, {"strength": 4.0, "window": 3},
            {"strength": 8.0, "window": 7},
        ],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def clean() -> Picture:
    """A crop of a photo that no setting was searched on."""
    known = load_pictures("bundled")
    return known.images[known.names.index("camera-0-1")].astype(np.float32)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classics, "found_settings", lambda: MADE_UP)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("sigma", "gain"), [(10, 3), (25, 6), (50, 8)])
def test_each_classic_takes_noise_away(
    clean: Picture, method: str, sigma: float, gain: float
) -> None:
    noisy = gaussian(clean, sigma, 3)
    found = denoised_by(method, noisy, sigma)
    assert (found.dtype, found.shape) == (np.float32, clean.shape)
    assert psnr(clean, found) > psnr(clean, noisy) + gain


@pytest.mark.parametrize("method", METHODS)
def test_a_colour_picture_goes_channel_by_channel(clean: Picture, method: str) -> None:
    colours = np.stack([clean[:40, :48], clean[50:90, :48], clean[100:140, :48]], axis=2)
    noisy = gaussian(colours, 25, 0)
    found = denoised_by(method, noisy, 25)
    for channel in range(3):
        alone = denoised_by(method, np.ascontiguousarray(noisy[..., channel]), 25)
        assert np.array_equal(found[..., channel], alone)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(8, 8), (9, 31), (64, 17, 3)])
def test_small_and_odd_pictures_are_denoised(method: str, shape: tuple[int, ...]) -> None:
    noisy = gaussian(np.full(shape, 90), 30, 1)
    found = denoised_by(method, noisy, 30)
    assert found.shape == shape
    assert np.std(found) < np.std(noisy) / 1.5


@pytest.mark.parametrize("method", METHODS)
def test_levels_beyond_black_and_white_are_kept(method: str) -> None:
    ramp = np.tile(np.linspace(-60, 320, 48, dtype=np.float32), (48, 1))
    found = denoised_by(method, ramp, 5)
    assert found.min() < -40
    assert found.max() > 300


def test_wavelets_are_those_of_scikit_image_with_cycle_spinning(clean: Picture) -> None:
    plane = gaussian(clean, 25, 0)[:80, :96] / 255
    settings = {"sigma": 1.1 * 25 / 255, "wavelet": "db2", "wavelet_levels": 3}
    expected = cycle_spin(
        plane, denoise_wavelet, max_shifts=3, func_kw={**settings, "rescale_sigma": False}
    )
    found = classics.wavelet(plane, 25 / 255, strength=1.1, kind="db2", levels=3)
    assert found == pytest.approx(expected, abs=1e-5)


def test_the_bilateral_filter_is_that_of_its_formula(clean: Picture) -> None:
    plane = gaussian(clean, 25, 0)[:40, :40].astype(np.float64) / 255
    plane -= plane.mean()  # half of it below black
    edge, width = 2, 2.5 * 25 / 255
    padded = np.pad(plane, edge, mode="reflect")
    total, weights = np.zeros_like(plane), np.zeros_like(plane)
    for down, across in product(range(2 * edge + 1), repeat=2):
        near = padded[down : down + 40, across : across + 40]
        weight = np.exp(-((near - plane) ** 2) / (2 * width**2))
        total += weight * near
        weights += weight
    found = classics.bilateral(plane.astype(np.float32), 25 / 255, strength=2.5, window=5)
    assert found == pytest.approx(total / weights, abs=2e-4)


def test_total_variation_of_what_is_found_is_lower_the_stronger_it_is(clean: Picture) -> None:
    plane = gaussian(clean, 25, 0) / 255
    found = [classics.total_variation(plane, 25 / 255, strength=s) for s in (0.3, 0.8, 2.0)]
    variations = [
        np.abs(np.diff(each, axis=0)).sum() + np.abs(np.diff(each, axis=1)).sum() for each in found
    ]
    assert variations == sorted(variations, reverse=True)


def test_non_local_means_find_what_repeats() -> None:
    clean = classics.stripes(96).astype(np.float32)
    noisy = gaussian(clean, 25, 0)
    gains = {m: psnr(clean, denoised_by(m, noisy, 25)) - psnr(clean, noisy) for m in METHODS}
    assert max(gains, key=gains.__getitem__) == "nl_means"
    assert gains["nl_means"] > 6


@pytest.mark.usefixtures("made_up")
def test_between_two_levels_the_strength_is_interpolated_in_its_logarithm() -> None:
    assert best_settings("tv", 20) == {"strength": pytest.approx(1.0)}
    assert best_settings("tv", 40) == {"strength": pytest.approx(2.0)}
    assert best_settings("bilateral", 20) == {"strength": pytest.approx(2.0), "window": 3}


@pytest.mark.usefixtures("made_up")
def test_where_other_settings_differ_all_are_those_of_the_nearer_level() -> None:
    assert best_settings("bilateral", 44) == {"strength": 4.0, "window": 3}
    assert best_settings("bilateral", 46) == {"strength": 8.0, "window": 7}


@pytest.mark.usefixtures("made_up")
def test_beyond_the_lists_ends_the_last_settings_hold() -> None:
    assert best_settings("tv", 1) == best_settings("tv", 10) == {"strength": 0.5}
    assert best_settings("tv", 99) == {"strength": 3.0}


@pytest.mark.parametrize("sigma", [0, -1])
def test_without_noise_there_are_no_settings(sigma: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        best_settings("tv", sigma)


def test_the_search_saw_training_crops_alone() -> None:
    found = found_settings()
    training, (_name, tests) = parts_of("bundled")
    assert set(found["pictures"]) <= set(training.names)
    assert not set(found["pictures"]) & set(tests.names)


def test_all_settings_are_there_and_from_the_grid() -> None:
    found = found_settings()
    assert (found["sigmas"][0], found["sigmas"][-1]) == (5, 75)
    assert found["sigmas"] == sorted(found["sigmas"])
    assert set(found["settings"]) == set(METHODS)
    for method, rows in found["settings"].items():
        assert len(rows) == len(found["sigmas"])
        for row in rows:
            assert set(row) == set(found["grid"][method])
            assert all(
                row[name] in found["grid"][method][name] for name in row if name != "strength"
            )


@pytest.mark.parametrize("method", METHODS)
def test_the_settings_kept_give_what_is_said_and_others_no_more(method: str) -> None:
    found = found_settings()
    crops = list(dncnn_settings.training_crops().values())
    noisy = [gaussian(crop, 25, found["noise_seed"], index) for index, crop in enumerate(crops)]
    settings = best_settings(method, 25)

    def mean(strength: float) -> float:
        changed = {**settings, "strength": strength}
        pairs = zip(crops, noisy, strict=True)
        return float(np.mean([psnr(c, denoised_by(method, n, 25, changed)) for c, n in pairs]))

    kept = mean(settings["strength"])
    assert kept == pytest.approx(found["psnr"][method][found["sigmas"].index(25)], abs=0.02)
    assert all(mean(settings["strength"] * factor) < kept for factor in (0.7, 1.4))


def test_the_search_finds_no_less_than_its_grid_has(clean: Picture) -> None:
    crop = clean[70:134, 30:94]
    noisy = gaussian(crop, 25, dncnn_settings.SEED)
    settings, value = dncnn_settings.best("tv", [crop], 25)
    grid = dncnn_settings.GRID["tv"]["strength"]
    scores = [psnr(crop, denoised_by("tv", noisy, 25, {"strength": s})) for s in grid]
    assert value >= max(scores)
    assert psnr(crop, denoised_by("tv", noisy, 25, settings)) == pytest.approx(value, abs=0.01)


def test_an_attempt_is_what_the_method_gives(clean: Picture) -> None:
    torch.manual_seed(0)
    model = DnCNN(depth=3, maps=4).eval()
    crop = clean[:40, :40]
    noisy = gaussian(crop, 25, 0)
    before = noisy.copy()
    attempts = {
        "net": (classics.by_network(model, crop, noisy), denoised(model, noisy)),
        "tv": (classics.by_classic("tv", crop, noisy, 25), denoised_by("tv", noisy, 25)),
    }
    for attempt, expected in attempts.values():
        assert np.array_equal(attempt.denoised, expected)
        assert not attempt.denoised.flags.writeable
        assert attempt.psnr == pytest.approx(psnr(crop, expected))
        assert attempt.ssim == pytest.approx(ssim(crop, expected))
        assert attempt.seconds > 0
    assert np.array_equal(noisy, before)


def test_the_generated_stripes_have_their_periods() -> None:
    picture = classics.stripes(160)
    assert (picture.shape, picture.dtype) == ((160, 160), np.uint8)
    fields = [picture[:80, :80], picture[:80, 80:], picture[80:, :80], picture[80:, 80:]]
    for field, period in zip(fields, (3, 4, 5, 7), strict=True):
        spectrum = np.abs(np.fft.fft2(field - field.mean()))
        row, column = np.unravel_index(int(spectrum.argmax()), spectrum.shape)
        frequency = np.hypot(np.fft.fftfreq(80)[row], np.fft.fftfreq(80)[column])
        assert frequency == pytest.approx(1 / period, abs=0.01)
