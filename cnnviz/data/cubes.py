"""Arrays from files of other programs: MATLAB, ENVI, NumPy, GeoTIFF, HDF5.

Which of them a file is, its content says, not its name. Every file is hostile until it is checked:
nothing is unpickled, no other file is opened on its behalf, no size is allocated that a header
merely claims, and whatever is wrong becomes one plain sentence.
"""

from pathlib import Path
from types import ModuleType

from cnnviz.data import cube_envi, cube_hdf5, cube_matlab, cube_numpy, cube_tiff
from cnnviz.data.cube_arrays import MAX_UNPACKED, ArrayInfo, Opened, reading
from cnnviz.errors import UserError

USERBLOCK = 512  # where HDF5 begins in MATLAB's files of version 7.3


def arrays_in(path: str | Path) -> tuple[ArrayInfo, ...]:
    """The arrays of numbers in a file, found without loading them.

    Args:
        path: of a .mat file of any version up to 7.3, an ENVI header or the data beside one, .npy,
            .npz, TIFF or HDF5.

    Returns:
        In the file's order. Objects, structures, cells, text, tables, sparse and empty arrays are
        left out.

    Raises:
        UserError: where the file is missing, of another format, damaged or cut off, or claims more
            than ``MAX_VALUES`` values.
    """
    path = Path(path)
    with reading(path):
        reader, path = _reader(path)
        arrays: tuple[ArrayInfo, ...] = reader.arrays(path)
        return arrays


def open_array(path: str | Path, name: str | None = None, most: int = MAX_UNPACKED) -> Opened:
    """Open an array of a file: mapped where it is stored as it is, unpacked into memory else.

    Args:
        path: as of ``arrays_in``.
        name: of the array; may be left out where the file has only one.
        most: bytes that it may take where it has to be unpacked.

    Raises:
        UserError: as of ``arrays_in``; where there is no such array; where its values are complex;
            where it is packed and takes more than ``most`` bytes unpacked.
    """
    path = Path(path)
    with reading(path):
        reader, path = _reader(path)
        names = [info.name for info in reader.arrays(path)]
        if name is None and len(names) == 1:
            name = names[0]
        if name not in names:
            raise UserError(
                "{file} has no array of numbers named {name}. It has: {names}.",
                file=path.name,
                name=name,
                names=", ".join(names) or "-",
            )
        opened: Opened = reader.read(path, name, most)
        return opened


def without_envi_data(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Files without those that an ENVI header among them stands for.

    Raises:
        UserError: where one cannot be opened.
    """
    headers = {path for path in paths if _is_header(path)}
    return tuple(path for path in paths if path in headers or _header(path) not in headers)


def _is_header(path: Path) -> bool:
    with reading(path):
        return path.is_file() and cube_envi.is_header(path)


def _header(path: Path) -> Path | None:
    with reading(path):
        return cube_envi.header_of(path) if path.is_file() else None


def _reader(path: Path) -> tuple[ModuleType, Path]:
    """The module that reads a file, and the file that it is to be given.

    Raises:
        UserError: where the file is empty or of another format.
    """
    if path.exists() and not path.is_file():  # a pipe would never answer
        raise IsADirectoryError(path)
    with path.open("rb") as file:
        start = file.read(USERBLOCK + len(cube_hdf5.MAGIC))
    if not start:
        raise UserError("{file} is empty: choose another file.", file=path.name)
    if start.startswith(cube_hdf5.MAGIC) or start[USERBLOCK:] == cube_hdf5.MAGIC:
        return cube_hdf5, path
    if start.startswith((cube_numpy.MAGIC, cube_numpy.ZIP_MAGIC)):
        return cube_numpy, path
    if start.startswith(cube_tiff.MAGICS):
        return cube_tiff, path
    if cube_matlab.is_version_5(start):
        return cube_matlab, path
    if cube_envi.is_header(path):
        return cube_envi, path
    if (header := cube_envi.header_of(path)) is not None:
        return cube_envi, header
    if path.suffix.lower() == ".mat":
        return cube_matlab, path
    raise UserError(
        "{file} is no MATLAB, ENVI, NumPy, TIFF or HDF5 file; of ENVI files it takes the header "
        "(.hdr) as well.",
        file=path.name,
    )
