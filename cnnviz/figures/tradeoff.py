"""What networks are right on against what they cost: one point a network that was trained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cnnviz.figures.colours import QUIET
from cnnviz.figures.layout import LEGEND_ABOVE, laid_out
from cnnviz.figures.numbers import millions
from cnnviz.figures.seeds import mean_text, summary
from cnnviz.figures.training import RUN_COLOURS

#: By the place of a shape among those of a figure.
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross")
_SIZE = 12
_BESIDE = 1.6  # times as far as the last point an axis goes on


@dataclass(frozen=True, slots=True)
class Network:
    """A network in the picture.

    Attributes:
        name: what it is called when it is pointed at.
        madds: multiply-adds of one input.
        shares: what it is right on, 0 to 1: one a seed, or the one that a paper prints.
        colour, shape: what these stand for, as the legend has it; "" for none.
    """

    name: str
    madds: int
    shares: tuple[float, ...]
    colour: str
    shape: str = ""


def tradeoff_figure(
    trained: Sequence[Network], printed: Sequence[Network], words: Mapping[str, str], *, height: int
) -> go.Figure:
    """Accuracy against multiply-adds; what papers print of another task stands in its own panel.

    Networks of one colour are joined by a line, from the cheapest to the dearest. Bars are standard
    deviations over the seeds; what is printed is hollow.

    Args:
        trained: those with one seed or more.
        printed: of the paper; none makes a single panel.
        words: "madds", "accuracy" and "printed": the titles of the axes; "deviation".
        height: pixels.
    """
    figure = make_subplots(cols=2 if printed else 1, horizontal_spacing=0.12)
    colours = _given([*trained, *printed], "colour", RUN_COLOURS)
    shapes = _given([*trained, *printed], "shape", SYMBOLS)
    for column, networks in enumerate((trained, printed) if printed else (trained,), start=1):
        for name, colour in colours.items():
            mine = sorted((n for n in networks if n.colour == name), key=lambda n: n.madds)
            if mine:
                trace = _trace(mine, colour, shapes, words, hollow=column == 2)
                figure.add_trace(trace, row=1, col=column)
        title = words["accuracy" if column == 1 else "printed"]
        figure.update_yaxes(title=title, row=1, col=column)
        figure.update_xaxes(range=_decades(networks), row=1, col=column)
    for name, colour in colours.items():
        figure.add_trace(_key(name, colour, SYMBOLS[0]))
    for name, symbol in shapes.items():
        if name:
            figure.add_trace(_key(name, QUIET, symbol))
    laid_out(figure, height)
    figure.update_layout(showlegend=True, legend=LEGEND_ABOVE)
    figure.update_xaxes(title=words["madds"], type="log", dtick="D2", tickformat="~g")
    figure.update_yaxes(title_standoff=10)
    return figure


def _decades(networks: Sequence[Network]) -> list[float]:
    """The ends of a logarithmic axis on which they lie, with a mark or two beside them."""
    millions_of = [network.madds / 1e6 for network in networks]
    return [log10(min(millions_of) / _BESIDE), log10(max(millions_of) * _BESIDE)]


def _given(networks: Sequence[Network], field: str, looks: Sequence[str]) -> dict[str, str]:
    """How each value of a field is drawn, in the order in which they come."""
    values = dict.fromkeys(getattr(network, field) for network in networks)
    return {value: looks[i % len(looks)] for i, value in enumerate(values)}


def _trace(
    networks: Sequence[Network], colour: str, shapes: Mapping[str, str], words: Mapping[str, str],
    *, hollow: bool,
) -> go.Scatter:  # fmt: skip
    """Networks of one colour."""
    found = [summary(network.shares) for network in networks]
    bars = None if hollow else [100 * (deviation or 0.0) for _mean, deviation in found]
    told = [
        f"{network.name}<br>{millions(network.madds)} MAdds<br>{_told(network, words)}"
        for network in networks
    ]
    return go.Scatter(
        x=[network.madds / 1e6 for network in networks],
        y=[100 * mean for mean, _deviation in found],
        error_y={"array": bars, "color": colour, "thickness": 2},
        mode="lines+markers", line={"color": colour, "width": 1.5},
        marker={
            "size": _SIZE, "color": colour, "opacity": 1,
            "symbol": [shapes[n.shape] + ("-open" if hollow else "") for n in networks],
            "line": {"width": 2 if hollow else 0},
        },
        text=told, hovertemplate="%{text}<extra></extra>", showlegend=False,
    )  # fmt: skip


def _told(network: Network, words: Mapping[str, str]) -> str:
    """Its accuracy, and over how many seeds that is."""
    mean, deviation = summary(network.shares)
    text = mean_text(mean, deviation)
    return (
        text if deviation is None else f"{text} ({words['deviation']}, n = {len(network.shares)})"
    )


def _key(name: str, colour: str, symbol: str) -> go.Scatter:
    """A line of the legend."""
    return go.Scatter(
        x=[None], y=[None], mode="markers", name=name, hoverinfo="skip",
        marker={"size": _SIZE, "color": colour, "symbol": symbol},
    )  # fmt: skip
