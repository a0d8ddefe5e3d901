"""Why tests differ, as pictures: where on the map, and how much by each cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import hex_to_rgb
from plotly.subplots import make_subplots

from cnnviz.figures.colours import CHOSEN
from cnnviz.figures.layout import laid_out
from cnnviz.figures.numbers import THIN
from cnnviz.figures.seeds import summary
from cnnviz.figures.training import RUN_COLOURS

Pixels = NDArray[np.uint8]

#: Shares of the tests that say something else than most do: from, and the colour. Yellow to dark
#: red (ColorBrewer's YlOrRd), which stands out from the grey ground, in every eye.
STEPS = ((1e-9, "#FED976"), (0.1, "#FD8D3C"), (0.25, "#E31A1C"), (0.4, "#800026"))
#: Of a pixel of which all tests say the same.
ALIKE = "#BFD3E6"
_ROW, _FRAME = 58, 84  # pixels of a cause, and of what is around them
_GOLDEN = (5**0.5 - 1) / 2
#: Causes at the test, and at the training.
_COLOURS = {True: CHOSEN, False: RUN_COLOURS[0]}


@dataclass(frozen=True, slots=True)
class Cause:
    """What varying one thing alone has given so far.

    Attributes:
        values: overall accuracies, 0 to 1, of each run or test.
        at_test: whether one network is tested again; else networks are trained anew.
    """

    values: tuple[float, ...]
    at_test: bool

    @property
    def deviation(self) -> float | None:
        """Sample standard deviation in percentage points; None where there are fewer than two."""
        deviation = summary(self.values)[1] if self.values else None
        return None if deviation is None else 100 * deviation


def disagreement_picture(shares: NDArray[np.float64]) -> Pixels:
    """Where tests differ.

    Args:
        shares: (H, W) of the tests that say something else than most, 0 to 1; NaN where nothing
            was tested.

    Returns:
        (H, W, 4) RGBA, transparent where nothing was tested.
    """
    colours = [ALIKE, *(colour for _from, colour in STEPS)]
    palette = np.array([(0, 0, 0, 0), *((*hex_to_rgb(c), 255) for c in colours)], dtype=np.uint8)
    known = ~np.isnan(shares)
    # Shares of whole tests: what lies on a step belongs to it.
    above = [np.nan_to_num(shares) >= least - 1e-9 for least, _colour in STEPS[1:]]
    number = 1 + (np.nan_to_num(shares) > 0).astype(np.intp) + sum(a.astype(np.intp) for a in above)
    picture: Pixels = palette[np.where(known, number, 0)]
    return picture


def enlarged(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Single pixels that were tested, as squares of 3 x 3 where that hides no other tested one.

    Args:
        shares: (H, W), NaN where nothing was tested.
    """
    height, width = shares.shape
    padded, found = np.pad(shares, 1, constant_values=np.nan), shares.copy()
    for row in range(3):
        for column in range(3):
            near = padded[row : row + height, column : column + width]
            found = np.where(np.isnan(found), near, found)
    return found


def causes_figure(
    causes: Sequence[tuple[str, Cause]], words: Mapping[str, str]
) -> go.Figure:  # fmt: skip
    """For each cause the accuracy of every run, and beside it their standard deviation as a bar.

    Args:
        causes: names and what they gave, from top to bottom.
        words: "oa" and "deviation" for the axes; "none" where there are no two runs yet; "number",
            a sentence with the places ``{number}`` and ``{value}`` for what is pointed at.
    """
    figure = make_subplots(
        rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.03, column_widths=[0.56, 0.44]
    )
    for row, (_name, cause) in enumerate(causes):
        colour = _COLOURS[cause.at_test]
        _points(figure, row, cause, colour, words)
        _bar(figure, row, cause, colour, words)
    laid_out(figure, _FRAME + _ROW * max(len(causes), 1))
    figure.update_layout(uirevision="causes", bargap=0.35)
    figure.update_yaxes(
        tickvals=list(range(len(causes))), ticktext=[name for name, _cause in causes],
        zeroline=False, showgrid=False, range=[max(len(causes), 1) - 0.5, -0.5], fixedrange=True,
    )  # fmt: skip
    figure.update_xaxes(title=words["oa"], zeroline=False, row=1, col=1)
    most = max((cause.deviation or 0 for _name, cause in causes), default=0)
    # Room for the number at the longest bar.
    figure.update_xaxes(
        title=words["deviation"], zeroline=True, range=(0, 1.35 * most or 1), row=1, col=2
    )
    if not any(cause.values for _name, cause in causes):
        figure.update_xaxes(range=(90, 100), row=1, col=1)
    return figure


def _points(
    figure: go.Figure, row: int, cause: Cause, colour: str, words: Mapping[str, str]
) -> None:  # fmt: skip
    values = 100 * np.array(cause.values, dtype=np.float64)
    places = row + 0.5 * ((0.5 + _GOLDEN * np.arange(len(values))) % 1 - 0.5)
    told = [
        words["number"].format(number=i, value=f"{value:.2f}{THIN}%")
        for i, value in enumerate(values, 1)
    ]
    figure.add_scatter(
        x=values, y=places, mode="markers", text=told, hovertemplate="%{text}<extra></extra>",
        marker={"size": 11, "color": colour, "opacity": 0.8}, row=1, col=1,
    )  # fmt: skip


def _bar(
    figure: go.Figure, row: int, cause: Cause, colour: str, words: Mapping[str, str]
) -> None:  # fmt: skip
    deviation = cause.deviation
    text = words["none"] if deviation is None else f"{deviation:.2f}"
    look: dict[str, Any] = {"textposition": "outside", "cliponaxis": False, "hoverinfo": "skip"}
    figure.add_bar(
        x=[deviation or 0], y=[row], orientation="h", text=[text], marker={"color": colour},
        row=1, col=2, **look,
    )  # fmt: skip
