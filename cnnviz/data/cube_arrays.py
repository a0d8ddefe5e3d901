"""What all readers of array files share: what they find, how much they may take, what they say.

What a file stores as it is, is mapped: it costs no memory until it is looked at. What is packed is
unpacked into memory, up to a limit. No size is believed before it is checked.
"""

import errno
import math
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.progress import readable
from cnnviz.errors import UserError

#: More values than any array of the field has: 8 GB of counts.
MAX_VALUES = 1 << 32
#: Bytes of an array that has to be unpacked: the largest published scenes fit, and a server too.
MAX_UNPACKED = 2 << 30
#: Arrays in one file: more are there to keep a reader busy.
MAX_ARRAYS = 10_000
#: zlib's stream says at most so many bytes with one.
ZLIB_RATIO = 1032
PIECE = 1 << 20  # bytes that are unpacked at once
_AT_ONCE = 1 << 16  # bytes of a stream that are read at once: what is left over is copied
_UNSEEN = 1 << 28  # bytes that a stream may become without being looked at first

Array = NDArray[Any]
Order = Literal["C", "F"]


@dataclass(frozen=True, slots=True)
class ArrayInfo:
    """An array in a file, known without its values.

    Attributes:
        name: its variable's name, or what stands for it in a file of one array.
        shape: in the order in which its program has it.
        dtype: as it is stored: numbers of any kind, complex ones too.
        bands: the axis of the bands, where the file says it.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    bands: int | None = None

    @property
    def nbytes(self) -> int:
        """Size of the values in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True, slots=True)
class Opened:
    """An array to read from.

    Attributes:
        array: real numbers; read-only where it is mapped from its file.
        bands: the axis of the bands, where the file says it.
        wavelengths: (B,) of the bands' centres in nm, where the file has them.
        class_names: what the values 0, 1, 2 ... mean, where the file says it.
    """

    array: Array
    bands: int | None = None
    wavelengths: NDArray[np.float64] | None = None
    class_names: tuple[str, ...] = ()


def damaged(path: Path) -> UserError:
    """What is said of every file that breaks off or contradicts itself."""
    return UserError("{file} is damaged or cut off: get it again, or save it anew.", file=path.name)


def _missing(path: Path) -> UserError:
    return UserError("There is no file {file}: check the path.", file=str(path))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever a reader stumbles over becomes one plain sentence."""
    try:
        yield
    except UserError:
        raise
    except FileNotFoundError:
        raise _missing(path) from None
    except (PermissionError, IsADirectoryError):
        raise UserError("{file} cannot be opened as a file.", file=str(path)) from None
    except MemoryError:
        raise UserError(
            "There is not enough memory for {file}: save it as .npy or ENVI, which are read "
            "without being loaded.",
            file=path.name,
        ) from None
    except OSError as error:
        raise (_missing if error.errno == errno.ENAMETOOLONG else damaged)(path) from error
    except Exception as error:  # no library has a closed list of what a damaged file may raise
        raise damaged(path) from error


def check_size(path: Path, info: ArrayInfo) -> None:
    """Refuse a shape that no array of the field has.

    Raises:
        UserError: where it has a negative side or more than ``MAX_VALUES`` values.
    """
    if min(info.shape, default=0) < 0 or info.dtype.itemsize == 0:
        raise damaged(path)
    if math.prod(info.shape) > MAX_VALUES:
        raise UserError(
            "{name} in {file} has {shape} values, more than are read here: cut a part out.",
            name=info.name,
            file=path.name,
            shape=sides(info.shape),
        )


def mapped(path: Path, info: ArrayInfo, offset: int, order: Order = "C") -> Array:
    """An array that lies in a file as it is, without reading it.

    Raises:
        UserError: where the file ends before the array does.
    """
    check_real(info.dtype, info.name)
    check_size(path, info)
    if offset < 0 or offset + info.nbytes > path.stat().st_size:
        raise damaged(path)
    return np.memmap(path, info.dtype, "r", offset=offset, shape=info.shape, order=order)


def empty(path: Path, info: ArrayInfo, packed: int, most: int, order: Order = "C") -> Array:
    """Room for an array that is unpacked.

    Args:
        path: of its file.
        info: what its header claims.
        packed: bytes that it is packed in.
        most: bytes that it may take.
        order: of its values in memory.

    Raises:
        UserError: where it would be larger than ``most``, or than what so few bytes can become.
    """
    check_real(info.dtype, info.name)
    check_size(path, info)
    check_room(path, info.name, info.nbytes, most)
    if info.nbytes > packed * ZLIB_RATIO:
        raise damaged(path)
    return np.empty(info.shape, info.dtype, order)


def check_room(path: Path, name: str, size: int, most: int) -> None:
    """Refuse what takes more bytes than it may.

    Raises:
        UserError: where ``size`` is above ``most``.
    """
    if size > most:
        raise UserError(
            "{name} in {file} takes {size} unpacked, and {most} are allowed here: cut a part out, "
            "or save it uncompressed, as .npy or ENVI, which are read without being loaded.",
            name=name,
            file=path.name,
            size=readable(size),
            most=readable(max(0, most)),
        )


def check_real(dtype: np.dtype[Any], name: str) -> None:
    """Refuse what cannot be looked at as a cube or a ground truth.

    Raises:
        UserError: where the values are complex or no numbers.
    """
    if dtype.kind == "c":
        raise UserError(
            "{name} has complex numbers: save their real part or their magnitude instead.",
            name=name,
        )
    if dtype.kind not in "biuf":
        raise UserError("{name} is not an array of numbers: save it as one.", name=name)


def inflated(file: IO[bytes], length: int) -> Iterator[bytes]:
    """A zlib stream of so many bytes, unpacked piece by piece up to its checksum.

    Raises:
        ValueError, zlib.error: where it breaks off or is damaged.
    """
    unpacker = zlib.decompressobj()
    while not unpacker.eof:
        stream = unpacker.unconsumed_tail
        if not stream:
            stream = file.read(min(_AT_ONCE, length))
            length -= len(stream)
        piece = unpacker.decompress(stream, PIECE)
        if not stream and not piece:
            raise ValueError("the stream breaks off")
        yield piece


def fill(array: Array, pieces: Iterable[bytes], before: int = 0, after: int = 0) -> None:
    """Put values where they belong as they come.

    Args:
        array: contiguous in either order; is filled as it lies in memory.
        pieces: the values' bytes.
        before: bytes that come before the values.
        after: bytes that may come after them.

    Raises:
        ValueError: where there are fewer or more.
    """
    room = array.ravel(order="K").view(np.uint8)
    filled = -before
    for piece in pieces:
        values = piece[max(0, -filled) : max(0, len(room) - filled)]
        at = max(0, filled)
        room[at : at + len(values)] = np.frombuffer(values, np.uint8)
        filled += len(piece)
        if filled > len(room) + after:
            raise ValueError("more values than there should be")
    if filled < len(room):
        raise ValueError("fewer values than there should be")


def may_be_bomb(packed: int, most: int) -> bool:
    """Whether so many bytes of a zlib stream can become so much more than they should that it is
    worth a look before a library unpacks them.
    """
    return packed * ZLIB_RATIO > max(most, _UNSEEN)


def check_unpacked(stream: bytes, most: int) -> None:
    """Refuse a zlib stream that becomes more than it should.

    Raises:
        ValueError, zlib.error: where it becomes more than ``most`` bytes, or is damaged.
    """
    total = 0
    for piece in inflated(BytesIO(stream), len(stream)):
        total += len(piece)
        if total > most:
            raise ValueError(f"unpacks to more than {most} bytes")


def sides(shape: tuple[int, ...]) -> str:
    """A shape as it is read: 145 × 145 × 200."""
    return " × ".join(str(side) for side in shape)
