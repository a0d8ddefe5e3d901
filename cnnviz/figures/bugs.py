"""What a planted mistake shows, alone or beside the same without it, on the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from cnnviz.figures.colours import QUIET
from cnnviz.figures.layout import FONT_PIXELS, LEGEND_ABOVE, NEGATIVE, POSITIVE, laid_out
from cnnviz.figures.numbers import THIN
from cnnviz.figures.training import RUN_COLOURS

Values = NDArray[np.float64]
HEIGHT = 300  # pixels
_BLUE, _ORANGE, _PURPLE = RUN_COLOURS[0], RUN_COLOURS[1], RUN_COLOURS[3]
#: The colour of what is shown first, of what is shown beside it, of the mended one.
SHOWN, BESIDE, MENDED = _ORANGE, _PURPLE, _BLUE
_ROOM = 1.18  # of the highest bar: its number stands above it
_POWERS = 5  # of ten, about, along a logarithmic axis
_MARGIN = 0.05  # of an axis, beyond the highest and the lowest curve


@dataclass(frozen=True)
class Series:
    """What seeds of one setting gave.

    Attributes:
        name: translated.
        values: (S, N) by seed; shares of 0 to 1 where the axis is in percent.
        colour: ``SHOWN``, ``BESIDE`` or ``MENDED``.
        drawn: False: the axes have room for it, and it is not there yet.
        dash: of its curve.
    """

    name: str
    values: Values
    colour: str
    drawn: bool = True
    dash: str = "solid"


@dataclass(frozen=True)
class Panel:
    """Curves over one axis.

    Attributes:
        title: of the values' axis, with its unit, translated.
        series: from the first on.
        log: whether the axis is logarithmic.
        percent: whether values are shares that are written in percent.
        level: a value of which a dotted line tells, and what it says.
    """

    title: str
    series: Sequence[Series]
    log: bool = False
    percent: bool = False
    level: tuple[float, str] | None = None


def bars_figure(
    names: Sequence[str], series: Sequence[Series], title: str, *, shares: bool = True
) -> go.Figure:
    """Groups of bars: means of the seeds; standard deviations stand with their numbers.

    Args:
        names: of the groups, translated.
        series: a bar of each in each group.
        title: of the values' axis, with its unit.
        shares: whether values are shares that are written in percent.
    """
    figure = go.Figure()
    times = 100 if shares else 1
    for each in series:
        if not each.drawn:
            continue
        mean, deviation = _summary(each.values * times)
        figure.add_bar(
            x=list(names), y=mean, name=each.name, marker_color=each.colour,
            text=[_text(m, d) for m, d in zip(mean, deviation, strict=True)],
            textposition="outside", textangle=0, cliponaxis=False, constraintext="none",
            textfont={"size": FONT_PIXELS}, hoverinfo="skip",
        )  # fmt: skip
    laid_out(figure, HEIGHT)
    most = max(float(each.values.mean(axis=0).max()) for each in series) * times
    figure.update_layout(
        barmode="group", bargap=0.25, showlegend=True, legend=LEGEND_ABOVE, separators=f".{THIN}"
    )
    figure.update_yaxes(title=title, range=(0, most * _ROOM), fixedrange=True)
    # Names may look like numbers.
    figure.update_xaxes(type="category", fixedrange=True)
    return figure


def curves_figure(panels: Sequence[Panel], x_title: str) -> go.Figure:
    """Panels side by side: means of the seeds, with a band of their standard deviation; of
    logarithms where the axis is logarithmic.

    Args:
        panels: one or two.
        x_title: what is counted along all axes, from 1 on.
    """
    figure = make_subplots(rows=1, cols=len(panels), horizontal_spacing=0.24)
    named = set[str]()
    for column, panel in enumerate(panels, start=1):
        for each in panel.series:
            if each.drawn:
                _curve(figure, panel, each, column, listed=each.name not in named)
                named.add(each.name)
        if panel.level is not None:
            value, text = panel.level
            figure.add_hline(
                y=value, line={"dash": "dot", "color": QUIET, "width": 2}, row=1, col=column,
                annotation={"text": text, "font": {"size": FONT_PIXELS}},
                annotation_position="bottom right",
            )  # fmt: skip
    laid_out(figure, HEIGHT)
    figure.update_layout(showlegend=True, legend=LEGEND_ABOVE)
    figure.update_xaxes(title=x_title, zeroline=False, fixedrange=True)
    for column, panel in enumerate(panels, start=1):
        figure.update_yaxes(
            title=panel.title, zeroline=False, fixedrange=True, range=_range(panel),
            type="log" if panel.log else "linear", row=1, col=column,
        )  # fmt: skip
        if panel.log:
            low, high = _range(panel)
            step = max(1, round((high - low) / _POWERS))
            figure.update_yaxes(dtick=step, exponentformat="power", row=1, col=column)
    return figure


def gates_figure(pictures: Sequence[tuple[str, Values]], titles: tuple[str, str, str]) -> go.Figure:
    """Gates of pictures, a row each; white is a half.

    Args:
        pictures: names, and (P, C) gates, of one or two, side by side.
        titles: of the channels, of the pictures, of the colours.
    """
    channels, rows, gate = titles
    figure = make_subplots(
        rows=1, cols=2, horizontal_spacing=0.06, shared_yaxes=True,
        subplot_titles=[name for name, _values in pictures] + [""] * (2 - len(pictures)),
    )  # fmt: skip
    for column, (name, values) in enumerate(pictures, start=1):
        figure.add_heatmap(
            z=values, coloraxis="coloraxis", row=1, col=column, name=name,
            hovertemplate=f"{gate}: %{{z:.2f}}<extra></extra>",
        )  # fmt: skip
    laid_out(figure, HEIGHT)
    figure.update_layout(
        margin={"t": 30, "pad": 0},
        coloraxis={
            "cmin": 0.2, "cmax": 0.8,
            "colorscale": [(0, NEGATIVE), (0.5, "#ffffff"), (1, POSITIVE)],
            "colorbar": {"title": {"text": gate, "side": "right"}, "thickness": 14},
        },
    )  # fmt: skip
    figure.update_annotations(font_size=FONT_PIXELS, yshift=4)
    # White gates on a white page: the line says where they end.
    line = {"showline": True, "mirror": True, "linecolor": QUIET, "zeroline": False}
    height, width = pictures[0][1].shape
    figure.update_xaxes(title=channels, range=(-0.5, width - 0.5), fixedrange=True, **line)
    figure.update_yaxes(range=(height - 0.5, -0.5), fixedrange=True, **line)
    figure.update_yaxes(title=rows, row=1, col=1)
    if len(pictures) < 2:
        figure.update_xaxes(visible=False, row=1, col=2)
        figure.update_yaxes(visible=False, row=1, col=2)
    return figure


def _curve(figure: go.Figure, panel: Panel, series: Series, column: int, *, listed: bool) -> None:
    """A mean, and its band under it."""
    values = series.values * (100 if panel.percent else 1)
    mean, deviation = _summary(np.log10(values) if panel.log else values)
    low, high = mean - deviation, mean + deviation
    if panel.log:
        mean, low, high = 10**mean, 10**low, 10**high
    places = np.arange(1, values.shape[1] + 1)
    common: dict[str, Any] = {"legendgroup": series.name, "row": 1, "col": column}
    figure.add_scatter(
        x=np.concatenate([places, places[::-1]]), y=np.concatenate([high, low[::-1]]),
        fill="toself", mode="lines", line={"width": 0}, fillcolor=series.colour, opacity=0.25,
        hoverinfo="skip", showlegend=False, **common,
    )  # fmt: skip
    unit = f"{THIN}%" if panel.percent else ""
    figure.add_scatter(
        x=places, y=mean, mode="lines", name=series.name, showlegend=listed,
        line={"color": series.colour, "width": 3, "dash": series.dash},
        hovertemplate=f"%{{y:.3~g}}{unit}<extra>%{{fullData.name}}</extra>", **common,
    )  # fmt: skip


def _summary(values: Values) -> tuple[Values, Values]:
    """(N,) means and sample deviations over the seeds; of a single one the deviation is 0."""
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1])
    return values.mean(axis=0), deviation


def _range(panel: Panel) -> tuple[float, float]:
    """Of the axis: of all curves of a panel, whether they are drawn or not."""
    values = np.concatenate([each.values.ravel() for each in panel.series])
    if panel.level is not None:
        values = np.append(values, panel.level[0])
    if panel.percent:
        return 0, 100
    if not panel.log:
        return min(0.0, float(values.min())), float(values.max()) * (1 + _MARGIN)
    low, high = np.log10(values.min()), np.log10(values.max())
    margin = _MARGIN * (high - low)
    return float(low - margin), float(high + margin)


def _text(mean: float, deviation: float) -> str:
    """A bar's number; of a small deviation its first decimal is told."""
    decimals = 1 if 0 < deviation < 1 else 0
    more = f"<br>± {deviation:.{decimals}f}" if deviation else ""
    return f"{mean:.{decimals}f}{more}"
