"""Which field lies where in the generated scene.

The land is cut as a survey cut the American Midwest: roads along a slightly turned grid, and the
land between them divided again and again. One quarter is wooded: fields are larger there, and their
borders wander. It is drawn on a grid ``SUB`` times finer than the pixels, so that pixels at borders
are mixed.
"""

from dataclasses import dataclass

import numpy as np

from cnnviz.data.synthetic_bits import BELL, Bits, Ints

SIZE = 145  # pixels a side, as Indian Pines
SUB = 4  # subpixels a pixel, each way
FINE = SIZE * SUB
UNIT = 2 * SUB  # lengths are in 1/8 of a pixel, where a subpixel's middle is a whole number
ROAD, STRIP = 0, 1  # the first two "fields": what lies between the others
ROAD_WIDTH, STRIP_WIDTH = 12, 4
NEAREST = 1024  # nearness to the wooded corner, in that corner

#: Left, top, right, bottom on the turned grid.
Rect = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Mosaic:
    """The fields.

    Attributes:
        field: (FINE, FINE) the field that each subpixel lies on.
        down, across: (FINE, FINE) place on the turned grid, 1/``UNIT`` of a pixel.
        lengthwise: (fields,) whether a field is longer down than across; rows go the long way.
        nearness: (SIZE, SIZE) to the wooded corner: 0 outside its quarter, up to ``NEAREST``.
    """

    field: Ints
    down: Ints
    across: Ints
    lengthwise: Ints
    nearness: Ints


def mosaic(bits: Bits) -> Mosaic:
    """Draw the fields."""
    corner = bits.below(2, (2,)) * 2 - 1
    nearness = _nearness(corner)
    down, across = _grid(nearness, bits)
    sections, fields = _rects(corner, bits)
    long = [bottom - top > right - left for left, top, right, bottom in fields]
    return Mosaic(
        field=_paint(sections, fields, down, across, bits),
        down=down,
        across=across,
        lengthwise=np.array([False, False, *long], dtype=np.int64),
        nearness=nearness[::SUB, ::SUB],
    )


def enlarged(pixels: Ints) -> Ints:
    """(SIZE, SIZE) to (FINE, FINE): a pixel's number for all its subpixels."""
    return pixels.repeat(SUB, axis=0).repeat(SUB, axis=1)


def _places() -> Ints:
    """(FINE,) the subpixels' middles, 1/``UNIT`` of a pixel, from the middle of the scene."""
    return 2 * np.arange(FINE, dtype=np.int64) + 1 - FINE


def _nearness(corner: Ints) -> Ints:
    """(FINE, FINE) nearness to a corner, which is given by two signs."""
    vertical, horizontal = (np.maximum(_places() * side, 0) for side in corner)
    nearness: Ints = vertical[:, None] * horizontal * NEAREST // (FINE * FINE)
    return nearness


def _grid(nearness: Ints, bits: Bits) -> tuple[Ints, Ints]:
    """Where each subpixel is, down and across, on a grid that is turned by up to 5 degrees.

    A turn so small needs no cosine: the scale changes by less than 0.4 %.
    """
    place = _places()
    turn = bits.one(-90, 91)  # 1/1024 of a radian
    down = place[:, None] * 1024 + place * turn
    across = place * 1024 - place[:, None] * turn
    sway = UNIT * (1 + nearness // 36)  # up to 1/8 of a pixel, in the woods up to 3.5 pixels
    for axis in (down, across):
        axis += enlarged(bits.smooth(SIZE, 7)) * sway // 8 * 1024 // BELL
    return down // 1024, across // 1024


def _rects(corner: Ints, bits: Bits) -> tuple[list[Rect], list[Rect]]:
    """Sections with roads between, and the fields into which they are cut."""
    reach = FINE + 8 * UNIT  # beyond the scene, since the grid is turned
    sections = _cut((-reach, -reach, reach, reach), (2600, 5200), ROAD_WIDTH, bits)
    fields = []
    for section in sections:
        left, top, right, bottom = section
        wooded = (top + bottom) * corner[0] > 0 and (left + right) * corner[1] > 0
        areas = (400, 1500) if wooded else (40, 1000)
        fields += _cut(section, areas, STRIP_WIDTH, bits)
    return sections, fields


def _cut(rect: Rect, areas: tuple[int, int], gap: int, bits: Bits) -> list[Rect]:
    """Cut the longer side, again and again, until the parts are small enough.

    Args:
        rect: what to cut.
        areas: range from which each part draws what is small enough, pixels.
        gap: left between two parts, 1/``UNIT`` of a pixel.
        bits: the chances.
    """
    left, top, right, bottom = rect
    wide, high = right - left, bottom - top
    longer = max(wide, high)
    if wide * high <= bits.one(*areas) * UNIT * UNIT or longer < 14 * UNIT:
        return [rect]
    end = longer * bits.one(32, 69) // 100
    if wide >= high:
        parts = ((left, top, left + end, bottom), (left + end + gap, top, right, bottom))
    else:
        parts = ((left, top, right, top + end), (left, top + end + gap, right, bottom))
    return [small for part in parts for small in _cut(part, areas, gap, bits)]


def _paint(sections: list[Rect], fields: list[Rect], down: Ints, across: Ints, bits: Bits) -> Ints:
    """(FINE, FINE) the field on which each subpixel lies."""
    painted = np.full((FINE, FINE), ROAD, dtype=np.int64)
    numbers = [STRIP] * len(sections) + list(range(2, len(fields) + 2))
    for number, (left, top, right, bottom) in zip(numbers, sections + fields, strict=True):
        painted[(across >= left) & (across < right) & (down >= top) & (down < bottom)] = number
    # One old road runs aslant over all sections, with a strip of grass on either side.
    place = _places()
    slope, start = bits.one(300, 701), bits.one(-FINE // 2, FINE // 2 + 1)
    slope *= 2 * bits.one(0, 2) - 1
    off = abs(place[:, None] - start - place * slope // 1024)
    painted[off < 2 * UNIT] = STRIP
    painted[off < UNIT] = ROAD
    return painted
