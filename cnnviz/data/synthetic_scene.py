"""A generated hyperspectral scene that teaches what Indian Pines teaches, without a network.

What is modelled: reflectance as parametric curves (``synthetic_spectra``), ground as mixtures of
leaves, straw and soil (``synthetic_kinds``), fields as a parcel mosaic of which a part is labelled
(``synthetic_mosaic``, ``synthetic_layout``), rows, clumps, patches and the wetness of the soil
(``synthetic_surface``), and the sensor's blur, light, air and noise (``synthetic_optics``). Size,
bands, range of the counts and numbers of labelled pixels are like those of Indian Pines
(Baumgardner et al., 2015, https://doi.org/10.4231/R7RX991C); nothing in it is taken from there.

Kinds such as the two tillages of soybean differ little in their spectra and much in their rows:
there a network that looks around a pixel finds what none finds in the pixel alone. A support vector
machine on single pixels, trained on a tenth of the labelled ones, gets about 80 % of the rest.

The bytes are the same for the same seed on every machine; ``synthetic_bits`` says how.
"""

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.folders import data_folders
from cnnviz.data.scene import Scene
from cnnviz.data.synthetic_kinds import CLASSES
from cnnviz.data.synthetic_layout import layout
from cnnviz.data.synthetic_mosaic import SIZE
from cnnviz.data.synthetic_optics import counts
from cnnviz.data.synthetic_spectra import RGB, WAVELENGTHS
from cnnviz.data.synthetic_surface import abundances

#: Of the generator: rises whenever it makes other bytes, so that no old file is taken for new.
VERSION = 1
FOLDER = "synthetic"


def synthetic_scene(seed: int = 0) -> Scene:
    """Generate a scene, which takes about a second. It is not Indian Pines, nor made from it.

    Args:
        seed: 0 or more; another seed is another landscape with other noise. The numbers of labelled
            pixels are the same.

    Returns:
        A cube of (145, 145, 200) uint16 counts, about 1000 to 9000, bands from 400 to 2490 nm;
        labels 0 to 16, half of them 0; class k has ``CLASSES[k - 1].wanted`` pixels, 20 to 2440.

    Raises:
        ValueError: where the seed is negative.
    """
    plan = layout(seed)
    return _scene(counts(abundances(plan, seed), seed).astype(np.uint16), plan.labels, seed)


def cached_scene(seed: int = 0) -> Scene:
    """The same scene, read from the project's data folder where it was generated before.

    A file that is damaged is written anew. Where the folder cannot be written to, the scene is
    generated every time.

    Args:
        seed: 0 or more.

    Raises:
        ValueError: where the seed is negative.
    """
    file = data_folders()[-1] / FOLDER / f"scene_v{VERSION}_seed{seed}.npz"
    stored = _read(file)
    if stored is not None:
        return _scene(*stored, seed)
    scene = synthetic_scene(seed)
    with suppress(OSError):
        _write(file, scene)
    return scene


def _scene(cube: NDArray[np.uint16], labels: NDArray[np.int64], seed: int) -> Scene:
    return Scene(
        name="synthetic_scene",
        cube=cube,
        labels=labels,
        class_names=tuple(kind.name for kind in CLASSES),
        wavelengths=WAVELENGTHS.copy(),
        rgb=RGB,
        verified=True,
        source=f"Generated scene (cnnviz.data.synthetic_scene version {VERSION}, seed {seed})",
    )


def _read(file: Path) -> tuple[NDArray[np.uint16], NDArray[np.int64]] | None:
    """Cube and labels, None where the file is missing, damaged or not what it should be."""
    try:
        # The archive's own checksums are checked while it is read.
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            cube, labels = stored["cube"], stored["labels"]
    except Exception:  # a damaged archive raises whatever its parsers stumble over
        return None
    shape = (SIZE, SIZE, len(WAVELENGTHS))
    if (cube.dtype, cube.shape) != (np.uint16, shape):
        return None
    if (labels.dtype, labels.shape) != (np.int64, shape[:2]):
        return None
    return cube, labels


def _write(file: Path, scene: Scene) -> None:
    """Write beside the place and move there: who reads meanwhile sees all of the file or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{uuid4().hex}.part")
    try:
        with part.open("wb") as stream:
            np.savez(stream, cube=scene.cube, labels=scene.labels)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
