"""A small grammar that writes an English caption for a handwritten digit.

Three kinds of caption do without a digit's word or numeral: they give its shape (a few so vaguely
that other digits have it too), things that come in that number, or a sum or group. "denied"
captions mislead: they say another digit's word too, and a few of them not their own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.caption_phrases import (
    CAPTIONS,
    COUNTS,
    DEAL,
    LOOKALIKES,
    SHAPES,
    SHARED,
    SUMS,
    VAGUE,
    WORDS,
    Kind,
)
from cnnviz.data.synthetic_bits import Bits

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
        "shape": (*SHAPES[digit], VAGUE[digit]),
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
