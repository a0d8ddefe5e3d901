"""The question "Does it matter?" of the MobileNetV2 lesson: one thing changed, several seeds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import si
from cnnviz.figures.seeds import change_text, mean_text, seeds_figure, summary
from cnnviz.printed.mobilenet_v2 import MOBILENET_V2_ROWS
from dashboard import controls, frame, run_set, run_words
from dashboard.cache import mobilenet_v2_ablations as cached
from dashboard.components import cost_pictures
from dashboard.i18n import _
from dashboard.lessons.image_training import data_set
from dashboard.lessons.mobilenet_v2_blocks import blocks
from dashboard.seed_words import deviations, why_not

if TYPE_CHECKING:
    from dashboard.cache.mobilenet_v2_ablations import Compared

CODE = (
    "cnnviz.models.mobilenet_v2:InvertedResidual",
    "cnnviz.training.mobilenet_v2_ablations:spec_of",
    "cnnviz.training.grids:_trained",
)
MOST_SEEDS = 8


def ablations() -> None:
    """The whole question. What has been trained once is found again by its settings."""
    cost_pictures.style()
    _asked()
    blocks()


@st.fragment
@frame.guard()
def _asked() -> None:
    places = st.columns([4, 1.6, 1.6], vertical_alignment="bottom")
    with places[0]:
        questions = {
            "linear": _("Linear or ReLU6"), "shortcut": _("Shortcuts"),
            "expansion": _("Expansion t"), "before": _("V1 against V2"),
        }  # fmt: skip
        question = controls.segmented(_("What is changed"), questions, key="ablation")
    with places[1]:
        data = data_set("ablation_data")
    with places[2]:
        seeds = controls.slider(
            _("Seeds"), key="ablation_seeds", min_value=1, max_value=MOST_SEEDS, default=3, step=1,
            help=_("Each is the seed of the weights and of the batches; the images are the same."),
        )  # fmt: skip
    wanted = cached.specs(question, data, seeds)
    run_set.panel(
        _("Train them"), wanted,
        lambda records: _shown(question, cached.compared(question, data, wanted, records)),
        key="ablation", lesson=cached.MODEL, seconds=lambda missing: cached.seconds(data, missing),
    )  # fmt: skip


def _shown(question: str, rows: "Sequence[Compared]") -> None:
    """What the paper found, and what these runs did so far."""
    st.markdown(_papers(question))
    if question == "before":
        frame.cite(*(n for row in MOBILENET_V2_ROWS[:2] for n in (row.top1, row.madds)))
    if any(row.accuracy for row in rows):
        _picture(question, rows)
        for sentence in _found(question, rows):
            st.markdown(sentence)
    _table(question, rows)


def _names(question: str, rows: "Sequence[Compared]") -> list[str]:
    """The networks, as they are called."""
    names = {
        "linear": {"linear": _("linear"), "relu6": "ReLU6"},
        "shortcut": {
            "bottleneck": _("between bottlenecks"), "expansion": _("between expansions"),
            "none": _("none"),
        },
        "before": {row.code: _title(row) for row in rows},
    }.get(question, {})  # fmt: skip
    return [names.get(row.code, f"t = {row.code}") for row in rows]


def _title(row: "Compared") -> str:
    return "MobileNetV2" if row.code == cached.MODEL else f"MobileNetV1, α = {row.alpha:g}"


def _papers(question: str) -> str:
    """What the paper found."""
    before, after = MOBILENET_V2_ROWS[:2]
    return {
        "linear": _(
            "The paper (figure 6a): without an activation at the bottleneck the network is better "
            "than with ReLU6 there."
        ),
        "shortcut": _(
            "The paper (figure 6b): shortcuts between bottlenecks are better than between "
            "expansions, and these better than none."
        ),
        "expansion": _("The paper’s blocks expand six times."),
        "before": _(
            "The paper, on ImageNet: MobileNetV2 is right on {after} % with {less} M "
            "multiply-adds, MobileNetV1 on {before} % with {more} M. Here both have as many."
        ).format(
            after=after.top1.value,
            less=f"{after.madds.value:g}",
            before=before.top1.value,
            more=f"{before.madds.value:g}",
        ),
    }[question]


def _found(question: str, rows: "Sequence[Compared]") -> list[str]:
    """What these runs found, each network against the paper's."""
    names = _names(question, rows)
    told = []
    for row, name in zip(rows[1:], names[1:], strict=True):
        changes = row.against(rows[0])
        if len(changes) < 2:
            continue
        text = (
            _("**{name}** against **{paper}**: {change} points.")
            + " "
            + _verdict(question, changes)
        )
        told.append(text.format(
            name=name, paper=names[0], change=change_text(changes), times=deviations(changes),
            count=len(changes),
        ))  # fmt: skip
    return told


def _verdict(question: str, changes: Sequence[float]) -> str:
    """Whether runs can tell, and whether they say what the paper says."""
    if reason := why_not(changes):
        return reason
    worse = summary(changes)[0] < 0
    if question == "expansion":  # the paper gives no order
        return (
            _("Worse here, by {times} standard deviations.")
            if worse
            else _("Better here, by {times} standard deviations.")
        )
    return (
        _("Worse by {times} standard deviations: so the paper found.")
        if worse
        else _("Better by {times} standard deviations: the paper found the opposite.")
    )


def _picture(question: str, rows: "Sequence[Compared]") -> None:
    results = [
        (name, list(row.accuracy.values()), [_("seed {seed}").format(seed=s) for s in row.accuracy])
        for row, name in zip(rows, _names(question, rows), strict=True)
    ]
    labels = {
        "mean": _("mean"), "deviation": _("standard deviation"),
        "accuracy": _("accuracy on test images"),
    }  # fmt: skip
    st.plotly_chart(seeds_figure(results, labels), config=frame.PLOT, key="ablation_picture")


def _table(question: str, rows: "Sequence[Compared]") -> None:
    heads = [
        "", _("accuracy"), _("difference (points)"), _("in standard deviations"), _("parameters"),
        _("MAdds an image"), _("training"),
    ]  # fmt: skip
    cells = []
    for row, name in zip(rows, _names(question, rows), strict=True):
        changes = row.against(rows[0]) if row is not rows[0] else []
        values = list(row.accuracy.values())
        cells.append([
            name, mean_text(*summary(values)) if values else run_words.NONE,
            change_text(changes) if changes else run_words.NONE,
            deviations(changes) if changes else run_words.NONE,
            si(row.parameters), si(row.madds),
            run_words.NONE if row.seconds is None else run_words.duration(row.seconds),
        ])  # fmt: skip
    cost_pictures.table(heads, cells, label=_("The networks compared"))
    st.caption(
        _("On test images; the epoch is chosen on images held out of the training. Differences: to "
          "the first row, seed by seed. ± is the standard deviation over the seeds.")
    )  # fmt: skip
