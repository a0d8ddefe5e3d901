"""The question "By class and depth" of the SENet lesson: for whom does a channel count?"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures import senet as figures
from cnnviz.figures.classes import class_colour
from cnnviz.figures.numbers import percent, whole
from dashboard import controls, frame
from dashboard.cache import senet as cached
from dashboard.cache import senet_measured as measured
from dashboard.components import live_slider
from dashboard.components.board_cells import show
from dashboard.components.class_choice import ClassRow, class_choice
from dashboard.components.line_plot import Axes, Line, line_plot
from dashboard.components.senet_pictures import class_map_cell
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import of_count
from dashboard.lessons.senet_missing import missing

if TYPE_CHECKING:
    from dashboard.cache.senet_measured import ClassGates

CODE = (
    "cnnviz.explain.senet_classes:ClassGates", "cnnviz.explain.senet_classes:class_gates",
)  # fmt: skip
TALL, LOW = 300, 250  # CSS pixels of the plots
QUIET_SHARE, LOUD_SHARE = 0.1, 0.3  # of the variance: what counts as nothing, and as much
FULL_SHARE = 0.5  # of the gates: what counts as saturated


@st.fragment
@frame.guard()
def classes() -> None:
    """The gates of each class, block by block."""
    found = measured.class_gates()
    if found is None:
        missing(measured.CLASSES)
        return
    count = len(found.mean)
    left, right = st.columns([1.4, 1], vertical_alignment="bottom")
    with left:
        number = live_slider(
            _("Block"), key="class_block", min_value=1, max_value=count, value=count - 1,
            format=_with_stage(count),
        )  # fmt: skip
    with right:
        difference = controls.segmented(
            _("Map of classes shows"),
            {"difference": _("difference to all"), "gates": _("gates")}, key="class_map",
        ) == "difference"  # fmt: skip
    text = _(
        "Block {block}: **{share}** of its gates' variance is between classes; {edge} of its gates "
        "are within 0.1 of 0 or 1."
    )
    st.markdown(text.format(
        block=number, share=percent(found.dependence[number - 1], 0),
        edge=percent(found.saturated[number - 1], 0),
    ))  # fmt: skip
    left, right = st.columns([1.9, 1])
    with right:
        chosen = _choice(found, number - 1)
    with left:
        _lines(found, number - 1, chosen)
    left, right = st.columns([1.35, 1])
    with left:
        _map(found, number - 1, difference)
    with right:
        _by_depth(found, number)
    st.markdown(_findings(found))
    st.caption(_about(found))


def _about(found: "ClassGates") -> str:
    """What was measured."""
    text = _(
        "{count} test images of CIFAR-10, {each} of each class; the paper takes 50 of each of "
        "ImageNet's classes. Measured again by `{command}`."
    )
    return text.format(
        count=whole(int(found.counts.sum())), each=whole(int(found.counts.min())),
        command=measured.command(measured.CLASSES),
    )  # fmt: skip


def _with_stage(count: int) -> Callable[[int], str]:
    """Writes a block as "3 of 8, stage 2"."""
    of_all = of_count(count)
    stage = {block + 1: at for at, blocks in enumerate(cached.stages(), 1) for block in blocks}
    return lambda number: _("{block}, stage {stage}").format(
        block=of_all(number), stage=stage[number]
    )


def _choice(found: "ClassGates", block: int) -> tuple[int, ...]:
    """Which classes are drawn; how far each one's gates are from those of all."""
    distance = found.distance(block)
    most = max(float(found.distance(each).max()) for each in range(len(found.mean)))
    tells = _("{name}: its mean gates are {distance} from those of all (root mean square)")
    rows = [
        ClassRow(
            _(name), float(each) / most, f"{each:.3f}", "",
            tells.format(name=_(name), distance=f"{each:.3f}"),
        )
        for name, each in zip(cached.class_names(), distance, strict=True)
    ]  # fmt: skip
    every = ClassRow(
        _("all classes"), float(distance.mean()) / most, f"{distance.mean():.3f}", "",
        _("how far a class's mean gates are from those of all, on average"),
    )  # fmt: skip
    return class_choice(_("Classes, and how far they are from all"), rows, key="of", total=every)


def _lines(found: "ClassGates", block: int, chosen: tuple[int, ...]) -> None:
    """The paper's figure: mean gates of up to 50 channels, with a band for what is chosen."""
    order = figures.by_mean(found, block)
    shown = order[measured.channels_shown(len(order))]
    mean, deviation = found.of_all(block)
    lines = [
        Line(
            _(name), found.mean[block][number - 1][shown], class_colour(number),
            spread=found.deviation[block][number - 1][shown] if number in chosen else None,
            listed=number in chosen,
        )
        for number, name in enumerate(cached.class_names(), 1)
        if not chosen or number in chosen
    ]  # fmt: skip
    every = Line(
        _("all classes"), mean[shown], dash="dashed", spread=None if chosen else deviation[shown]
    )
    axes = Axes(
        np.arange(len(shown)), _("channels, by their mean gate"), _("gate"), y_range=(0, 1),
        x_names=[_("channel {channel}").format(channel=channel) for channel in shown],
    )  # fmt: skip
    line_plot(
        [every, *lines], axes, key="class_lines", height=TALL, shows=str(block + 1),
        label=_("Mean gates by class, with one standard deviation"),
    )  # fmt: skip


def _map(found: "ClassGates", block: int, difference: bool) -> None:
    """All channels of the block against all classes."""
    most = figures.most_apart(found)
    ends = (f"\u2212{most:.2f}", f"+{most:.2f}") if difference else ("0", "1")
    title = _("Mean gates, class by class")
    if difference:
        title = _("Mean gates, minus those of all classes")
    show((1, [class_map_cell(
        figures.class_map(found, block, difference=difference),
        [_(name) for name in cached.class_names()], title=title,
        under=_("{count} channels, by their mean gate").format(count=found.mean[block].shape[1]),
        scale=figures.scale_strip(signed=difference), ends=ends,
        values=figures.class_values(found, block, difference=difference),
        channels=figures.by_mean(found, block),
    )]), key="class_map_board")  # fmt: skip


def _by_depth(found: "ClassGates", number: int) -> None:
    """How class-dependent and how saturated the gates of each block are."""
    lines = [
        Line(_("variance between classes"), found.dependence, "#D55E00", points=True),
        Line(_("gates near 0 or 1"), found.saturated, "#0072B2", "dashed", points=True),
    ]
    axes = Axes(
        np.arange(1, len(found.mean) + 1), _("block"), _("share"), y_range=(0, 1), percent=True
    )
    line_plot(
        lines, axes, key="class_depth", height=LOW, markers=[(number, "", "#7f7f7f")],
        label=_("Class dependence and saturation by depth"),
    )  # fmt: skip


def _findings(found: "ClassGates") -> str:
    """Whether the paper's findings hold here, with the numbers that say so."""
    share, edge = found.dependence, found.saturated
    first, last = cached.stages()[0], cached.stages()[-1]
    early, late = share[list(first)].max(), share[list(last)].max()
    text = _(
        "The paper's findings for ImageNet: early stages are nearly the same for all classes "
        "({early}), late ones specific ({late}), the last block but one saturated ({saturated})."
    )
    return text.format(
        early=_verdict(early < QUIET_SHARE, early), late=_verdict(late > LOUD_SHARE, late),
        saturated=_verdict(edge[-2] > FULL_SHARE, edge[-2]),
    )  # fmt: skip


def _verdict(holds: bool, share: float) -> str:
    """Whether a finding holds here, and the number that says so."""
    text = _("holds here: {share}") if holds else _("does not hold here: {share}")
    return text.format(share=percent(share, 0))
