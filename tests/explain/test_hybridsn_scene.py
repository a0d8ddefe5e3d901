"""Spectra, angles and bands of a scene, against numpy and by hand."""

import numpy as np
import pytest

from cnnviz.data.aviris import indian_pines_wavelengths
from cnnviz.data.scene import Scene
from cnnviz.data.synthetic_scene import synthetic_scene
from cnnviz.explain.hybridsn_scene import (
    SENSORS,
    band_axis,
    class_spectra,
    cube_sides,
    examples,
    pixel_spectrum,
    presets,
)


def scene(
    cube: np.ndarray, labels: np.ndarray, waves: np.ndarray | None = None, name: str = "made"
) -> Scene:
    names = tuple(f"class {number}" for number in range(1, int(labels.max()) + 1))
    return Scene(name, cube, labels.astype(np.int64), names, waves, (2, 1, 0), True, "made")


@pytest.fixture(scope="module")
def generated() -> Scene:
    return synthetic_scene()


def test_means_and_deviations_are_those_of_numpy(generated: Scene) -> None:
    found = class_spectra(generated)
    for number in range(1, len(generated.class_names) + 1):
        values = generated.cube[generated.labels == number].astype(float)
        np.testing.assert_allclose(found.mean[number - 1], values.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(found.deviation[number - 1], values.std(axis=0), rtol=1e-9)
    assert found.counts.tolist() == generated.counts.tolist()


def test_a_class_without_pixels_has_no_mean() -> None:
    labels = np.array([[1, 3], [0, 1]])
    found = class_spectra(scene(np.ones((2, 2, 3)), labels))
    assert np.isnan(found.mean[1]).all()
    assert np.isnan(found.deviation[1]).all()
    assert not np.isnan(found.mean[[0, 2]]).any()


def test_the_spectral_angle_is_that_between_two_vectors_whatever_their_length() -> None:
    cube = np.array([[[1.0, 0, 0], [0, 2, 0]], [[5, 5, 0], [3, 0, 0]]])
    made = scene(cube, np.array([[1, 2], [0, 0]]))
    classes = class_spectra(made)
    between = pixel_spectrum(made, classes, 1, 0)
    np.testing.assert_allclose(between.angles, [45, 45], atol=1e-6)
    assert between.label == 0
    brighter = pixel_spectrum(made, classes, 1, 1)
    np.testing.assert_allclose(brighter.angles, [0, 90], atol=1e-5)
    assert brighter.nearest == 1
    assert brighter.values.tolist() == [3, 0, 0]


def test_a_pixel_without_light_and_a_missing_class_have_no_angle() -> None:
    cube = np.array([[[0.0, 0, 0], [1, 2, 3]]])
    made = scene(cube, np.array([[0, 2]]))
    classes = class_spectra(made)
    dark = pixel_spectrum(made, classes, 0, 0)
    assert np.isnan(dark.angles).all()
    assert dark.nearest is None
    lit = pixel_spectrum(made, classes, 0, 1)
    assert np.isnan(lit.angles[0])
    assert lit.nearest == 2


def test_angles_of_the_generated_scene_are_the_formulas(generated: Scene) -> None:
    classes = class_spectra(generated)
    found = pixel_spectrum(generated, classes, 70, 30)
    spectrum = generated.cube[70, 30].astype(float)
    cosine = (classes.mean @ spectrum) / (
        np.linalg.norm(classes.mean, axis=1) * np.linalg.norm(spectrum)
    )
    np.testing.assert_allclose(found.angles, np.degrees(np.arccos(cosine)), rtol=1e-9)


def test_removed_bands_are_gaps_and_overlapping_spectrometers_break_the_line() -> None:
    waves = indian_pines_wavelengths()
    axis = band_axis(scene(np.ones((1, 1, 200)), np.array([[1]]), waves))
    assert axis.in_nm
    assert axis.gaps == ((1352.68, 1412.39), (1809.19, 1943.27))
    # Bands 104 to 108 and 150 to 163 are removed: the lines break at what were 109 and 164.
    assert {103, 144} <= set(axis.breaks)
    steps_back = np.flatnonzero(np.diff(waves) <= 0) + 1
    assert set(steps_back.tolist()) <= set(axis.breaks)
    assert len(axis.breaks) == 2 + len(steps_back)


def test_bands_without_wavelengths_are_numbered_from_1() -> None:
    axis = band_axis(scene(np.ones((1, 1, 4)), np.array([[1]])))
    assert axis.centres.tolist() == [1, 2, 3, 4]
    assert not axis.in_nm
    assert (axis.breaks, axis.gaps) == ((), ())


def test_presets_take_the_bands_nearest_to_their_colours(generated: Scene) -> None:
    found = presets(generated)
    waves = generated.wavelengths
    assert waves is not None
    assert found["customary"] == generated.rgb
    for name, colours in {"true": (650, 550, 450), "infrared": (860, 650, 550)}.items():
        np.testing.assert_allclose(waves[list(found[name])], colours, atol=5)


@pytest.mark.parametrize("name", SENSORS)
def test_a_sensors_presets_lie_in_its_bands_and_in_order(name: str) -> None:
    bands = {"salinas": 204, "salinas_a": 204, "pavia_university": 103, "botswana": 145}[name]
    found = presets(scene(np.ones((1, 1, bands)), np.array([[1]]), name=name))
    red, green, blue = found["true"]
    assert bands > red > green > blue >= 0
    infrared, *others = found["infrared"]
    assert others == [red, green]
    assert bands > infrared > red


def test_without_wavelengths_and_sensor_there_is_the_customary_preset_alone() -> None:
    assert presets(scene(np.ones((1, 1, 5)), np.array([[1]]))) == {"customary": (2, 1, 0)}


def test_colours_that_no_band_is_near_to_are_no_preset() -> None:
    far = scene(np.ones((1, 1, 3)), np.array([[1]]), np.array([1000.0, 1500, 2000]))
    assert set(presets(far)) == {"customary"}


def test_the_cubes_sides_are_the_scenes_edges(generated: Scene) -> None:
    sides = cube_sides(generated)
    assert sides["last_row"][7, 20] == generated.cube[-1, 20, 7]
    assert sides["first_row"][7, 20] == generated.cube[0, 20, 7]
    assert sides["first_column"][7, 20] == generated.cube[20, 0, 7]
    assert sides["last_column"][7, 20] == generated.cube[20, -1, 7]


def test_examples_are_of_the_largest_class_one_like_it_and_one_unlike_it(generated: Scene) -> None:
    classes = class_spectra(generated)
    labels = [int(generated.labels[pixel]) for pixel in examples(generated, classes)]
    largest = int(classes.counts.argmax()) + 1
    unit = classes.mean / np.linalg.norm(classes.mean, axis=1, keepdims=True)
    order = np.argsort(-unit @ unit[largest - 1])
    assert labels == [largest, int(order[1]) + 1, int(order[-1]) + 1]


def test_a_scene_of_one_class_has_one_example() -> None:
    cube = np.arange(1.0, 13).reshape(2, 2, 3)
    made = scene(cube, np.array([[0, 1], [1, 0]]))
    [pixel] = examples(made, class_spectra(made))
    assert pixel in [(0, 1), (1, 0)]


def test_examples_of_a_scene_without_light_are_still_pixels_of_it() -> None:
    made = scene(np.zeros((2, 2, 3)), np.array([[1, 2], [0, 0]]))
    assert examples(made, class_spectra(made)) == ((0, 0),)
