"""The hyperspectral scenes of the course by name: published ones, and one that is generated.

The files are read as their publisher offers them (``cnnviz.data.table``); class names and the order
of the classes are those of the publisher's pages, the false-colour bands those customary for each
sensor in public code. Band wavelengths are given where they were published with the scene.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.aviris import indian_pines_wavelengths
from cnnviz.data.cube_arrays import sides
from cnnviz.data.cubes import open_array
from cnnviz.data.finding import State, needed
from cnnviz.data.scene import Scene
from cnnviz.errors import UserError

SYNTHETIC = "synthetic_scene"

_INDIAN_PINES = (
    "Alfalfa", "Corn-notill", "Corn-mintill", "Corn", "Grass-pasture", "Grass-trees",
    "Grass-pasture-mowed", "Hay-windrowed", "Oats", "Soybean-notill", "Soybean-mintill",
    "Soybean-clean", "Wheat", "Woods", "Buildings-Grass-Trees-Drives", "Stone-Steel-Towers",
)  # fmt: skip
_PAVIA_UNIVERSITY = (
    "Asphalt", "Meadows", "Gravel", "Trees", "Painted metal sheets", "Bare soil", "Bitumen",
    "Self-blocking bricks", "Shadows",
)  # fmt: skip
# Spelt as in the set.
_SALINAS = (
    "Brocoli_green_weeds_1", "Brocoli_green_weeds_2", "Fallow", "Fallow_rough_plow",
    "Fallow_smooth", "Stubble", "Celery", "Grapes_untrained", "Soil_vinyard_develop",
    "Corn_senesced_green_weeds", "Lettuce_romaine_4wk", "Lettuce_romaine_5wk",
    "Lettuce_romaine_6wk", "Lettuce_romaine_7wk", "Vinyard_untrained", "Vinyard_vertical_trellis",
)  # fmt: skip
_KSC = (
    "Scrub", "Willow swamp", "Cabbage palm hammock", "Cabbage palm/oak hammock", "Slash pine",
    "Oak/broadleaf hammock", "Hardwood swamp", "Graminoid marsh", "Spartina marsh",
    "Cattail marsh", "Salt marsh", "Mud flats", "Water",
)  # fmt: skip
_BOTSWANA = (
    "Water", "Hippo grass", "Floodplain grasses 1", "Floodplain grasses 2", "Reeds", "Riparian",
    "Firescar", "Island interior", "Acacia woodlands", "Acacia shrublands", "Acacia grasslands",
    "Short mopane", "Mixed mopane", "Exposed soils",
)  # fmt: skip

# Counted from 0.
_AVIRIS_RGB, _ROSIS_RGB, _HYPERION_RGB = (43, 21, 11), (55, 41, 12), (75, 33, 15)

# The part of Salinas that is Salinas-A: 83 x 86 pixels with six classes. The publisher names no
# place in these files; this is where all six and no other are.
_SALINAS_A = (slice(270, 353), slice(0, 86))
_SALINAS_A_CLASSES = (1, 10, 11, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class Published:
    """How a scene's files are read.

    Attributes:
        cube, truth: names of the arrays in the table's first and second file.
        class_names: of the classes 1 to K.
        rgb: bands of the false-colour picture, counted from 0.
        shape: of the cube, (H, W, B).
        wavelengths: gives them, where they were published.
    """

    cube: str
    truth: str
    class_names: tuple[str, ...]
    rgb: tuple[int, int, int]
    shape: tuple[int, int, int]
    wavelengths: Callable[[], NDArray[np.float64]] | None = None


_SALINAS_READ = Published(
    "salinas_corrected", "salinas_gt", _SALINAS, _AVIRIS_RGB, (512, 217, 204)
)  # fmt: skip

PUBLISHED = {
    "indian_pines": Published(
        "indian_pines_corrected", "indian_pines_gt", _INDIAN_PINES, _AVIRIS_RGB, (145, 145, 200),
        indian_pines_wavelengths,
    ),
    "pavia_university": Published(
        "paviaU", "paviaU_gt", _PAVIA_UNIVERSITY, _ROSIS_RGB, (610, 340, 103)
    ),
    "salinas": _SALINAS_READ,
    "salinas_a": _SALINAS_READ,
    "ksc": Published("KSC", "KSC_gt", _KSC, _AVIRIS_RGB, (512, 614, 176)),
    "botswana": Published("Botswana", "Botswana_gt", _BOTSWANA, _HYPERION_RGB, (1476, 256, 145)),
}  # fmt: skip

#: All scenes by name, the embedded one first.
SCENES = (SYNTHETIC, *PUBLISHED)


def check_name(name: str) -> None:
    """Make sure that there is a scene of this name, or a file of this path.

    Raises:
        UserError: where there is neither.
    """
    if name not in SCENES and not Path(name).is_file():
        raise UserError(
            "There is no scene and no file named {name}. There are: {names}.",
            name=name,
            names=", ".join(SCENES),
        )


def load_scene(name: str) -> Scene:
    """Read a scene.

    Raises:
        UserError: where there is none of that name, its files are not here, or they are not what
            they should be.
    """
    if name == SYNTHETIC:
        from cnnviz.data.synthetic_scene import cached_scene

        return cached_scene()
    if name not in PUBLISHED:
        raise UserError(
            "There is no scene named {name}. There are: {names}.",
            name=name,
            names=", ".join(SCENES),
        )
    scene = _read(name, PUBLISHED[name])
    return _salinas_a(scene) if name == "salinas_a" else scene


def _read(name: str, published: Published) -> Scene:
    here = needed(name)
    cube_file, truth_file = (here.files[remote.path] for remote in here.data_set.files)
    cube = open_array(cube_file, published.cube).array
    labels = np.asarray(open_array(truth_file, published.truth).array)
    _check(cube_file, cube.shape, published.shape)
    _check(truth_file, labels.shape, published.shape[:2])
    if not 0 <= labels.min() <= labels.max() <= len(published.class_names):
        raise UserError(
            "{file} has other classes than the published ground truth: get it again.",
            file=truth_file.name,
        )
    return Scene(
        name=name,
        cube=cube,
        labels=labels.astype(np.int64),
        class_names=published.class_names,
        wavelengths=published.wavelengths() if published.wavelengths else None,
        rgb=published.rgb,
        verified=here.verified,
        source=_source(here, cube_file),
    )


def _check(file: Path, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if shape != expected:
        raise UserError(
            "{file} has {shape} values where the published one has {expected}: get it again.",
            file=file.name,
            shape=sides(shape),
            expected=sides(expected),
        )


def _source(here: State, file: Path) -> str:
    return f"{here.data_set.title} ({file.name}), {here.copy}"


def _salinas_a(salinas: Scene) -> Scene:
    labels = salinas.labels[_SALINAS_A]
    numbers = np.zeros(len(salinas.class_names) + 1, dtype=np.int64)
    numbers[list(_SALINAS_A_CLASSES)] = np.arange(1, len(_SALINAS_A_CLASSES) + 1)
    return Scene(
        name="salinas_a",
        cube=salinas.cube[_SALINAS_A],
        labels=numbers[labels],
        class_names=tuple(salinas.class_names[k - 1] for k in _SALINAS_A_CLASSES),
        wavelengths=None,
        rgb=salinas.rgb,
        # The published Salinas-A has files of its own, whose address is not known.
        verified=False,
        source=f"Salinas-A, rows 270 to 352 and columns 0 to 85 of {salinas.source}",
    )
