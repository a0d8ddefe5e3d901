"""Pictures of MobileNetV1: a sum of maps growing, what each part adds, its kernels' norms."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from cnnviz.figures.colours import QUIET
from cnnviz.figures.layout import NEGATIVE, POSITIVE, laid_out
from cnnviz.figures.scales import coloured

if TYPE_CHECKING:
    from cnnviz.explain.filters import BlockFilters
    from cnnviz.explain.pointwise import PointwiseSum

#: So many numbers of parts a slider offers; between the first few and all they grow by a factor.
STOPS = 32
_EACH = 12
#: Of the values along a histogram.
BINS = 40


def stops(parts: int) -> tuple[int, ...]:
    """Numbers of parts at which a growing sum is looked at: one by one, then ever faster to all.

    Args:
        parts: how many there are.
    """
    if parts <= STOPS:
        return tuple(range(parts + 1))
    later = np.rint(np.geomspace(_EACH, parts, STOPS - _EACH))
    return tuple(dict.fromkeys((*range(_EACH), *(int(count) for count in later))))


def sum_span(parts: "PointwiseSum") -> tuple[float, float]:
    """What the colours of ``sum_picture`` span: the largest size of the sum on its way, and of the
    finished map."""
    counts = stops(len(parts.order))
    sums = max(float(np.abs(parts.partial(count)).max()) for count in counts)
    return sums, float(parts.finished(len(parts.order)).max())


def sum_picture(
    parts: "PointwiseSum", count: int, span: tuple[float, float], side: int
) -> NDArray[np.uint8]:
    """The sum of the first parts, and beside it what batch norm and ReLU make of that.

    Args:
        parts: one output channel, taken apart.
        count: of parts, the largest first.
        span: as ``sum_span`` gives it.
        side: of each of the two maps at most, in pixels; a value is a whole number of them.

    Returns:
        (h, w, 4) RGBA; transparent between the two.
    """
    maps = (
        coloured(parts.partial(count), span[0], signed=True),
        coloured(parts.finished(count), span[1], signed=False),
    )
    times = max(side // max(maps[0].shape[:2]), 1)
    left, right = (_enlarged(picture, times) for picture in maps)
    gap = np.zeros((left.shape[0], max(side // 16, 1), 4), dtype=np.uint8)
    return np.concatenate((left, gap, right), axis=1)


def parts_figure(parts: "PointwiseSum", labels: Mapping[str, str]) -> go.Figure:
    """How large the parts are, the largest first, and how fast the sum is complete.

    Args:
        parts: one output channel, taken apart.
        labels: the words "channel", "weight", "share", "missing" and "parts", translated.
    """
    order, ranks = parts.order, np.arange(1, len(parts.order) + 1)
    weights, shares = parts.weights[order], 100 * parts.share[order]
    colours = np.where(weights < 0, NEGATIVE, POSITIVE)
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    hover = (
        f"{labels['channel']} %{{customdata[0]}}<br>{labels['weight']} %{{customdata[1]:.3g}}"
        f"<br>{labels['share']} %{{y:.2f}} %<extra></extra>"
    )
    figure.add_bar(
        x=ranks, y=shares, marker={"color": colours, "line_width": 0},
        customdata=np.stack((order, weights), axis=1), hovertemplate=hover, row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=np.arange(len(parts.missing)), y=100 * parts.missing, mode="lines",
        line={"color": QUIET, "width": 3}, row=2, col=1,
        hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(title=f"{labels['share']} (%)", row=1, col=1)
    figure.update_yaxes(title=f"{labels['missing']} (%)", rangemode="tozero", row=2, col=1)
    figure.update_xaxes(title=labels["parts"], row=2, col=1)
    return laid_out(figure, height=340)


def kernels_figure(filters: "Sequence[BlockFilters]", labels: Mapping[str, str]) -> go.Figure:
    """How the depthwise kernels' norms, and the sizes of their batch norms' scales, are spread.

    Shares of a block's kernels in bins: thousands of single points would slow the page down.

    Args:
        filters: of all blocks.
        labels: the words "block", "norm", "gamma" and "kernels", translated.
    """
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.1)
    panels = ("norm", [f.norm for f in filters]), ("gamma", [f.gamma for f in filters])
    blocks = list(range(1, len(filters) + 1))
    for column, (name, values) in enumerate(panels, start=1):
        edges = np.linspace(0, max(float(v.max()) for v in values) or 1.0, BINS + 1)
        shares = [100 * np.histogram(v, edges)[0] / len(v) for v in values]
        percent = np.stack(shares, axis=1)
        percent[percent == 0] = np.nan  # blank
        figure.add_heatmap(
            x=blocks, y=(edges[:-1] + edges[1:]) / 2, z=percent, coloraxis="coloraxis", xgap=4,
            hovertemplate=f"{labels['block']} %{{x}}, {labels[name]} ≈ %{{y:.3g}}: %{{z:.2g}} %"
            "<extra></extra>", row=1, col=column,
        )  # fmt: skip
        figure.update_xaxes(title=labels["block"], tickvals=blocks, row=1, col=column)
        figure.update_yaxes(title=labels[name], rangemode="tozero", row=1, col=column)
    figure.update_layout(
        coloraxis={"colorscale": "Cividis", "colorbar_title": f"{labels['kernels']} (%)"}
    )
    return laid_out(figure, height=320)


def _enlarged(picture: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    """(h * times, w * times, 4), opaque."""
    large = picture.repeat(times, axis=0).repeat(times, axis=1)
    opaque = np.full((*large.shape[:2], 1), 255, dtype=np.uint8)
    return np.concatenate((large, opaque), axis=2)
