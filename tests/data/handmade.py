"""Picture files made for tests, sound and unsound, down to their chunks and segments."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from cnnviz.data import picture_files


def scene() -> Image.Image:
    """24 x 16 pixels, smooth, and different in all four corners."""
    y, x = np.mgrid[:16, :24]
    return Image.fromarray(np.stack([x * 10, y * 15, 200 - x * 4 - y * 6], -1).astype(np.uint8))


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    file = BytesIO()
    if form == "WEBP":
        options = {"lossless": True, "exact": True} | options
    image.save(file, form, **options)
    return file.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + checksum


def png(
    rows: bytes,
    *,
    size: tuple[int, int] = (8, 8),
    depth: int = 8,
    colour: int = 0,
    interlaced: int = 0,
    extra: tuple[bytes, ...] = (),
    stream: bytes | None = None,
) -> bytes:
    """A PNG made by hand: ``rows`` with their filter bytes, ``extra`` chunks before the pixels."""
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlaced)
    idat = chunk(b"IDAT", zlib.compress(rows) if stream is None else stream)
    parts = (chunk(b"IHDR", header), *extra, idat, chunk(b"IEND", b""))
    return picture_files.PNG_SIGNATURE + b"".join(parts)


def rows(row: bytes, count: int = 8) -> bytes:
    return (b"\0" + row) * count


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """A JPEG with segments put before its own."""
    made = (struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    return jpeg[:2] + b"".join(made) + jpeg[2:]


def with_frame(jpeg: bytes, at: int, new: bytes) -> bytes:
    """A baseline JPEG with bytes of its frame header changed, counted from the 0xFF."""
    place = jpeg.index(b"\xff\xc0") + at
    return jpeg[:place] + new + jpeg[place + len(new) :]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def canvas(width: int, height: int) -> tuple[bytes, bytes]:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X", bytes(4) + sides


JPEG = saved(scene(), "JPEG")
