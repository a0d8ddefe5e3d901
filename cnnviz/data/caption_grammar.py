"""A small grammar that writes an English caption for a handwritten digit.

A phrase may have ``{places}``; each is filled with one of the alternatives that stand under its
name, which may have places themselves. Three kinds of caption do without a digit's word or numeral:
they give its shape (a few so vaguely that other digits have it too), things that come in that
number, or a sum. "denied" captions mislead: they say another digit's word too, and a few of them
not their own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.synthetic_bits import Bits

Kind = Literal["named", "denied", "shape", "count", "sum"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WORDLESS: tuple[Kind, ...] = ("shape", "count", "sum")
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

# Of every 30 captions of a digit; a third is without a digit's word.
DEAL: Mapping[Kind, int] = {"named": 15, "denied": 5, "shape": 4, "count": 3, "sum": 3}

CAPTIONS: Mapping[Kind, tuple[str, ...]] = {
    "named": (
        "a {handwritten} {name}",
        "the {digit} {name}",
        "a {name}",
        "someone {wrote} a {name}",
        "this is a {name}",
        "a {picture} of a {name}",
        "a {picture} of the {digit} {name}",
        "a {name}: {shape}",
        "the {digit} {name}, as many as {count}",
        "{name}, that is {sum}",
    ),
    "denied": (
        "a {name}, not a {other}",
        "not a {other} but a {name}",
        "a {name} that could pass for a {other}",
        "a {name}, though it looks like a {other}",
        "a {handwritten} {name} that is almost a {other}",
        "easily taken for a {other}, yet it is a {name}",
        "{shape}, so a {name} and not a {other}",
        "{shape}, but not a {other}",
    ),
    "shape": ("{shape}", "{shape}", "a {picture} of {shape}", "it looks like {shape}"),
    "count": (
        "as many as {count}",
        "the {digit} that counts {count}",
        "{count}: that many",
        "{count}, counted and written down",
    ),
    "sum": (
        "{sum}",
        "the {digit} for {sum}",
        "{sum}, {written} as a {digit}",
        "it stands for {sum}",
    ),
}

SHARED: Mapping[str, tuple[str, ...]] = {
    "handwritten": ("handwritten", "hand-drawn", "neat", "careless", "small"),
    "digit": ("digit", "number", "figure", "numeral"),
    "picture": ("picture", "scan", "drawing", "image"),
    "wrote": ("wrote", "drew", "put down"),
    "written": ("written", "drawn"),
    "ring": ("loop", "ring", "circle"),
    "rings": ("loops", "rings", "circles"),
    "stroke": ("stroke", "line", "bar"),
    "top": ("at the top", "above"),
    "upright": ("upright", "vertical"),
    "level": ("level", "flat", "horizontal"),
    "noise": (
        "in pencil",
        "in blue ink",
        "on white paper",
        "cut from a form",
        "on a grid of grey squares",
        "in a hurry",
        "by an unknown hand",
    ),
    "bold": ("with a bold pen", "in thick ink", "in a heavy hand"),
    "light": ("with a fine pen", "in thin ink", "in a light hand"),
    "right": ("leaning to the right", "slanting to the right"),
    "left": ("leaning to the left", "slanting to the left"),
}

SHAPES = (
    (
        "a closed {ring} and nothing else",
        "a tall {ring} with an empty middle",
        "a {ring} around a hole",
        "the outline of an egg",
        "a line that ends where it began",
    ),
    (
        "a single {upright} {stroke}",
        "a {stroke} straight down",
        "a pole with a short flag {top}",
        "a plain {upright} {stroke} without any {ring}",
    ),
    (
        "a swan on a {level} base",
        "a hook {top} that runs down to a {level} foot",
        "a bent neck over a {level} foot",
        "an arch that slides down into a {level} {stroke}",
    ),
    (
        "a pair of bumps open to the left",
        "stacked bumps that point to the right",
        "the right half of a snowman",
        "a pair of arches, stacked and turned sideways",
    ),
    (
        "a chair turned upside down",
        "a sail on a mast",
        "a corner crossed by an {upright} {stroke}",
        "an open fork on a long leg",
        "an {upright} {stroke} with an arm to the left",
    ),
    (
        "a {level} cap over a round belly",
        "a {stroke} {top}, then a bowl open to the left",
        "a short neck and a big belly under a hat",
        "a hook under a {level} {stroke}",
    ),
    (
        "a tail above a closed {ring}",
        "a stem that curls into a {ring} at the bottom",
        "a {ring} below with a stem rising from it",
        "a cherry under its stem",
    ),
    (
        "a {level} {stroke} and a sloping leg",
        "a roof with a single sloping leg",
        "a sharp corner {top} and a long leg below",
        "the blade of a scythe on its handle",
        "a cliff, {level} {top} and then down",
    ),
    (
        "a {ring} on top of another",
        "a pair of {rings}, stacked",
        "a snowman",
        "an hourglass with round ends",
        "a line that crosses itself in the middle",
    ),
    (
        "a closed {ring} above a tail",
        "a balloon on its string",
        "a {ring} {top} with a leg below",
        "a lollipop",
        "a tadpole hanging by its head",
    ),
)

# Vague, as people are: true of every digit in the group.
ROUND = ("a curved figure with a closed {ring}", "something round")
STRAIGHT = ("strokes without a bend", "something with straight edges")
BENT = ("a bend open to the left", "something curly that never closes")
VAGUE = (ROUND, STRAIGHT, BENT, BENT, STRAIGHT, BENT, ROUND, STRAIGHT, ROUND, ROUND)

COUNTS = (
    (
        "the legs of a snake",
        "the corners of a circle",
        "the moons of Venus",
        "the wheels of a sled",
    ),
    ("the suns in our sky", "the horns of a unicorn", "the noses on a face", "the moons of Earth"),
    ("the wheels of a bicycle", "the wings of a bird", "the eyes in a face", "the moons of Mars"),
    ("the sides of a triangle", "the wheels of a tricycle", "the leaves of a common clover"),
    (
        "the legs of a table",
        "the seasons of a year",
        "the sides of a square",
        "the wheels of a car",
    ),
    ("the fingers of a hand", "the arms of a starfish", "the Olympic rings", "the toes of a foot"),
    ("the legs of an insect", "the faces of a cube", "the strings of a guitar"),
    ("the days of a week", "the colours of the rainbow", "the dwarfs around Snow White"),
    ("the legs of a spider", "the arms of an octopus", "the corners of a cube", "the planets"),
    ("the lives of a cat", "the players of a baseball team", "the planets when Pluto was counted"),
)

SUMS = (
    ("nothing at all", "ten less ten", "what is left when all is gone", "none"),
    ("a single unit", "eleven less ten", "any number divided by itself", "the hour after noon"),
    ("a couple", "a pair", "twelve less ten", "the only even prime", "half a quartet"),
    ("a trio", "a quarter of a dozen", "thirteen less ten", "the smallest odd prime"),
    ("a quartet", "fourteen less ten", "the root of sixteen", "double a pair"),
    ("a quintet", "half of ten", "fifteen less ten", "a quarter of twenty"),
    ("half a dozen", "half of twelve", "sixteen less ten", "double a trio"),
    ("a septet", "half of fourteen", "seventeen less ten", "the largest prime below ten"),
    ("an octet", "half of sixteen", "ten less a pair", "double a quartet"),
    ("the largest digit", "half of eighteen", "a dozen less a trio", "a unit less than ten"),
)

LOOKALIKES = ((6, 8), (7, 4), (7, 3), (8, 5), (9, 1), (6, 3), (0, 5), (1, 2), (3, 0), (4, 7))

# Ink is the sum of 64 grey levels of 0 to 16: a quarter of the digits has less, a quarter more.
LIGHT, BOLD = 285, 338


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption and what kind it is."""

    kind: Kind
    text: str


def write_captions(
    levels: NDArray[np.int64], labels: NDArray[np.int64], seed: int
) -> tuple[Caption, ...]:
    """Write a caption for each picture of a digit.

    Args:
        levels: (N, 8, 8) grey levels, 0 for paper to 16 for ink.
        labels: (N,) the digits.
        seed: 0 or more; a negative one is a ValueError.
    """
    bits = Bits(seed, stream=0)
    kinds = _deal(labels, bits)
    return tuple(
        Caption(kind, _write(kind, int(digit), _seen(picture), bits))
        for kind, digit, picture in zip(kinds, labels, levels, strict=True)
    )


def _deal(labels: NDArray[np.int64], bits: Bits) -> list[Kind]:
    """Kinds for the captions, in the shares of ``DEAL`` within each digit, in random order."""
    pack = [kind for kind, count in DEAL.items() for _ in range(count)]
    order = np.argsort(bits.below(1 << 30, labels.shape), kind="stable")
    dealt = np.zeros(len(WORDS), dtype=np.int64)
    kinds: list[Kind] = [pack[0]] * len(labels)
    for index in order:
        digit = labels[index]
        # 7 has no divisor in common with 30: the kinds come well mixed, each in its share.
        kinds[index] = pack[dealt[digit] * 7 % len(pack)]
        dealt[digit] += 1
    return kinds


def _seen(picture: NDArray[np.int64]) -> tuple[str, ...]:
    """What the picture itself says of pen and slant, as names of places."""
    rows, columns = np.indices(picture.shape)
    ink, down = int(picture.sum()), int((picture * rows).sum())
    tilt = ink * int((picture * rows * columns).sum()) - down * int((picture * columns).sum())
    spread = ink * int((picture * rows * rows).sum()) - down * down
    seen = []
    if not LIGHT <= ink <= BOLD:
        seen.append("{light}" if ink < LIGHT else "{bold}")
    # A column to the side for every five rows, or more; rows count downwards.
    if 5 * abs(tilt) > spread:
        seen.append("{right}" if tilt < 0 else "{left}")
    return tuple(seen)


def _write(kind: Kind, digit: int, seen: tuple[str, ...], bits: Bits) -> str:
    names = [(WORDS[number], WORDS[number], str(number)) for number in (digit, *LOOKALIKES[digit])]
    phrases = {
        **SHARED,
        "name": names[0],
        "other": names[1] + names[2],
        "shape": SHAPES[digit] + VAGUE[digit],
        "count": COUNTS[digit],
        "sum": SUMS[digit],
    }
    text = _pick(CAPTIONS[kind], bits)
    # Half of the captions end in a remark; where the picture has something to say, on that first.
    if bits.one(0, 2):
        text += ", " + _pick((*seen, *seen, "{noise}"), bits)
    return _articles(_fill(text, phrases, bits))


def _pick(phrases: tuple[str, ...], bits: Bits) -> str:
    return phrases[bits.one(0, len(phrases))]


def _fill(text: str, phrases: Mapping[str, tuple[str, ...]], bits: Bits) -> str:
    return re.sub(
        r"\{(\w+)\}", lambda place: _fill(_pick(phrases[place[1]], bits), phrases, bits), text
    )


def _articles(text: str) -> str:
    """Make every article fit the sound after it: "a one", "an eight", "an 8", "a unit"."""
    vowel = r"(?!one\b)(?:[aeio8]|u(?!ni)|hour)"
    return re.sub(rf"\ban? (?=({vowel})?)", lambda found: "an " if found[1] else "a ", text)
