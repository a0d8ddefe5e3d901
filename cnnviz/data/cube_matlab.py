"""MATLAB files up to version 7: arrays of numbers found by their headers, mapped or unpacked.

scipy's ``loadmat`` takes what a header claims: a file of 1 MB can make it allocate gigabytes, and
nothing of it is mapped. Here an array is listed only where its header agrees with itself; objects,
functions, structures, cells, text and sparse matrices are passed over unread.

Sources: MathWorks, "MAT-File Format", versions 4 and 5 (versions 6 and 7 are 5; 7.3 is HDF5).
"""

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from cnnviz.data.cube_arrays import (
    MAX_ARRAYS,
    Array,
    ArrayInfo,
    Opened,
    check_size,
    damaged,
    empty,
    fill,
    inflated,
    mapped,
)

HEADER = 128
MATRIX, COMPRESSED = 14, 15
NUMERIC_CLASSES = range(6, 16)  # double, single, and the eight kinds of integers
COMPLEX = 0x0800
# How values are stored, which may be in fewer bytes than their class has.
STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8",
          13: "u8"}  # fmt: skip
STORED_4 = ("f8", "f4", "i4", "i2", "u2", "u1")
_HEAD = 4096  # bytes of a variable that are looked at: flags, sides, name


@dataclass(frozen=True, slots=True)
class _Variable:
    """An array and where it is.

    Attributes:
        info: what it is.
        at: where its values begin in the file, or the stream that they are packed in.
        packed: bytes of that stream; 0 where the values lie there as they are.
        before: bytes that the stream unpacks to before the values begin.
    """

    info: ArrayInfo
    at: int
    packed: int = 0
    before: int = 0


def arrays(path: Path) -> tuple[ArrayInfo, ...]:
    """The arrays of numbers in the file."""
    return tuple(variable.info for variable in _variables(path))


def read(path: Path, name: str, most: int) -> Opened:
    """One array, mapped, or unpacked into ``most`` bytes. The order of its axes is MATLAB's."""
    variable = next(each for each in _variables(path) if each.info.name == name)
    if not variable.packed:
        return Opened(mapped(path, variable.info, variable.at, "F"))
    return Opened(_unpacked(path, variable, most))


def is_version_5(start: bytes) -> bool:
    """Whether a file that starts so is one of versions 5 to 7."""
    return start[124:128] in (b"\0\1IM", b"\1\0MI")


def _variables(path: Path) -> list[_Variable]:
    with path.open("rb") as file:
        start = file.read(HEADER)
        order = {b"IM": "<", b"MI": ">"}.get(start[126:128], "<")
        found = _walk_5(path, file, order) if is_version_5(start) else _walk_4(path, file)
        variables: dict[str, _Variable] = {}
        for number, variable in enumerate(found):
            if number == MAX_ARRAYS:
                raise damaged(path)
            if variable is not None and variable.info.nbytes:
                check_size(path, variable.info)
                variables[variable.info.name] = variable  # of two, MATLAB has the later one
        return list(variables.values())


def _walk_5(path: Path, file: IO[bytes], order: str) -> Iterator[_Variable | None]:
    """Each variable; None for one that is no array of numbers."""
    at, end = HEADER, path.stat().st_size
    while at < end:
        file.seek(at)
        kind, length = struct.unpack(f"{order}II", file.read(8))
        if kind not in (MATRIX, COMPRESSED) or at + 8 + length > end:
            raise damaged(path)
        if kind == MATRIX:
            file.seek(at)
            described = _described(file.read(min(_HEAD, 8 + length)), order)
            yield described and _Variable(described[0], at + described[1])
        else:
            head = zlib.decompressobj().decompress(file.read(min(2 * _HEAD, length)), _HEAD)
            described = _described(head, order)
            yield described and _Variable(described[0], at + 8, length, described[1])
        at += 8 + length


def _described(head: bytes, order: str) -> tuple[ArrayInfo, int] | None:
    """An array, and where in its variable the values begin; None for what is no array of numbers.

    Raises:
        ValueError, struct.error: where the header contradicts itself or breaks off.
    """
    kind, _, _, at = _element(head, 0, order, nested=True)
    if kind != MATRIX:
        raise ValueError("not a variable")
    if len(head) == at:  # MATLAB writes an empty variable for what it cannot save
        return None
    _, start, _, at = _element(head, at, order)
    (flags,) = struct.unpack_from(f"{order}I", head, start)
    if flags & 0xFF not in NUMERIC_CLASSES:
        return None
    _, start, length, at = _element(head, at, order)
    shape = struct.unpack_from(f"{order}{length // 4}i", head, start)
    _, start, length, at = _element(head, at, order)
    name = head[start : start + length].decode("latin-1")
    kind, start, length, _ = _element(head, at, order)
    dtype = np.dtype(order + STORED[kind])
    if min(shape) < 0 or length != math.prod(shape) * dtype.itemsize:
        raise ValueError("as many values as the sides say, no more and no fewer")
    if flags & COMPLEX:
        dtype = np.dtype(np.complex128)
    return ArrayInfo(name, shape, dtype), start


def _element(head: bytes, at: int, order: str, nested: bool = False) -> tuple[int, int, int, int]:
    """Kind, start and length of a piece of data, and where the next is: the first inside it."""
    (kind,) = struct.unpack_from(f"{order}I", head, at)
    if kind >> 16:  # up to four bytes, written into the tag
        return kind & 0xFFFF, at + 4, kind >> 16, at + 8
    (length,) = struct.unpack_from(f"{order}I", head, at + 4)
    return kind, at + 8, length, at + 8 + (0 if nested else (length + 7) // 8 * 8)


def _walk_4(path: Path, file: IO[bytes]) -> Iterator[_Variable | None]:
    """As ``_walk_5``: matrices one after the other, each with a header of five numbers."""
    at, end = 0, path.stat().st_size
    while at < end:
        file.seek(at)
        head = file.read(20)
        order = "<" if struct.unpack("<i", head[:4])[0] in range(1000) else ">"
        form, rows, columns, imaginary, length = struct.unpack(f"{order}5i", head)
        dtype = np.dtype(order + STORED_4[form // 10 % 10])
        size = rows * columns * dtype.itemsize
        start = at + 20 + length
        following = start + size * (2 if imaginary else 1)
        if (form // 1000, form // 100 % 10) not in ((0, 0), (1, 0)) or imaginary not in (0, 1):
            raise damaged(path)
        if min(rows, columns) < 0 or not 1 <= length <= _HEAD or following > end:
            raise damaged(path)
        name = file.read(length).rstrip(b"\0").decode("latin-1")
        dtype = np.dtype(np.complex128) if imaginary else dtype
        plain = form % 10 == 0  # neither text nor sparse
        yield _Variable(ArrayInfo(name, (rows, columns), dtype), start) if plain else None
        at = following


def _unpacked(path: Path, variable: _Variable, most: int) -> Array:
    array = empty(path, variable.info, variable.packed, most, "F")
    with path.open("rb") as file:
        file.seek(variable.at)
        # After the values comes what fills them up to eight bytes.
        fill(array, inflated(file, variable.packed), before=variable.before, after=7)
    return array
