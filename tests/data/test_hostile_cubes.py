"""Whatever a file of arrays holds: arrays, or one plain sentence, and nothing else happens."""

import os
import pickle
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PIL import Image

from cnnviz.data.cubes import arrays_in, open_array
from cnnviz.errors import UserError
from tests.data import array_files
from tests.data.array_files import FORMATS, at_most, cube, noise, refused
from tests.data.test_cubes import envi_with

DAMAGED = "damaged or cut off"
OTHER = "is no MATLAB, ENVI, NumPy, TIFF or HDF5 file"
NOT_READ = "packed in a way that is not read here"


# No array file at all


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.mat", b"", "is empty"),
        ("a.txt", b"Not an array at all.\n" * 99, OTHER),
        ("a.img", bytes(999), OTHER),
        ("a.mat", b"Not an array at all.\n" * 99, DAMAGED),
        ("a.npy", b"\x93NUMPY", DAMAGED),
        ("a.npz", b"PK\3\4", DAMAGED),
        ("a.h5", b"\x89HDF\r\n\x1a\n", DAMAGED),
        ("a.tif", b"II*\0", DAMAGED),
        ("a.hdr", b"ENVI", "does not say"),
    ],
)
def test_what_is_no_array_file_is_refused(
    name: str, content: bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    assert sentence in refused(tmp_path / name)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in refused(tmp_path / "a.mat")
    assert "cannot be opened" in refused(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "cannot be opened" in refused(tmp_path / "pipe")


# Damage


@pytest.mark.parametrize("left", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("name", [name for name in FORMATS if "ENVI" not in name])
def test_a_file_that_is_cut_off_is_refused(name: str, left: float, tmp_path: Path) -> None:
    path = FORMATS[name][0](tmp_path, noise())
    os.truncate(path, int(left * path.stat().st_size))
    assert DAMAGED in refused(path)


@pytest.mark.parametrize("name", FORMATS)
def test_where_the_last_byte_is_missing_nothing_else_is_read_for_it(
    name: str, tmp_path: Path
) -> None:
    write, _, expected = FORMATS[name]
    path = write(tmp_path, noise())
    data = path.with_suffix(".img") if "ENVI" in name else path
    os.truncate(data, data.stat().st_size - 1)
    try:
        array = open_array(path).array
    except UserError:
        return
    np.testing.assert_array_equal(array, expected(noise()))


def test_envi_data_that_are_cut_off_are_refused_with_both_sizes(tmp_path: Path) -> None:
    path = array_files.envi(tmp_path, cube())
    os.truncate(path.with_suffix(".img"), 1000)
    assert "a.img has 1000 bytes, and its header describes 1386" in refused(path)


@pytest.mark.parametrize("name", FORMATS)
def test_random_damage_ends_in_arrays_or_a_sentence_and_never_in_a_warning(
    name: str, tmp_path: Path
) -> None:
    path = FORMATS[name][0](tmp_path, cube())
    content, rng = path.read_bytes(), random.Random(1)
    for _ in range(60):
        changed = bytearray(content)
        for _ in range(rng.choice((1, 2, 8))):
            changed[rng.randrange(min(len(changed), 700))] = rng.choice(
                (0, 255, rng.randrange(256))
            )
        path.write_bytes(changed)
        with warnings.catch_warnings(record=True) as given:
            warnings.simplefilter("always")
            try:
                for info in arrays_in(path):
                    assert open_array(path, info.name).array.ndim == len(info.shape)
            except UserError:
                pass
        assert not given


@pytest.mark.parametrize("name", [name for name in FORMATS if "packed" in name or name[-1] == "7"])
def test_values_that_are_not_what_was_written_are_refused(name: str, tmp_path: Path) -> None:
    path = FORMATS[name][0](tmp_path, noise())
    content = bytearray(path.read_bytes())
    stream = re.search(rb"PK|\x78[\x5e\x9c]", content)
    assert stream is not None
    content[stream.end() + 90] ^= 255
    path.write_bytes(content)
    assert DAMAGED in refused(path)


# Other files, code, and what is not read


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "exploded",)

    objects = np.array([Bomb()], dtype=object)
    np.save(tmp_path / "a.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "a.npz", objects=objects, cube=cube())
    (tmp_path / "b.npy").write_bytes(pickle.dumps(objects))
    assert arrays_in(tmp_path / "a.npy") == ()
    assert "has no array of numbers" in said_of_first(tmp_path / "a.npy")
    assert [info.name for info in arrays_in(tmp_path / "a.npz")] == ["cube"]
    assert OTHER in refused(tmp_path / "b.npy")
    assert not (tmp_path / "exploded").exists()


def said_of_first(path: Path) -> str:
    with pytest.raises(UserError) as error:
        open_array(path)
    return str(error.value)


def test_hdf5_opens_no_other_file(tmp_path: Path) -> None:
    secret = array_files.hdf5(tmp_path, cube())
    (tmp_path / "raw").write_bytes(bytes(100))
    layout = h5py.VirtualLayout((7, 9, 11), "u2")
    layout[...] = h5py.VirtualSource(secret, "cube", (7, 9, 11))
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["link"] = h5py.ExternalLink(secret, "cube")
        file["soft"] = h5py.SoftLink("/link")
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("raw", (10, 10), "u1", external=[(tmp_path / "raw", 0, 100)])
    assert [info.name for info in arrays_in(tmp_path / "b.h5")] == ["raw", "virtual"]
    for name in ("raw", "virtual"):
        with pytest.raises(UserError, match="lie in other files"):
            open_array(tmp_path / "b.h5", name)


def test_envi_opens_no_other_file_than_the_one_that_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(48))
    path = envi_with(tmp_path, data_file=tmp_path / "secret", file="../../etc/passwd")
    (tmp_path / "a").unlink()
    assert "The data of a.hdr are missing: put a or a.img beside it" in refused(path)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"bands": None}, 'does not say "bands"'),
        ({"lines": "many"}, 'says "lines = many" where it takes a whole number'),
        ({"lines": "-3"}, "where it takes a whole number"),
        ({"lines": "9" * 99}, "where it takes a whole number"),
        ({"lines": 0}, DAMAGED),
        ({"lines": 10**9, "samples": 10**9}, "more than are read here"),
        ({"lines": 30}, "a has 48 bytes, and its header describes 480"),
        ({"header_offset": 1}, "a has 48 bytes, and its header describes 49"),
        ({"data_type": 7}, "kind of ENVI file"),
        ({"interleave": "zigzag"}, "kind of ENVI file"),
        ({"file_compression": 1}, "kind of ENVI file"),
        ({"major_frame_offsets": "{ 0, 8 }"}, "kind of ENVI file"),
        ({"data_type": 6, "lines": 1, "bands": 3}, "complex numbers"),
    ],
)
def test_an_envi_header_that_cannot_be_true_is_refused(
    fields: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    assert sentence in refused(envi_with(tmp_path, **fields))


def test_a_header_of_megabytes_is_not_read(tmp_path: Path) -> None:
    path = envi_with(tmp_path)
    with path.open("ab") as file:
        file.truncate(5_000_000)
    with at_most(1):
        assert DAMAGED in refused(path)


PACKED_OTHERWISE: dict[str, Callable[[Path], Path]] = {
    "HDF5 by LZF": lambda folder: array_files.hdf5(folder, cube(), compression="lzf"),
    "HDF5 by scale and offset": lambda folder: array_files.hdf5(folder, cube(), scaleoffset=0),
    "TIFF by LZW": lambda folder: pillow_tiff(folder, "tiff_lzw"),
    "TIFF by JPEG": lambda folder: pillow_tiff(folder, "jpeg"),
}


def pillow_tiff(folder: Path, compression: str) -> Path:
    Image.fromarray(np.zeros((32, 32), "u1")).save(folder / "a.tif", compression=compression)
    return folder / "a.tif"


@pytest.mark.parametrize("name", PACKED_OTHERWISE)
def test_what_is_packed_in_another_way_is_refused(name: str, tmp_path: Path) -> None:
    assert NOT_READ in refused(PACKED_OTHERWISE[name](tmp_path))


def test_complex_numbers_are_listed_and_refused(tmp_path: Path) -> None:
    waves = np.exp(1j * np.arange(12.0)).reshape(3, 4)
    np.save(tmp_path / "a.npy", waves)
    for path in (
        array_files.mat(tmp_path, waves),
        array_files.hdf5(tmp_path, waves),
        tmp_path / "a.npy",
    ):
        assert arrays_in(path)[0].dtype.kind == "c"
        assert "complex numbers" in refused(path)


def test_an_archive_of_other_files_has_no_arrays(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("letter.txt", "Dear reader")
    assert arrays_in(tmp_path / "a.zip") == ()
