"""PNG with 16 bits a channel, which Pillow brings to 8 bits where it reads colour, and does not
write.

Source: W3C, "Portable Network Graphics (PNG) Specification".
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnviz.data.picture_files import PNG_SIGNATURE, png_chunk

GREY, COLOUR, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 4, 6  # colour types
_TYPES = {1: GREY, 2: GREY_ALPHA, 3: COLOUR, 4: COLOUR_ALPHA}  # by channels
_UP = 2  # the filter that stores a row as what it differs by from the one above
_ROWS = 128  # written together
_EFFORT = 4  # of zlib: noise is packed no better with more
# What Pillow is to take for one byte of each channel: the high ones, the low ones. Both bytes of
# grey with transparency are the four of a pixel with 8 bits.
_READINGS = {
    GREY: ("I;16B",),
    COLOUR: ("RGB;16B", "RGB;16L"),
    GREY_ALPHA: ("RGBA",),
    COLOUR_ALPHA: ("RGBA;16B", "RGBA;16L"),
}


def is_deep(content: bytes) -> bool:
    """Whether a PNG has 16 bits a channel."""
    return content[24:25] == b"\x10"


def read_deep(content: bytes) -> NDArray[np.uint16]:
    """Decode a PNG with 16 bits a channel.

    Args:
        content: the file, by ``picture_files.plain``.

    Returns:
        (H, W, C), C channels: grey, grey and opacity, RGB, or RGB and opacity.

    Raises:
        Exception: of any kind, where it is damaged: Pillow has no closed list.
    """
    colour = content[25]
    read = [_read(content, reading) for reading in _READINGS[colour]]
    if colour == GREY:
        return read[0].astype(np.uint16)[..., None]
    if colour == GREY_ALPHA:
        pairs = read[0].reshape(*read[0].shape[:2], 2, 2)
        read = [pairs[..., 0], pairs[..., 1]]
    levels = read[0].astype(np.uint16)
    levels <<= 8
    levels |= read[1]
    return levels


def _read(content: bytes, reading: str) -> NDArray[Any]:
    with Image.open(BytesIO(content), formats=("PNG",)) as file:
        file.tile = [tile._replace(args=reading) for tile in file.tile]
        return np.asarray(file)


def encoded(
    levels: NDArray[np.uint8] | NDArray[np.uint16], profile: bytes | None = None
) -> Iterator[bytes]:
    """The parts of a PNG file, one after the other.

    Args:
        levels: (H, W, C), C channels as of ``read_deep``.
        profile: ICC colour profile.
    """
    height, width, channels = levels.shape
    depth = 8 * levels.dtype.itemsize
    yield PNG_SIGNATURE
    yield png_chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, depth, _TYPES[channels], 0, 0, 0)
    )
    if profile is not None:
        yield png_chunk(b"iCCP", b"ICC\0\0" + zlib.compress(profile))
    packer = zlib.compressobj(_EFFORT)
    above = np.zeros((1, width * channels * levels.dtype.itemsize), np.uint8)
    for top in range(0, height, _ROWS):
        some = levels[top : top + _ROWS]
        rows = some.astype(some.dtype.newbyteorder(">")).view(np.uint8).reshape(len(some), -1)
        filtered = np.full((len(rows), 1 + rows.shape[1]), _UP, np.uint8)
        filtered[:, 1:] = rows - np.concatenate([above, rows[:-1]])
        above = rows[-1:]
        if packed := packer.compress(filtered.tobytes()):
            yield png_chunk(b"IDAT", packed)
    yield png_chunk(b"IDAT", packer.flush())
    yield png_chunk(b"IEND", b"")
