"""The question "Along the block" of the MobileNetV2 lesson: a photo's maps from stage to stage."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.colours import CHOSEN, KINDS, QUIET
from cnnviz.figures.mobilenet_v2 import colour_limit
from cnnviz.figures.numbers import percent, significant, written
from dashboard import frame
from dashboard.cache import mobilenet_v2_maps as cached
from dashboard.components.board import board, slider_cell
from dashboard.components.board_cells import show, tiles_cell
from dashboard.components.depth_charts import DepthChart, Series, depth_cell
from dashboard.components.mobilenet_v2_block_pictures import why_no_shortcut
from dashboard.components.stage_numbers import missing_cell, stage_cell
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import of_count, size_text
from dashboard.photo_input import photo_and_size

if TYPE_CHECKING:
    from dashboard.cache.mobilenet_v2_maps import Stage, Way
    from dashboard.components.board import Cell
    from dashboard.photo_input import Photo

HAND = "way_slider"  # the board of the slider
EXPLAIN = "cnnviz.explain.mobilenet_v2_maps:"
CODE = (
    f"{EXPLAIN}ways", f"{EXPLAIN}effective_rank", f"{EXPLAIN}Stage", f"{EXPLAIN}Way",
    "cnnviz.models.mobilenet_v2:InvertedResidual",
)  # fmt: skip
USUAL = 3
SIZES = (32, 48, 64, 96)
ACROSS = 6  # tiles in a row


def maps(network: str) -> None:
    """The whole question; its photo is chosen in the sidebar."""
    with st.sidebar:
        photo, size = photo_and_size("chelsea", SIZES)
    _along(network, photo, size)


@st.fragment
@frame.guard()
def _along(network: str, photo: "Photo", size: int) -> None:
    """One block's stages and their numbers, and where it stands among all blocks."""
    found = cached.ways(network, photo, size)
    number, block_cell = slider_cell(
        HAND, _("Block"), key="way", min_value=1, max_value=len(found), value=USUAL,
        format=of_count(len(found)),
    )  # fmt: skip
    board((1, [block_cell]), key=HAND)
    way = found[number - 1]
    none = ""
    if way.barrier:
        none = why_no_shortcut(way.barrier, way.stride, way.inputs.shape, way.outputs.shape)
    narrow = [way.projected, way.outputs, *([way.shortcut] if way.shortcut else [])]
    limit = colour_limit(narrow)
    show(
        (1, _stage(_("Input"), way.inputs, number)),
        (1, _stage(_("Expansion"), way.expanded, number, like=way.inputs,
                   why=_("t = 1: nothing is expanded"))),
        (1, _stage(_("Depthwise"), way.filtered, number)),
        key="way_wide",
    )  # fmt: skip
    show(
        (1, _stage(_("Projection"), way.projected, number, limit)),
        (1, _stage(_("+ Shortcut"), way.shortcut, number, limit, like=way.outputs, why=none)),
        (1, _stage(_("= Output"), way.outputs, number, limit)),
        key="way_narrow",
    )
    show((1, [depth_cell(_charts(found), way.block, told=_told(way))]), key="way_depth")


def _stage(
    label: str, stage: "Stage | None", number: int, limit: float | None = None, *,
    like: "Stage | None" = None, why: str = "",
) -> list["Cell"]:  # fmt: skip
    """Maps and their numbers; where the block has no such stage, empty tiles and the reason.

    Args:
        label: what it is, translated.
        stage: None where the block does not have it.
        number: the block's, from 1.
        limit: of the colours; the stage's own where left out.
        like: what the empty tiles are as large as.
        why: there are none.
    """
    shown = stage or like
    assert shown is not None
    values = shown.maps if stage else np.full_like(shown.maps, np.nan)
    tiles = tiles_cell(
        values, label=label, columns=ACROSS, signed=not shown.activation,
        limit=limit or colour_limit([shown]), count=shown.shape[0], shows=str(number),
    )  # fmt: skip
    return [tiles, stage_cell(stage, _numbers(stage)) if stage else missing_cell([why])]


def _numbers(stage: "Stage") -> list[str]:
    """Under its maps: how many there are, and what their values amount to."""
    rank = _("rank {rank} of {most}").format(
        rank=significant(stage.rank), most=stage.largest_rank
    )  # fmt: skip
    lines = [size_text(stage.shape), rank]
    if stage.activation:
        cut = _("0: {zeros}, 6: {ceiling}")
        return [*lines, cut.format(zeros=percent(stage.zeros), ceiling=percent(stage.ceiling))]
    return [*lines, _("norm {norm}").format(norm=significant(stage.norm))]


def _told(way: "Way") -> str:
    """How much the block changes what it reads."""
    if way.ratio is None or way.cosine is None or way.shortcut is None:
        text = _(
            "Block {number} passes on its projection alone: nothing of its input goes around it."
        )
        return text.format(number=way.block + 1)
    text = _(
        "The branch is {ratio} × as large as what it is added to (norms {branch} and {shortcut}, "
        "cosine of their angle {cosine}); the sum has norm {total}."
    )
    return text.format(
        ratio=significant(way.ratio), branch=significant(way.projected.norm),
        shortcut=significant(way.shortcut.norm), cosine=written(round(way.cosine, 2)),
        total=significant(way.outputs.norm),
    )  # fmt: skip


def _charts(found: "tuple[Way, ...]") -> list[DepthChart]:
    """All blocks by depth: what ReLU6 cuts, how many directions are used, what a block changes."""

    def series(name: str, stages: "list[Stage | None]", number: str, colour: str) -> Series:
        values = [None if stage is None else getattr(stage, number) for stage in stages]
        return Series(name, values, colour)

    def both(number: str) -> list[Series]:
        return [
            series(_("expansion"), [w.expanded for w in found], number, KINDS["pointwise"]),
            series(_("depthwise"), [w.filtered for w in found], number, KINDS["depthwise"]),
        ]

    output = series(_("output"), [w.outputs for w in found], "rank_share", QUIET)
    ratio = Series("", [w.ratio for w in found], CHOSEN)
    return [
        DepthChart(_("Exactly 0"), both("zeros"), percent, most=1),
        DepthChart(_("Exactly 6"), both("ceiling"), percent),
        DepthChart(_("Rank, of its largest"), [*both("rank_share"), output], percent, most=1),
        DepthChart(_("Branch / shortcut"), [ratio], significant),
    ]
