"""What is done to a cube before a network sees it: scaling by band, principal components.

Both are fitted either on the whole scene or on the training pixels alone. The course, as HybridSN's
authors, takes the whole scene: its test pixels then have a say in what the network sees, although
their labels have not. So the choice has no default here, and it goes into the result.

A cube that is mapped from a file is read in pieces, never whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.parts import Split
from cnnviz.errors import UserError
from cnnviz.text import N_

On = Literal["scene", "training"]
Cube = NDArray[Any]
Floats = NDArray[np.float64]

# Bytes of float64 that are worked on at once.
PIECE = 1 << 24
EPS = float(np.finfo(np.float64).eps)

_FITTED_ON: dict[On, str] = {
    "scene": N_("fitted on the whole scene"),
    "training": N_("fitted on the training pixels"),
}
# Fields of principal components that are arrays.
_ARRAYS = ("components", "mean", "variance", "explained_variance_ratio")


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted on what.

    Attributes:
        on: the whole "scene" or the "training" pixels.
        pixels: how many these are.
    """

    on: On
    pixels: int

    @property
    def fitted_on(self) -> str:
        """For beside a result; a translation key."""
        return _FITTED_ON[self.on]


@dataclass(frozen=True, slots=True)
class BandStatistics(Fitted):
    """Each band's mean and spread; applied, the bands get mean 0 and standard deviation 1.

    Attributes:
        mean: (B,) in the cube's unit.
        deviation: (B,) standard deviations, in the cube's unit; 0 for a constant band, which
            becomes all 0.
    """

    mean: Floats
    deviation: Floats

    def apply(self, cube: Cube) -> NDArray[np.float32]:
        """Scale a cube of the same bands: (H, W, B).

        Raises:
            UserError: where the cube has NaN or infinite values.
        """
        constant = self.deviation == 0
        scale = np.where(constant, 0, 1 / np.where(constant, 1, self.deviation))
        return _mapped(cube, self.mean, len(scale), lambda centred: centred * scale)

    def to_json(self) -> dict[str, Any]:
        """Plain data for model cards: how it was made, not the numbers themselves."""
        return {"kind": "standardize", "on": self.on, "pixels": self.pixels}


@dataclass(frozen=True, slots=True)
class PrincipalComponents(Fitted):
    """The directions of largest variance; applied, a cube's bands become its shares of these.

    Attributes:
        components: (count, B) of length 1, by falling variance; the largest weight of each is
            positive, so that the same data always gives the same signs.
        mean: (B,) of the bands, in the cube's unit.
        variance: (count,) along each component, in the cube's unit squared.
        explained_variance_ratio: (count,) each variance's share of all bands' variances.
        whiten: whether the result is scaled to a variance of 1 along each component.
        unit: what the result is divided by, in the cube's unit, where it is not whitened.
    """

    components: Floats
    mean: Floats
    variance: Floats
    explained_variance_ratio: Floats
    whiten: bool
    unit: float = 1.0

    @classmethod
    def stored(
        cls, described: Mapping[str, Any], arrays: Mapping[str, NDArray[np.generic]]
    ) -> "PrincipalComponents":
        """What ``to_json`` and ``arrays`` gave, put together again."""
        return cls(
            on=described["on"],
            pixels=described["pixels"],
            whiten=described["whiten"],
            unit=described["unit"],
            **{name: _fixed(np.asarray(arrays[name], np.float64)) for name in _ARRAYS},
        )

    @property
    def scale(self) -> Floats:
        """(count,) what the result is divided by, in the cube's unit."""
        return np.sqrt(self.variance) if self.whiten else np.full_like(self.variance, self.unit)

    def arrays(self) -> dict[str, Floats]:
        """The numbers that ``to_json`` leaves out, by name, to be stored with a network."""
        return {name: getattr(self, name) for name in _ARRAYS}

    def apply(self, cube: Cube) -> NDArray[np.float32]:
        """Project a cube of the same bands: (H, W, count).

        Raises:
            UserError: where the cube has NaN or infinite values.
        """
        weights = (self.components / self.scale[:, None]).T
        return _mapped(cube, self.mean, len(self.variance), lambda centred: centred @ weights)

    def to_json(self) -> dict[str, Any]:
        """Plain data for model cards: how it was made, not the components themselves."""
        return {
            "kind": "principal_components",
            "count": len(self.components),
            "whiten": self.whiten,
            "unit": self.unit,
            "explained_variance": float(self.explained_variance_ratio.sum()),
            "on": self.on,
            "pixels": self.pixels,
        }


def standardize(cube: Cube, on: On, split: Split | None) -> BandStatistics:
    """Take each band's mean and standard deviation.

    Args:
        cube: (H, W, B) numbers of any real type; may be mapped from a file.
        on: the whole "scene" or the "training" pixels of ``split``.
        split: of the same scene; None will do for "scene".

    Raises:
        UserError: where a fitted pixel has a NaN or infinite value.
    """
    mean, pixels = _mean(cube, on, split)
    squares = np.zeros(cube.shape[2])
    for values in _pieces(cube, on, split):
        squares += np.square(values - mean).sum(axis=0)
    deviation = np.sqrt(squares / pixels)
    deviation[deviation <= _rounding(mean, pixels)] = 0
    return BandStatistics(on, pixels, _fixed(mean), _fixed(deviation))


def principal_components(
    cube: Cube, count: int, on: On, split: Split | None, *, whiten: bool = True
) -> PrincipalComponents:
    """Find the directions of largest variance, from the bands' covariance.

    What scikit-learn's PCA finds (its "covariance_eigh" solver is the same method), without the
    whole cube in memory.

    Args:
        cube: (H, W, B) numbers of any real type; may be mapped from a file.
        count: how many components, at most as many as the fitted pixels have independent bands.
        on: the whole "scene" or the "training" pixels of ``split``.
        split: of the same scene; None will do for "scene".
        whiten: whether to scale to a variance of 1 along each component, as HybridSN's authors do.

    Raises:
        UserError: where a fitted pixel has a NaN or infinite value, or ``count`` is below 1 or too
            high.
    """
    mean, pixels = _mean(cube, on, split)
    products = np.zeros((cube.shape[2], cube.shape[2]))
    for values in _pieces(cube, on, split):
        centred = values - mean
        products += centred.T @ centred
    variances, directions = np.linalg.eigh(products / max(pixels - 1, 1))
    variances, directions = variances[::-1], directions[:, ::-1].T
    # Beyond the rank a direction is arbitrary and its variance rounding noise.
    noise = variances[0] * len(variances) * EPS + np.max(_rounding(mean, pixels)) ** 2
    _check_count(count, int(np.sum(variances > noise)))
    components = directions[:count]
    largest = np.abs(components).argmax(axis=1)
    components = components * np.sign(components[np.arange(count), largest])[:, None]
    return PrincipalComponents(
        on=on,
        pixels=pixels,
        components=_fixed(components),
        mean=_fixed(mean),
        variance=_fixed(variances[:count]),
        explained_variance_ratio=_fixed(variances[:count] / variances.sum()),
        whiten=whiten,
    )


def _check_count(count: int, most: int) -> None:
    if count < 1:
        raise UserError("It takes 1 principal component or more, not {count}.", count=count)
    if count > most:
        raise UserError(
            "The fitted pixels have {most} principal components: {count} are too many.",
            most=most,
            count=count,
        )


def _rounding(mean: Floats, pixels: int) -> Floats:
    """(B,) the standard deviation that rounding alone can give to a constant band."""
    rounding: Floats = pixels * EPS * np.abs(mean)
    return rounding


def _mean(cube: Cube, on: On, split: Split | None) -> tuple[Floats, int]:
    total, pixels = np.zeros(cube.shape[2]), 0
    for values in _pieces(cube, on, split):
        total += values.sum(axis=0)
        pixels += len(values)
    return total / pixels, pixels


def _pieces(cube: Cube, on: On, split: Split | None) -> Iterator[Floats]:
    """The spectra that are fitted on, (n, B) at a time."""
    if on == "scene":
        for rows in _strips(cube):
            yield _finite(cube, cube[rows]).reshape(-1, cube.shape[2])
        return
    if split is None or split.shape != cube.shape[:2]:
        raise ValueError("fitting on training pixels takes a split of the same scene")
    at_once = max(1, PIECE // (8 * cube.shape[2]))
    for start in range(0, len(split.train), at_once):
        # Not through a reshaped cube: that is a copy where the file interleaves bands by line.
        places = np.unravel_index(split.train[start : start + at_once], split.shape)
        yield _finite(cube, cube[places])


def _strips(cube: Cube) -> Iterator[slice]:
    """Rows that are worked on at once."""
    height, width, bands = cube.shape
    at_once = max(1, PIECE // (8 * width * bands))
    for start in range(0, height, at_once):
        yield slice(start, start + at_once)


def _mapped(
    cube: Cube, mean: Floats, channels: int, function: Callable[[Floats], Floats]
) -> NDArray[np.float32]:
    """(H, W, channels): a function of the spectra less the mean, strip by strip."""
    if cube.shape[2] != len(mean):
        raise ValueError(f"fitted on {len(mean)} bands, not {cube.shape[2]}")
    result = np.empty((*cube.shape[:2], channels), dtype=np.float32)
    for rows in _strips(cube):
        result[rows] = function(_finite(cube, cube[rows]) - mean)
    return result


def _finite(cube: Cube, piece: Cube) -> Floats:
    """A piece of a cube as plain float64.

    Raises:
        UserError: where it has a value that is none, with what is wrong with the whole cube.
    """
    values = np.asarray(piece, dtype=np.float64)
    if np.isfinite(values).all():
        return values
    bands, pixels = np.zeros(cube.shape[2], dtype=np.bool_), 0
    for rows in _strips(cube):
        bad = ~np.isfinite(np.asarray(cube[rows], dtype=np.float64))
        bands |= bad.any(axis=(0, 1))
        pixels += int(np.count_nonzero(bad.any(axis=2)))
    raise UserError(
        "{pixels} pixels have values that are not finite numbers, in {bands} of {all} bands: drop "
        "these bands, or use another cube.",
        bands=int(bands.sum()),
        all=len(bands),
        pixels=pixels,
    )


def _fixed(values: Floats) -> Floats:
    """A read-only copy."""
    copy = np.array(values)
    copy.flags.writeable = False
    return copy
