"""The curves of training runs while they go."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from cnnviz.figures.colours import QUIET
from cnnviz.figures.layout import FONT_PIXELS, LEGEND_ABOVE, laid_out
from cnnviz.figures.numbers import THIN
from cnnviz.term_names import UNWEIGHTED

Axis = Literal["epoch", "step", "seconds"]
Values = NDArray[np.float32]

#: Okabe and Ito's palette without what a light or a dark page swallows, blue and orange first:
#: most comparisons are of two. A seventh run has the first colour again, and a thinner line.
RUN_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
#: Metrics that are shares of 0 to 1, and read in percent.
IN_PERCENT = frozenset({"accuracy", "oa", "aa"})
#: Labels for those who do not translate; those of other metrics and terms go beside them.
WORDS = {
    "epoch": "epoch", "step": "step", "seconds": "seconds", "learning_rate": "learning rate",
    "loss": "loss", "accuracy": "accuracy on validation",
}  # fmt: skip

#: Columns of a run's reports; every other column is a term of the loss.
_KNOWN = ("step", "epoch", "seconds", "learning_rate", "examples_per_second")
_DASHES = ("solid", "dot", "dash", "dashdot", "longdash", "longdashdot")
_HEIGHTS = {"top": 1.0, "middle": 0.6, "bottom": 0.0}  # of the legend of a panel
_STAYS = 0.75  # of the axis: a loss that ends above is in the way there
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
    also: Sequence[str] = (), x: Axis = "epoch",
) -> go.Figure:  # fmt: skip
    """Losses on the left, a metric on validation on the right; a run has one colour in all panels.

    Terms that are told without their weights, too, have a panel between the two. Drawn again with
    more points, the figure keeps what the reader has zoomed to and hidden.

    Args:
        runs: in an order that stays: it gives the colours.
        labels: the words "epoch", "step", "seconds", "loss", "learning_rate", the metrics and the
            terms of the loss, translated; "weighted" and "unweighted" where there are both. A term
            without one is called by its name.
        metric: a column of ``measured``; those of ``IN_PERCENT`` are shares.
        also: other columns of ``measured``, in the same unit, beside it.
        x: what is along the axis.
    """
    terms = _terms(runs)
    plain = [term for term in terms if term.startswith(UNWEIGHTED)]
    losses = [[term for term in terms if term not in plain], *([plain] if plain else [])]
    if plain:
        runs = [_without_zeros(run, losses[0]) for run in runs]
    panels = [("reports", each, _free(runs, each)) for each in losses]
    panels.append(("measured", [metric, *also], "bottom"))
    figure = make_subplots(rows=1, cols=len(panels), horizontal_spacing=0.1)
    for column, (kind, columns, _place) in enumerate(panels, start=1):
        # Axes are drawn only where there is something.
        figure.add_scatter(**_NOTHING, showlegend=False, row=1, col=column)
        _draw(figure, runs, kind, columns, labels, x, column)
    laid_out(figure, _HEIGHT)
    for column, (_kind, columns, place) in enumerate(panels, start=1):
        if len(columns) > 1:
            _dash_legend(figure, columns, labels, column, place)
    figure.update_layout(
        showlegend=len(runs) > 1 or any(len(columns) > 1 for _kind, columns, _place in panels),
        uirevision="curves", separators=f".{THIN}", legend=LEGEND_ABOVE,
    )  # fmt: skip
    _curve_axes(figure, runs, losses, labels, (metric, *also), x)
    return figure


def _draw(
    figure: go.Figure, runs: Sequence[RunCurves], kind: str, columns: Sequence[str],
    labels: Mapping[str, str], x: Axis, panel: int,
) -> None:  # fmt: skip
    """The curves of a panel: each run's colour, each column's dash."""
    head = "%{fullData.name}<br>" if len(runs) > 1 else ""
    for number, run in enumerate(runs):
        look = _look(number) | {"legendgroup": f"run {number}", "name": run.name}
        of_run, few = getattr(run, kind), _FEW if kind == "measured" else 1
        for place, (column, dash) in enumerate(zip(columns, cycle(_DASHES), strict=False)):
            trace = _curve(of_run, column, x, labels, head, few=few)
            line = {"line": look["line"] | {"dash": dash}}
            # A run is in the legend once.
            named = len(runs) > 1 and kind == "measured" and not place
            figure.add_scatter(**look | trace | line, showlegend=named, row=1, col=panel)


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
    figure: go.Figure, runs: Sequence[RunCurves], losses: Sequence[Sequence[str]],
    labels: Mapping[str, str], metrics: Sequence[str], x: Axis,
) -> None:  # fmt: skip
    # What was zoomed to on another axis means nothing on this one.
    figure.update_xaxes(
        title=labels[x], matches="x", rangemode="nonnegative", zeroline=False, uirevision=x
    )
    names = ("loss",) if len(losses) == 1 else ("weighted", "unweighted")
    for panel, (terms, name) in enumerate(zip(losses, names, strict=True), start=1):
        _loss_axis(figure, runs, terms, labels[name], panel)
    panel = len(losses) + 1
    figure.update_yaxes(
        title=metric_title(metrics[0], labels), zeroline=False, uirevision=metrics[0],
        row=1, col=panel,
    )  # fmt: skip
    measured = _all(run.measured.get(metric, ()) for run in runs for metric in metrics)
    if not len(measured):
        figure.update_yaxes(range=empty_range(metrics[0]), row=1, col=panel)
    told = _all(run.reports.get(term, ()) for run in runs for terms in losses for term in terms)
    if not len(told) and not len(measured):
        figure.update_xaxes(range=(0, 1))


def _loss_axis(
    figure: go.Figure, runs: Iterable[RunCurves], terms: Iterable[str], title: str, panel: int
) -> None:
    losses = _all(run.reports.get(term, ()) for run in runs for term in terms)
    least, most = (losses.min(), losses.max()) if len(losses) else (1.0, 1.0)
    wide = bool(len(losses)) and _is_wide(losses)
    figure.update_yaxes(
        title=title, type="log" if wide else "linear", zeroline=False,
        rangemode="nonnegative" if least >= 0 else "normal", uirevision=f"loss {wide}",
        row=1, col=panel,
    )  # fmt: skip
    if wide:  # written out: plotly would write 2 for 0.02
        step = "D2" if most < least * _WIDE else 1
        figure.update_yaxes(dtick=step, tickformat="~g", row=1, col=panel)
    if not len(losses):
        figure.update_yaxes(range=(0, 1), row=1, col=panel)


def _dash_legend(
    figure: go.Figure, columns: Iterable[str], labels: Mapping[str, str], panel: int, place: str
) -> None:
    """Which dash is which column, at the right, where the curves leave room."""
    legend = f"legend{panel + 1}"
    for column, dash in zip(columns, cycle(_DASHES), strict=False):
        figure.add_scatter(
            **_NOTHING, name=labels.get(f"{column}_brief", labels.get(column, _named(column))),
            legend=legend, showlegend=True, line={"color": QUIET, "width": 2.5, "dash": dash},
            row=1, col=panel,
        )  # fmt: skip
    end = figure.layout["xaxis" if panel == 1 else f"xaxis{panel}"].domain[1]
    figure.update_layout({
        legend: {
            "x": end, "y": _HEIGHTS[place], "xanchor": "right", "yanchor": place,
            "bgcolor": "rgba(0,0,0,0)", "font": {"size": FONT_PIXELS}, "itemclick": False,
            "itemdoubleclick": False,
        }
    })  # fmt: skip


def _terms(runs: Iterable[RunCurves]) -> list[str]:
    """The terms of all runs' losses, in the order in which they come up."""
    return list(dict.fromkeys(name for run in runs for name in run.reports if name not in _KNOWN))


def _free(runs: Sequence[RunCurves], terms: Sequence[str]) -> str:
    """Where the losses of a panel leave room at its right: falling, at the top."""
    columns = [column for run in runs for term in terms if (column := run.reports.get(term))]
    last = _all(column[-1:] for column in columns)
    values = _all(columns)
    values = values[values > 0]
    if not len(last) or not len(values) or values.max() == values.min():
        return "top"
    scale = np.log if _is_wide(values) else np.asarray
    least, most = scale(values.min()), scale(values.max())
    reach = (scale(max(float(last.max()), float(values.min()))) - least) / (most - least)
    return "middle" if reach > _STAYS else "top"


def _is_wide(losses: Values) -> bool:
    """Whether they have a logarithmic axis."""
    return bool(0 < losses.min() * _LOG_FROM < losses.max())


def _without_zeros(run: RunCurves, terms: Iterable[str]) -> RunCurves:
    """A term that is switched off is not drawn: its zeros would hide how the others fall."""
    drawn = {
        term: [value or math.nan for value in run.reports[term]]
        for term in terms
        if term in run.reports
    }
    return replace(run, reports={**run.reports, **drawn})


def _named(column: str) -> str:
    return column.replace("_", " ")


def _numbers(values: Sequence[float]) -> Values:
    """Four bytes a number: a running figure is sent to the browser several times a second."""
    return np.asarray(values, dtype=np.float32)


def _all(columns: Iterable[Sequence[float]]) -> Values:
    """The finite values of all columns: a loss that ran away draws a gap, and sets no scale."""
    values: Values = np.concatenate([_numbers(()), *map(_numbers, columns)])
    return values[np.isfinite(values)]
