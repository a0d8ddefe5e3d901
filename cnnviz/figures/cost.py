"""Pictures of what a network costs. Those that follow a slider are plain HTML, in
``dashboard.components``; here is what rests, to be read and pointed at.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from cnnviz.figures.colours import KIND_NAMES, KINDS, QUIET
from cnnviz.figures.layout import LEGEND_ABOVE, laid_out
from cnnviz.figures.numbers import THIN, millions, significant
from cnnviz.text import Translate

if TYPE_CHECKING:
    from cnnviz.explain.network_cost import NetworkLayer


def madds_and_latency(
    layers: "Sequence[NetworkLayer]",
    times: Mapping[str, float],
    names: Mapping[str, str],
    *,
    height: int,
    tr: Translate,
) -> go.Figure:
    """Each layer's multiply-adds and how long they took: were time arithmetic, one straight line.

    Both axes are logarithmic: layers differ by factors of hundreds, and what lies on one parallel
    to the line takes the same factor longer than the network on average.

    Args:
        layers: as counted.
        times: milliseconds by layer name.
        names: what to call each layer, by layer name.
        height: pixels.
        tr: translates labels.
    """
    figure = go.Figure()
    for kind, colour in KINDS.items():
        chosen = [layer for layer in layers if layer.kind == kind]
        if not chosen:
            continue
        figure.add_scatter(
            x=[layer.madds / 1e6 for layer in chosen],
            y=[times[layer.name] for layer in chosen],
            mode="markers", marker={"color": colour, "size": 12}, name=tr(KIND_NAMES[kind]),
            text=[
                f"{names[layer.name]}<br>{millions(layer.madds)} MAdds, "
                f"{significant(times[layer.name])}{THIN}ms"
                for layer in chosen
            ],
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    ends = [limit(layer.madds for layer in layers) / 1e6 for limit in (min, max)]
    rate = sum(times.values()) / (sum(layer.madds for layer in layers) / 1e6)
    figure.add_scatter(
        x=ends, y=[rate * end for end in ends], mode="lines", line={"dash": "dot", "color": QUIET},
        name=tr("as the network on average"), hoverinfo="skip",
    )  # fmt: skip
    laid_out(figure, height)
    figure.update_layout(
        showlegend=True,
        legend=LEGEND_ABOVE,
    )
    # Marks at 1, 2 and 5 times a power of ten, written out: plotly would write 2 for 0.02.
    figure.update_xaxes(title=tr("million MAdds"), type="log", dtick="D2", tickformat="~g")
    figure.update_yaxes(title=tr("milliseconds"), type="log", dtick="D2", tickformat="~g")
    return figure
