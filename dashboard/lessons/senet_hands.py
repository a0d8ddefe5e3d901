"""The question "Hands on the gates" of the SENet lesson: what if the gates were others?"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.numbers import percent, whole
from cnnviz.figures.seeds import change_text
from dashboard import controls, frame
from dashboard.cache import senet as cached
from dashboard.cache import senet_hands as hands
from dashboard.cache import senet_measured as measured
from dashboard.components import cost_pictures
from dashboard.components.board import Cell, board, slider_cell
from dashboard.components.board_cells import show, tiles_cell
from dashboard.components.senet_pictures import Bars, answers_cell, bars_cell
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import of_count
from dashboard.lessons.senet_missing import missing
from dashboard.lessons.senet_shared import gate_text
from dashboard.photo_input import Photo

if TYPE_CHECKING:
    from dashboard.cache.senet import Array, Steps
    from dashboard.cache.senet_hands import Answer
    from dashboard.cache.senet_measured import Accuracies

HAND = "hands_sliders"  # the board of the sliders
CODE = (
    "cnnviz.activations:replaced", "cnnviz.explain.senet_hands:instead",
    "cnnviz.explain.senet_hands:by_hand", "cnnviz.explain.senet_hands:answer",
    "cnnviz.explain.senet_hands_table:accuracies",
)  # fmt: skip
USUAL = 6  # block
STEPS = 50  # of a gate from 0 to 1
UNTOUCHED = -1  # the slider's place where the gates are left as they are
MAPS = 12  # shown


def hands_on(photo: Photo, other: Photo) -> None:
    """The whole question."""
    _by_hand(photo, other)
    _on_test_set()


@st.fragment
@frame.guard()
def _by_hand(photo: Photo, other: Photo) -> None:
    """Other gates for one photo; the probabilities follow the hand."""
    left, right = st.columns([2.2, 1], vertical_alignment="bottom")
    with left:
        code = controls.segmented(_("Gates"), _kinds(other), key="instead")
    with right:
        where = controls.segmented(_("In"), {
            hands.BLOCK: _("this block"), hands.STAGE: _("its stage"), hands.ALL: _("all blocks"),
        }, key="gates_in")  # fmt: skip
    at, hand = _sliders()
    learned = cached.steps(photo, at)
    found = hands.with_gates(
        photo, other, at, code=code, where=where, hand=hand, shown=MAPS
    )  # fmt: skip
    shows = f"{at + 1} {round(STEPS * hand[2]) if hand else UNTOUCHED}"
    show(
        (1, [_answers(found, cached.probabilities(photo))]),
        (1.5, [_gates(found, learned, hand)]),
        (1.3, [_maps(found, learned, shows)]),
        key="hands",
    )  # fmt: skip


def _kinds(other: Photo) -> dict[str, str]:
    """What the gates can be; their mean only where it was measured."""
    kinds = {
        hands.LEARNED: _("its own"), "off": _("all 1 (SE off)"), "mean": _("the mean"),
        "swapped": _("of: {other}").format(other=other.title), "shuffled": _("shuffled"),
    }  # fmt: skip
    if measured.class_gates() is None:
        del kinds["mean"]
    return kinds


def _sliders() -> tuple[int, tuple[int, int, float] | None]:
    """The block, and which of its gates are set to what; None where none is touched."""
    count = cached.block_count()
    number, block_cell = slider_cell(
        HAND, _("Block"), key="hands_block", min_value=1, max_value=count, value=USUAL,
        format=of_count(count),
    )  # fmt: skip
    channels = cached.channels(number - 1)
    first, first_cell = slider_cell(
        HAND, _("From gate"), key="from", min_value=1, max_value=channels, value=1,
        format=of_count(channels),
    )  # fmt: skip
    many, many_cell = slider_cell(
        HAND, _("So many"), key="many", min_value=1, max_value=channels, value=1
    )
    gate, gate_cell = slider_cell(
        HAND, _("Set to"), key="gate", min_value=UNTOUCHED, max_value=STEPS, value=UNTOUCHED,
        format=_set_to(),
    )  # fmt: skip
    board((1, [block_cell]), (1, [first_cell]), (1, [many_cell]), (1, [gate_cell]), key=HAND)
    hand = None if gate == UNTOUCHED else (first - 1, many, gate / STEPS)
    return number - 1, hand


def _set_to() -> Callable[[int], str]:
    """Writes a place of the slider as a gate."""
    return lambda place: _("as it is") if place == UNTOUCHED else gate_text(place / STEPS)


def _answers(found: "Answer", before: "Array") -> Cell:
    """The probabilities of all classes, in the network's order."""
    rows = [
        (_(name), float(now), float(was), percent(float(now), 0))
        for name, now, was in zip(
            cached.class_names(), found.probabilities, before, strict=True
        )
    ]  # fmt: skip
    return answers_cell(_("What it thinks (mark: own gates)"), rows)


def _gates(found: "Answer", learned: "Steps", hand: tuple[int, int, float] | None) -> Cell:
    """The gates as they are now, in the order of those that are learned."""
    own, order = learned.gates, learned.order
    first, many, _gate = hand or (0, 0, 0.0)
    return bars_cell(Bars(
        _("{count} gates").format(count=len(own)), found.gates[order], (0, 1), 220, line=own[order],
        picked=range(first, min(first + many, len(own))),
        under=_("channels, largest own gate (line) first"),
    ))  # fmt: skip


def _maps(found: "Answer", learned: "Steps", shows: str) -> Cell:
    """The scaled maps of the channels with the largest own gates."""
    return tiles_cell(
        found.maps, label=_("Scaled maps of the largest own gates"), columns=4, signed=True,
        limit=float(np.abs(learned.before).max()), max_tile=84, shows=shows,
        names=[
            _("channel {channel}").format(channel=channel)
            for channel in learned.order[: len(found.maps)]
        ],
    )  # fmt: skip


@frame.guard()
def _on_test_set() -> None:
    """What the same does to the accuracy over the whole test set, stage by stage."""
    st.markdown("#### " + _("Over all test images"))
    found = measured.accuracies()
    if found is None:
        missing(measured.ACCURACIES)
        return
    cost_pictures.style()
    head = [_("Gates changed in"), _("all 1 (SE off)"), _("the mean"), _("shuffled")]
    parts = [_("stage {number}").format(number=at) for at, _blocks in enumerate(cached.stages(), 1)]
    rows = [
        [name, *(_dropped(found, shares[at]) for shares in found.changed.values())]
        for at, name in enumerate([*parts, _("all stages")])
    ]
    cost_pictures.table(head, rows, label=_("Accuracy with other gates"))
    st.caption(_(
        "Accuracy on CIFAR-10's {images} test images, and how many points below {learned} with its "
        "own gates. Shuffled: the same exchange of channels for every image. Mean: of the gates of "
        "these images. Measured again by `{command}`."
    ).format(
        images=whole(found.images), learned=percent(found.learned, 2),
        command=measured.command(measured.ACCURACIES),
    ))  # fmt: skip


def _dropped(found: "Accuracies", share: float) -> str:
    return f"{percent(share, 1)} ({change_text([100 * (share - found.learned)])})"
