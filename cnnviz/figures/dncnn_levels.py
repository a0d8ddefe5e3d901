"""Networks against noise levels, as a matrix of numbers in colours."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from cnnviz.figures.colours import CHOSEN, QUIET
from cnnviz.figures.layout import FONT_PIXELS, laid_out
from cnnviz.figures.numbers import THIN
from cnnviz.figures.scales import DIVERGING, SEQUENTIAL, Rgb, coloured

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_levels_table import Levels

View = Literal["psnr", "gain", "behind"]

_ROW, _FRAME = 58, 112  # pixels of a row, and of what is around all of them
_TEXT = 17  # pixels
_UNKNOWN = "…"
# How bright red, green and blue are (ITU-R BT.709), and from where on black is read on a colour.
_LUMINANCE, _LIGHT = (0.2126, 0.7152, 0.0722), 115


def place(sigma: float, sigmas: Sequence[float]) -> float:
    """Where a noise level lies among the columns: 0 is the middle of the first one, and between
    two of them as far as it is between their levels; no noise is the matrix's left edge.

    Args:
        sigma: grey levels.
        sigmas: of the columns, rising.
    """
    return float(np.interp(sigma, (0, *sigmas), (-0.5, *range(len(sigmas)))))


def levels_figure(
    levels: "Levels", view: View, sigma: float, names: Sequence[str], words: Mapping[str, str]
) -> go.Figure:  # fmt: skip
    """The matrix, the best network of each column framed, and the slider's place.

    Args:
        levels: what was measured; what is not yet is blank.
        view: the numbers: PSNR, how much it is above that of the noisy pictures, or how far it is
            from that of the best network.
        sigma: the slider's place, grey levels.
        names: of the rows, translated.
        words: "trained" and "tested" for the axes; "cell", a sentence with the places ``{name}``,
            ``{sigma}``, ``{psnr}``, ``{gain}`` and ``{behind}`` for what is pointed at.
    """
    values: NDArray[np.float64] = getattr(levels, view)
    signed = view != "psnr"
    low, high = _span(values, signed)
    figure = go.Figure()
    figure.add_heatmap(
        z=values, customdata=_told(levels, names, words["cell"]), xgap=3, ygap=3,
        hoverongaps=False, hovertemplate="%{customdata}<extra></extra>",
        colorbar={"title": {"text": "dB"}, "thickness": 14, "outlinewidth": 0},
        zmin=low, zmax=high, colorscale=_steps(DIVERGING if signed else SEQUENTIAL),
    )  # fmt: skip
    _numbers(figure, values, signed)
    for column, row in enumerate(levels.best):
        if row is not None:
            _frame(figure, column, row)
    laid_out(figure, _FRAME + _ROW * len(names))
    _mark(figure, place(sigma, levels.sigmas), sigma)
    ticks = {"showgrid": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(
        title=words["tested"], tickvals=list(range(len(levels.sigmas))),
        ticktext=[f"{each:g}" for each in levels.sigmas],
        range=(-0.5, len(levels.sigmas) - 0.5), **ticks,
    )  # fmt: skip
    figure.update_yaxes(
        title=words["trained"], tickvals=list(range(len(names))), ticktext=list(names),
        range=(len(names) - 0.5, -0.5), **ticks,
    )  # fmt: skip
    figure.update_layout(margin={"t": 34}, uirevision=view)
    return figure


def decibels(value: float, *, signed: bool = False) -> str:
    """Two decimals: 29.23; or with its sign: +9.06, −0.18."""
    rounded = round(value, 2) + 0.0  # no minus before a zero
    text = f"{rounded:+.2f}" if signed and rounded else f"{rounded:.2f}"
    return text.replace("-", "\u2212")


def _texts(values: NDArray[np.float64], signed: bool) -> list[list[str]]:
    return [
        [_UNKNOWN if np.isnan(value) else decibels(value, signed=signed) for value in row]
        for row in values.tolist()
    ]


def _told(levels: "Levels", names: Sequence[str], sentence: str) -> list[list[str]]:
    """What is said of each cell."""
    views = [(levels.psnr, False), (levels.gain, True), (levels.behind, True)]
    psnr, gain, behind = (_texts(values, signed) for values, signed in views)
    return [
        [
            sentence.format(
                name=name, sigma=f"{sigma:g}", psnr=psnr[n][s] + f"{THIN}dB",
                gain=gain[n][s] + f"{THIN}dB", behind=behind[n][s] + f"{THIN}dB",
            )
            for s, sigma in enumerate(levels.sigmas)
        ]
        for n, name in enumerate(names)
    ]  # fmt: skip


def _span(values: NDArray[np.float64], signed: bool) -> tuple[float, float]:
    """What the colours go from and to."""
    known = values[~np.isnan(values)]
    if not known.size:
        return 0.0, 1.0
    most = float(np.abs(known).max()) or 1.0
    return (-most, most) if signed else (float(known.min()), float(known.max()))


def _steps(colours: Sequence[Rgb]) -> list[tuple[float, str]]:
    return [(i / (len(colours) - 1), f"rgb{colour}") for i, colour in enumerate(colours)]


def _numbers(figure: go.Figure, values: NDArray[np.float64], signed: bool) -> None:
    """Every cell's number, in black or white, whichever stands out from the cell."""
    low, high = _span(values, signed)
    known = np.nan_to_num(values)
    # Both scales of ``coloured`` begin at 0 or at the negative of their end.
    most, shown = (high, known) if signed else (high - low, known - low)
    light = coloured(shown, most, signed) @ np.array(_LUMINANCE) > _LIGHT
    colours = np.where(np.isnan(values), QUIET, np.where(light, "black", "white"))
    rows, columns = np.indices(values.shape).reshape(2, -1)
    figure.add_scatter(
        x=columns, y=rows, mode="text", hoverinfo="skip",
        text=[text for row in _texts(values, signed) for text in row],
        textfont={"size": _TEXT, "color": colours.ravel().tolist()},
    )  # fmt: skip


def _frame(figure: go.Figure, column: int, row: int) -> None:
    """Black with white around it: seen on every colour."""
    for colour, width in (("white", 6), ("black", 3)):
        figure.add_shape(
            type="rect", x0=column - 0.47, x1=column + 0.47, y0=row - 0.44, y1=row + 0.44,
            line={"color": colour, "width": width},
        )  # fmt: skip


_NEAR = 0.3  # of a column: its number takes so much to each side


def _mark(figure: go.Figure, at: float, sigma: float) -> None:
    """The slider's place, with its number above: a line over all rows, or one on both sides of a
    column, through whose numbers it would run.
    """
    column = round(at)
    beside = abs(at - column) < _NEAR
    for x in (column - 0.5, column + 0.5) if beside else (at,):
        figure.add_shape(
            type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line={"color": CHOSEN, "width": 4}
        )
    figure.add_annotation(
        x=at, y=1, yref="paper", yanchor="bottom", text=f"<b>σ = {sigma:g}</b>", showarrow=False,
        font={"color": CHOSEN, "size": FONT_PIXELS + 1},
    )  # fmt: skip
