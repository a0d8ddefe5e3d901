"""Trainings of networks that put out the noise or the picture, with and without batch norm."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cnnviz.figures.layout import LEGEND_ABOVE, laid_out
from cnnviz.figures.numbers import THIN
from cnnviz.figures.training import RUN_COLOURS

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_residual import Trained

#: Of the output: the noise, the picture.
COLOURS = {True: RUN_COLOURS[0], False: RUN_COLOURS[1]}
_HEIGHT = 330
_FEW = 30  # points that have room for a marker each
_MARGIN = 0.08  # of what the axis spans, on both sides


def curves_figure(
    trainings: "Sequence[Trained]", names: Sequence[str], words: Mapping[str, str]
) -> go.Figure:  # fmt: skip
    """PSNR after each epoch; the colour is the output's, lines without batch norm are dotted.

    Networks differ by tenths of a decibel where they began ten apart: the axis shows the later
    half of all epochs, and is zoomed out by a double click.

    Args:
        trainings: in the order of the legend.
        names: of them, translated.
        words: "epoch" and "psnr" for the axes, translated.
    """
    figure = go.Figure()
    for each, name in zip(trainings, names, strict=True):
        epochs = np.arange(1, len(each.validation) + 1)
        figure.add_scatter(
            x=epochs, y=each.validation, name=name,
            mode="lines+markers" if len(epochs) <= _FEW else "lines",
            line={"color": COLOURS[each.residual], "width": 2.5,
                  "dash": "solid" if each.batch_norm else "dot"},
            hovertemplate=f"%{{y:.2f}}{THIN}dB",
        )  # fmt: skip
    laid_out(figure, _HEIGHT)
    figure.update_xaxes(title=words["epoch"], rangemode="nonnegative", zeroline=False)
    figure.update_yaxes(title=words["psnr"], range=span(trainings), zeroline=False)
    figure.update_layout(
        showlegend=True, hovermode="x unified",
        legend=LEGEND_ABOVE,
    )  # fmt: skip
    return figure


def span(trainings: "Sequence[Trained]") -> tuple[float, float] | None:
    """Lowest and highest PSNR to draw: those of each training's later half; None without any."""
    later: NDArray[np.float64] = np.concatenate(
        [np.empty(0), *(each.validation[len(each.validation) // 2 :] for each in trainings)]
    )
    known = later[np.isfinite(later)]
    if not known.size:
        return None
    low, high = float(known.min()), float(known.max())
    margin = _MARGIN * (high - low) or 0.5
    return low - margin, high + margin
