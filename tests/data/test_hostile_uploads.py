"""Whatever an upload holds, it becomes pixels or one plain sentence: no more, and nothing else."""

import random
import struct
import tracemalloc
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image, ImageFile

from cnnviz.data import picture_files, uploads
from cnnviz.data.uploads import decode
from cnnviz.errors import UserError
from tests.data.handmade import (
    JPEG,
    canvas,
    chunk,
    png,
    riff,
    rows,
    saved,
    scene,
    with_frame,
    with_segments,
)

DAMAGED = "damaged or cut off"
OTHER = "not a PNG, JPEG or WebP"
FORMATS = ("PNG", "JPEG", "WEBP")
ORIENTATION = 0x0112
HEADER_60000 = struct.pack(">HH", 60000, 60000)


# What lies beside the pixels is passed over


def bomb(mega: int = 64) -> bytes:
    return zlib.compress(bytes(mega << 20), 9)


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"zTXt", b"note\0\0" + bomb()),
        chunk(b"iTXt", b"note\0\1\0\0\0" + bomb()),
        chunk(b"iCCP", b"profile\0\0" + bomb()),
        chunk(b"iCCP", b"profile without an end"),
        chunk(b"pHYs", b""),
        chunk(b"acTL", bytes(8)) * 2,
        chunk(b"fcTL", bytes(26)),
        chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff"),
        chunk(b"tEXt", bytes(range(256)) * 4000),
    ],
    ids=lambda extra: extra[4:8].decode(),
)
def test_text_and_profiles_of_a_png_are_never_unpacked(extra: bytes) -> None:
    grey = rows(bytes(range(8)))
    content = png(grey, extra=(extra,))
    tracemalloc.start()
    pixels = decode(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_array_equal(pixels, decode(png(grey)))
    assert peak < 5 * len(content) + (1 << 20)


@pytest.mark.parametrize(
    "segments",
    [
        [(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f")],
        [(0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff" * 5000)],
        [(0xE1, b"Exif\0\0")],
        [(0xE2, b"ICC_PROFILE\0\1\xff" + b"no profile" * 6000)] * 255,
        [(0xE2, b"MPF\0II*\0\x08\0\0\0\xff\xff")],
        [(0xED, b"Photoshop 3.0\0" + b"8BIM" * 9000)],
        [(0xE0, b"JFXX\0\x10")],
        [(0xFE, b"")],
    ],
    ids=["offset", "entries", "empty", "profile", "pictures", "photoshop", "thumbnail", "comment"],
)
def test_absurd_metadata_of_a_jpeg_changes_nothing(segments: list[tuple[int, bytes]]) -> None:
    np.testing.assert_array_equal(decode(with_segments(JPEG, *segments)), decode(JPEG))


def test_an_orientation_that_does_not_exist_changes_nothing() -> None:
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, 9, 0, 0)
    content = with_segments(JPEG, (0xE1, b"Exif\0\0" + tiff))
    np.testing.assert_array_equal(decode(content), decode(JPEG))


def test_what_follows_a_png_is_not_read() -> None:
    content = saved(scene(), "PNG")
    np.testing.assert_array_equal(decode(content + b"PK\3\4" * 99), decode(content))


# Refusing

CUT_STREAM = zlib.compress(rows(bytes(8), 4))
GOOD_STREAM = zlib.compress(rows(bytes(range(8))))
WEBP_HEADERS = {"VP8X": canvas(60000, 60000), "VP8L": (b"VP8L", b"\x2f" + b"\xff" * 4)}
PROGRESSIVE = saved(scene(), "JPEG", progressive=True)
LAST_SCAN = PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") : -2]
FRAME = JPEG[JPEG.index(b"\xff\xc0") + 4 :][:15]
LONG_TRNS = (chunk(b"PLTE", bytes(3)), chunk(b"tRNS", bytes(999)))
BIG_JPEG = with_frame(JPEG, 5, struct.pack(">HH", 10000, 10000))  # Pillow would warn of it
MANY = picture_files.MAX_PARTS
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "text": (b"Not a picture at all.\n" * 9, OTHER),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", OTHER),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", OTHER),
    "GIF": (saved(scene(), "GIF"), OTHER),
    "BMP": (saved(scene(), "BMP"), OTHER),
    "TIFF": (saved(scene(), "TIFF"), OTHER),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", OTHER),
    "another RIFF file": (b"RIFF\x24\0\0\0WAVEfmt ", OTHER),
    "one byte": (b"\x89", OTHER),
    "PNG of 60000 x 60000": (png(b"", size=(60000, 60000)), "at most 40 megapixels"),
    "PNG of the largest number": (png(b"", size=(2**32 - 1,) * 2), "at most 40 megapixels"),
    "JPEG of 60000 x 60000": (with_frame(JPEG, 5, HEADER_60000), "at most 40 megapixels"),
    "WebP of 60000 x 60000": (riff(WEBP_HEADERS["VP8X"]), "at most 40 megapixels"),
    "lossless WebP of 16384 x 16384": (riff(WEBP_HEADERS["VP8L"]), "at most 40 megapixels"),
    "small PNG": (saved(scene().resize((7, 90)), "PNG"), "7 by 90 pixels: it takes at least 8"),
    "small JPEG": (saved(scene().resize((90, 7)), "JPEG"), "90 by 7 pixels"),
    "small WebP": (saved(scene().resize((1, 1)), "WEBP", lossless=False), "1 by 1 pixels"),
    "PNG of no size": (png(b"", size=(0, 9)), "0 by 9 pixels"),
    "PNG signature": (picture_files.PNG_SIGNATURE, DAMAGED),
    "PNG that starts elsewhere": (picture_files.PNG_SIGNATURE + chunk(b"tEXt", b"a" * 13), DAMAGED),
    "PNG without pixels": (png(b"", stream=b""), DAMAGED),
    "PNG of half its rows": (png(b"", stream=CUT_STREAM), DAMAGED),
    "PNG of too many rows": (png(rows(bytes(8), 9)), DAMAGED),
    "PNG with a bomb for rows": (png(b"", stream=bomb(1)), DAMAGED),
    "PNG and bytes after its rows": (png(b"", stream=CUT_STREAM + bytes(1 << 20)), DAMAGED),
    "PNG not compressed": (png(b"", stream=bytes(range(99))), DAMAGED),
    "PNG whose rows have a wrong sum": (png(b"", stream=GOOD_STREAM[:-1] + b"\0"), DAMAGED),
    "PNG of unknown colour": (png(rows(bytes(8)), colour=5), DAMAGED),
    "PNG of unknown depth": (png(rows(bytes(3)), depth=3), DAMAGED),
    "PNG of an unknown filter": (png(b"\x09" + bytes(71)), DAMAGED),
    "PNG without its palette": (png(rows(bytes(8)), colour=3), DAMAGED),
    "PNG of too many clear colours": (png(rows(bytes(8)), colour=3, extra=LONG_TRNS), DAMAGED),
    "PNG of endless chunks": (png(rows(bytes(8)), extra=(chunk(b"tEXt", b""),) * MANY), DAMAGED),
    "PNG chunk without an end": (png(rows(bytes(8)), extra=(b"\xff\xff\xff\xfftEXt",)), DAMAGED),
    "JPEG signature": (b"\xff\xd8\xff", DAMAGED),
    "JPEG without a frame": (JPEG.replace(b"\xff\xc0", b"\xff\xfe"), DAMAGED),
    "JPEG of two frames, one large": (with_segments(BIG_JPEG, (0xC0, FRAME)), DAMAGED),
    "JPEG of endless segments": (with_segments(JPEG, *[(0xFE, b"")] * MANY), DAMAGED),
    "JPEG of endless scans": (PROGRESSIVE[:-2] + LAST_SCAN * 99 + b"\xff\xd9", DAMAGED),
    "JPEG segment without a length": (JPEG[:2] + b"\xff\xe1\0\0" + JPEG[2:], DAMAGED),
    "JPEG without tables": (JPEG.replace(b"\xff\xdb", b"\xff\xfe"), DAMAGED),
    "JPEG of 12 bits": (with_frame(JPEG, 4, b"\x0c"), "This kind of JPEG"),
    "lossless JPEG": (with_frame(JPEG, 1, b"\xc3"), "This kind of JPEG"),
    "WebP signature": (b"RIFF\x04\0\0\0WEBP", DAMAGED),
    "WebP of an unknown chunk": (riff((b"ABCD", bytes(30))), DAMAGED),
    "WebP without pixels": (riff(canvas(64, 64)), DAMAGED),
    "WebP of endless chunks": (riff(canvas(64, 64), *[(b"ABCD", b"")] * MANY), DAMAGED),
    "WebP of noise": (riff((b"VP8L", b"\x2f\x0f\xc0\3\0" + b"\xa5" * 40)), DAMAGED),
}


@contextmanager
def recorded_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Recorded, since as an error a warning of Pillow's would be taken for a damaged file."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        yield given


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_shown_is_refused_in_one_plain_sentence(name: str) -> None:
    content, sentence = HOSTILE[name]
    with recorded_warnings() as given, pytest.raises(UserError, match=sentence) as refused:
        decode(content)
    assert not given
    said = str(refused.value)
    assert said.count(". ") == 0
    assert said.endswith(".")
    assert not set("{}\n") & set(said)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("left", [0.2, 0.5, 0.9, -2, -1])
def test_a_file_that_is_cut_off_is_refused(form: str, left: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    content = saved(Image.fromarray(noise), form)
    end = int(left) if left < 0 else int(left * len(content))
    with pytest.raises(UserError, match=DAMAGED):
        decode(content[:end])


@pytest.mark.parametrize(
    "name", ["PNG of endless chunks", "JPEG of endless segments", "JPEG of endless scans"]
)
def test_only_their_number_speaks_against_so_many_parts(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_files, "MAX_PARTS", 2 * MANY)
    monkeypatch.setattr(picture_files, "MAX_SCANS", 200)
    assert decode(HOSTILE[name][0]).shape[2] == 3


@pytest.mark.parametrize("name", [b"IHDR", b"PLTE", b"tRNS", b"IDAT"])
def test_a_chunk_that_is_not_what_was_written_is_refused(name: bytes) -> None:
    image = Image.new("P", (16, 8))
    image.putpalette([255, 0, 0, 0, 90, 0])
    content = bytearray(saved(image, "PNG", transparency=bytes([255, 7])))
    decode(bytes(content))
    content[content.index(name) + 4 + (7 if name == b"IHDR" else 0)] ^= 1
    with pytest.raises(UserError, match=DAMAGED):
        decode(bytes(content))


def test_20_megabytes_are_read_and_one_byte_more_is_not() -> None:
    content = saved(scene(), "PNG")
    full = content + bytes(20_000_000 - len(content))
    assert decode(full).shape == (16, 24, 3)
    with pytest.raises(UserError, match="larger than 20 MB"):
        decode(full + b"\0")


def test_so_many_pixels_are_read_and_one_more_row_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_PIXELS", 24 * 16)
    assert decode(saved(scene(), "PNG")).shape == (16, 24, 3)
    with pytest.raises(UserError, match="24 by 17 pixels"):
        decode(saved(scene().resize((24, 17)), "PNG"))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    content = png(b"", size=(60, 60), stream=bomb())
    tracemalloc.start()
    with pytest.raises(UserError, match=DAMAGED):
        decode(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20  # of the 64 that it would become


def mutations(content: bytes, count: int, seed: int) -> list[bytes]:
    rng = random.Random(seed)
    changed = []
    for _ in range(count):
        copy = bytearray(content)
        for _ in range(rng.choice((1, 2, 8))):
            copy[rng.randrange(len(copy))] = rng.randrange(256)
        changed.append(bytes(copy[: rng.randrange(len(copy))] if rng.random() < 0.2 else copy))
    return changed


@pytest.mark.parametrize("form", FORMATS)
def test_random_damage_ends_in_a_picture_or_a_sentence_and_never_in_a_warning(form: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 3
    for content in mutations(saved(scene(), form, exif=exif), 150, seed=1):
        with recorded_warnings() as given:
            try:
                pixels = decode(content)
            except UserError:
                continue
            finally:
                assert not given
        assert pixels.dtype == np.uint8
        assert pixels.shape[2] == 3


def test_pillow_s_own_limits_and_the_warning_filters_stay_as_they_are() -> None:
    def state() -> tuple[object, ...]:
        return Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, tuple(warnings.filters)

    before = state()
    for content, _ in HOSTILE.values():
        with pytest.raises(UserError):
            decode(content)
    assert state() == before
