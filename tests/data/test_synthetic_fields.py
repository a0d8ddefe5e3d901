"""The generated scene looks like farmland, and telling its fields apart needs a look around."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, label, uniform_filter
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from cnnviz.data import synthetic_scene
from cnnviz.data.scene import Scene
from cnnviz.data.synthetic_kinds import CLASSES, KINDS, NUMBER, PATCHES, SPARE, SPARE_WOODED, WOODED
from cnnviz.data.synthetic_layout import layout
from cnnviz.data.synthetic_mosaic import SIZE, SUB
from cnnviz.data.synthetic_spectra import MATERIALS, RGB
from cnnviz.data.synthetic_surface import PIXEL, abundances

Floats = NDArray[np.float64]
NUMBERS = {kind.name: number for number, kind in enumerate(CLASSES, start=1)}
PAIRS = [
    ("Soybean, no tillage", "Soybean, minimum tillage"),
    ("Corn, no tillage", "Corn, minimum tillage"),
]


@pytest.fixture(scope="module")
def scene() -> Scene:
    return synthetic_scene.synthetic_scene()


# The ground


def test_the_table_names_what_there_is() -> None:
    assert len(NUMBER) == len(KINDS)
    assert set(PATCHES) | set(SPARE) | set(SPARE_WOODED) | WOODED <= set(NUMBER)
    for kind in KINDS:
        assert set(kind.leaves) | set(kind.ground) <= set(MATERIALS)
        assert bool(kind.leaves or kind.ground) != (kind.name in PATCHES)
        assert sum(kind.ground.values()) <= 100
    for parts in PATCHES.values():
        assert set(parts) <= set(NUMBER) - set(PATCHES)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_every_landscape_has_all_fields_and_labels_only_what_is_unmixed(seed: int) -> None:
    plan = layout(seed)
    blocks = plan.mosaic.field.reshape(SIZE, SUB, SIZE, SUB).swapaxes(1, 2)
    labelled = blocks[plan.labels > 0].reshape(-1, SUB * SUB)
    assert (labelled == labelled[:, :1]).all()
    classes = plan.labels[plan.labels > 0]
    np.testing.assert_array_equal(plan.kinds[labelled[:, 0]], classes - 1)
    assert np.bincount(classes)[1:].tolist() == [kind.wanted for kind in CLASSES]
    for number, kind in enumerate(CLASSES, start=1):
        assert len(np.unique(labelled[classes == number, 0])) >= kind.fields
    mixed = (blocks != blocks[..., :1, :1]).any(axis=(2, 3)).mean()
    assert 0.05 < mixed < 0.4


def test_a_pixel_s_shares_sum_to_one() -> None:
    shares = abundances(layout(0), 0)
    assert shares.shape == (SIZE, SIZE, len(MATERIALS))
    assert shares.min() >= 0
    total = shares.sum(axis=2) / PIXEL
    assert total.max() <= 1.001
    assert total.min() > 0.998


@pytest.mark.parametrize(
    "name", ["Soybean, minimum tillage", "Corn, minimum tillage", "Hay, windrowed"]
)
def test_rows_are_as_far_apart_as_the_table_says(scene: Scene, name: str) -> None:
    here, _ = label(scene.labels == NUMBERS[name])
    rows, columns = np.nonzero(here == np.argmax(np.bincount(here.ravel())[1:]) + 1)
    window = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    red = scene.cube[window][..., RGB[1]].astype(float)
    inside = here[window] == here[rows[0], columns[0]]
    detail = np.where(inside, red - uniform_filter(red, 9), 0)
    power = abs(np.fft.fft2(detail, (256, 256))) ** 2
    frequency = np.fft.fftfreq(256)
    peak = np.unravel_index(np.argmax(power), power.shape)
    period = 1 / np.hypot(frequency[peak[0]], frequency[peak[1]])
    assert period == pytest.approx(CLASSES[NUMBERS[name] - 1].period, rel=0.12)


def test_woods_are_greener_than_crops_and_stone_is_not(scene: Scene) -> None:
    infrared, red = (scene.cube[..., at].astype(float) for at in RGB[:2])
    index = (infrared - red) / (infrared + red)
    mean = {name: index[scene.labels == number].mean() for name, number in NUMBERS.items()}
    assert mean["Woods"] == max(mean.values())
    assert mean["Stone and steel towers"] == min(mean.values())
    assert mean["Soybean, no tillage"] < mean["Corn, no tillage"] < mean["Wheat"]


# What it teaches


def accuracy(features: Floats, labels: NDArray[np.int64]) -> float:
    """Overall accuracy of an RBF support vector machine on the nine tenths it has not seen."""
    known = labels > 0
    train, test, here, there = train_test_split(
        features[known], labels[known], train_size=0.1, stratify=labels[known], random_state=0
    )
    machine = make_pipeline(StandardScaler(), SVC(C=100, gamma="scale"))
    return float(machine.fit(train, here).score(test, there))


def around(cube: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation in 5x5 windows, (H, W, B) each."""
    mean = uniform_filter(cube, (5, 5, 1))
    square = uniform_filter(cube**2, (5, 5, 1))
    return mean, np.sqrt(np.maximum(square - mean**2, 0))


def test_single_pixels_are_hard_and_their_surroundings_help(scene: Scene) -> None:
    cube = scene.cube.astype(float)
    alone = accuracy(cube, scene.labels)
    assert 0.75 <= alone <= 0.88
    together = accuracy(np.concatenate([cube, *around(cube)], axis=2), scene.labels)
    assert together > alone + 0.08


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_tillages_are_told_apart_on_new_fields_by_texture(
    scene: Scene, first: str, second: str
) -> None:
    """Trained on every other field of the two classes and tested on the rest, and turned round."""
    cube = scene.cube.astype(float)
    mean, spread = around(cube)
    fields = [_insides(scene.labels == NUMBERS[name]) for name in (first, second)]

    def score(features: Floats) -> float:
        scores = []
        for turn in (0, 1):
            train, test = (
                [np.any(parts[at::2], axis=0) for parts in fields] for at in (turn, 1 - turn)
            )
            machine = make_pipeline(StandardScaler(), SVC(C=100, class_weight="balanced"))
            machine.fit(
                np.concatenate([features[part] for part in train]),
                np.repeat([0, 1], [part.sum() for part in train]),
            )
            scores += [(machine.predict(features[test[at]]) == at).mean() for at in (0, 1)]
        return float(np.mean(scores))

    by_texture = score(spread)
    assert by_texture > 0.93
    assert by_texture > score(cube) + 0.1
    assert by_texture > score(mean) + 0.1


def _insides(here: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The larger fields, without the pixels whose windows reach beyond them."""
    inner = binary_erosion(here, np.ones((5, 5)))
    parts, found = label(here)
    insides = [inner & (parts == number) for number in range(1, found + 1)]
    return [inside for inside in insides if inside.sum() > 40]
