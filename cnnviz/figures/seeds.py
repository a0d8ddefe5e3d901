"""What many seeds of a setting gave: every run's result, their mean and deviation."""

from collections.abc import Mapping, Sequence
from math import floor, log10

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cnnviz.figures.layout import laid_out
from cnnviz.figures.numbers import THIN, percent, significant
from cnnviz.figures.training import (
    IN_PERCENT,
    RUN_COLOURS,
    as_drawn,
    empty_range,
    metric_title,
)

#: Seeds below which their deviation says little: of two it is their distance and nothing more.
LEAST = 3
_STRIP, _FRAME = 64, 76  # pixels of a setting's strip, and of what is around the strips
_GOLDEN = (5**0.5 - 1) / 2


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
    figure.update_xaxes(title=metric_title(metric, labels), zeroline=False)
    if not any(len(values) for _, values, _ in results):
        figure.update_xaxes(range=empty_range(metric))
    return figure


def summary(values: Sequence[float]) -> tuple[float, float | None]:
    """Mean and sample standard deviation (over n - 1); None where there are fewer than two. Of
    equal values it is 0: no rounding error is left.

    Raises:
        ValueError: where there is no value.
    """
    if not len(values):
        raise ValueError("no value has no mean")
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) < 2:
        return float(numbers[0]), None
    deviation = float(numbers.std(ddof=1)) if np.ptp(numbers) else 0.0
    return float(numbers.mean()), deviation


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


def change_text(points: Sequence[float]) -> str:
    """Differences, by their mean with its sign, and their deviation: +1.2 ± 0.3.

    Args:
        points: one or more, in percentage points.

    Raises:
        ValueError: where there is none.
    """
    mean, deviation = summary(points)
    mean = round(mean, 1)
    # What rounds to nothing has no sign.
    text = f"{mean:+.1f}" if mean else "0.0"
    if deviation is not None:
        text += f" ± {deviation:.1f}"
    return text.replace("-", "\u2212")


def is_clear(points: Sequence[float]) -> bool:
    """Whether differences are larger than they vary: their mean beyond their deviation. Of fewer
    than ``LEAST`` nobody knows how much they vary.
    """
    mean, deviation = summary(points)
    return len(points) >= LEAST and deviation is not None and abs(mean) > deviation


def _strip(
    figure: go.Figure, row: int, values: Sequence[float], runs: Sequence[str], text: str,
    labels: Mapping[str, str], metric: str,
) -> None:  # fmt: skip
    """The points of a setting's runs, and under them mean and deviation."""
    colour, unit = RUN_COLOURS[row % len(RUN_COLOURS)], f"{THIN}%" if metric in IN_PERCENT else ""
    figure.add_scatter(
        x=as_drawn(values, metric), y=row - 0.14 + 0.24 * _spread(len(values)), mode="markers",
        marker={"size": 11, "color": colour, "opacity": 0.85}, text=list(runs),
        hovertemplate=f"%{{text}}: %{{x:.4~g}}{unit}<extra></extra>",
    )  # fmt: skip
    mean, deviation = summary(values)
    error = None if deviation is None else as_drawn([deviation], metric)
    words = labels["mean"] if error is None else f"{labels['mean']} ± {labels['deviation']}"
    figure.add_scatter(
        x=as_drawn([mean], metric), y=[row + 0.24], mode="markers", text=[f"{words}: {text}"],
        marker={"symbol": "line-ns", "size": 20, "line": {"width": 4, "color": colour}},
        error_x={"array": error, "thickness": 3, "width": 7, "color": colour},
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _spread(count: int) -> NDArray[np.floating]:
    """Places from -1/2 to 1/2, far from each other; a point more moves none of the others."""
    return (0.5 + _GOLDEN * np.arange(count)) % 1 - 0.5
