"""What a visitor uploads is shown as it was meant, in every mode of the three formats."""

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from cnnviz.data import picture_files
from cnnviz.data.uploads import decode
from tests.data.handmade import JPEG, chunk, png, rows, saved, scene, with_segments

ORIENTATION = 0x0112
RED, WHITE = (255, 0, 0), (255, 255, 255)


# Reading


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_lossless_picture_is_read_as_it_was(form: str, mode: str) -> None:
    image = scene().convert(mode)
    pixels = decode(saved(image, form))
    assert pixels.dtype == np.uint8
    assert pixels.flags.writeable
    np.testing.assert_array_equal(pixels, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_is_read_as_pillow_reads_it(mode: str, progressive: bool) -> None:
    content = saved(scene().convert(mode), "JPEG", progressive=progressive)
    expected = Image.open(BytesIO(content)).convert("RGB")
    np.testing.assert_array_equal(decode(content), np.asarray(expected))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_grey_of_few_bits_reaches_from_black_to_white(depth: int) -> None:
    row = b"\0" * depth + b"\xff" * depth
    pixels = decode(png(rows(row), size=(16, 8), depth=depth))
    assert (pixels[:, :8] == 0).all()
    assert (pixels[:, 8:] == 255).all()


def test_16_bit_grey_keeps_its_order_and_its_ends() -> None:
    levels = np.linspace(0, 65535, 600).astype(np.uint16)
    pixels = decode(saved(Image.fromarray(np.tile(levels, (8, 1))), "PNG"))
    assert (pixels[0, 0, 0], pixels[0, -1, 0]) == (0, 255)
    assert (np.diff(pixels[0, :, 0].astype(int)) >= 0).all()
    assert len(np.unique(pixels)) == 256
    np.testing.assert_allclose(pixels[0, :, 1], levels / 257, atol=0.5)


def test_16_bit_colour_is_brought_to_8_bits() -> None:
    levels = np.array([0, 12345, 40000, 65535], dtype=">u2")
    pixels = np.zeros((8, 12, 3), dtype=">u2")
    pixels[..., 0], pixels[..., 2] = np.repeat(levels, 3), levels[::-1].repeat(3)
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)
    shown = decode(png(raw, size=(12, 8), depth=16, colour=2))
    np.testing.assert_allclose(shown, pixels / 257, atol=1)
    assert (shown[0, 0, 0], shown[0, -1, 0]) == (0, 255)


def test_an_interlaced_png_is_put_together() -> None:
    grey = (np.arange(88) * 2).astype(np.uint8).reshape(8, 11)
    passes = [grey[y::down, x::across] for x, y, across, down in picture_files.PNG_PASSES]
    raw = b"".join(b"\0" + row.tobytes() for part in passes for row in part)
    pixels = decode(png(raw, size=(11, 8), interlaced=1))
    np.testing.assert_array_equal(pixels[..., 0], grey)


def test_the_red_of_a_cmyk_jpeg_is_red() -> None:
    ink = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    content = saved(ink, "JPEG", quality=100)
    assert b"Adobe" in content  # Adobe's CMYK is inverted: unread, this red would come out cyan
    np.testing.assert_allclose(decode(content), np.broadcast_to(RED, (16, 16, 3)), atol=3)


def test_a_jpeg_in_rgb_is_known_by_its_adobe_segment() -> None:
    content = bytearray(saved(Image.new("RGB", (16, 16), RED), "JPEG", keep_rgb=True))
    frame, scan = content.index(b"\xff\xc0"), content.index(b"\xff\xda")
    for number in range(3):  # 1, 2, 3 are YCbCr's names too; R, G and B would give it away
        content[frame + 10 + 3 * number] = content[scan + 5 + 2 * number] = 1 + number
    np.testing.assert_allclose(decode(bytes(content)), np.broadcast_to(RED, (16, 16, 3)), atol=3)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_camera_s_orientation_is_applied(form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a maker"  # not the table's only entry
    exif[ORIENTATION] = orientation
    content = saved(scene(), form, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(BytesIO(content))).convert("RGB")
    np.testing.assert_array_equal(decode(content), np.asarray(expected))


@pytest.mark.parametrize("order", "<>")
def test_orientation_is_read_in_both_byte_orders(order: str) -> None:
    mark = {"<": b"II*\0", ">": b"MM\0*"}[order]
    tiff = mark + struct.pack(f"{order}IHHHIHHI", 8, 1, ORIENTATION, 3, 1, 6, 0, 0)
    content = with_segments(JPEG, (0xE1, b"Exif\0\0" + tiff))
    np.testing.assert_array_equal(decode(content), np.rot90(decode(JPEG), -1))


# Transparency


def half_clear(mode: str) -> Image.Image:
    """Red on the left, clear on the right, where the colour is another one."""
    image = Image.new("RGBA", (16, 8), (*RED, 255))
    image.paste((0, 90, 0, 0), (8, 0, 16, 8))
    return image.convert(mode)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_clear_parts_are_white(form: str) -> None:
    pixels = decode(saved(half_clear("RGBA"), form))
    assert (pixels[:, :8] == RED).all()
    assert (pixels[:, 8:] == WHITE).all()


def test_clear_parts_of_grey_are_white() -> None:
    pixels = decode(saved(half_clear("LA"), "PNG"))
    assert (pixels[:, :8] == 76).all()
    assert (pixels[:, 8:] == WHITE).all()


@pytest.mark.parametrize("clear", [1, bytes([255, 0]), bytes([255, 0, 128])])
def test_clear_entries_of_a_palette_are_white(clear: int | bytes) -> None:
    image = Image.new("P", (16, 8))
    image.putpalette([*RED, 0, 90, 0, 0, 0, 0])
    image.paste(1, (8, 0, 16, 8))
    pixels = decode(saved(image, "PNG", transparency=clear))
    assert (pixels[:, :8] == RED).all()
    assert (pixels[:, 8:] == WHITE).all()


@pytest.mark.parametrize(("depth", "colour"), [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2)])
def test_the_one_clear_colour_of_a_png_is_white_at_any_depth(depth: int, colour: int) -> None:
    channels = {0: 1, 2: 3}[colour]
    # Black is clear, so that showing it takes more than leaving the pixels as they are.
    row = b"\0" * depth * channels + b"\xff" * depth * channels
    extra = (chunk(b"tRNS", bytes(2 * channels)),)
    black_clear = decode(png(rows(row), size=(16, 8), depth=depth, colour=colour, extra=extra))
    assert (black_clear == 255).all()


@pytest.mark.parametrize(("depth", "level", "shown"), [(2, 1, 85), (4, 3, 51), (16, 0x1234, 18)])
def test_only_the_clear_grey_is_cleared(depth: int, level: int, shown: int) -> None:
    bits = np.array([level] * 8 + [level - 1] * 8)
    packed = "".join(f"{value:0{depth}b}" for value in bits)
    row = int(packed, 2).to_bytes(2 * depth, "big")
    plain = decode(png(rows(row), size=(16, 8), depth=depth))
    assert (plain[:, :8] == shown).all()
    extra = (chunk(b"tRNS", struct.pack(">H", level)),)
    pixels = decode(png(rows(row), size=(16, 8), depth=depth, extra=extra))
    assert (pixels[:, :8] == WHITE).all()
    np.testing.assert_array_equal(pixels[:, 8:], plain[:, 8:])


def test_the_clear_colour_of_16_bits_is_found_by_its_high_bytes() -> None:
    row = b"\x01\x00" * 3 * 8
    extra = (chunk(b"tRNS", b"\x01\x00" * 3),)
    assert (decode(png(rows(row), depth=16, colour=2, extra=extra)) == 255).all()
    other = (chunk(b"tRNS", b"\x02\x01" * 3),)
    assert (decode(png(rows(row), depth=16, colour=2, extra=other)) == 1).all()


def test_half_transparent_is_half_way_to_white() -> None:
    pixels = decode(saved(Image.new("RGBA", (8, 8), (255, 0, 0, 128)), "PNG"))
    assert (pixels == (255, 127, 127)).all()


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_shown(form: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    content = saved(frames[0], form, save_all=True, append_images=frames[1:])
    assert getattr(Image.open(BytesIO(content)), "n_frames", 1) == 3
    assert (decode(content) == RED).all()
