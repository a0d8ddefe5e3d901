"""Pictures of training runs: their curves while they go, and what many seeds of a setting gave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from math import floor, log10
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from cnnviz.figures.colours import QUIET
from cnnviz.figures.layout import FONT_PIXELS, laid_out
from cnnviz.figures.numbers import THIN, percent, significant

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
_STRIP, _FRAME = 64, 76  # pixels of a setting's strip, and of what is around the strips
_GOLDEN = (5**0.5 - 1) / 2


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
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": FONT_PIXELS}},
    )  # fmt: skip
    _curve_axes(figure, runs, terms, labels, metric, x)
    return figure


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
    values = _shown(columns.get(column, ()), column)
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
        title=_title(metric, labels), zeroline=False, uirevision=metric, row=1, col=2
    )
    if wide:  # written out: plotly would write 2 for 0.02
        step = "D2" if most < least * _WIDE else 1
        figure.update_yaxes(dtick=step, tickformat="~g", row=1, col=1)
    measured = _all(run.measured.get(metric, ()) for run in runs)
    if not len(losses):
        figure.update_yaxes(range=(0, 1), row=1, col=1)
    if not len(measured):
        figure.update_yaxes(range=_empty(metric), row=1, col=2)
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


def _title(metric: str, labels: Mapping[str, str]) -> str:
    return f"{labels[metric]} (%)" if metric in IN_PERCENT else labels[metric]


def _empty(metric: str) -> tuple[float, float]:
    """What an axis spans while nothing is measured."""
    return (0, 100) if metric in IN_PERCENT else (0, 1)


def _named(column: str) -> str:
    return column.replace("_", " ")


def _shown(values: Sequence[float], column: str) -> Values:
    return _numbers(values) * np.float32(100 if column in IN_PERCENT else 1)


def _numbers(values: Sequence[float]) -> Values:
    """Four bytes a number: a running figure is sent to the browser several times a second."""
    return np.asarray(values, dtype=np.float32)


def _all(columns: Iterable[Sequence[float]]) -> Values:
    """The finite values of all columns: a loss that ran away draws a gap, and sets no scale."""
    values: Values = np.concatenate([_numbers(()), *map(_numbers, columns)])
    return values[np.isfinite(values)]


def seeds_figure(
    results: Sequence[tuple[str, Sequence[float], Sequence[str]]], labels: Mapping[str, str], *,
    metric: str = "accuracy",
) -> go.Figure:  # fmt: skip
    """A strip for each setting: every run's result, their mean, and the standard deviation.

    Args:
        results: a setting's name, the metric of each of its runs so far, and the runs' names.
        labels: the words "mean", "deviation" (the standard deviation) and the metric, translated.
        metric: those of ``IN_PERCENT`` are shares.
    """
    figure = go.Figure()
    titles = []
    for row, (name, values, runs) in enumerate(results):
        titles.append(name)
        if len(values):
            text = mean_text(*summary(values), metric)
            titles[-1] = f"{name}<br><b>{text}</b>"
            _strip(figure, row, values, runs, text, labels, metric)
    laid_out(figure, _FRAME + _STRIP * max(len(results), 1))
    figure.update_layout(uirevision="seeds")
    # The first setting is at the top.
    figure.update_yaxes(
        tickvals=list(range(len(titles))), ticktext=titles, zeroline=False, showgrid=False,
        range=[max(len(titles), 1) - 0.5, -0.5], fixedrange=True,
    )  # fmt: skip
    figure.update_xaxes(title=_title(metric, labels), zeroline=False)
    if not any(len(values) for _, values, _ in results):
        figure.update_xaxes(range=_empty(metric))
    return figure


def summary(values: Sequence[float]) -> tuple[float, float | None]:
    """Mean and sample standard deviation (over n - 1); None where there are fewer than two.

    Raises:
        ValueError: where there is no value.
    """
    if not len(values):
        raise ValueError("no value has no mean")
    numbers = np.asarray(values, dtype=np.float64)
    return float(numbers.mean()), float(numbers.std(ddof=1)) if len(numbers) > 1 else None


def mean_text(mean: float, deviation: float | None, metric: str = "accuracy") -> str:
    """As results are told: 97.3 % ± 0.4, 0.973 ± 0.004. The deviation's first digit is the last.

    Args:
        mean: of the metric as it is measured: 0.973.
        deviation: None where there is none.
        metric: those of ``IN_PERCENT`` are shares.
    """
    times = 100 if metric in IN_PERCENT else 1
    if not deviation:
        text = percent(mean, 1) if times == 100 else significant(mean)
        return text if deviation is None else f"{text} ± 0"
    decimals = max(-floor(log10(times * deviation)), int(times == 100), 0)
    text = percent(mean, decimals) if times == 100 else f"{mean:.{decimals}f}"
    return f"{text} ± {times * deviation:.{decimals}f}".replace("-", "\u2212")


def _strip(
    figure: go.Figure, row: int, values: Sequence[float], runs: Sequence[str], text: str,
    labels: Mapping[str, str], metric: str,
) -> None:  # fmt: skip
    """The points of a setting's runs, and under them mean and deviation."""
    colour, unit = RUN_COLOURS[row % len(RUN_COLOURS)], f"{THIN}%" if metric in IN_PERCENT else ""
    figure.add_scatter(
        x=_shown(values, metric), y=row - 0.14 + 0.24 * _spread(len(values)), mode="markers",
        marker={"size": 11, "color": colour, "opacity": 0.85}, text=list(runs),
        hovertemplate=f"%{{text}}: %{{x:.4~g}}{unit}<extra></extra>",
    )  # fmt: skip
    mean, deviation = summary(values)
    error = None if deviation is None else _shown([deviation], metric)
    words = labels["mean"] if error is None else f"{labels['mean']} ± {labels['deviation']}"
    figure.add_scatter(
        x=_shown([mean], metric), y=[row + 0.24], mode="markers", text=[f"{words}: {text}"],
        marker={"symbol": "line-ns", "size": 20, "line": {"width": 4, "color": colour}},
        error_x={"array": error, "thickness": 3, "width": 7, "color": colour},
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _spread(count: int) -> NDArray[np.floating]:
    """Places from -1/2 to 1/2, far from each other; a point more moves none of the others."""
    return (0.5 + _GOLDEN * np.arange(count)) % 1 - 0.5
