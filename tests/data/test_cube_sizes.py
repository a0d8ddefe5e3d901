"""No size in a file of arrays is believed, and no bomb goes off."""

import os
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile

from cnnviz.data import cube_arrays, cube_numpy
from cnnviz.data.cubes import open_array
from cnnviz.errors import UserError
from tests.data import array_files
from tests.data.array_files import FORMATS, at_most, cube, mat_5, matrix, packed, refused

DAMAGED = "damaged or cut off"
NOT_READ = "packed in a way that is not read here"
MEGA = 1 << 20

HUGE = 1 << 30
CLAIMS: dict[str, bytes] = {
    "MATLAB of another size than its values": mat_5(matrix(bytes(4), shape=(2, 3))),
    "MATLAB of more values than the file": mat_5(matrix(b"", shape=(HUGE, 1), claims=HUGE)),
    "MATLAB of a negative side": mat_5(matrix(bytes(4), shape=(-2, -2))),
    "MATLAB longer than the file": mat_5(matrix(bytes(4))[:-1]),
    "MATLAB variable of no known kind": mat_5(struct.pack("<II", 99, 8) + bytes(8)),
    "MATLAB values of no known kind": mat_5(matrix(bytes(4), stored=77)),
    "MATLAB packed twice": mat_5(packed(packed(matrix(bytes(4))))),
    "MATLAB packed, more values than sides say": mat_5(packed(matrix(bytes(64 * MEGA)))),
    "MATLAB packed, fewer values than it says": mat_5(
        packed(matrix(bytes(9), shape=(MEGA, 1), claims=MEGA))
    ),
    "MATLAB packed, a gigabyte claimed": mat_5(packed(matrix(b"", shape=(HUGE, 1), claims=HUGE))),
    "MATLAB packed, bytes after its values": mat_5(
        packed(matrix(bytes(4)) + bytes(64 * MEGA))
    ),
    "MATLAB of too many variables": mat_5(*[matrix(bytes(4))] * (cube_arrays.MAX_ARRAYS + 1)),
    "MATLAB 4 of more than the file": struct.pack("<5i", 0, 1 << 15, 1 << 15, 0, 2) + b"a\0",
    "MATLAB 4 of a negative side": struct.pack("<5i", 0, -2, -2, 0, 2) + b"a\0" + bytes(32),
    "MATLAB 4 of a negative name": struct.pack("<5i", 0, 2, 2, 0, -9) + bytes(64),
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_no_size_in_a_matlab_file_is_believed(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.mat").write_bytes(CLAIMS[name])
    with at_most(16):
        assert DAMAGED in refused(tmp_path / "a.mat")


def npy_header(shape: str, descr: str = "'<u2'") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (npy_header("(9, 9)") + bytes(99), DAMAGED),
        (npy_header("(-9, -9)") + bytes(162), DAMAGED),
        (npy_header(f"({HUGE}, {HUGE}, {HUGE})"), "more than are read here"),
        (npy_header(f"({10**400},)"), "more than are read here"),
        (npy_header("(9, 9"), DAMAGED),
        (npy_header("(9, 9)", "'<u0'") + bytes(99), DAMAGED),
        (npy_header("(9, 9)", "'<u3'") + bytes(999), DAMAGED),
        (b"\x93NUMPY\4\0" + bytes(99), DAMAGED),
        (b"\x93NUMPY\2\0\xff\xff\xff\xff", DAMAGED),
    ],
)
def test_no_size_in_a_numpy_file_is_believed(content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(content)
    with at_most(16):
        assert sentence in refused(tmp_path / "a.npy")


def npz_of(path: Path, content: bytes, form: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", form) as archive:
        archive.writestr("a.npy", content)
    return path


def test_a_bomb_in_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    bomb = npz_of(tmp_path / "a.npz", npy_header("(2, 2)") + bytes(64 * MEGA))
    with at_most(16):
        assert DAMAGED in refused(bomb)
    lying = npz_of(tmp_path / "a.npz", npy_header(f"({32 * MEGA},)") + bytes(99))
    content = bytearray(lying.read_bytes())
    honest = struct.pack("<I", len(npy_header(f"({32 * MEGA},)")) + 99)
    claimed = struct.pack("<I", len(npy_header(f"({32 * MEGA},)")) + 64 * MEGA)
    lying.write_bytes(content.replace(honest, claimed))
    with at_most(16):
        assert DAMAGED in refused(lying)


def test_archives_packed_in_other_ways_and_encrypted_ones_are_refused(tmp_path: Path) -> None:
    content = npy_header("(2, 2)") + bytes(8)
    assert NOT_READ in refused(npz_of(tmp_path / "a.npz", content, zipfile.ZIP_LZMA))
    path = npz_of(tmp_path / "a.npz", content, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\1\2") + 8] |= cube_numpy.ENCRYPTED
    path.write_bytes(raw)
    assert NOT_READ in refused(path)


def hdf5_bomb(folder: Path) -> Path:
    """One chunk of 512 bytes whose stream becomes 300 MB."""
    with h5py.File(folder / "a.h5", "w") as file:
        dataset = file.create_dataset("a", (512,), "u1", chunks=(512,), compression="gzip")
        packer = zlib.compressobj(9)
        stream = b"".join([packer.compress(bytes(MEGA)) for _ in range(300)] + [packer.flush()])
        dataset.id.write_direct_chunk((0,), stream)
    return folder / "a.h5"


def test_a_bomb_in_an_hdf5_file_is_not_unpacked(tmp_path: Path) -> None:
    code = (
        "import sys; from cnnviz.data.cubes import open_array\n"
        "from cnnviz.errors import UserError\n"
        "try: open_array(sys.argv[1])\n"
        "except UserError: pass\n"
        "else: sys.exit('opened')"
    )
    assert array_files.peak_megabytes(code, hdf5_bomb(tmp_path)) < 200


def test_an_hdf5_file_of_claims_alone_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("a", (MEGA, 1000), "u1", chunks=(1, 10), compression="gzip")
    with at_most(16):
        assert DAMAGED in refused(tmp_path / "a.h5")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_dataset("a", (MEGA, MEGA, MEGA), "u1", chunks=(1, 1, 10))
    assert "more than are read here" in refused(tmp_path / "b.h5")


def tiff_bomb(folder: Path, inside: int) -> Path:
    """A TIFF of one deflated strip that becomes so many megabytes instead of 64 bytes."""
    path = array_files.tiff(folder, np.zeros((8, 8), "u1"), compression="zlib")
    packer = zlib.compressobj(9)
    stream = b"".join([packer.compress(bytes(MEGA)) for _ in range(inside)] + [packer.flush()])
    with tifffile.TiffFile(path, mode="r+") as file:
        tags = file.pages[0].tags  # type: ignore[union-attr]
        file.filehandle.seek(0, os.SEEK_END)
        start = file.filehandle.tell()
        file.filehandle.write(stream)
        tags["StripOffsets"].overwrite((start,))
        tags["StripByteCounts"].overwrite((len(stream),))
    return path


def test_a_bomb_in_a_tiff_is_not_unpacked(tmp_path: Path) -> None:
    with at_most(32):
        assert DAMAGED in refused(tiff_bomb(tmp_path, 300))


@pytest.mark.parametrize("name", [name for name in FORMATS if "packed" in name or name[-1] == "7"])
def test_what_would_take_too_much_memory_is_refused_with_a_way_out(
    name: str, tmp_path: Path
) -> None:
    path = FORMATS[name][0](tmp_path, cube())
    # A tile is unpacked as a whole, with what of it lies outside the picture.
    needed = 16 * 16 * 11 * 2 if "tiles" in name else cube().nbytes
    assert open_array(path, most=needed).array.size == cube().size
    with pytest.raises(UserError, match=r"kB unpacked, and .* kB are allowed here: .* ENVI"):
        open_array(path, most=needed - 1)


def test_what_is_mapped_takes_nothing_of_what_may_be_unpacked(tmp_path: Path) -> None:
    for place, (write, mapped, _) in enumerate(FORMATS.values()):
        (folder := tmp_path / str(place)).mkdir()
        if mapped:
            assert open_array(write(folder, cube()), most=0).array.size == cube().size


def test_a_stream_is_unpacked_to_look_at_it_only_where_it_could_be_a_bomb() -> None:
    small = zlib.compress(bytes(MEGA))
    assert not cube_arrays.may_be_bomb(len(small), 10)
    large = zlib.compress(bytes(300 * MEGA))
    assert cube_arrays.may_be_bomb(len(large), 10)
    cube_arrays.check_unpacked(large, 300 * MEGA)
    with pytest.raises(ValueError, match="more than"):
        cube_arrays.check_unpacked(large, 300 * MEGA - 1)
    with pytest.raises(ValueError, match="breaks off"):
        list(cube_arrays.inflated(BytesIO(small[:-1]), len(small) - 1))
