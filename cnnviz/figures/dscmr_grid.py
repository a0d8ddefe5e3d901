"""DSCMR's mAP by alpha and beta, as a heat map."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cnnviz.figures.layout import FONT_PIXELS, laid_out
from cnnviz.figures.scales import SEQUENTIAL

_HEIGHT = 330
_LIGHT = 0.55  # of the scale: from here on dark numbers are read better
_FRAME = "#D55E00"


def grid_figure(
    scores: NDArray[np.float64], values: Sequence[float], marked: tuple[float, float],
    labels: Mapping[str, str],
) -> go.Figure:  # fmt: skip
    """A cell for each pair of weights, its mAP in it; dark is the least of the grid.

    Args:
        scores: (n, n) by alpha and beta, one at least finite; NaN stays blank.
        values: (n,) of alpha and of beta.
        marked: alpha and beta of the cell with a frame.
        labels: the words "alpha", "beta" and "map", translated.
    """
    low, high = float(np.nanmin(scores)), float(np.nanmax(scores))
    names = [f"{value:g}" for value in values]
    ends = len(SEQUENTIAL) - 1
    hints = [[f"α {alpha}, β {beta}" for beta in names] for alpha in names]
    heat = go.Heatmap(
        z=scores, zmin=low, zmax=high, xgap=2, ygap=2, text=hints, hoverongaps=False,
        colorscale=[[i / ends, f"rgb{colour}"] for i, colour in enumerate(SEQUENTIAL)],
        colorbar={"title": {"text": labels["map"]}, "thickness": 14, "tickformat": ".2f"},
        hovertemplate="%{text}: %{z:.3f}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(heat)
    for row, column in np.argwhere(np.isfinite(scores)).tolist():
        share = (scores[row, column] - low) / ((high - low) or 1.0)
        figure.add_annotation(
            x=column, y=row, text=f"{scores[row, column]:.3f}", showarrow=False,
            font={"size": FONT_PIXELS, "color": "#000" if share > _LIGHT else "#fff"},
        )  # fmt: skip
    row, column = (values.index(value) for value in marked)
    figure.add_shape(
        type="rect", x0=column - 0.49, x1=column + 0.49, y0=row - 0.49, y1=row + 0.49,
        line={"width": 4, "color": _FRAME},
    )  # fmt: skip
    laid_out(figure, _HEIGHT)
    places = {"tickvals": list(range(len(names))), "ticktext": names, "fixedrange": True}
    figure.update_xaxes(title=labels["beta"], showgrid=False, zeroline=False, **places)
    figure.update_yaxes(title=labels["alpha"], showgrid=False, zeroline=False, **places)
    return figure
