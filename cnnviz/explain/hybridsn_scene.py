"""What a hyperspectral scene is made of: spectra of pixels and classes, angles, bands, the cube."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.scene import Scene

Array = NDArray[np.float64]
Bands = tuple[int, int, int]

_PIECE = 1 << 22  # values of a cube that are worked on at once
# Of the usual distance between two bands: beyond it some have been removed.
_GAP = 3.0
# nm: red, green and blue light; and the near infrared, where green plants are brightest.
_RED, _GREEN, _BLUE, _INFRARED = 650.0, 550.0, 450.0, 860.0
_FAR = 40.0  # nm that a band may be off its colour


@dataclass(frozen=True, slots=True)
class Sensor:
    """Where bands lie whose wavelengths were not published with a scene: about, by its sensor.

    Attributes:
        name: the sensor's.
        first: centre of the scene's first band, nm.
        step: from a band to the next, nm.
        intact: so many bands from the first on have none removed between them.
    """

    name: str
    first: float
    step: float
    intact: int


# Nominal: AVIRIS, 224 bands from about 370 nm on, of which water absorption takes out those from
# the 108th on; ROSIS, 430 to 860 nm; Hyperion's calibrated bands from 447 nm on, the first 46 of
# Botswana's being bands 10 to 55.
_AVIRIS = Sensor("AVIRIS", 370.0, 9.7, 107)
SENSORS = {
    "salinas": _AVIRIS,
    "salinas_a": _AVIRIS,
    "pavia_university": Sensor("ROSIS", 430.0, 4.2, 103),
    "botswana": Sensor("Hyperion", 447.2, 10.17, 46),
}
#: Sensors of the scenes by name, where they have one.
SENSOR_NAMES = {name: sensor.name for name, sensor in SENSORS.items()} | {
    "indian_pines": "AVIRIS",
    "ksc": "AVIRIS",
}


@dataclass(frozen=True, slots=True)
class ClassSpectra:
    """The labelled pixels of a scene, class by class.

    Attributes:
        mean: (K, B) in the cube's unit; NaN for a class without pixels.
        deviation: (K, B) standard deviation of its pixels, in the cube's unit.
        counts: (K,) pixels.
    """

    mean: Array
    deviation: Array
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PixelSpectrum:
    """One pixel of a scene.

    Attributes:
        row, column: its place, counted from 0.
        values: (B,) in the cube's unit.
        label: its class, 1 to K; 0 where none is known.
        angles: (K,) spectral angles between it and the classes' means, degrees; NaN for a class
            without pixels, and for a pixel or a mean that is all zero.
    """

    row: int
    column: int
    values: Array
    label: int
    angles: Array

    @property
    def nearest(self) -> int | None:
        """The class whose mean is at the smallest angle, 1 to K; None where no angle is known."""
        return None if np.isnan(self.angles).all() else int(np.nanargmin(self.angles)) + 1


@dataclass(frozen=True, slots=True)
class BandAxis:
    """The bands of a scene along an axis.

    Attributes:
        centres: (B,) in nm; the bands' numbers, counted from 1, where these were not published.
        in_nm: which of the two.
        breaks: bands, counted from 0, that do not go on where the one before leaves off: bands were
            removed between, or another spectrometer begins.
        gaps: (from, to) in nm, of removed bands.
    """

    centres: Array
    in_nm: bool
    breaks: tuple[int, ...]
    gaps: tuple[tuple[float, float], ...]


def class_spectra(scene: Scene) -> ClassSpectra:
    """Mean and standard deviation of each class's spectra.

    A cube that is mapped from a file is read in pieces.
    """
    classes, bands = len(scene.class_names), scene.cube.shape[2]
    counts = scene.counts
    mean, squares = np.zeros((classes, bands)), np.zeros((classes, bands))
    for members, values in _labelled(scene):
        mean += members @ values
    divisor = np.where(counts, counts, 1)[:, None]
    mean /= divisor
    # A second pass: the difference of large squares would lose most digits.
    for members, values in _labelled(scene):
        values -= mean[members.argmax(axis=0)]
        squares += members @ np.square(values)
    deviation = np.sqrt(squares / divisor)
    mean[counts == 0] = np.nan
    deviation[counts == 0] = np.nan
    for array in (mean, deviation, counts):
        array.setflags(write=False)
    return ClassSpectra(mean, deviation, counts)


def _labelled(scene: Scene) -> Iterator[tuple[Array, Array]]:
    """Of the labelled pixels, piece by piece: (K, n) 1 where a pixel is of a class, else 0; and
    their spectra, (n, B)."""
    height, width, bands = scene.cube.shape
    classes = np.arange(1, len(scene.class_names) + 1)[:, None]
    rows = max(1, _PIECE // (width * bands))
    for top in range(0, height, rows):
        labels = scene.labels[top : top + rows]
        known = labels > 0
        values = np.asarray(scene.cube[top : top + rows])[known].astype(np.float64)
        yield (labels[known] == classes).astype(np.float64), values


def pixel_spectrum(scene: Scene, classes: ClassSpectra, row: int, column: int) -> PixelSpectrum:
    """A pixel's spectrum, and how far it is from each class.

    The spectral angle (Kruse et al., 1993) is that between two spectra as vectors: another
    brightness leaves it as it is. The arithmetic is the ``spectral`` package's.
    """
    from spectral import spectral_angles

    values = np.asarray(scene.cube[row, column], dtype=np.float64)
    angles = np.full(len(classes.mean), np.nan)
    usable = np.nan_to_num(classes.mean).any(axis=1)
    if values.any() and usable.any():
        found = spectral_angles(values[None, None], classes.mean[usable])
        angles[usable] = np.degrees(found[0, 0])
    return PixelSpectrum(row, column, values, int(scene.labels[row, column]), angles)


def band_axis(scene: Scene) -> BandAxis:
    """Where the bands of a scene lie, and where some are missing."""
    waves = scene.wavelengths
    if waves is None:
        return BandAxis(np.arange(1.0, scene.cube.shape[2] + 1), False, (), ())
    steps = np.diff(waves)
    usual = float(np.median(steps)) if len(steps) else 0.0
    removed = np.flatnonzero(steps > _GAP * usual)
    # Where two spectrometers of a sensor overlap, the centres step back.
    back = np.flatnonzero(steps <= 0)
    breaks = tuple(int(band) + 1 for band in np.union1d(removed, back))
    gaps = tuple((float(waves[band]), float(waves[band + 1])) for band in removed)
    return BandAxis(waves.astype(np.float64), True, breaks, gaps)


def presets(scene: Scene) -> dict[str, Bands]:
    """Bands for red, green and blue, by name: what is usual with the scene's sensor.

    Returns:
        "customary", the scene's own; and, where wavelengths are known or its sensor says about
        where bands lie: "true", red, green and blue as the eye sees them, and "infrared", the near
        infrared as red, red as green and green as blue, in which plants are red.
    """
    found: dict[str, Bands] = {"customary": scene.rgb}
    waves = scene.wavelengths
    if waves is None:
        sensor = SENSORS.get(scene.name)
        if sensor is None:
            return found
        waves = sensor.first + sensor.step * np.arange(min(sensor.intact, scene.cube.shape[2]))
    for name, colours in (
        ("true", (_RED, _GREEN, _BLUE)),
        ("infrared", (_INFRARED, _RED, _GREEN)),
    ):
        off = np.abs(waves[:, None] - np.array(colours))
        first, second, third = (int(band) for band in off.argmin(axis=0))
        if off.min(axis=0).max() <= _FAR:
            found[name] = (first, second, third)
    return found


def cube_sides(scene: Scene) -> dict[str, NDArray[np.float32]]:
    """The spectra along the four edges of a scene: (B, H or W) each, in the cube's unit.

    "first_row" and "last_row" run from the first column to the last, "first_column" and
    "last_column" from the first row to the last.
    """
    cube = scene.cube
    edges = {
        "first_row": cube[0],
        "last_row": cube[-1],
        "first_column": cube[:, 0],
        "last_column": cube[:, -1],
    }
    return {name: np.asarray(edge, dtype=np.float32).T for name, edge in edges.items()}


def examples(scene: Scene, classes: ClassSpectra) -> tuple[tuple[int, int], ...]:
    """(row, column) of a pixel of the largest class, then of the class most like it and of the one
    least like it, by the angle between their means.

    Of each class the one whose spectrum is nearest to the class's mean.
    """
    from spectral import spectral_angles

    largest = int(classes.counts.argmax())
    usable = [k for k in range(len(classes.mean)) if classes.counts[k] and classes.mean[k].any()]
    others = [k for k in usable if k != largest]
    if not classes.mean[largest].any() or not others:
        return (_typical(scene, classes, largest),)
    angles = spectral_angles(classes.mean[None, others], classes.mean[[largest]])[0, :, 0]
    near, far = others[int(angles.argmin())], others[int(angles.argmax())]
    shown = dict.fromkeys((largest, near, far))
    return tuple(_typical(scene, classes, number) for number in shown)


def _typical(scene: Scene, classes: ClassSpectra, number: int) -> tuple[int, int]:
    from spectral import spectral_angles

    rows, columns = np.nonzero(scene.labels == number + 1)
    values = np.asarray(scene.cube[rows, columns], dtype=np.float64)
    # A pixel of zeros has no angle.
    lit = values.any(axis=1)
    angles = np.full(len(values), np.inf)
    if lit.any() and classes.mean[number].any():
        angles[lit] = spectral_angles(values[None, lit], classes.mean[[number]])[0, :, 0]
    best = int(angles.argmin())
    return int(rows[best]), int(columns[best])
