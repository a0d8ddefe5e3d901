"""Curves of ranked lists, and how well each class is found."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import plotly.graph_objects as go

from cnnviz.figures.layout import LEGEND_ABOVE, laid_out
from cnnviz.figures.training import RUN_COLOURS

if TYPE_CHECKING:
    from cnnviz.explain.dscmr_measured import Way

View = Literal["recall", "first", "classes"]
#: Of each method, everywhere the same.
METHOD_COLOURS = dict(zip(("dscmr", "classifiers", "cca"), RUN_COLOURS, strict=False))

_HEIGHT = 360
_SYMBOLS = dict(zip(METHOD_COLOURS, ("circle", "diamond", "square"), strict=True))
# A mean over hundreds of queries is smooth: so many points show all of it.
_POINTS = 200


def retrieval_figure(
    ways: Sequence[tuple[str, str, "Way"]], view: View, words: Mapping[str, str],
    classes: Sequence[str],
) -> go.Figure:  # fmt: skip
    """A line for each method, or a mark for each method and class.

    Args:
        ways: of each method its code, a key of ``METHOD_COLOURS``, its name, translated, and what
            it finds.
        view: "recall", precision by recall; "first", precision of the first k by k; "classes".
        words: "precision", "recall", "first" (what k is) and "map" for the axes, translated.
        classes: their names, translated.
    """
    figure = go.Figure()
    for code, name, way in ways:
        draw = _by_class if view == "classes" else _line
        figure.add_scatter(name=name, **draw(code, way, view, words, classes))
    laid_out(figure, _HEIGHT)
    figure.update_layout(
        showlegend=True, uirevision=view,
        legend=LEGEND_ABOVE,
    )  # fmt: skip
    if view == "classes":
        figure.update_yaxes(
            type="category", categoryorder="array", categoryarray=list(classes)[::-1],
            tickvals=list(classes), zeroline=False,
        )  # fmt: skip
        figure.update_xaxes(title=words["map"], range=(0, 1.02), zeroline=False)
        return figure
    figure.update_yaxes(title=words["precision"], range=(0, 1.02), zeroline=False)
    if view == "recall":
        figure.update_xaxes(title=words["recall"], range=(0, 1.02), zeroline=False)
    else:
        figure.update_xaxes(title=words["first"], type="log", dtick="D2", tickformat="~g")
    return figure


def _line(
    code: str, way: "Way", view: View, words: Mapping[str, str], _classes: Sequence[str]
) -> dict[str, Any]:  # fmt: skip
    count = len(way.precision)
    # Places that are even along the axis, which is logarithmic by k.
    scale = np.linspace if view == "recall" else np.geomspace
    chosen = np.unique(np.rint(scale(1, count, _POINTS)).astype(int)) - 1
    x = way.recall[chosen] if view == "recall" else chosen + 1
    axis, form = words[view], ".3f" if view == "recall" else ",d"
    return {
        "x": x, "y": way.precision[chosen], "mode": "lines",
        "line": {"color": METHOD_COLOURS[code], "width": 2.5},
        "hovertemplate": f"%{{fullData.name}}<br>{words['precision']} %{{y:.3f}}<br>"
                         f"{axis} %{{x:{form}}}<extra></extra>",
    }  # fmt: skip


def _by_class(
    code: str, way: "Way", _view: View, words: Mapping[str, str], classes: Sequence[str]
) -> dict[str, Any]:  # fmt: skip
    return {
        "x": way.by_class, "y": list(classes), "mode": "markers",
        "marker": {"color": METHOD_COLOURS[code], "symbol": _SYMBOLS[code], "size": 11},
        "hovertemplate": f"%{{y}}<br>%{{fullData.name}}<br>{words['map']} %{{x:.3f}}"
                         "<extra></extra>",
    }  # fmt: skip
