"""The bundled photos are here without a network, and are framed and turned as a lesson says."""

import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from cnnviz.data import photos
from cnnviz.data.photos import BEYOND, PHOTOS, load, reduced, square, turned
from cnnviz.errors import UserError

NAMES = [photo.name for photo in PHOTOS]
GREY = ["camera", "coins", "brick", "horse"]
SIZES = [32, 96, 131, 192]
Pixels = NDArray[np.uint8]


def scene(height: int, width: int, seed: int = 0) -> Pixels:
    """Smooth colours with a little noise."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8))
    smooth = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC)).astype(int)
    return (smooth + rng.integers(-9, 10, smooth.shape)).clip(0, 255).astype(np.uint8)


def plain(height: int, width: int, colour: tuple[int, int, int]) -> Pixels:
    return np.full((height, width, 3), colour, dtype=np.uint8)


def apart(first: Pixels, second: Pixels) -> int:
    """The largest difference of two pictures, grey levels."""
    return int(np.abs(first.astype(int) - second.astype(int)).max())


# The table


@pytest.mark.parametrize("name", NAMES)
def test_a_photo_loads_without_a_network(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", no_network)
    pixels = load(name)
    assert pixels.dtype == np.uint8
    assert pixels.shape[2] == 3
    assert min(pixels.shape[:2]) >= 192  # the largest input that a lesson makes of it
    assert pixels.std() > 10


def test_there_are_photos_to_choose_from_and_the_cat_is_the_first() -> None:
    assert NAMES[0] == "chelsea"
    assert len(NAMES) >= 10
    assert len(set(NAMES)) == len({photo.title for photo in PHOTOS}) == len(NAMES)
    assert all(photo.credit for photo in PHOTOS)


def test_colour_stands_before_grey() -> None:
    grey = [bool((np.ptp(load(name), axis=2) == 0).all()) for name in NAMES]
    assert grey == sorted(grey)
    assert [name for name, is_grey in zip(NAMES, grey, strict=True) if is_grey] == GREY


@pytest.mark.parametrize("name", ["chelsea", "coffee", "hubble_deep_field", "camera", "retina"])
def test_a_photo_is_the_one_that_scikit_image_shows(name: str) -> None:
    import skimage.data

    theirs = getattr(skimage.data, name)()
    ours = load(name.removesuffix("_deep_field"))
    np.testing.assert_array_equal(ours, theirs if theirs.ndim == 3 else np.dstack([theirs] * 3))


@pytest.mark.parametrize("name", ["china", "flower"])
def test_a_photo_is_the_one_that_scikit_learn_shows(name: str) -> None:
    from sklearn.datasets import load_sample_image

    np.testing.assert_array_equal(load(name), load_sample_image(f"{name}.jpg"))


def test_the_silhouette_is_black_on_white() -> None:
    pixels = load("horse")
    assert (pixels[0, 0] == 255).all()
    assert (pixels[160, 200] == 0).all()


def test_an_unknown_photo_is_one_sentence_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"no photo named dog.*chelsea, motorcycle"):
        load("dog")


def test_reading_a_photo_imports_neither_scikit_nor_torch() -> None:
    code = (
        "import sys; from cnnviz.data import photos; photos.load('chelsea'); photos.load('china');"
        "print(*{'torch', 'skimage', 'sklearn', 'scipy', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# The square


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", [(200, 200), (120, 301), (301, 120), (16, 16)])
def test_the_square_is_the_middle_as_pillow_fits_it(shape: tuple[int, int], size: int) -> None:
    pixels = scene(*shape)
    expected = ImageOps.fit(Image.fromarray(pixels), (size, size), Image.Resampling.LANCZOS)
    shown = square(pixels, size)
    assert shown.shape == (size, size, 3)
    assert shown.dtype == np.uint8
    assert shown.flags.writeable
    assert apart(shown, np.asarray(expected)) <= 1


def test_a_square_of_the_photo_s_own_size_is_the_photo() -> None:
    pixels = scene(64, 64)
    np.testing.assert_array_equal(square(pixels, 64), pixels)


@pytest.mark.parametrize("side", [1000, 1501])
def test_what_is_finer_than_the_pixels_becomes_grey_and_no_pattern(side: int) -> None:
    board = (np.indices((side, side)).sum(axis=0) % 2 * 255).astype(np.uint8)
    shown = square(np.dstack([board] * 3), 96)
    assert apart(shown, np.full_like(shown, 127)) <= 3


@pytest.mark.parametrize("shape", [(8, 8), (8, 4000), (4000, 8), (9, 10)])
def test_a_photo_of_an_extreme_shape_has_a_square_too(shape: tuple[int, int]) -> None:
    pixels = plain(*shape, (10, 200, 90))
    assert (square(pixels, 192) == (10, 200, 90)).all()
    assert (turned(reduced(pixels), 192, 10)[60:130, 60:130] == (10, 200, 90)).all()


# Turning


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", [(200, 200), (120, 301), (301, 120), (50, 51)])
def test_unturned_is_the_square(shape: tuple[int, int], size: int) -> None:
    pixels = scene(*shape)
    np.testing.assert_array_equal(turned(pixels, size, 0), square(pixels, size))
    np.testing.assert_array_equal(turned(pixels, size, 360), square(pixels, size))


@pytest.mark.parametrize("quarters", [1, 2, 3, -1, 5])
@pytest.mark.parametrize("size", [32, 131])
def test_quarter_turns_are_exact_and_counter_clockwise(size: int, quarters: int) -> None:
    pixels = scene(150, 233)
    expected = np.rot90(square(pixels, size), quarters)
    np.testing.assert_array_equal(turned(pixels, size, 90 * quarters), expected)


@pytest.mark.parametrize("degrees", [7.5, 45, 123, -30])
def test_between_it_is_what_pillow_turns_about_the_centre(degrees: float) -> None:
    pixels = scene(96, 96)
    expected = Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=BEYOND)
    y, x = np.indices((96, 96)) - 47.5
    inside = np.hypot(x, y) < 45
    shown = turned(pixels, 96, degrees)
    assert apart(shown[inside], np.asarray(expected)[inside]) <= 1


def test_corners_that_a_square_photo_does_not_fill_are_mid_grey() -> None:
    shown = turned(plain(100, 100, (255, 0, 0)), 96, 45)
    corners = shown[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == BEYOND).all()
    assert (shown[48, 48] == (255, 0, 0)).all()


@pytest.mark.parametrize("degrees", range(0, 360, 15))
def test_corners_show_the_photo_where_it_reaches_beyond_the_square(degrees: int) -> None:
    # Wide enough for any turn, so that grey comes in from above and below only.
    shown = turned(plain(100, 150, (0, 0, 255)), 96, degrees)
    y, x = np.indices((96, 96)) - 47.5
    angle = np.deg2rad(degrees)
    height = np.abs(np.sin(angle) * x + np.cos(angle) * y)  # of the place where a pixel comes from
    assert (shown[height < 46] == (0, 0, 255)).all()
    assert (shown[height > 50] == BEYOND).all()


def test_the_photo_goes_on_beyond_the_square_without_a_seam() -> None:
    # A ramp from left to right is a ramp along the diagonal when turned, also past the square.
    ramp = np.broadcast_to(np.linspace(0, 255, 300)[None, :, None], (200, 300, 3))
    shown = turned(np.rint(ramp).astype(np.uint8), 96, 45).astype(int)
    steps = np.diff(np.diagonal(shown[::-1, :, 0]))  # from the bottom left to the top right
    assert steps.min() >= 1
    assert steps.max() <= 4


# Reducing


@pytest.mark.parametrize("shape", [(900, 1200), (1200, 900), (700, 5000), (600, 600)])
def test_a_reduced_photo_is_small_and_gives_the_same_pictures(shape: tuple[int, int]) -> None:
    pixels = scene(*shape)
    small = reduced(pixels)
    assert min(small.shape[:2]) == photos.REDUCED
    assert max(small.shape[:2]) <= 1.51 * photos.REDUCED
    for size in (32, 96, 192):
        assert apart(square(small, size), square(pixels, size)) <= 4
        assert np.abs(turned(small, size, 30).astype(int) - turned(pixels, size, 30)).mean() < 1


def test_a_small_photo_stays_as_it_is() -> None:
    pixels = scene(300, 420)
    np.testing.assert_array_equal(reduced(pixels), pixels)


def test_a_reduced_photo_does_not_keep_the_large_one_in_memory() -> None:
    assert reduced(scene(40, 4000)).base is None


@pytest.mark.parametrize("degrees", [0, 20, 45, 90])
def test_nothing_that_turning_shows_is_cut_away(degrees: float) -> None:
    pixels = scene(100, 400)
    np.testing.assert_allclose(
        turned(reduced(pixels), 96, degrees).astype(int), turned(pixels, 96, degrees), atol=1
    )


# Mixing


def test_a_photo_is_found_by_its_name_or_its_file_as_pages_keep_it(tmp_path: Path) -> None:
    np.testing.assert_array_equal(photos.find("retina"), reduced(load("retina")))
    file = tmp_path / "mine.png"
    Image.fromarray(scene(700, 600)).save(file)
    np.testing.assert_array_equal(photos.find(str(file)), reduced(scene(700, 600)))
    with pytest.raises(UserError, match="no file"):
        photos.find(str(tmp_path / "other.png"))


def test_a_mixed_picture_goes_from_one_to_the_other() -> None:
    first, second = scene(40, 40), scene(40, 40)[::-1]
    np.testing.assert_array_equal(photos.mixed(first, second, 0), first)
    np.testing.assert_array_equal(photos.mixed(first, second, 1), second)
    between = photos.mixed(first, second, 0.25)
    assert between.dtype == np.uint8
    expected = 0.75 * first + 0.25 * second
    assert np.abs(between - expected).max() <= 0.5
