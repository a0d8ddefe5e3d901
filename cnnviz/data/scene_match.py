"""Which arrays of a user's files may be a cube and its ground truth, told by their shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnviz.data.cube_arrays import ArrayInfo, sides
from cnnviz.errors import UserError

Axes = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Variable:
    """An array in a file."""

    file: Path
    info: ArrayInfo

    @property
    def sides(self) -> tuple[int, ...]:
        """Those that are not 1."""
        return tuple(side for side in self.info.shape if side != 1)

    @property
    def bands(self) -> int | None:
        """Which of these are the bands, where the file says it."""
        shape, axis = self.info.shape, self.info.bands
        if axis is None or shape[axis] == 1:
            return None
        return sum(side != 1 for side in shape[:axis])


@dataclass(frozen=True, slots=True)
class Match:
    """A cube and a ground truth that fit.

    Attributes:
        cube: three sides that are not 1.
        labels: two sides that are not 1.
        axes: of the cube, without sides of 1: which of them are the ground truth's rows, its
            columns, and the bands.
    """

    cube: Variable
    labels: Variable
    axes: Axes


def matches(files: Sequence[Path], variables: Sequence[Variable]) -> tuple[Match, ...]:
    """What of the arrays in some files fits, the likeliest first.

    Raises:
        UserError: where nothing does; it says what is missing.
    """
    cubes = [each for each in variables if len(each.sides) == 3]
    maps = [each for each in variables if len(each.sides) == 2]
    found = [
        Match(cube, labels, axes)
        for cube in cubes
        for labels in maps
        for axes in _fitting(cube, labels)
    ]
    if not found:
        raise _nothing(files, variables, cubes, maps)
    return tuple(sorted(found, key=_unlikely))


def _fitting(cube: Variable, labels: Variable) -> list[Axes]:
    """The ways in which two sides of the cube are those of the ground truth."""
    orders: tuple[Axes, ...] = ((0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0), (0, 2, 1), (2, 0, 1))
    return [
        (rows, columns, bands)
        for rows, columns, bands in orders
        if (cube.sides[rows], cube.sides[columns]) == labels.sides and cube.bands in (None, bands)
    ]


def _unlikely(match: Match) -> tuple[bool, bool, int, bool]:
    rows, columns, bands = match.axes
    labels, cube = match.labels.info.dtype, match.cube.info.dtype
    return labels.kind not in "biu", cube.kind == "c", (1, 2, 0)[bands], rows > columns


def _nothing(
    files: Sequence[Path],
    variables: Sequence[Variable],
    cubes: Sequence[Variable],
    maps: Sequence[Variable],
) -> UserError:
    names = ", ".join(file.name for file in files)
    if not variables:
        return UserError(
            "There is no array of numbers in {files}: text, tables, structures, cells and objects "
            "are not read.",
            files=names,
        )
    if not cubes:
        return UserError(
            "There is no cube in {files}: it takes an array of rows, columns and bands, and there "
            "is only {found}.",
            files=names,
            found=_listed(variables),
        )
    if not maps:
        return UserError(
            "There is no ground truth in {files}: it takes an array of rows and columns for the "
            "cube {cube}, with a whole number for each pixel.",
            files=names,
            cube=_listed(cubes),
        )
    return UserError(
        "Cube and ground truth do not fit: no two sides of {cube} are those of {labels}.",
        cube=_listed(cubes),
        labels=_listed(maps),
    )


def _listed(variables: Sequence[Variable], most: int = 3) -> str:
    parts = [f"{each.info.name} ({sides(each.info.shape)})" for each in variables[:most]]
    return ", ".join([*parts, "…"] if len(variables) > most else parts)
