"""Arrays from files of every format: found without loading, opened as their programs have them."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io
import scipy.sparse
import spectral
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from cnnviz.data.cube_arrays import ArrayInfo
from cnnviz.data.cubes import arrays_in, open_array, without_envi_data
from cnnviz.errors import UserError
from tests.data import array_files
from tests.data.array_files import FORMATS, cube, matrix

# Every format


@pytest.mark.parametrize("name", FORMATS)
def test_an_array_comes_back_as_it_was_written(name: str, tmp_path: Path) -> None:
    write, mapped, expected = FORMATS[name]
    path = write(tmp_path, cube())
    [info] = arrays_in(path)
    opened = open_array(path, info.name)
    assert info.shape == opened.array.shape == expected(cube()).shape
    assert info.dtype == opened.array.dtype or opened.array.dtype == info.dtype.newbyteorder("=")
    np.testing.assert_array_equal(opened.array, expected(cube()))
    assert isinstance(opened.array, np.memmap) == mapped


@pytest.mark.parametrize("dtype", ["u1", "i2", "u4", "f4", "f8"])
@pytest.mark.parametrize("name", FORMATS)
def test_types_of_numbers_are_kept(name: str, dtype: str, tmp_path: Path) -> None:
    write, _, expected = FORMATS[name]
    array = cube().astype(dtype)
    opened = open_array(write(tmp_path, array))
    assert opened.array.dtype.newbyteorder("=") == np.dtype(dtype)
    np.testing.assert_array_equal(opened.array, expected(array))


@pytest.mark.parametrize("name", [name for name in FORMATS if not name.startswith("MATLAB 5")])
def test_nothing_is_loaded_to_list_what_there_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = FORMATS[name][0](tmp_path, cube())

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("loads an array")

    for function in ("empty", "memmap", "fromfile", "load"):
        monkeypatch.setattr(np, function, refuse)
    assert [info.dtype.itemsize for info in arrays_in(path)] == [2]


@pytest.mark.parametrize("known", ["ENVI bsq", "TIFF, bands in pixels", "TIFF, bands in planes"])
def test_the_axis_of_the_bands_is_told_where_the_file_says_it(known: str, tmp_path: Path) -> None:
    path = FORMATS[known][0](tmp_path, cube())
    [info] = arrays_in(path)
    assert info.bands is not None
    assert info.shape[info.bands] == 11
    assert open_array(path).bands == info.bands


def test_an_array_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", one=cube(), two=cube())
    for name in ("three", None):
        with pytest.raises(UserError, match="one, two"):
            open_array(tmp_path / "a.npz", name)


# MATLAB


@given(
    array=arrays_of.arrays(
        st.sampled_from(["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]),
        arrays_of.array_shapes(min_dims=2, max_dims=4, max_side=5),
    ),
    name=st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,30}", fullmatch=True),
    compress=st.booleans(),
)
def test_matlab_files_are_read_as_scipy_reads_them(
    array: NDArray[Any], name: str, compress: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("mat") / "a.mat"
    scipy.io.savemat(path, {"before": 1.5, name: array, "after": "text"}, do_compression=compress)
    assert [info.name for info in arrays_in(path)] == ["before", name]
    np.testing.assert_array_equal(open_array(path, name).array, scipy.io.loadmat(path)[name])


def test_matlab_4_is_read_as_scipy_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mat"
    truth, numbers = np.arange(12, dtype="u1").reshape(3, 4), np.eye(3) / 7
    values = {"truth": truth, "text": "hello", "numbers": numbers, "complex": numbers * 1j}
    scipy.io.savemat(path, values, format="4")
    assert [info.name for info in arrays_in(path)] == ["truth", "numbers", "complex"]
    for name in ("truth", "numbers"):
        np.testing.assert_array_equal(open_array(path, name).array, scipy.io.loadmat(path)[name])


def test_matlab_4_of_a_machine_that_writes_the_other_way_round(tmp_path: Path) -> None:
    path = tmp_path / "a.mat"
    path.write_bytes(struct.pack(">5i", 1030, 2, 3, 0, 2) + b"a\0" + struct.pack(">6h", *range(6)))
    np.testing.assert_array_equal(open_array(path).array, [[0, 2, 4], [1, 3, 5]])


def test_what_is_no_array_of_numbers_is_left_out(tmp_path: Path) -> None:
    values = {
        "cube": cube(), "text": "a text", "cells": np.array([1, "b"], dtype=object),
        "structure": {"field": 1}, "sparse": scipy.sparse.eye_array(3), "none": np.zeros((0, 5)),
        "yes": np.array([[True, False]]),
    }  # fmt: skip
    for compress in (False, True):
        scipy.io.savemat(tmp_path / "a.mat", values, do_compression=compress)
        assert [info.name for info in arrays_in(tmp_path / "a.mat")] == ["cube", "yes"]


@pytest.mark.parametrize("order", ["<", ">"])
def test_values_stored_in_fewer_bytes_than_their_class_has(order: str, tmp_path: Path) -> None:
    double, stored_as_int16 = 6, 3
    values = struct.pack(f"{order}4h", -1, 2, 300, 4)
    written = matrix(values, stored=stored_as_int16, kind=double, order=order)
    (tmp_path / "a.mat").write_bytes(array_files.mat_5(written, order=order))
    np.testing.assert_array_equal(open_array(tmp_path / "a.mat").array, [[-1, 300], [2, 4]])


def test_matlab_7_3_lists_arrays_and_neither_text_nor_what_cells_point_to(tmp_path: Path) -> None:
    path = array_files.mat_73(tmp_path, cube())
    with h5py.File(path, "r+") as file:
        for name, kind, value in (
            ("text", "char", np.frombuffer(b"a\0b\0", "u2")),
            ("#refs#/a", "double", np.zeros((2, 2))),
            ("structure/field", "double", np.zeros((2, 2))),
            ("real", "single", np.ones((2, 3), "f4")),
        ):
            file[name] = value
            file[name].attrs["MATLAB_class"] = np.bytes_(kind)
        file["structure"].attrs["MATLAB_class"] = np.bytes_("struct")
        file["real"].attrs["MATLAB_empty"] = np.uint8(1)
    assert [info.name for info in arrays_in(path)] == ["cube"]


def test_published_files_are_read_as_scipy_reads_them(shared_data: Callable[[str], str]) -> None:
    for name in ("indian_pines_corrected", "indian_pines_gt"):
        path = shared_data(f"indian_pines/{name.capitalize()}.mat")
        [info] = arrays_in(path)
        assert info.name == name
        np.testing.assert_array_equal(open_array(path).array, scipy.io.loadmat(path)[name])


# HDF5


def test_arrays_in_groups_are_found_once(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["scene/cube"] = cube()
        file["scene/again"] = file["/"]
        file["other"] = file["scene"]
        file["label"] = "text"
        file["table"] = np.zeros(3, [("x", "f4"), ("y", "f4")])
    assert [info.name for info in arrays_in(tmp_path / "a.h5")] == ["other/cube"]


# NumPy


def test_headers_of_python_2_and_of_version_2_are_read(tmp_path: Path) -> None:
    values = np.arange(6, dtype="<i2").tobytes()
    header = b"{'descr': '<i2', 'fortran_order': False, 'shape': (2L, 3L), }"
    for version, form in ((1, "<H"), (2, "<I")):
        content = b"\x93NUMPY" + bytes([version, 0]) + struct.pack(form, len(header)) + header
        (tmp_path / "a.npy").write_bytes(content + values)
        np.testing.assert_array_equal(open_array(tmp_path / "a.npy").array, [[0, 1, 2], [3, 4, 5]])


# ENVI


@pytest.mark.parametrize("interleave", ["bsq", "bil", "bip"])
def test_envi_is_read_as_spectral_reads_it(interleave: str, tmp_path: Path) -> None:
    path = array_files.envi(tmp_path, cube().astype("f4"), interleave)
    image = spectral.envi.open(str(path))
    opened = open_array(path)
    np.testing.assert_array_equal(opened.array, image.open_memmap(interleave="bip"))
    assert opened.wavelengths is not None
    np.testing.assert_allclose(opened.wavelengths, image.bands.centers)


def test_envi_opens_by_its_header_or_by_its_data(tmp_path: Path) -> None:
    header = array_files.envi(tmp_path, cube())
    data = header.with_suffix(".img")
    np.testing.assert_array_equal(open_array(data).array, open_array(header).array)
    assert without_envi_data((data, header)) == (header,)
    assert without_envi_data((data,)) == (data,)
    header.rename(tmp_path / "a.img.HDR")
    np.testing.assert_array_equal(open_array(data).array, cube())


def envi_with(folder: Path, **fields: object) -> Path:
    """A header with fields changed, or taken out where they are None, and two bytes a value."""
    base = {
        "samples": 2, "lines": 3, "bands": 4, "data type": 2, "interleave": "bip", "byte order": 0,
    } | {name.replace("_", " "): value for name, value in fields.items()}  # fmt: skip
    lines = [f"{name} = {value}" for name, value in base.items() if value is not None]
    (folder / "a.hdr").write_text("\n".join(["ENVI", *lines]), encoding="utf-8")
    (folder / "a").write_bytes(np.arange(24, dtype="<i2").tobytes())
    return folder / "a.hdr"


@pytest.mark.parametrize(
    ("texts", "unit", "nanometres"),
    [
        ("0.4, 0.5, 0.6, 2.5", "Micrometers", [400, 500, 600, 2500]),
        ("400, 500, 600, 2500", "nm", [400, 500, 600, 2500]),
        ("0.4, 0.5, 0.6, 2.5", "Unknown", [400, 500, 600, 2500]),
        ("400, 500, 600, 2500", "", [400, 500, 600, 2500]),
        ("1, 2, 3, 4", "Index", [1000, 2000, 3000, 4000]),
        ("1, 200, 3, 4", "Index", None),
        ("400, 500, 600", "nm", None),
        ("400, 500, x, 600", "nm", None),
        ("400, nan, 500, 600", "nm", None),
        ("-400, 400, 500, 600", "nm", None),
        ("", "nm", None),
    ],
)
def test_wavelengths_are_in_nanometres_or_not_there(
    texts: str, unit: str, nanometres: list[float] | None, tmp_path: Path
) -> None:
    path = envi_with(tmp_path, wavelength=f"{{\n {texts}}}", wavelength_units=unit)
    found = open_array(path).wavelengths
    if nanometres is None:
        assert found is None
    else:
        np.testing.assert_allclose(found, nanometres)


def test_a_header_in_chinese_with_capitals_comments_and_lists_is_read(tmp_path: Path) -> None:
    text = (
        "ENVI\ndescription = {农田 =\n 第二行}\n; samples = 9\nSamples = 2\nLINES=3\nBands = 1\n"
        "data type = 1\ninterleave = BSQ\nclass names = {未分类, 玉米,\n 小麦}\nheader offset = 1\n"
    )
    (tmp_path / "a.dat").write_bytes(bytes(range(7)))
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        (tmp_path / "a.hdr").write_text(text, encoding=encoding)
        opened = open_array(tmp_path / "a.hdr")
        assert opened.class_names == ("未分类", "玉米", "小麦")
        np.testing.assert_array_equal(opened.array[:, :, 0], [[1, 2], [3, 4], [5, 6]])


# Memory

TWO_GIGABYTES = """
import sys
from cnnviz.data import cubes
opened = cubes.open_array(sys.argv[1])
assert opened.array.shape == (2500, 2000, 200), opened.array.shape
assert opened.array[2499, 1999].tolist() == [0] * 199 + [7]
"""


@pytest.mark.parametrize("interleave", ["bsq", "bil", "bip"])
def test_a_cube_of_two_gigabytes_opens_in_300_megabytes(interleave: str, tmp_path: Path) -> None:
    path = array_files.sparse_envi(tmp_path, (2500, 2000, 200), interleave)
    assert array_files.peak_megabytes(TWO_GIGABYTES, path) < 300


def test_what_is_known_of_an_array_says_how_many_bytes_it_has() -> None:
    assert ArrayInfo("a", (2500, 2000, 200), np.dtype("u2")).nbytes == 2_000_000_000
