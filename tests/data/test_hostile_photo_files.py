"""Whatever a photo's file holds, it becomes pixels or one plain sentence."""

import struct
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from cnnviz.data import photo_files, picture_files
from cnnviz.data.photo_files import read
from cnnviz.errors import UserError
from tests.data.handmade import chunk, png, rows, saved, scene
from tests.data.test_hostile_uploads import HOSTILE, mutations, recorded_warnings
from tests.data.test_photo_files import deep_png, kept, levels

# Refused elsewhere, but sound.
_SOUND = {"TIFF", "small PNG", "small JPEG", "small WebP"}
DAMAGED = "damaged or cut off"


def tiff(pixels: np.ndarray, **options: Any) -> bytes:
    file = BytesIO()
    tifffile.imwrite(file, pixels, **options)
    return file.getvalue()


def with_tag(content: bytes, tag: int, value: int) -> bytes:
    """A little-endian TIFF whose first directory has another number there."""
    (start,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack_from("<H", content, entry)[0] == tag:
            return content[: entry + 8] + struct.pack("<I", value) + content[entry + 12 :]
    raise AssertionError(f"no tag {tag}")


GREY = tiff(levels((16, 24), 8), byteorder="<")
PACKED = tiff(levels((16, 24), 8), byteorder="<", compression="zlib")
COLOUR = levels((16, 24, 3), 16)
WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC, OFFSETS, COUNTS = 256, 257, 259, 262, 273, 279
BOMB = tiff(np.zeros((8000, 8000), np.uint8), compression="zlib", rowsperstrip=8000)
FILES: dict[str, tuple[bytes, str]] = {
    "16-bit PNG of half its rows": (
        png(b"", depth=16, colour=2, stream=zlib.compress(rows(bytes(48), 4))), DAMAGED,
    ),
    "16-bit PNG with a palette": (
        png(rows(bytes(16)), depth=16, colour=3, extra=(chunk(b"PLTE", bytes(3)),)), DAMAGED,
    ),
    "16-bit PNG of a short clear colour": (
        deep_png(COLOUR, chunk(b"tRNS", b"\0\1")), DAMAGED,
    ),
    "PNG of 65 megapixels": (png(b"", size=(8000, 8001), depth=16), "at most 64 megapixels"),
    "TIFF signature": (b"II*\0", DAMAGED),
    "TIFF without pages": (b"II*\0" + bytes(4), DAMAGED),
    "TIFF whose page lies elsewhere": (b"II*\0\xff\xff\xff\x7f", DAMAGED),
    "TIFF whose pages lead in a circle": (
        b"II*\0\x08\0\0\0" + struct.pack("<HI", 0, 8), DAMAGED,
    ),
    "TIFF of 60000 x 60000": (
        with_tag(with_tag(GREY, WIDTH, 60000), HEIGHT, 60000), "at most 64 megapixels",
    ),
    "TIFF of no width": (with_tag(GREY, WIDTH, 0), "."),
    "TIFF whose pixels lie elsewhere": (with_tag(GREY, OFFSETS, 1 << 30), DAMAGED),
    "packed TIFF whose pixels lie elsewhere": (with_tag(PACKED, OFFSETS, 1 << 30), DAMAGED),
    "TIFF that is cut off": (GREY[:-9], DAMAGED),
    "packed TIFF that is cut off": (PACKED[:-9], DAMAGED),
    "TIFF packed by LZW": (with_tag(PACKED, COMPRESSION, 5), "save it uncompressed"),
    "TIFF packed by JPEG": (with_tag(PACKED, COMPRESSION, 7), "."),
    "TIFF with a palette": (with_tag(GREY, PHOTOMETRIC, 3), "grey or RGB"),
    "raw picture of a camera": (with_tag(GREY, PHOTOMETRIC, 32803), "grey or RGB"),
    "TIFF of unknown colours": (with_tag(GREY, PHOTOMETRIC, 60000), "."),
    "TIFF of floats": (tiff(np.zeros((16, 24), np.float32)), "8 or 16 bits"),
    "TIFF of 32 bits": (tiff(np.zeros((16, 24), np.uint32)), "8 or 16 bits"),
    "TIFF of signed numbers": (tiff(np.zeros((16, 24), np.int16)), "8 or 16 bits"),
    "TIFF of many bands": (
        tiff(levels((16, 24, 7), 8), photometric="minisblack", planarconfig="contig"),
        "other channels than colours",
    ),
    "TIFF of many pages": (
        tiff(levels((5, 16, 24), 8), photometric="minisblack"), "several pictures",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [*FILES, *(name for name in HOSTILE if name not in _SOUND)])
def test_what_cannot_be_read_is_refused_in_one_plain_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = (FILES | HOSTILE)[name]
    path = kept(tmp_path, content)
    # Said in other words and numbers than of what is only shown.
    sentence = {"not a PNG, JPEG or WebP": "not a PNG, TIFF", "at most 40 megapixels": "at most 64"
                }.get(sentence, sentence)  # fmt: skip
    with recorded_warnings() as given, pytest.raises(UserError, match=sentence) as refused:
        read(path)
    assert not given
    said = str(refused.value)
    assert said.count(". ") == 0
    assert said.endswith(".")
    assert not set("{}\n") & set(said)


@pytest.mark.parametrize("name", sorted(_SOUND))
def test_what_is_sound_is_read_however_small(tmp_path: Path, name: str) -> None:
    assert read(kept(tmp_path, HOSTILE[name][0])).pixels.size


@pytest.mark.parametrize("name", ["TIFF of 60000 x 60000", "PNG of 65 megapixels", "bomb"])
def test_what_claims_to_be_large_takes_no_room(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_files, "MAX_PIXELS", 30_000_000)
    path = kept(tmp_path, BOMB if name == "bomb" else FILES[name][0])
    tracemalloc.start()
    with pytest.raises(UserError, match="at most"):
        read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_so_many_bytes_are_read_and_one_more_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = saved(scene(), "PNG")
    path = kept(tmp_path, content)
    monkeypatch.setattr(photo_files, "MAX_BYTES", len(content))
    assert read(path).pixels.size
    path.write_bytes(content + b"\0")
    with pytest.raises(UserError, match="larger than"):
        read(path)


@pytest.mark.parametrize(("name", "said"), [("none", "no file"), (".", "cannot be opened")])
def test_what_is_no_file_is_said(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read(tmp_path / name)


@pytest.mark.parametrize(
    "content",
    [GREY, PACKED, tiff(COLOUR, compression="zlib", predictor=True), deep_png(COLOUR)],
    ids=["TIFF", "packed TIFF", "packed colour TIFF", "deep PNG"],
)
def test_random_damage_ends_in_pixels_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    for damaged in mutations(content, 120, seed=2):
        path = kept(tmp_path, damaged)
        with recorded_warnings() as given:
            try:
                photo = read(path)
            except UserError:
                continue
            finally:
                assert not given
        assert photo.pixels.ndim in (2, 3)
        assert photo.bits in (8, 16)


def test_a_bomb_in_a_profile_is_not_unpacked(tmp_path: Path) -> None:
    content = saved(scene(), "PNG")
    bomb = chunk(b"iCCP", b"name\0\0" + zlib.compress(bytes(64 << 20), 9))
    at = len(picture_files.PNG_SIGNATURE) + 25  # behind the header
    path = kept(tmp_path, content[:at] + bomb + content[at:])
    tracemalloc.start()
    assert read(path).profile is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 << 20  # of the 64 MB that it would become
