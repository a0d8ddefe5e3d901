"""How much of each material is in each pixel of the generated scene: rows, clumps, patches."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz.data.synthetic_bits import BELL, Bits, Ints, fixed
from cnnviz.data.synthetic_kinds import KINDS, NUMBER, PATCHES
from cnnviz.data.synthetic_layout import Layout
from cnnviz.data.synthetic_mosaic import FINE, SIZE, SUB, UNIT, enlarged
from cnnviz.data.synthetic_spectra import MATERIALS

ONE = 4096  # a whole, where shares are integers
#: A pixel's whole in ``abundances``.
PIXEL = SUB * SUB * ONE
WAVE_BITS = 10
#: One period of a sine in 256 steps.
WAVE = fixed([math.sin(2 * math.pi * step / 256) for step in range(256)], WAVE_BITS)
PATCH = 6  # a patch's side, subpixels
WILD = 1.5  # standard deviation of the cover from field to field, percent
# How wet the soil is, percent: its mean, and its standard deviation from field to field, over a
# dozen pixels (hollows and ridges) and over a few.
WET, WET_FIELDS, WET_WIDE, WET_NEAR = 50, 10, 26, 18


def abundances(plan: Layout, seed: int) -> Ints:
    """Share of each material in each pixel, before any blur.

    Returns:
        (SIZE, SIZE, materials) in units of ``1 / PIXEL``, in the order of ``MATERIALS``. A pixel's
        shares sum to one, but for the rounding.
    """
    bits = Bits(seed, 1)
    kinds = _patched(plan, bits)
    cover, wet, yellow = _cover(plan, kinds, bits), _wetness(plan, bits), _yellow(plan, kinds, bits)
    bare = ONE - cover
    parts = (
        (cover * (ONE - yellow), _mixtures([kind.leaves for kind in KINDS])),
        (cover * yellow, _mixtures([{"yellow leaves": 1}] * len(KINDS))),
        (bare * (ONE - wet), _mixtures([_filled(kind.ground, "dry soil") for kind in KINDS])),
        (bare * wet, _mixtures([_filled(kind.ground, "wet soil") for kind in KINDS])),
    )
    pixel = np.arange(SIZE, dtype=np.int64).repeat(SUB)
    places = (pixel[:, None] * SIZE + pixel) * len(KINDS) + kinds
    total = np.zeros((SIZE * SIZE, len(MATERIALS)))
    for weights, mixtures in parts:
        # Whole numbers below 2**53 as float64: their products and sums are exact in any order.
        sums = np.bincount(places.ravel(), (weights // ONE).ravel(), SIZE * SIZE * len(KINDS))
        total += sums.reshape(SIZE * SIZE, len(KINDS)) @ mixtures
    return total.astype(np.int64).reshape(SIZE, SIZE, len(MATERIALS)) // ONE


def _share(percent: ArrayLike) -> Ints:
    """Percent in units of ``1 / ONE``."""
    return fixed(np.asarray(percent, dtype=np.float64) * ONE / 100, 0)


def _filled(ground: Mapping[str, float], soil: str) -> dict[str, float]:
    """The ground with soil up to 100 %."""
    return {**ground, soil: 100 - sum(ground.values())}


def _mixtures(parts: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
    """(kinds, materials) what each kind is mixed of, in whole numbers, ``ONE`` together."""
    table = np.zeros((len(parts), len(MATERIALS)))
    for row, weights in zip(table, parts, strict=True):
        whole = sum(weights.values()) or 1
        row[:] = np.rint([weights.get(name, 0) * ONE / whole for name in MATERIALS])
    return table


def _patched(plan: Layout, bits: Bits) -> Ints:
    """(FINE, FINE) the kind of each subpixel; what is made of patches is replaced by these."""
    kinds = plan.kinds[plan.mosaic.field]
    lots = bits.below(1 << 16, (FINE // PATCH + 1, FINE // PATCH + 1))
    lots = lots.repeat(PATCH, axis=0).repeat(PATCH, axis=1)[:FINE, :FINE]
    for name, patches in PATCHES.items():
        drawn = np.repeat([NUMBER[patch] for patch in patches], list(patches.values()))
        here = kinds == NUMBER[name]
        kinds[here] = drawn[lots[here] % len(drawn)]
    return kinds


def _cover(plan: Layout, kinds: Ints, bits: Bits) -> Ints:
    """(FINE, FINE) share of the ground that leaves cover: the field's, its rows, its clumps."""
    field = plan.mosaic.field
    own = bits.bell((len(plan.kinds),))[field]
    speckle = enlarged(bits.bell((SIZE, SIZE)))
    mean, rows, clumps = (
        _share([getattr(kind, name) for kind in KINDS])[kinds]
        for name in ("cover", "rows", "clumps")
    )
    varied = (clumps * speckle + _share(WILD) * own) // BELL
    cover = mean + (rows * _wave(plan, bits) >> WAVE_BITS) + varied
    return np.where(mean > 0, cover.clip(0, ONE), 0)


def _wave(plan: Layout, bits: Bits) -> Ints:
    """(FINE, FINE) the swing of the rows, -1 to 1, fixed-point.

    The rows of a field start anywhere, and are a few percent wider or narrower than their kind's.
    """
    land, fields = plan.mosaic, len(plan.kinds)
    step = fixed([256 / (UNIT * kind.period) for kind in KINDS], 10)[plan.kinds]
    step += step * bits.bell((fields,)) // (BELL * 35)
    start = bits.below(256, (fields,))
    place = np.where(land.lengthwise[land.field], land.across, land.down)
    phase: Ints = (place * step[land.field] >> 10) + start[land.field]
    wave: Ints = WAVE[phase & 255]
    return wave


def _wetness(plan: Layout, bits: Bits) -> Ints:
    """(FINE, FINE) share of the soil that is wet."""
    own = bits.bell((len(plan.kinds),))[plan.mosaic.field]
    wide, near = (enlarged(bits.smooth(SIZE, cell)) for cell in (12, 4))
    middle, fields, far, close = _share([WET, WET_FIELDS, WET_WIDE, WET_NEAR])
    wet = middle + (fields * own + far * wide + close * near) // BELL
    return np.asarray(wet.clip(0, ONE))


def _yellow(plan: Layout, kinds: Ints, bits: Bits) -> Ints:
    """(FINE, FINE) share of the leaves that is yellow; it varies by a third from field to field."""
    own = bits.bell((len(plan.kinds),))[plan.mosaic.field]
    mean = _share([kind.yellow for kind in KINDS])[kinds]
    yellow = mean + mean * own // (3 * BELL)
    return np.asarray(yellow.clip(0, ONE))
