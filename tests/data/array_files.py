"""Array files made for tests in every format that is read, and parts of hostile ones."""

import os
import struct
import subprocess
import sys
import tracemalloc
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io
import spectral
import tifffile
from numpy.typing import NDArray

from cnnviz.data.cubes import arrays_in, open_array
from cnnviz.errors import UserError

ROOT = Path(__file__).resolve().parents[2]

Array = NDArray[Any]
Writer = Callable[[Path, Array], Path]

WAVELENGTHS = np.linspace(400, 2500, 11)


def cube() -> Array:
    """(7, 9, 11): no two sides alike, no two values that could be taken for each other."""
    return np.arange(7 * 9 * 11, dtype=np.uint16).reshape(7, 9, 11) * 17


def noise() -> Array:
    """As large as ``cube``; no format can write it in fewer bytes."""
    return np.random.default_rng(0).integers(0, 65536, (7, 9, 11), dtype=np.uint16)


def bands_first(array: Array) -> Array:
    return np.moveaxis(array, 2, 0)


def mat(folder: Path, array: Array, **options: Any) -> Path:
    scipy.io.savemat(folder / "a.mat", {"cube": array}, **options)
    return folder / "a.mat"


def mat_73(folder: Path, array: Array, **options: Any) -> Path:
    """As MATLAB writes it: a header of its own, axes the other way round, the class beside."""
    path = folder / "a.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        dataset = file.create_dataset("cube", data=array.T, **options)
        dataset.attrs["MATLAB_class"] = np.bytes_(array.dtype.name)
    with path.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM")
    return path


def hdf5(folder: Path, array: Array, **options: Any) -> Path:
    with h5py.File(folder / "a.h5", "w") as file:
        file.create_dataset("cube", data=array, **options)
    return folder / "a.h5"


def npz(folder: Path, array: Array, packed: bool) -> Path:
    (np.savez_compressed if packed else np.savez)(folder / "a.npz", cube=array)
    return folder / "a.npz"


def npy(folder: Path, array: Array) -> Path:
    np.save(folder / "a.npy", array)
    return folder / "a.npy"


def envi(folder: Path, array: Array, interleave: str = "bsq", **options: Any) -> Path:
    metadata = {"wavelength": WAVELENGTHS.tolist(), "wavelength units": "Nanometers"}
    path = folder / "a.hdr"
    spectral.envi.save_image(
        str(path), array, interleave=interleave, dtype=array.dtype, metadata=metadata, **options
    )
    return path


def tiff(folder: Path, array: Array, **options: Any) -> Path:
    tifffile.imwrite(folder / "a.tif", array, photometric="minisblack", **options)
    return folder / "a.tif"


# What each writes, whether the file is mapped, and what its array is of the cube.
FORMATS: dict[str, tuple[Writer, bool, Callable[[Array], Array]]] = {
    "MATLAB 5": (mat, True, np.asarray),
    "MATLAB 7": (lambda f, a: mat(f, a, do_compression=True), False, np.asarray),
    "MATLAB 7.3": (mat_73, True, np.asarray),
    "MATLAB 7.3 packed": (lambda f, a: mat_73(f, a, compression="gzip"), False, np.asarray),
    "HDF5": (hdf5, True, np.asarray),
    "HDF5 packed": (
        lambda f, a: hdf5(
            f, a, compression="gzip", shuffle=True, fletcher32=True, chunks=(3, 4, 5)
        ),
        False,
        np.asarray,
    ),
    "npy": (npy, True, np.asarray),
    "npy in Fortran's order": (lambda f, a: npy(f, np.asfortranarray(a)), True, np.asarray),
    "npz": (lambda f, a: npz(f, a, packed=False), True, np.asarray),
    "npz packed": (lambda f, a: npz(f, np.asfortranarray(a), packed=True), False, np.asarray),
    "ENVI bsq": (envi, True, np.asarray),
    "ENVI bil": (lambda f, a: envi(f, a, "bil"), True, np.asarray),
    "ENVI bip, other end first": (lambda f, a: envi(f, a, "bip", byteorder=1), True, np.asarray),
    "TIFF, bands in pixels": (lambda f, a: tiff(f, a, planarconfig="contig"), True, np.asarray),
    "TIFF, bands in planes": (
        lambda f, a: tiff(f, bands_first(a), planarconfig="separate"), True, bands_first,
    ),
    "TIFF, bands in pages": (lambda f, a: tiff(f, bands_first(a)), True, bands_first),
    "TIFF, pages of their own": (
        lambda f, a: tiff(f, bands_first(a), metadata=None, rowsperstrip=2), True, bands_first,
    ),
    "TIFF, packed pages": (
        lambda f, a: tiff(
            f, bands_first(a), compression="zlib", predictor=a.dtype.kind != "f", byteorder=">"
        ),
        False,
        bands_first,
    ),
    "TIFF, packed tiles": (
        lambda f, a: tiff(f, a, planarconfig="contig", compression="zlib", tile=(16, 16)),
        False,
        np.asarray,
    ),
}  # fmt: skip


# What is refused


def open_all(path: Path) -> None:
    for info in arrays_in(path):
        open_array(path, info.name)


def refused(path: Path) -> str:
    """What is said of a file that cannot be listed, or one of whose arrays cannot be opened."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        with pytest.raises(UserError) as error:
            open_all(path)
    assert not given
    said = str(error.value)
    assert said.count(". ") == 0
    assert said.endswith(".")
    assert not set("{}\n") & set(said)
    return said


@contextmanager
def at_most(megabytes: float) -> Iterator[None]:
    """What Python and NumPy allocate meanwhile is no more than that."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * (1 << 20)
    finally:
        tracemalloc.stop()


# Large ones


def sparse_envi(folder: Path, shape: tuple[int, int, int], interleave: str) -> Path:
    """A cube of uint16 zeros but for the last value, which takes no room on the disk."""
    rows, columns, bands = shape
    (folder / "a.hdr").write_text(
        f"ENVI\nsamples = {columns}\nlines = {rows}\nbands = {bands}\ndata type = 12\n"
        f"interleave = {interleave}\nbyte order = 0\n"
    )
    with (folder / "a.img").open("wb") as file:
        file.truncate(2 * rows * columns * bands)
        file.seek(-2, os.SEEK_END)
        file.write(b"\7\0")
    return folder / "a.hdr"


# A process counts the memory of what it was forked from as its own: so one small one between.
_BETWEEN = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-W", "error", "-c", *sys.argv[1:]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def peak_megabytes(code: str, *arguments: object) -> float:
    """What a process of its own needs at most to run some code."""
    command = [sys.executable, "-c", _BETWEEN, code, *map(str, arguments)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return float(told.stdout)


# MATLAB 5, byte by byte


def tagged(order: str, kind: int, body: bytes) -> bytes:
    return struct.pack(f"{order}II", kind, len(body)) + body + bytes(-len(body) % 8)


def matrix(
    values: bytes, *, shape: tuple[int, ...] = (2, 2), stored: int = 2, kind: int = 9,
    order: str = "<", name: bytes = b"a", claims: int | None = None,
) -> bytes:  # fmt: skip
    """A variable: ``kind`` is its class, ``stored`` how its values are written."""
    body = (
        tagged(order, 6, struct.pack(f"{order}II", kind, 0))
        + tagged(order, 5, struct.pack(f"{order}{len(shape)}i", *shape))
        + tagged(order, 1, name)
        + struct.pack(f"{order}II", stored, len(values) if claims is None else claims)
        + values
        + bytes(-len(values) % 8)
    )
    return struct.pack(f"{order}II", 14, len(body)) + body


def mat_5(*variables: bytes, order: str = "<") -> bytes:
    version = b"\0\1IM" if order == "<" else b"\1\0MI"
    return b"MATLAB 5.0 MAT-file".ljust(124) + version + b"".join(variables)


def packed(variable: bytes) -> bytes:
    stream = zlib.compress(variable, 9)
    return struct.pack("<II", 15, len(stream)) + stream
