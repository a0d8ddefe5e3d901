"""TIFF and GeoTIFF: mapped where the pixels lie in one piece, read page by page else.

Bands may be samples of a pixel (last), planes (first), or pages (first, and not told from rows by
the file alone). Uncompressed, deflate and PackBits are read.

Sources: Adobe, "TIFF Revision 6.0"; OGC 19-008r4, "GeoTIFF Standard".
"""

import logging
import math
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from tifffile import TiffFile, TiffFrame, TiffPage, TiffPageSeries

from cnnviz.data.cube_arrays import (
    MAX_ARRAYS,
    ArrayInfo,
    Opened,
    check_room,
    check_size,
    check_unpacked,
    damaged,
    empty,
    mapped,
    may_be_bomb,
)
from cnnviz.errors import UserError

MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
SINGLE = "image"
NONE, DEFLATE, OLD_DEFLATE, PACKBITS = 1, 8, 32946, 32773
PACKED = (NONE, DEFLATE, OLD_DEFLATE, PACKBITS)
PREDICTED = (1, 2)  # from nothing, or from the pixel before

# What it has to say of a damaged file, the reader says in a sentence.
logging.getLogger("tifffile").setLevel(logging.CRITICAL + 1)


def arrays(path: Path) -> tuple[ArrayInfo, ...]:
    """The images in the file: one, or as many as there are series of pages of one size."""
    with TiffFile(path) as file:
        return tuple(info for info, _ in _images(path, file))


def read(path: Path, name: str, most: int) -> Opened:
    """One image, mapped where its pixels lie in one piece, else unpacked into ``most`` bytes."""
    with TiffFile(path) as file:
        info, series = next(each for each in _images(path, file) if each[0].name == name)
        pages = [page for page in series.pages if page is not None]
        forms = {(page.compression, page.keyframe and page.keyframe.predictor) for page in pages}
        if not all(packed in PACKED and predicted in PREDICTED for packed, predicted in forms):
            raise UserError(
                "{file} is packed in a way that is not read here: save it uncompressed or with "
                "deflate.",
                file=path.name,
            )
        if series.dataoffset is not None:
            return Opened(mapped(path, info, series.dataoffset), info.bands)
        packed = sum(sum(page.databytecounts) for page in pages)
        array = empty(path, replace(info, dtype=info.dtype.newbyteorder("=")), packed, most)
        for page in pages:
            _check_segments(path, page, info, most)
        series.asarray(out=array)
        return Opened(array, info.bands)


def _images(path: Path, file: TiffFile) -> Iterator[tuple[ArrayInfo, TiffPageSeries]]:
    if len(file.pages) > MAX_ARRAYS or len(file.pages) < _directories(path):
        raise damaged(path)
    several = len(file.series) > 1
    for number, series in enumerate(file.series, start=1):
        dtype = np.dtype(f"{file.byteorder}{series.dtype.char}")
        axes = series.axes
        bands = axes.index("S") if {"S", "Y", "X"} <= set(axes) else None
        name = f"{SINGLE} {number}" if several else SINGLE
        info = ArrayInfo(name, tuple(series.shape), dtype, bands)
        check_size(path, info)
        if dtype.kind in "biufc" and info.nbytes:
            yield info, series


def _directories(path: Path) -> int:
    """How many pages follow one another: where the file is cut off, tifffile leaves some out.

    Raises:
        ValueError, struct.error: where one lies beyond the end, or they lead in circles.
    """
    with path.open("rb") as file:
        head = file.read(8)
        order, large = "<" if head[:2] == b"II" else ">", head[2:4] in (b"+\0", b"\0+")
        count, link, entry = ("Q", "Q", 20) if large else ("H", "I", 12)
        pages = -1
        where = 8 if large else 4
        while True:
            file.seek(where)
            (where,) = struct.unpack(order + link, file.read(struct.calcsize(link)))
            pages += 1
            if not where or pages > MAX_ARRAYS:
                return pages
            file.seek(where)
            (entries,) = struct.unpack(order + count, file.read(struct.calcsize(count)))
            where += struct.calcsize(count) + entry * entries


def _check_segments(path: Path, page: TiffPage | TiffFrame, info: ArrayInfo, most: int) -> None:
    """Refuse strips and tiles that lie outside of the file, or unpack to more than they should or
    than ``most`` bytes.

    Raises:
        UserError, ValueError, zlib.error: where there is one.
    """
    size, unpacked = path.stat().st_size, math.prod(page.chunks) * info.dtype.itemsize
    check_room(path, info.name, unpacked, most)
    with path.open("rb") as file:
        for start, length in zip(page.dataoffsets, page.databytecounts, strict=True):
            if start + length > size:
                raise damaged(path)
            if page.compression in (DEFLATE, OLD_DEFLATE) and may_be_bomb(length, unpacked):
                file.seek(start)
                check_unpacked(file.read(length), unpacked)
