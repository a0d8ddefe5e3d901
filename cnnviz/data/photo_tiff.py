"""TIFF photos with 8 or 16 bits a channel. Those of many bands are read by ``cube_tiff``.

Source: Adobe, "TIFF Revision 6.0".
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import TiffFile, TiffPage, imwrite

from cnnviz.data import cube_tiff
from cnnviz.data.cube_arrays import ArrayInfo, reading
from cnnviz.data.uploads import check_size
from cnnviz.errors import UserError

MAGICS = cube_tiff.MAGICS
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2  # how levels are meant
_COLOURS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3}  # channels
_PREMULTIPLIED, _OPACITY = 1, 2  # what a channel beyond the colours is
_ORIENTATION, _PROFILE = 274, 34675
_ROWS = 128  # packed together


def read(path: Path, most: int) -> tuple[NDArray[Any], int, bytes]:
    """Decode the first picture of a file.

    Args:
        path: of the file.
        most: pixels that it may have.

    Returns:
        (H, W, C) uint8 or uint16, C channels: grey, grey and opacity, RGB, or RGB and opacity; how
        it is to be turned to be upright, as EXIF counts; its colour profile, empty where it has
        none.

    Raises:
        UserError: where it is damaged, too large, or of a kind that is not read here.
    """
    with reading(path):
        info = next(iter(cube_tiff.arrays(path)), None)
        with TiffFile(path) as file:
            page = file.pages[0]
            # The file's first page is always a whole one; others may borrow from it.
            assert isinstance(page, TiffPage)
            tags = {code: page.tags.valueof(code, 0) for code in (_ORIENTATION, _PROFILE)}
            colours, extra = _COLOURS.get(int(page.photometric), 0), tuple(page.extrasamples)
            negative = page.photometric == _WHITE_IS_ZERO
        levels = _levels(path, _checked(path, info, colours, extra, most), most)
    if negative:
        levels[..., 0] = np.iinfo(levels.dtype).max - levels[..., 0]
    if extra and extra[0] == _PREMULTIPLIED:
        _divide(levels)
    profile, turn = tags[_PROFILE], tags[_ORIENTATION]
    return levels, turn if isinstance(turn, int) else 1, profile or b""


def _checked(
    path: Path, info: ArrayInfo | None, colours: int, extra: tuple[int, ...], most: int
) -> ArrayInfo:
    """What the file claims, where that is a photo."""
    if info is None or info.dtype.newbyteorder("=") not in (np.uint8, np.uint16) or not colours:
        raise UserError(
            "The pixels of {file} are of a kind that is not read here: save it in grey or RGB, "
            "with 8 or 16 bits a channel.",
            file=path.name,
        )
    sides = [length for axis, length in enumerate(info.shape) if axis != info.bands]
    channels = 1 if info.bands is None else info.shape[info.bands]
    if len(sides) != 2 or channels != colours + len(extra) or len(extra) > 1:
        raise UserError(
            "{file} holds several pictures, or other channels than colours: save one of them in "
            "grey or RGB.",
            file=path.name,
        )
    check_size(sides[1], sides[0], most=most, least=1)
    return info


def _levels(path: Path, info: ArrayInfo, most: int) -> NDArray[Any]:
    opened = cube_tiff.read(path, info.name, most * 4 * info.dtype.itemsize)
    array = opened.array if info.bands is not None else opened.array[..., None]
    if info.bands == 0:
        array = np.moveaxis(array, 0, -1)
    return np.array(array, info.dtype.newbyteorder("="), order="C")


def _divide(levels: NDArray[Any]) -> None:
    """Bring back colours that were stored as what shows of them through their opacity."""
    most = np.iinfo(levels.dtype).max
    for row in levels:
        opacity = np.maximum(row[:, -1:], 1).astype(np.float32)
        row[:, :-1] = np.minimum(np.rint(row[:, :-1] * (most / opacity)), most)


def write(path: Path, levels: NDArray[Any], profile: bytes | None = None) -> None:
    """Write a picture, packed without loss.

    Args:
        path: of the file.
        levels: (H, W, C) as of ``read``.
        profile: ICC colour profile.
    """
    channels = levels.shape[2]
    imwrite(
        path,
        levels if channels > 1 else levels[..., 0],
        photometric="rgb" if channels > 2 else "minisblack",
        planarconfig="contig" if channels > 1 else None,
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        compression="zlib",
        predictor=True,
        rowsperstrip=_ROWS,
        iccprofile=profile,
        metadata=None,
        software=False,
    )
