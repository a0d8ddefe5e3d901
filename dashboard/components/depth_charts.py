"""Small charts of one number a block along a network, the present block marked in all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from dashboard.components.board import Cell
from dashboard.components.board_cells import html_cell
from dashboard.components.kept_rows import kept_rows
from dashboard.i18n import _

STYLE = Path(__file__).with_suffix(".css")

_TALL = 74  # units of a drawing's height


@dataclass(frozen=True, slots=True)
class Series:
    """One number a block.

    Attributes:
        name: what it is, translated; "" where the chart's title says all.
        values: at least 0; None where a block has none.
        colour: hexadecimal.
    """

    name: str
    values: Sequence[float | None]
    colour: str


@dataclass(frozen=True, slots=True)
class DepthChart:
    """Lines along the blocks of a network; the numbers of the present block stand over them.

    Attributes:
        title: what the numbers are, translated.
        series: of as many values as there are blocks.
        write: a number as it is read.
        most: the upper end of the scale; the largest value where it is 0.
    """

    title: str
    series: Sequence[Series]
    write: Callable[[float], str]
    most: float = 0.0


def depth_cell(
    charts: Sequence[DepthChart], at: int, *, wide: int = 220, told: str = ""
) -> Cell:  # fmt: skip
    """Charts side by side.

    Args:
        charts: of one network.
        at: the present block, from 0.
        wide: CSS pixels that a chart is about as wide as: its letters have the page's size then.
        told: a sentence over them, translated.
    """
    said = f"<p class='told'>{escape(told)}</p>" if told else ""
    drawn = "".join(_chart(chart, at, wide) for chart in charts)
    return html_cell(f"{said}<div class='depth' data-at='{at}'>{drawn}\n</div>", STYLE)


def _chart(chart: DepthChart, at: int, wide: int) -> str:
    count = len(chart.series[0].values)
    step = wide / count
    values = [value for each in chart.series for value in each.values if value is not None]
    most = chart.most or max(values, default=0) or 1.0
    lines = "".join(_line(each, most, step, at) for each in chart.series)
    keys = "".join(_key(each, chart, at) for each in chart.series)
    return (
        f"<figure><figcaption><b>{escape(chart.title)}</b>{keys}</figcaption>"
        f"<svg viewBox='0 -20 {wide} {_TALL + 38}' aria-hidden='true' {_rows(chart)}>"
        f"<rect class='at' x='{step * at:.1f}' y='0' width='{step:.1f}' height='{_TALL}'/>"
        f"<path class='axis' d='M0 {_TALL}H{wide}'/>"
        f"<path class='axis top' d='M0 0H{wide}'/>{lines}"
        f"<text x='{wide}' y='-5' class='most'>{escape(chart.write(most))}</text>"
        f"<text x='{step / 2:.1f}' y='{_TALL + 15}'>1</text>"
        f"<text x='{wide - step / 2:.1f}' y='{_TALL + 15}'>{count}</text>"
        f"{_number(at, step, count)}</svg></figure>"
    )


def _rows(chart: DepthChart) -> str:
    names = [each.name or chart.title for each in chart.series]
    lines = zip(*(each.values for each in chart.series), strict=True)
    return kept_rows((_("block"), *names), [(i, *each) for i, each in enumerate(lines, start=1)])


def _number(at: int, step: float, count: int) -> str:
    """The present block's number, where it would not lie over the first or the last."""
    if not 1 < at < count - 2:
        return ""
    return f"<text class='here' x='{step * (at + 0.5):.1f}' y='{_TALL + 15}'>{at + 1}</text>"


def _key(series: Series, chart: DepthChart, at: int) -> str:
    value = series.values[at]
    number = "–" if value is None else chart.write(value)
    name = f"{escape(series.name)} " if series.name else ""
    return f"<span><i style='background:{series.colour}'></i>{name}{escape(number)}</span>"


def _line(series: Series, most: float, step: float, at: int) -> str:
    """Points, joined where neighbours have a number both."""
    path, points, drawn = "", "", False
    for i, value in enumerate(series.values):
        if value is None:
            drawn = False
            continue
        x, y = step * (i + 0.5), _TALL * (1 - min(value / most, 1))
        path += f"{'L' if drawn else 'M'}{x:.1f} {y:.1f}"
        points += f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{4.5 if i == at else 2.5}'/>"
        drawn = True
    return f"<g style='--of:{series.colour}'><path d='{path or 'M0 0'}'/>{points}</g>"
