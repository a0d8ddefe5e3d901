"""Reflectance, light, blur and noise of the generated scene are what physics has them be."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnviz.data import synthetic_optics
from cnnviz.data.synthetic_bits import BELL, Bits
from cnnviz.data.synthetic_mosaic import SIZE
from cnnviz.data.synthetic_optics import COUNT_BITS, REFLECTANCE_BITS, blurred, counts
from cnnviz.data.synthetic_spectra import (
    DARK,
    MATERIALS,
    WAVELENGTHS,
    gain,
    noise,
    reflectance,
    sky,
    spectra,
)
from cnnviz.data.synthetic_surface import WAVE_BITS

Floats = NDArray[np.float64]
LEAVES = [name for name in MATERIALS if "leaves" in name or name == "grass"]


def band(nanometres: float) -> int:
    return int(np.argmin(abs(WAVELENGTHS - nanometres)))


# The spectra


@pytest.mark.parametrize("name", MATERIALS)
def test_reflectance_is_a_share(name: str) -> None:
    values = reflectance(MATERIALS[name])
    assert values.shape == (200,)
    assert values.min() > 0
    assert values.max() < 0.6


@pytest.mark.parametrize("name", LEAVES)
def test_leaves_have_chlorophyll_a_red_edge_and_water(name: str) -> None:
    values = reflectance(MATERIALS[name])
    for low, centre, high in ((400, 430, 540), (560, 660, 740), (900, 970, 1060),
                              (1090, 1200, 1270), (1300, 1450, 1640)):  # fmt: skip
        between = slice(band(low), band(high) + 1)
        deepest = WAVELENGTHS[between][np.argmin(values[between])]
        assert abs(deepest - centre) <= 20, centre
    assert values[band(1963)] < values[band(1810)]
    assert values[band(1963)] < values[band(2200)]
    red_edge = slice(band(640), band(800))
    steepest = WAVELENGTHS[red_edge][np.argmax(np.gradient(values, WAVELENGTHS)[red_edge])]
    assert 700 <= steepest <= 735
    assert values[band(860)] > 2 * values[band(550)]


@pytest.mark.parametrize("name", ["dry soil", "wet soil"])
def test_soil_rises_and_has_clay_and_iron(name: str) -> None:
    values = reflectance(MATERIALS[name])
    assert values[band(450)] < values[band(650)] < values[band(1000)] < values[band(1650)]
    assert values[band(2200)] < min(values[band(2130)], values[band(2270)])
    bent = (values[band(770)] + values[band(970)]) / 2
    straight = (values[band(970)] + values[band(1170)]) / 2
    assert values[band(870)] / bent < values[band(1070)] / straight


def test_wet_and_dry_soil_lie_on_one_line() -> None:
    dry, wet = (reflectance(MATERIALS[name]) for name in ("dry soil", "wet soil"))
    short = WAVELENGTHS < 1250
    np.testing.assert_allclose(wet[short] / dry[short], 0.5, atol=1e-3)
    assert wet[band(1963)] / dry[band(1963)] < 0.45


def test_noise_is_worse_beside_the_gaps_and_at_the_ends() -> None:
    share = noise() / gain()
    for bad, good in ((400, 550), (1378, 1250), (1436, 1600), (1963, 2150), (2490, 2200)):
        assert share[band(bad)] > 2 * share[band(good)], bad


# The optics


def test_the_blur_is_a_gaussian_of_six_tenths_of_a_pixel() -> None:
    point = np.zeros((9, 9), dtype=np.int64)
    point[4, 4] = 1 << 16
    spot = blurred(blurred(point, 0), 1)
    assert spot.sum() == 1 << 16
    np.testing.assert_array_equal(spot, spot.T)
    along = spot.sum(axis=0) / (1 << 16)
    assert np.sqrt((along * (np.arange(9) - 4) ** 2).sum()) == pytest.approx(0.6, abs=0.02)
    even = np.full((6, 7), 12_345, dtype=np.int64)
    np.testing.assert_array_equal(blurred(even, 0), even)


def test_black_ground_shows_the_sky_the_dark_level_and_the_noise() -> None:
    seen = counts(np.zeros((SIZE, SIZE, len(MATERIALS)), dtype=np.int64), 0)
    np.testing.assert_allclose(seen.mean(axis=(0, 1)), DARK + sky(), atol=4)
    np.testing.assert_allclose(seen.std(axis=(0, 1)), noise(), rtol=0.03, atol=0.1)


def test_light_changes_slowly_and_little() -> None:
    light = synthetic_optics.illumination(Bits(0, 2)) / synthetic_optics.LIGHT
    assert 0.9 < light.min() < light.max() < 1.1
    assert light.std() > 0.002
    assert max(abs(np.diff(light, axis=axis)).max() for axis in (0, 1)) < 0.003


# The integers


@pytest.mark.parametrize(
    ("values", "bits"),
    [
        (spectra(), REFLECTANCE_BITS),
        (gain(), COUNT_BITS),
        (noise(), COUNT_BITS),
        (DARK + sky(), COUNT_BITS),
        (np.sin(np.arange(256) * (2 * np.pi / 256)), WAVE_BITS),
    ],
    ids=["spectra", "gain", "noise", "sky", "rows"],
)
def test_no_table_entry_is_so_near_to_a_half_that_a_last_digit_could_turn_it(
    values: Floats, bits: int
) -> None:
    scaled = values * 2.0**bits
    from_half = abs(scaled % 1 - 0.5)
    last_digit = np.spacing(abs(scaled).max())
    assert from_half.min() > 1000 * last_digit


def test_chance_is_bell_shaped_and_even_where_it_should_be() -> None:
    bell = Bits(0, 9).bell((100_000,)) / BELL
    assert abs(bell.mean()) < 0.02
    assert bell.std() == pytest.approx(1, abs=0.01)
    assert np.mean(abs(bell) < 1) == pytest.approx(0.683, abs=0.02)
    thrown = np.bincount(Bits(0, 9).below(6, (60_000,)))
    assert len(thrown) == 6
    assert abs(thrown - 10_000).max() < 500
    assert (Bits(0, 1).below(1000, (50,)) != Bits(0, 2).below(1000, (50,))).any()
