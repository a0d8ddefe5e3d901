"""mAP on validation and on test by epochs, and the epochs that could be reported."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from cnnviz.figures.colours import CHOSEN, QUIET
from cnnviz.figures.layout import LEGEND_ABOVE, laid_out
from cnnviz.figures.seeds import mean_text, summary
from cnnviz.figures.training import RUN_COLOURS

if TYPE_CHECKING:
    from cnnviz.explain.dscmr_epoch_choice import EpochChoice

#: The epochs that could be reported, in the order of ``EpochChoice.chosen``: symbol, colour, and
#: size in pixels, the first the largest: where they fall together, each is seen.
MARKS = (("square", RUN_COLOURS[2], 20), ("circle", RUN_COLOURS[1], 15), ("star", CHOSEN, 11))

_HEIGHT = 360


def epochs_figure(choice: "EpochChoice", run: int, words: Mapping[str, str]) -> go.Figure:
    """A run's two curves, the others' test curves behind them, and three epochs marked.

    Args:
        choice: all runs.
        run: which one, an index.
        words: "epoch" and "map" for the axes; "validation", "test" and "others" for the lines;
            "last", "fair" and "best" for the marks, in the order of ``MARKS``. Translated.
    """
    figure = go.Figure()
    _add_curves(figure, choice, run, words)
    _add_marks(figure, choice, run, words)
    laid_out(figure, _HEIGHT)
    figure.update_layout(
        showlegend=True, uirevision="epochs",
        legend=LEGEND_ABOVE,
    )  # fmt: skip
    low = float(np.quantile(np.concatenate([choice.test[run], choice.validation[run]]), 0.05))
    high = float(max(choice.test.max(), choice.validation[run].max()))
    room = 0.15 * (high - low)
    # The first epochs are far below; what is asked is at the top.
    figure.update_yaxes(title=words["map"], range=(low - room, high + room), zeroline=False)
    figure.update_xaxes(title=words["epoch"], zeroline=False, range=(0.5, choice.epochs + 0.8))
    return figure


def change_of_map(differences: Sequence[float]) -> str:
    """Differences of mAP by their mean with its sign, and their deviation: +0.003 ± 0.001."""
    text = mean_text(*summary(differences), "map")
    return text if text.startswith("\u2212") else f"+{text}"


def _add_curves(
    figure: go.Figure, choice: "EpochChoice", run: int, words: Mapping[str, str]
) -> None:
    epochs = np.arange(1, choice.epochs + 1)
    for number, other in enumerate(choice.test):
        if number != run:
            figure.add_scatter(
                x=epochs, y=other, mode="lines", line={"color": QUIET, "width": 1}, opacity=0.6,
                name=words["others"], legendgroup="others", hoverinfo="skip",
                showlegend=number == int(run == 0),
            )  # fmt: skip
    curves = (("validation", choice.validation[run], "dash"), ("test", choice.test[run], "solid"))
    for name, values, dash in curves:
        figure.add_scatter(
            x=epochs, y=values, mode="lines", name=words[name],
            line={"color": RUN_COLOURS[0], "width": 2.5, "dash": dash},
            hovertemplate=_hint(words),
        )  # fmt: skip


def _add_marks(
    figure: go.Figure, choice: "EpochChoice", run: int, words: Mapping[str, str]
) -> None:
    for (symbol, colour, size), name, of_runs in zip(
        MARKS, ("last", "fair", "best"), choice.chosen, strict=True
    ):
        epoch = int(of_runs[run])
        figure.add_scatter(
            x=[epoch], y=[choice.test[run][epoch - 1]], mode="markers", name=words[name],
            marker={"symbol": symbol, "color": colour, "size": size},
            hovertemplate=_hint(words),
        )  # fmt: skip


def _hint(words: Mapping[str, str]) -> str:
    return f"%{{fullData.name}}<br>{words['epoch']} %{{x}}: %{{y:.4f}}<extra></extra>"
