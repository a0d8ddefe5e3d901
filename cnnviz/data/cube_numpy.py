"""NumPy's files: .npy mapped, members of .npz mapped where they are stored and unpacked else.

Headers are read here and matched, not evaluated: nothing is unpickled, and files with headers of
Python 2 raise no warnings.

Source: NumPy, "numpy.lib.format", versions 1.0 to 3.0; PKWARE, "APPNOTE.TXT" (ZIP).
"""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from cnnviz.data.cube_arrays import (
    MAX_ARRAYS,
    PIECE,
    ArrayInfo,
    Opened,
    Order,
    check_size,
    damaged,
    empty,
    fill,
    mapped,
)
from cnnviz.errors import UserError

MAGIC = b"\x93NUMPY"
ZIP_MAGIC = b"PK\3\4"
SINGLE = "array"  # the name of a .npy's only array
ENCRYPTED = 0x1
_MAX_HEADER = 10_000
_DTYPE = re.compile(r"""['"]descr['"]\s*:\s*['"]([<>|=]?[biufc]\d{1,2})['"]""")
_FORTRAN = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\dL, ]*)\)""")


@dataclass(frozen=True, slots=True)
class _Header:
    """Of a .npy: the array, whether it is in Fortran's order, and the header's own length."""

    info: ArrayInfo
    fortran: bool
    length: int


def arrays(path: Path) -> tuple[ArrayInfo, ...]:
    """The arrays of numbers in the file."""
    if _is_zip(path):
        return tuple(header.info for _, header in _members(path).values())
    with path.open("rb") as file:
        header = _header(file, SINGLE, path)
    return (header.info,) if header else ()


def read(path: Path, name: str, most: int) -> Opened:
    """One array, mapped where it is not packed, else unpacked into ``most`` bytes."""
    if _is_zip(path):
        return _member(path, *_members(path)[name], most)
    with path.open("rb") as file:
        header = _header(file, SINGLE, path)
    if header is None:
        raise damaged(path)
    return Opened(mapped(path, header.info, header.length, "F" if header.fortran else "C"))


def _header(file: IO[bytes], name: str, path: Path) -> _Header | None:
    """None for what is no array of plain numbers, such as one of Python objects.

    Raises:
        ValueError, struct.error: where it is damaged.
    """
    start = file.read(8)
    if start[:6] != MAGIC or start[6] not in (1, 2, 3):
        raise damaged(path)
    form = "<H" if start[6] == 1 else "<I"
    (length,) = struct.unpack(form, file.read(struct.calcsize(form)))
    if length > _MAX_HEADER:
        raise damaged(path)
    text = file.read(length).decode("latin-1")
    dtype, fortran, shape = (found.search(text) for found in (_DTYPE, _FORTRAN, _SHAPE))
    if fortran is None or shape is None or len(text) < length:
        raise damaged(path)
    if dtype is None:
        return None
    lengths = tuple(int(side.strip().rstrip("L")) for side in shape[1].split(",") if side.strip())
    info = ArrayInfo(name, lengths, np.dtype(dtype[1]))
    check_size(path, info)
    before = len(start) + struct.calcsize(form) + length
    return _Header(info, fortran[1] == "True", before) if info.nbytes else None


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == ZIP_MAGIC


def _members(path: Path) -> dict[str, tuple[ZipInfo, _Header]]:
    found = {}
    with ZipFile(path) as archive:
        listed = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
        if len(listed) > MAX_ARRAYS:
            raise damaged(path)
        for entry in listed:
            name = entry.filename.removesuffix(".npy")
            if entry.flag_bits & ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise UserError(
                    "{file} is encrypted or packed in a way that is not read here: save it with "
                    "numpy.savez.",
                    file=path.name,
                )
            with archive.open(entry) as file:
                header = _header(file, name, path)
            if header is not None:
                if entry.file_size != header.length + header.info.nbytes:
                    raise damaged(path)
                found[name] = (entry, header)
    return found


def _member(path: Path, entry: ZipInfo, header: _Header, most: int) -> Opened:
    order: Order = "F" if header.fortran else "C"
    if entry.compress_type == ZIP_STORED:
        return Opened(mapped(path, header.info, _start(path, entry) + header.length, order))
    array = empty(path, header.info, entry.compress_size, most, order)
    with ZipFile(path) as archive, archive.open(entry) as file:
        # The archive's checksum is compared when the last byte has been read.
        fill(array, iter(lambda: file.read(PIECE), b""), before=header.length)
    return Opened(array)


def _start(path: Path, entry: ZipInfo) -> int:
    """Where a member's bytes begin: after a header of its own, with a name and extras."""
    with path.open("rb") as file:
        file.seek(entry.header_offset)
        name, extra = struct.unpack("<26xHH", file.read(30))
    return entry.header_offset + 30 + int(name) + int(extra)
