"""The curves of training runs while they go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from cnnviz.figures.colours import QUIET
from cnnviz.figures.layout import FONT_PIXELS, LEGEND_ABOVE, laid_out
from cnnviz.figures.numbers import THIN

Axis = Literal["epoch", "step", "seconds"]
Values = NDArray[np.float32]

#: Okabe and Ito's palette without what a light or a dark page swallows, blue and orange first:
#: most comparisons are of two. A seventh run has the first colour again, and a thinner line.
RUN_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
#: Metrics that are shares of 0 to 1, and read in percent.
IN_PERCENT = frozenset({"accuracy", "oa", "aa"})

#: Columns of a run's reports; every other column is a term of the loss.
_KNOWN = ("step", "epoch", "seconds", "learning_rate", "examples_per_second")
_DASHES = ("solid", "dot", "dash", "dashdot", "longdash", "longdashdot")
_FEW = 30  # points that have room for a marker each
_HEIGHT = 300
_LOG_FROM = 20  # a loss that falls by this factor is a flat line along most of a linear axis
_WIDE = 1000  # a logarithmic axis over more than this has room for powers of ten only
# Drawn as nothing, but there: a trace without any point has neither axes nor a place in the legend.
_NOTHING: dict[str, Any] = {"x": [None], "y": [None], "mode": "lines", "hoverinfo": "skip"}


@dataclass(frozen=True, slots=True)
class RunCurves:
    """What a run has said so far, column by column; no column need have a value yet.

    Attributes:
        name: what readers know the run by.
        reports: ``step``, ``epoch`` (with its fraction: 2.37), ``seconds``, ``learning_rate``,
            ``examples_per_second``, and a column for each term of the loss, under its name.
        measured: ``step``, ``epoch``, ``seconds``, ``learning_rate`` where it is known, and a
            column for each metric on validation.
    """

    name: str
    reports: Mapping[str, Sequence[float]]
    measured: Mapping[str, Sequence[float]]


def curves_figure(
    runs: Sequence[RunCurves], labels: Mapping[str, str], *, metric: str = "accuracy",
    x: Axis = "epoch",
) -> go.Figure:  # fmt: skip
    """Losses on the left, a metric on validation on the right; a run has one colour in both.

    Drawn again with more points, it keeps what the reader has zoomed to and hidden.

    Args:
        runs: in an order that stays: it gives the colours.
        labels: the words "epoch", "step", "seconds", "loss", "learning_rate", the metric and the
            terms of the loss, translated. A term without one is called by its name.
        metric: a column of ``measured``; those of ``IN_PERCENT`` are shares.
        x: what is along the axis.
    """
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.1)
    for column in (1, 2):  # axes are drawn only where there is something
        figure.add_scatter(**_NOTHING, showlegend=False, row=1, col=column)
    terms = _terms(runs)
    for number, run in enumerate(runs):
        look = _look(number) | {"legendgroup": f"run {number}", "name": run.name}
        head = "%{fullData.name}<br>" if len(runs) > 1 else ""
        trace = _curve(run.measured, metric, x, labels, head, few=_FEW)
        figure.add_scatter(**look | trace, showlegend=len(runs) > 1, row=1, col=2)
        for term, dash in zip(terms, cycle(_DASHES), strict=False):
            trace = _curve(run.reports, term, x, labels, head, few=1)
            line = {"line": look["line"] | {"dash": dash}}
            figure.add_scatter(**look | trace | line, showlegend=False, row=1, col=1)
    laid_out(figure, _HEIGHT)
    if len(terms) > 1:
        _dash_legend(figure, terms, labels)
    figure.update_layout(
        showlegend=len(runs) > 1 or len(terms) > 1, uirevision="curves", separators=f".{THIN}",
        legend=LEGEND_ABOVE,
    )  # fmt: skip
    _curve_axes(figure, runs, terms, labels, metric, x)
    return figure


def metric_title(metric: str, labels: Mapping[str, str]) -> str:
    """What stands along the axis of a metric, with its unit.

    Args:
        metric: those of ``IN_PERCENT`` are shares.
        labels: its word among them, translated.
    """
    return f"{labels[metric]} (%)" if metric in IN_PERCENT else labels[metric]


def empty_range(metric: str) -> tuple[float, float]:
    """What the axis of a metric spans while nothing is measured."""
    return (0, 100) if metric in IN_PERCENT else (0, 1)


def as_drawn(values: Sequence[float], column: str) -> Values:
    """The values of a column in the unit of its axis: shares in percent."""
    return _numbers(values) * np.float32(100 if column in IN_PERCENT else 1)


def _look(number: int) -> dict[str, Any]:
    """Colour and width of a run's lines and markers."""
    round_, place = divmod(number, len(RUN_COLOURS))
    colour = RUN_COLOURS[place]
    return {
        "line": {"color": colour, "width": 2.5 if round_ == 0 else 1.25},
        "marker": {"color": colour, "size": 7},
    }


def _curve(
    columns: Mapping[str, Sequence[float]], column: str, x: Axis, labels: Mapping[str, str],
    head: str, *, few: int,
) -> dict[str, Any]:  # fmt: skip
    """Points and hover of one column of a run; up to ``few`` points have markers."""
    values = as_drawn(columns.get(column, ()), column)
    if not len(values):
        return _NOTHING
    unit, digits = (f"{THIN}%", ".1f") if column in IN_PERCENT else ("", ".4~g")
    hover = [f"{head}{labels.get(column, _named(column))}: %{{y:{digits}}}{unit}"]
    told = {"step": ",d", "epoch": ".2f", "seconds": ".1f", "learning_rate": ".3~g"}
    known = [name for name in told if name in columns]
    hover += [f"{labels[n]} %{{customdata[{i}]:{told[n]}}}" for i, n in enumerate(known)]
    return {
        "x": _numbers(columns[x]),
        "y": values,
        "mode": "lines+markers" if len(values) <= few else "lines",
        "customdata": np.stack([_numbers(columns[name]) for name in known], axis=1),
        "hovertemplate": "<br>".join(hover) + "<extra></extra>",
    }


def _curve_axes(
    figure: go.Figure, runs: Sequence[RunCurves], terms: Iterable[str], labels: Mapping[str, str],
    metric: str, x: Axis,
) -> None:  # fmt: skip
    losses = _all(run.reports.get(term, ()) for run in runs for term in terms)
    least, most = (losses.min(), losses.max()) if len(losses) else (1.0, 1.0)
    wide = bool(0 < least * _LOG_FROM < most)
    # What was zoomed to on another axis means nothing on this one.
    figure.update_xaxes(
        title=labels[x], matches="x", rangemode="nonnegative", zeroline=False, uirevision=x
    )
    figure.update_yaxes(
        title=labels["loss"], type="log" if wide else "linear", zeroline=False,
        rangemode="nonnegative" if least >= 0 else "normal", uirevision=f"loss {wide}",
        row=1, col=1,
    )  # fmt: skip
    figure.update_yaxes(
        title=metric_title(metric, labels), zeroline=False, uirevision=metric, row=1, col=2
    )
    if wide:  # written out: plotly would write 2 for 0.02
        step = "D2" if most < least * _WIDE else 1
        figure.update_yaxes(dtick=step, tickformat="~g", row=1, col=1)
    measured = _all(run.measured.get(metric, ()) for run in runs)
    if not len(losses):
        figure.update_yaxes(range=(0, 1), row=1, col=1)
    if not len(measured):
        figure.update_yaxes(range=empty_range(metric), row=1, col=2)
    if not len(losses) and not len(measured):
        figure.update_xaxes(range=(0, 1))


def _dash_legend(figure: go.Figure, terms: Iterable[str], labels: Mapping[str, str]) -> None:
    """Which dash is which term, in the corner that falling losses leave free."""
    for term, dash in zip(terms, cycle(_DASHES), strict=False):
        figure.add_scatter(
            **_NOTHING, name=labels.get(term, _named(term)), legend="legend2", showlegend=True,
            line={"color": QUIET, "width": 2.5, "dash": dash}, row=1, col=1,
        )  # fmt: skip
    figure.update_layout(
        legend2={
            "x": 0.45, "y": 1, "xanchor": "right", "yanchor": "top", "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": FONT_PIXELS}, "itemclick": False, "itemdoubleclick": False,
        }
    )  # fmt: skip


def _terms(runs: Iterable[RunCurves]) -> list[str]:
    """The terms of all runs' losses, in the order in which they come up."""
    return list(dict.fromkeys(name for run in runs for name in run.reports if name not in _KNOWN))


def _named(column: str) -> str:
    return column.replace("_", " ")


def _numbers(values: Sequence[float]) -> Values:
    """Four bytes a number: a running figure is sent to the browser several times a second."""
    return np.asarray(values, dtype=np.float32)


def _all(columns: Iterable[Sequence[float]]) -> Values:
    """The finite values of all columns: a loss that ran away draws a gap, and sets no scale."""
    values: Values = np.concatenate([_numbers(()), *map(_numbers, columns)])
    return values[np.isfinite(values)]
