"""What is looked for in a ground truth before a scene is made of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.cube_arrays import Array, check_real, sides
from cnnviz.errors import UserError
from cnnviz.text import N_

MAX_PIXELS = 20_000_000
MAX_CLASSES = 100
_LARGEST_ID = 10**9
_LISTED = 6  # numbers, or runs of numbers, that a sentence names


def checked_labels(
    array: Array, name: str
) -> tuple[NDArray[np.int64], tuple[int, ...], tuple[UserError, ...]]:
    """A ground truth as a scene has it.

    Args:
        array: (H, W) whole numbers of any type, 0 where nothing is known.
        name: of its variable.

    Returns:
        (H, W) labels, 0 and 1 to K without a hole; the K numbers that they have in the file,
        rising; what is worth knowing.

    Raises:
        UserError: where it is too large, has other numbers than whole ones or negative ones, no
            label, a single class or more than 100.
    """
    check_real(array.dtype, name)
    if array.size > MAX_PIXELS:
        raise UserError(
            "The ground truth {name} has {shape} pixels: cut a part out, up to {most} megapixels.",
            name=name,
            shape=sides(array.shape),
            most=MAX_PIXELS // 1_000_000,
        )
    _check_whole(array, name)
    found, places = np.unique(array, return_inverse=True)
    ids = tuple(int(number) for number in found if number)
    _check_classes(ids, name)
    if found[0]:  # no pixel is unlabelled
        places = places + 1
    labels = places.reshape(array.shape).astype(np.int64)
    return labels, ids, _holes(ids)


def _check_whole(array: Array, name: str) -> None:
    odd = array[array != np.rint(array)] if array.dtype.kind == "f" else array[:0]  # NaN, too
    if odd.size:
        raise UserError(
            "The ground truth {name} has values that are not whole numbers, such as {value}: "
            "choose the array that numbers the classes.",
            name=name,
            value=f"{odd.flat[0]:g}",
        )
    if array.min() < 0:
        raise UserError(
            "The ground truth {name} has negative values, down to {least}: mark what is not known "
            "by 0, and classes by 1, 2, 3.",
            name=name,
            least=int(array.min()),
        )
    if array.max() > _LARGEST_ID:
        raise UserError(
            "The ground truth {name} has values up to {most}: choose the array that numbers the "
            "classes.",
            name=name,
            most=f"{float(array.max()):g}",
        )


def _check_classes(ids: tuple[int, ...], name: str) -> None:
    if not ids:
        raise UserError(
            "The ground truth {name} is 0 everywhere: it takes numbers from 1 on where a class is "
            "known.",
            name=name,
        )
    if len(ids) == 1:
        raise UserError(
            "The ground truth {name} has a single class, {id}: it takes two or more.",
            name=name,
            id=ids[0],
        )
    if len(ids) > MAX_CLASSES:
        raise UserError(
            "The ground truth {name} has {count} classes, and up to {most} are read: choose the "
            "array that numbers the classes.",
            name=name,
            count=len(ids),
            most=MAX_CLASSES,
        )


def _holes(ids: tuple[int, ...]) -> tuple[UserError, ...]:
    if ids[-1] == len(ids):
        return ()
    text = N_(
        "The {count} classes are numbered {ids} in the file and 1 to {count} here; a class "
        "without a name is called by its number in the file."
    )
    return (UserError(text, count=len(ids), ids=listed(ids)),)


def listed(numbers: Sequence[int]) -> str:
    """Rising numbers with runs drawn together: 1, 104–108, 150."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    parts = [f"{first}" if first == last else f"{first}–{last}" for first, last in runs]
    return ", ".join([*parts[:_LISTED], "…"] if len(parts) > _LISTED else parts)
