"""Spectra of the generated scene: what materials reflect, and what sun, air and sensor make of it.

Reflectance is one parametric curve for all materials: a logistic step (the red edge of green
plants, the rise of soil and straw through the visible) from which Gaussian absorption features are
taken away. The features stand where the textbooks have them: chlorophyll at 430 and 660 nm, the red
edge near 715 nm (Horler et al., 1983), liquid water at 970, 1200, 1450 and 1940 nm (Curcio and
Petty, 1951), iron oxides at 480 and 870 nm and the hydroxyl of clay at 2200 nm (Hunt, 1977;
Ben-Dor, 2002), cellulose at 2100 nm and lignin at 1730 nm (Elvidge, 1990). Their depths and the
levels of the curves are chosen by us, so that the curves look like published ones of such
materials. Wet and dry soil are one curve times a factor, which is the soil line.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Centre in nm, width (standard deviation) in nm, optical depth at the centre.
Feature = tuple[float, float, float]

# As AVIRIS on Indian Pines: 220 bands, 9.6 nm apart, of which 20 are left out, since water vapour
# leaves no light there: about 1390-1430 nm, 1830-1950 nm, and the last one.
_ALL = 400 + np.arange(220) * (2100 / 219)
_DARK = (*range(103, 108), *range(149, 163), 219)
#: (200,) centres of the bands in nm.
WAVELENGTHS: Array = np.delete(_ALL, _DARK)
#: Bands for a false-colour picture: 879, 659 and 563 nm, so that green plants are red.
RGB = (50, 27, 17)


@dataclass(frozen=True, slots=True)
class Material:
    """What reflects.

    Attributes:
        low: reflectance far below the step, before absorption, 0 to 1.
        high: the same far above it.
        edge: centre of the step, nm.
        width: its width, nm.
        features: what is absorbed.
    """

    low: float
    high: float
    edge: float
    width: float
    features: tuple[Feature, ...]


def _green(chlorophyll: float, water: float) -> tuple[Feature, ...]:
    """Features of leaves: optical depths of chlorophyll at 660 nm and of water at 1450 nm."""
    return (
        (430, 48, 1.2 * chlorophyll),
        (660, 34, chlorophyll),
        (970, 28, 0.08 * water),
        (1200, 45, 0.20 * water),
        (1450, 75, water),
        (1940, 110, 1.3 * water),
        (1900, 330, 0.6 * water),  # the wings of the strong bands
        (2700, 330, 1.8 * water),
    )


def _soil(water: float) -> tuple[Feature, ...]:
    """Features of soil: iron, clay, and water with its optical depth at 1940 nm."""
    return (
        (480, 45, 0.16),
        (870, 70, 0.07),
        (1450, 40, 0.4 * water),
        (1940, 55, water),
        (2200, 24, 0.14),
    )


_STRAW: tuple[Feature, ...] = (
    (660, 40, 0.08),
    (1450, 45, 0.14),
    (1730, 30, 0.05),
    (1940, 60, 0.22),
    (2100, 55, 0.20),
    (2330, 60, 0.15),
)

# All levels and depths are chosen by us. Corn and soybean leaves are all but the same.
MATERIALS = {
    "corn leaves": Material(0.115, 0.48, 716, 15.0, _green(1.30, 0.78)),
    "soybean leaves": Material(0.122, 0.51, 714, 15.0, _green(1.24, 0.84)),
    "alfalfa leaves": Material(0.120, 0.54, 717, 15.5, _green(1.45, 0.92)),
    "grass": Material(0.125, 0.44, 714, 16.0, _green(1.05, 0.74)),
    "cereal leaves": Material(0.135, 0.42, 713, 17.0, _green(0.95, 0.58)),
    "tree leaves": Material(0.085, 0.46, 719, 14.5, _green(1.50, 0.95)),
    "yellow leaves": Material(0.170, 0.40, 706, 22.0, _green(0.45, 0.45)),
    "straw": Material(0.095, 0.46, 640, 140.0, _STRAW),
    "dry soil": Material(0.090, 0.46, 690, 185.0, _soil(0.10)),
    "wet soil": Material(0.045, 0.23, 690, 185.0, _soil(0.35)),
    "gravel": Material(0.180, 0.34, 520, 140.0, ((1940, 60, 0.1), (2330, 35, 0.18))),
    "asphalt": Material(0.080, 0.15, 700, 300.0, ((1730, 40, 0.03), (2310, 40, 0.08))),
    "shingles": Material(0.110, 0.24, 590, 60.0, ((480, 60, 0.15), (870, 70, 0.06))),
    "steel": Material(0.330, 0.39, 900, 300.0, ((850, 90, 0.06),)),
    "open water": Material(0.055, 0.004, 690, 40.0, ((430, 60, 0.2),)),
}

# What the air absorbs: oxygen at 688 and 762 nm, water vapour, carbon dioxide at 2010 and 2060 nm.
# Positions as in any atmospheric transmission table; depths by eye from an AVIRIS scene.
AIR: tuple[Feature, ...] = (
    (688, 5, 0.20), (720, 9, 0.18), (762, 6, 0.50), (822, 12, 0.20), (940, 22, 1.10),
    (1135, 26, 1.40), (1385, 42, 5.00), (1880, 62, 5.00), (2010, 16, 0.60), (2062, 16, 0.40),
    (2550, 80, 1.60),
)  # fmt: skip
SUN = 5772.0  # K, the sun's effective temperature (IAU 2015)
SECOND = 1.438777e7  # nm K, the second radiation constant
#: Counts that a white surface would give at the sun's brightest wavelength, without air.
WHITE = 23_000
#: Counts that the sensor gives in the dark, as on Indian Pines.
DARK = 1000
#: Counts of scattered skylight at 400 nm; it falls with the fourth power of the wavelength.
SKY = 1700
# Standard deviation of the noise in counts: a floor, a share of the light, and more at the blue
# end and beside the gaps. Chosen by us, about as strong as between Indian Pines' bands.
NOISE_FLOOR, NOISE_LIGHT = 4.0, 0.0012
NOISE_BUMPS: tuple[Feature, ...] = (
    (400, 22, 90), (1385, 45, 8), (1885, 90, 6), (2500, 40, 6),
)  # fmt: skip


def bumps(features: tuple[Feature, ...]) -> Array:
    """(B,) the sum of Gaussian features at the bands."""
    total = np.zeros_like(WAVELENGTHS)
    for centre, width, depth in features:
        total += depth * np.exp(-0.5 * ((WAVELENGTHS - centre) / width) ** 2)
    return total


def reflectance(material: Material) -> Array:
    """(B,) what a material reflects, 0 to 1."""
    step = 1 / (1 + np.exp(-(WAVELENGTHS - material.edge) / material.width))
    level = material.low + (material.high - material.low) * step
    return np.asarray(level * np.exp(-bumps(material.features)))


def gain() -> Array:
    """(B,) counts per reflectance: a black body at the sun's temperature, seen through the air."""
    planck = WAVELENGTHS**-5 / (np.exp(SECOND / (WAVELENGTHS * SUN)) - 1)
    haze = np.exp(-0.25 * (400 / WAVELENGTHS) ** 4)
    return np.asarray(WHITE * planck / planck.max() * haze * np.exp(-bumps(AIR)))


def sky() -> Array:
    """(B,) counts of the light that the air scatters into the sensor."""
    return np.asarray(SKY * (400 / WAVELENGTHS) ** 4)


def noise() -> Array:
    """(B,) standard deviation of the noise, counts."""
    return np.asarray(NOISE_FLOOR + NOISE_LIGHT * gain() + bumps(NOISE_BUMPS))


def spectra() -> Array:
    """(materials, B) reflectance in the order of ``MATERIALS``."""
    return np.array([reflectance(material) for material in MATERIALS.values()])
