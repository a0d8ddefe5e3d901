"""HDF5 files, MATLAB's of version 7.3 among them: mapped where contiguous, unpacked else.

A file can ask the library to open others (external links, external storage, virtual datasets), to
load code (unknown filters), or to unpack without an end: none of it is let through. MATLAB writes
its axes the other way round; they come back in MATLAB's order.

Source: The HDF Group, "HDF5 File Format Specification", version 3.0.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

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

MAGIC = b"\x89HDF\r\n\x1a\n"
DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
PRIVATE = ("#refs#", "#subsystem#")  # where MATLAB keeps what its cells and objects point to
_DEPTH = 8
_CHECKSUM = 4  # bytes


def arrays(path: Path) -> tuple[ArrayInfo, ...]:
    """The arrays of numbers in the file; those in groups as ``group/name``."""
    with h5py.File(path, "r") as file:
        return tuple(info for info, _ in _datasets(path, file))


def read(path: Path, name: str, most: int) -> Opened:
    """One array, mapped where it is contiguous, else unpacked into ``most`` bytes."""
    with h5py.File(path, "r") as file:
        info, dataset = next(each for each in _datasets(path, file) if each[0].name == name)
        _check_storage(path, name, dataset)
        stored = ArrayInfo(name, dataset.shape, info.dtype)
        offset = dataset.id.get_offset()
        if offset is not None:
            array = mapped(path, stored, offset)
        else:
            array = empty(path, stored, dataset.id.get_storage_size(), most)
            _check_chunks(path, name, dataset, most)
            dataset.read_direct(array)
        return Opened(array.transpose() if _is_matlab(dataset) else array)


def _datasets(path: Path, file: Any) -> Iterator[tuple[ArrayInfo, Any]]:
    for number, (name, dataset) in enumerate(_walk(file, "", set())):
        if number == MAX_ARRAYS:
            raise damaged(path)
        info = _info(name, dataset)
        if info is not None:
            check_size(path, info)
            yield info, dataset


def _walk(group: Any, prefix: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """What lies in the file itself: links to other places are not followed, groups entered once."""
    seen.add(h5py.h5o.get_info(group.id).addr)
    for key in group:
        if key in PRIVATE or not isinstance(group.get(key, getlink=True), h5py.HardLink):
            continue
        item = group[key]
        if isinstance(item, h5py.Dataset):
            yield prefix + key, item
        # A structure or a sparse matrix of MATLAB's is a group, too.
        elif not _matlab_class(item) and _is_new(item, seen) and prefix.count("/") < _DEPTH:
            yield from _walk(item, f"{prefix}{key}/", seen)


def _is_new(item: Any, seen: set[int]) -> bool:
    return isinstance(item, h5py.Group) and h5py.h5o.get_info(item.id).addr not in seen


def _info(name: str, dataset: Any) -> ArrayInfo | None:
    """None for what is no array of numbers."""
    if _matlab_class(dataset) == "char" or "MATLAB_empty" in dataset.attrs:
        return None
    try:
        dtype = np.dtype(dataset.dtype)
    except TypeError:  # a type that NumPy has not
        return None
    if dtype.names == ("real", "imag"):
        dtype = np.dtype(np.complex128)
    shape = dataset.shape  # None for a dataset without a value
    if shape is None or dtype.kind not in "biufc" or dtype.itemsize > 16 or not math.prod(shape):
        return None
    return ArrayInfo(name, tuple(reversed(shape)) if _is_matlab(dataset) else shape, dtype)


def _is_matlab(dataset: Any) -> bool:
    return bool(_matlab_class(dataset))


def _matlab_class(item: Any) -> str:
    value = item.attrs.get("MATLAB_class", b"")
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _check_storage(path: Path, name: str, dataset: Any) -> None:
    properties = dataset.id.get_create_plist()
    filters = [properties.get_filter(place)[0] for place in range(properties.get_nfilters())]
    if dataset.is_virtual or dataset.external:
        raise UserError(
            "The values of {name} lie in other files than {file}: save them in one file.",
            name=name,
            file=path.name,
        )
    known = {DEFLATE, SHUFFLE, FLETCHER32}
    if not known.issuperset(filters) or len(set(filters)) < len(filters):
        raise UserError(
            "{name} in {file} is packed in a way that is not read here: save it with gzip or "
            "without compression.",
            name=name,
            file=path.name,
        )


def _check_chunks(path: Path, name: str, dataset: Any, most: int) -> None:
    """Refuse chunks that take more than ``most`` bytes, or would unpack to more than a chunk has.

    Raises:
        UserError, ValueError, zlib.error: where there is one.
    """
    size = math.prod(dataset.chunks or ()) * dataset.dtype.itemsize
    check_room(path, name, size, most)
    if dataset.compression != "gzip":
        return
    stored: list[Any] = []
    dataset.id.chunk_iter(stored.append)
    for chunk in stored:
        if chunk.filter_mask == 0 and may_be_bomb(chunk.size, size + _CHECKSUM):
            stream = dataset.id.read_direct_chunk(chunk.chunk_offset)[1]
            check_unpacked(stream, size + _CHECKSUM)
