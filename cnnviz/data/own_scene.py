"""A scene from a user's own files: cube and ground truth found by shape, checked, put upright.

``candidates`` says which arrays may be the two and how they lie, ``check`` opens and checks them,
``build`` makes the scene, without the bands that one wants to drop. The ground truth says which way
is up: it stays as it is, and the cube is turned to it without being copied.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.cube_arrays import MAX_UNPACKED, Array, reading
from cnnviz.data.cube_checks import MIN_BANDS, Report, check_sides, inspect, pieces, released
from cnnviz.data.cubes import arrays_in, open_array, without_envi_data
from cnnviz.data.label_checks import checked_labels
from cnnviz.data.progress import readable
from cnnviz.data.scene import Scene
from cnnviz.data.scene_match import Match, Variable, matches
from cnnviz.errors import UserError

#: Red, green and blue in nm; a band may be so far from its colour, else the picture is false.
COLOURS, FAR = (650.0, 550.0, 450.0), 50.0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a scene is made of.

    Attributes:
        match: where it is from.
        cube: (H, W, B), mapped where the file allows it.
        labels: (H, W): 0, and 1 to K without a hole.
        ids: (K,) the classes' numbers in the file.
        class_names: as the file has them by number; empty where it has none.
        wavelengths: (B,) in nm, or None.
        report: what was found in the cube and the ground truth.
        most: bytes that a copy of the cube may take.
    """

    match: Match
    cube: Array
    labels: NDArray[np.int64]
    ids: tuple[int, ...]
    class_names: tuple[str, ...]
    wavelengths: NDArray[np.float64] | None
    report: Report
    most: int = MAX_UNPACKED


def candidates(paths: Iterable[str | Path]) -> tuple[Match, ...]:
    """What in the files may be cube and ground truth: by shape, in any orientation.

    Args:
        paths: one file that holds both, or several.

    Returns:
        All that fits, the likeliest first: integers before other numbers, bands last before bands
        first or between, rows and columns as they are before swapped. Where sides are equal there
        is always more than one.

    Raises:
        UserError: where a file cannot be read, or nothing fits; it says what is missing.
    """
    files = without_envi_data(tuple(Path(path) for path in paths))
    return matches(files, [Variable(file, info) for file in files for info in arrays_in(file)])


def check(match: Match, most: int = MAX_UNPACKED) -> Checked:
    """Open a cube and its ground truth and check both; a mapped cube is read once, in pieces.

    Args:
        match: one of the ``candidates``.
        most: bytes that cube and labels together may take in memory, a mapped cube apart.

    Raises:
        UserError: where they cannot make a scene, even with bands dropped: not numbers, complex
            numbers, a cube below 5 x 5 pixels or 3 bands; a ground truth without labels, of one
            class or above 100, with negative numbers or others than whole ones; what takes too much
            memory.
    """
    kept = math.prod(match.labels.info.shape) * np.dtype(np.int64).itemsize
    # The cube first: it bounds the ground truth, which has two of its sides.
    opened = open_array(match.cube.file, match.cube.info.name, most - kept)
    truth = open_array(match.labels.file, match.labels.info.name, most)
    name = match.labels.info.name
    labels, ids, notes = checked_labels(truth.array.squeeze(), name)
    cube = opened.array.squeeze().transpose(match.axes)
    check_sides(cube.shape, match.cube.info.name)
    waves = opened.wavelengths
    if waves is not None and len(waves) != cube.shape[2]:
        waves = None
    report = inspect(cube, notes)
    return Checked(match, cube, labels, ids, truth.class_names, waves, report, most)


def build(
    checked: Checked, drop_bands: Sequence[int] = (), class_name: str = "class {id}"
) -> Scene:
    """Make the scene.

    Args:
        checked: by ``check``.
        drop_bands: counted from 0. What is left is copied into memory.
        class_name: what a class is called by its number in the file, where that has no name for it.

    Raises:
        UserError: where a band that is left has NaN or infinite values, fewer than 3 are left, or
            they do not fit into memory.
    """
    dropped = set(drop_bands)
    for fault in checked.report.faults(drop_bands):
        raise fault
    kept = [band for band in range(checked.cube.shape[2]) if band not in dropped]
    if len(kept) < MIN_BANDS:
        raise UserError(
            "Without the dropped bands {left} are left, and it takes {least} or more: replace the "
            "faulty values instead.",
            left=len(kept),
            least=MIN_BANDS,
        )
    waves = None if checked.wavelengths is None else checked.wavelengths[kept]
    cube = checked.cube if not dropped else _picked(checked.cube, kept, checked.most)
    named = dict(enumerate(checked.class_names))
    return Scene(
        name=_name(checked.match, kept),
        cube=cube,
        labels=checked.labels,
        class_names=tuple(named.get(id) or class_name.format(id=id) for id in checked.ids),
        wavelengths=waves if waves is not None and np.all(np.diff(waves) > 0) else None,
        rgb=false_colour_bands(waves, len(kept)),
        verified=False,
        source=_source(checked.match),
    )


def false_colour_bands(wavelengths: NDArray[np.float64] | None, count: int) -> tuple[int, int, int]:
    """The bands for red, green and blue.

    Args:
        wavelengths: (B,) in nm, or None.
        count: B, at least 3.

    Returns:
        Those nearest to 650, 550 and 450 nm, where there are such; else three that are spread over
        all bands, the last ones red.
    """
    if wavelengths is not None:
        off = np.abs(wavelengths[:, None] - np.array(COLOURS))
        red, green, blue = (int(band) for band in off.argmin(axis=0))
        if len({red, green, blue}) == 3 and off.min(axis=0).max() <= FAR:
            return red, green, blue
    return count * 5 // 6, count // 2, count // 6


def _picked(cube: Array, bands: Sequence[int], most: int) -> Array:
    """Some bands of a cube, copied piece by piece.

    Raises:
        UserError: where they take more than ``most`` bytes.
    """
    height, width, _ = cube.shape
    size = height * width * len(bands) * cube.dtype.itemsize
    if size > most:
        raise UserError(
            "Without these bands the cube would take {size} of memory, and {most} are allowed "
            "here: save it without them.",
            size=readable(size),
            most=readable(most),
        )
    picked, wanted = np.empty((height, width, len(bands)), cube.dtype), np.array(bands)
    for rows, columns, here in pieces(cube):
        start, stop, _ = here.indices(cube.shape[2])
        inside = (start <= wanted) & (wanted < stop)
        picked[rows, columns, inside] = cube[rows, columns, wanted[inside]]
        released(cube)
    return picked


def _name(match: Match, bands: Sequence[int]) -> str:
    """Another one for everything that makes another scene: the key of caches."""
    digest = hashlib.blake2b(digest_size=8)
    for variable in (match.cube, match.labels):
        with reading(variable.file):
            state = variable.file.stat()
        known = (str(variable.file.resolve()), state.st_size, state.st_mtime_ns, variable.info.name)
        digest.update(repr(known).encode())
    digest.update(repr((match.axes, tuple(bands))).encode())
    return f"own.{digest.hexdigest()}"


def _source(match: Match) -> str:
    cube, labels = match.cube, match.labels
    return (
        f"Own scene: {cube.info.name} in {cube.file.name}, {labels.info.name} in {labels.file.name}"
    )
