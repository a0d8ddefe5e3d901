"""A photo keeps all that its file says of its pixels, and is written again without loss."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from cnnviz.data import picture_files
from cnnviz.data.photo_files import PhotoFile, check_ending, read, write
from cnnviz.errors import UserError
from tests.data.handmade import chunk, png, rows, saved, scene

ORIENTATION = 0x0112
COLOUR_TYPES = {1: 0, 3: 2, 2: 4, 4: 6}
RGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GREY_PROFILE = RGB_PROFILE[:16] + b"GRAY" + RGB_PROFILE[20:]


def levels(shape: tuple[int, ...], bits: int) -> NDArray[Any]:
    return np.random.default_rng(0).integers(0, 2**bits, shape, dtype=f"u{bits // 8}")


def kept(folder: Path, content: bytes, name: str = "photo") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def deep_png(samples: NDArray[np.uint16], *extra: bytes, interlaced: bool = False) -> bytes:
    """(H, W, C) as a PNG of 16 bits, made by hand."""
    height, width, channels = samples.shape
    passes = picture_files.PNG_PASSES if interlaced else ((0, 0, 1, 1),)
    parts = [samples[y::down, x::across] for x, y, across, down in passes]
    raw = b"".join(b"\0" + row.astype(">u2").tobytes() for p in parts if p.size for row in p)
    return png(
        raw, size=(width, height), depth=16, colour=COLOUR_TYPES[channels],
        interlaced=int(interlaced), extra=extra,
    )  # fmt: skip


# Reading


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (9, 13), (3, 2)])
def test_a_png_of_16_bits_keeps_them(
    tmp_path: Path, size: tuple[int, int], channels: int, interlaced: bool
) -> None:
    samples = levels((*size, channels), 16)
    photo = read(kept(tmp_path, deep_png(samples, interlaced=interlaced)))
    colours = samples[..., : channels - 1 + channels % 2].squeeze(axis=() if channels > 2 else 2)
    np.testing.assert_array_equal(photo.pixels, colours)
    assert (photo.bits, photo.white, photo.kind) == (16, 65535, "PNG")
    if channels % 2:
        assert photo.opacity is None
    else:
        np.testing.assert_array_equal(photo.opacity, samples[..., -1])


@pytest.mark.parametrize("channels", [1, 3])
def test_the_clear_colour_of_16_bits_is_found_by_all_of_them(tmp_path: Path, channels: int) -> None:
    samples = np.full((4, 5, channels), 0x1234, np.uint16)
    samples[0, 0, -1] = 0x1235  # the high bytes alone are those of the clear colour
    clear = chunk(b"tRNS", struct.pack(">H", 0x1234) * channels)
    photo = read(kept(tmp_path, deep_png(samples, clear)))
    assert photo.opacity is not None
    assert photo.opacity.dtype == np.uint16
    assert photo.opacity[0, 0] == 65535
    assert np.count_nonzero(photo.opacity) == 1


@pytest.mark.parametrize(
    ("mode", "form", "shape"),
    [
        ("L", "PNG", (16, 24)), ("RGB", "PNG", (16, 24, 3)), ("P", "PNG", (16, 24, 3)),
        ("1", "PNG", (16, 24)), ("L", "JPEG", (16, 24)), ("RGB", "JPEG", (16, 24, 3)),
        ("CMYK", "JPEG", (16, 24, 3)), ("RGB", "WEBP", (16, 24, 3)),
    ],
)  # fmt: skip
def test_8_bits_are_read_as_pillow_reads_them(
    tmp_path: Path, mode: str, form: str, shape: tuple[int, ...]
) -> None:
    content = saved(scene().convert(mode), form)
    photo = read(kept(tmp_path, content))
    assert photo.pixels.shape == shape
    assert (photo.bits, photo.kind, photo.opacity) == (8, form, None)
    expected = Image.open(BytesIO(content)).convert("L" if len(shape) == 2 else "RGB")
    np.testing.assert_array_equal(photo.pixels, np.asarray(expected))


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_opacity_is_kept_beside_the_colours(tmp_path: Path, mode: str) -> None:
    image = scene().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    if mode == "LA":
        image = image.convert("LA")
    content = saved(image, "PNG")
    if mode == "PA":
        palette = Image.new("P", (24, 16), 1)
        palette.putpalette([255, 0, 0, 0, 90, 0])
        content = saved(palette, "PNG", transparency=bytes([255, 77]))
    photo = read(kept(tmp_path, content))
    expected = np.asarray(Image.open(BytesIO(content)).convert("RGBA"))
    np.testing.assert_array_equal(photo.opacity, expected[..., 3])
    colours = photo.pixels if photo.pixels.ndim == 3 else photo.pixels[..., None].repeat(3, axis=2)
    np.testing.assert_array_equal(colours, expected[..., :3])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    content = saved(scene(), "PNG", exif=exif)
    expected = ImageOps.exif_transpose(Image.open(BytesIO(content)))
    np.testing.assert_array_equal(read(kept(tmp_path, content)).pixels, np.asarray(expected))
    tiff = tmp_path / "a.tif"
    tags = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(tiff, np.asarray(scene()), photometric="rgb", extratags=tags)
    np.testing.assert_array_equal(read(tiff).pixels, np.asarray(expected))


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("shape", [(11, 7), (11, 7, 3), (1, 1), (1, 1, 3)])
@pytest.mark.parametrize("order", "<>")
def test_a_tiff_keeps_its_bits(
    tmp_path: Path, order: str, shape: tuple[int, ...], compression: str | None, bits: int
) -> None:
    path, pixels = tmp_path / "photo", levels(shape, bits)
    kind = "rgb" if len(shape) == 3 else "minisblack"
    tifffile.imwrite(path, pixels, photometric=kind, compression=compression, byteorder=order)
    photo = read(path)
    assert (photo.kind, photo.bits) == ("TIFF", bits)
    assert photo.pixels.dtype.isnative
    assert photo.pixels.flags.c_contiguous
    np.testing.assert_array_equal(photo.pixels, pixels)


def test_a_tiff_may_have_its_channels_one_after_the_other(tmp_path: Path) -> None:
    path, pixels = tmp_path / "photo.tif", levels((3, 11, 7), 16)
    tifffile.imwrite(path, pixels, photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(read(path).pixels, np.moveaxis(pixels, 0, -1))


def test_a_tiff_whose_white_is_zero_is_turned_round(tmp_path: Path) -> None:
    path, pixels = tmp_path / "photo.tif", levels((11, 7), 16)
    tifffile.imwrite(path, pixels, photometric="miniswhite")
    np.testing.assert_array_equal(read(path).pixels, 65535 - pixels)


def test_colours_that_were_stored_through_their_opacity_are_brought_back(tmp_path: Path) -> None:
    path = tmp_path / "photo.tif"
    stored = np.array([[[100, 50, 0, 128], [7, 8, 9, 255], [0, 0, 0, 0]]], np.uint8)
    tifffile.imwrite(path, stored, photometric="rgb", extrasamples=["assocalpha"])
    photo = read(path)
    assert photo.pixels.tolist() == [[[199, 100, 0], [7, 8, 9], [0, 0, 0]]]
    assert photo.opacity is not None
    assert photo.opacity.tolist() == [[128, 255, 0]]


def test_of_a_tiff_with_a_small_picture_behind_the_first_is_read(tmp_path: Path) -> None:
    path, pixels = tmp_path / "photo.tif", levels((40, 30, 3), 8)
    with tifffile.TiffWriter(path) as file:
        file.write(pixels, photometric="rgb")
        file.write(pixels[::4, ::4].copy(), photometric="rgb")
    np.testing.assert_array_equal(read(path).pixels, pixels)


# Writing


@pytest.mark.parametrize("ending", [".png", ".tif", ".TIFF"])
@pytest.mark.parametrize("opaque", [True, False])
@pytest.mark.parametrize("bits", [8, 16])
@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3])),
    seed=st.integers(0, 9),
)
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_written_is_read_as_it_was(
    tmp_path: Path, ending: str, opaque: bool, bits: int, shape: tuple[int, int, int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, 2**bits, (*shape[:2], 4), dtype=f"u{bits // 8}")
    pixels = samples[..., :3] if shape[2] == 3 else samples[..., 0]
    profile = RGB_PROFILE if shape[2] == 3 else GREY_PROFILE
    photo = PhotoFile(pixels, None if opaque else samples[..., 3], profile, "JPEG")
    path = tmp_path / f"photo{ending}"
    write(path, photo)
    again = read(path)
    np.testing.assert_array_equal(again.pixels, pixels)
    assert again.pixels.dtype == pixels.dtype
    assert again.profile == profile
    assert (again.opacity is None) == opaque
    if again.opacity is not None:
        np.testing.assert_array_equal(again.opacity, photo.opacity)
    assert list(tmp_path.iterdir()) == [path]
    path.unlink()


@pytest.mark.parametrize("channels", [(), (3,)])
def test_others_read_what_is_written(tmp_path: Path, channels: tuple[int, ...]) -> None:
    pixels = levels((300, 21, *channels), 8)
    write(tmp_path / "a.png", PhotoFile(pixels, None, None, "PNG"))
    with Image.open(tmp_path / "a.png") as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)
    deep = levels((300, 21, *channels), 16)
    write(tmp_path / "a.tif", PhotoFile(deep, None, None, "PNG"))
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), deep)
    write(tmp_path / "b.png", PhotoFile(deep, None, None, "PNG"))
    with Image.open(tmp_path / "b.png") as image:
        # Pillow has the high bytes of colour, and all of grey.
        expected = deep >> 8 if channels else deep
        np.testing.assert_array_equal(np.asarray(image), expected)


def test_a_photo_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path, b"what was there before", "a.png")

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("cnnviz.data.photo_png.encoded", full)
    with pytest.raises(UserError, match=r"a\.png cannot be written: no space left"):
        write(path, PhotoFile(levels((3, 3), 8), None, None, "PNG"))
    assert path.read_bytes() == b"what was there before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.png.gz", ".png"])
def test_only_formats_that_lose_nothing_are_written(name: str) -> None:
    with pytest.raises(UserError, match="PNG or TIFF"):
        check_ending(Path(name))


# Colour profiles


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_colour_profile_is_handed_on_as_it_is(tmp_path: Path, form: str) -> None:
    content = saved(scene(), form, icc_profile=RGB_PROFILE)
    assert read(kept(tmp_path, content)).profile == RGB_PROFILE


def test_a_profile_in_several_segments_of_a_jpeg_is_put_together(tmp_path: Path) -> None:
    long = RGB_PROFILE + bytes(150_000)
    content = saved(scene(), "JPEG", icc_profile=long)
    assert read(kept(tmp_path, content)).profile == long


@pytest.mark.parametrize(
    "profile", [b"", b"no profile at all", GREY_PROFILE, RGB_PROFILE + bytes(4_000_000)]
)
def test_what_is_no_profile_of_such_a_picture_is_left_out(tmp_path: Path, profile: bytes) -> None:
    body = b"name\0\0" + zlib.compress(profile)
    content = saved(scene(), "PNG")
    at = 8 + 25  # behind the header
    photo = read(kept(tmp_path, content[:at] + chunk(b"iCCP", body) + content[at:]))
    assert photo.profile is None
    np.testing.assert_array_equal(photo.pixels, np.asarray(scene()))


def test_a_small_interlaced_picture_has_empty_passes(tmp_path: Path) -> None:
    content = png(rows(b"\x07", 1), size=(1, 1), interlaced=1)
    assert read(kept(tmp_path, content)).pixels.tolist() == [[7]]
