"""SENet with gates that a hand sets: what comes before them is computed once."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.cache.maps import computing
from dashboard.cache.senet import gates, network, network_input, stages
from dashboard.cache.senet_measured import mean_gates

if TYPE_CHECKING:
    from cnnviz.explain.senet_hands import Answer, Begun, Instead
    from dashboard.photo_input import Photo

BLOCK, STAGE, ALL = "block", "stage", "all"
LEARNED = "learned"


def changed_blocks(block: int, where: str) -> tuple[int, ...]:
    """The blocks whose gates are changed: this one, those of its stage, or all."""
    if where == BLOCK:
        return (block,)
    parts = stages()
    if where == STAGE:
        return next(blocks for blocks in parts if block in blocks)
    return tuple(number for blocks in parts for number in blocks)


def with_gates(
    photo: "Photo", other: "Photo", block: int, *, code: "Instead | str", where: str,
    hand: tuple[int, int, float] | None, shown: int,
) -> "Answer":  # fmt: skip
    """What the network makes of a photo with other gates.

    Args:
        photo: the picture.
        other: whose gates "swapped" takes.
        block: the one that is looked at.
        code: what the gates are: LEARNED, or as ``cnnviz.explain.senet_hands`` has it.
        where: whose gates those are: BLOCK, STAGE or ALL.
        hand: of this block's channels, in the order of the gates that are learned, the first one,
            how many, and what they are set to; None for none.
        shown: so many of its scaled maps, those with the largest learned gates.

    Raises:
        UserError: where the network is not here.
    """
    from cnnviz.explain.senet_hands import Hand, answer, by_hand, instead, ranks

    model = network()[0]
    blocks = changed_blocks(block, where) if code != LEARNED else (block,)
    own = gates(photo)[block]
    replacements = {}
    if code != LEARNED:
        others = {"mean": mean_gates, "swapped": lambda: gates(other)}.get(code, tuple)()
        replacements = instead(model, blocks, code, others)
    if hand is not None:
        first, count, gate = hand
        replacements = by_hand(replacements, block, Hand(ranks(own, first, count), gate))
    begun = _begun(photo.name, min(blocks), photo)
    return computing().submit(
        answer, model, begun, replacements, block, ranks(own, 0, shown)
    ).result()  # fmt: skip


# Up to 0.13 MB each.
@st.cache_resource(max_entries=64, show_spinner=False)
def _begun(name: str, block: int, _photo: "Photo") -> "Begun":
    from cnnviz.explain.senet_hands import begin

    return begin(network()[0], network_input(_photo), block)
