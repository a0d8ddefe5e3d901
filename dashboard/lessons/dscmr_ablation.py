"""The question "Does it matter?" of the DSCMR lesson: losses left out, and their weights."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.dscmr_grid import grid_figure
from cnnviz.figures.seeds import change_text, mean_text, seeds_figure, summary
from dashboard import controls, frame, run_set, run_words
from dashboard.cache import dscmr_ablation as cached
from dashboard.cache import dscmr_train
from dashboard.components import cost_pictures
from dashboard.i18n import _
from dashboard.seed_words import deviations, why_not

if TYPE_CHECKING:
    from dashboard.cache.dscmr_ablation import Compared

CODE = ("dashboard.cache.dscmr_ablation:specs", "cnnviz.training.dscmr_grid:_trained")
TEXT = "dscmr_ablation"
MOST_SEEDS = 8


def ablation(data: str) -> None:
    """The whole question. What has been trained once is found again by its settings."""
    cost_pictures.style()
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        _losses(data)
    with right:
        _weights()


@st.fragment
@frame.guard()
def _losses(data: str) -> None:
    """J1 with and without the others, over some seeds."""
    st.markdown(_("**Which losses?** The paper’s ablation is not reprinted: ours is measured."))
    seeds = controls.slider(
        _("Seeds"), key="ablation_seeds", min_value=1, max_value=MOST_SEEDS, default=3, step=1,
        help=_("Each is the seed of the weights and of the batches; the pairs are the same."),
    )  # fmt: skip
    run_set.panel(
        _("Train them"), cached.specs(data, seeds),
        lambda records: _shown(cached.compared(records)), key="ablation", lesson=cached.MODEL,
        seconds=dscmr_train.seconds,
    )  # fmt: skip


def _shown(rows: "Sequence[Compared]") -> None:
    """What these runs did so far."""
    if any(row.map for row in rows):
        _picture(rows)
        for sentence in _found(rows):
            st.markdown(sentence)
    _table(rows)


def _name(row: "Compared") -> str:
    return {
        "j1": "J1", "j1_j2": "J1 + α J2", "j1_j3": "J1 + β J3", "all": "J1 + α J2 + β J3",
    }[row.code]  # fmt: skip


def _picture(rows: "Sequence[Compared]") -> None:
    results = [
        (_name(row), list(row.map.values()), [_("seed {seed}").format(seed=s) for s in row.map])
        for row in rows
    ]
    labels = {
        "mean": _("mean"), "deviation": _("standard deviation"), "map": _("mAP on test pairs"),
    }  # fmt: skip
    figure = seeds_figure(results, labels, metric=cached.METRIC)
    st.plotly_chart(figure, config=frame.PLOT, key="ablation_picture")


def _found(rows: "Sequence[Compared]") -> list[str]:
    """What these runs found: each against J1 alone."""
    told = []
    for row in rows[1:]:
        changes = row.against(rows[0])
        if len(changes) < 2:
            continue
        text = _("**{name}** against **J1**: {change} hundredths of mAP.") + " " + _verdict(changes)
        told.append(text.format(
            name=_name(row), change=change_text(changes), times=deviations(changes),
            count=len(changes),
        ))  # fmt: skip
    return told


def _verdict(changes: Sequence[float]) -> str:
    """Whether runs can tell."""
    if reason := why_not(changes):
        return reason
    if summary(changes)[0] < 0:
        return _("Worse here, by {times} standard deviations.")
    return _("Better here, by {times} standard deviations.")


def _table(rows: "Sequence[Compared]") -> None:
    heads = ["", "mAP", _("difference (hundredths)"), _("training")]
    cells = []
    for row in rows:
        values, changes = list(row.map.values()), row.against(rows[0])
        cells.append([
            _name(row),
            mean_text(*summary(values), cached.METRIC) if values else run_words.NONE,
            change_text(changes) if changes and row is not rows[0] else run_words.NONE,
            run_words.NONE if row.seconds is None else run_words.duration(row.seconds),
        ])  # fmt: skip
    cost_pictures.table(heads, cells, label=_("The losses compared"))
    st.caption(_(
        "On test pairs, mean of both ways, {epochs} epochs; the epoch is chosen on validation. "
        "Differences: to the first row, seed by seed. ± is the standard deviation over the seeds."
    ).format(epochs=cached.EPOCHS))  # fmt: skip


@frame.guard()
def _weights() -> None:
    """The grid over alpha and beta."""
    grid, usual = cached.grid(), cached.released()
    st.markdown(_("**How much of each?** mAP by α and β, captioned digits."))
    labels = {"alpha": _("α, the weight of J2"), "beta": _("β, the weight of J3"), "map": "mAP"}
    figure = grid_figure(grid.map, grid.values, usual, labels)
    st.plotly_chart(figure, config=frame.PLOT, key="grid_picture")
    row, column = np.unravel_index(np.nanargmax(grid.map), grid.map.shape)
    st.markdown(_(
        "Best: **{best}** at α = {alpha:g}, β = {beta:g}; least: **{least}**. The frame is the "
        "released code’s choice: **{released}**."
    ).format(
        best=f"{np.nanmax(grid.map):.3f}", alpha=grid.values[row], beta=grid.values[column],
        least=f"{np.nanmin(grid.map):.3f}", released=f"{grid.at(*usual):.3f}",
    ))  # fmt: skip
    text = _(
        "Measured once, by `{command}`: {runs} runs of {epochs} epochs, {seeds} of each cell, on "
        "one thread of a CPU; mAP on the validation pairs, mean of both ways, best epoch. The test "
        "pairs chose nothing."
    )
    st.caption(text.format(
        command=grid.made_by, runs=int(np.isfinite(grid.map).sum()) * len(grid.seeds),
        epochs=grid.epochs, seeds=len(grid.seeds),
    ))  # fmt: skip
