"""Networks against noise levels, as a matrix."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from cnnviz.explain.dncnn_levels_table import Levels
from cnnviz.figures.colours import QUIET
from cnnviz.figures.dncnn_levels import decibels, levels_figure, place

SIGMAS = (5.0, 15.0, 50.0)
WORDS = {
    "trained": "trained", "tested": "tested",
    "cell": "{name} at {sigma}: {psnr}, {gain}, {behind}",
}  # fmt: skip


def levels(psnr: list[list[float]]) -> Levels:
    found = np.array(psnr)[..., None]
    names = {f"network {n}": "" for n in range(len(psnr))}
    noisy = np.array([[34.0], [24.6], [14.2]])
    return Levels("made", "", names, SIGMAS, noisy, found)


KNOWN = levels([[37.1, 31.0, 15.0], [36.0, 30.5, 26.25]])


def figure(found: Levels = KNOWN, view: Any = "psnr", sigma: float = 25) -> go.Figure:
    return levels_figure(found, view, sigma, ("15", "50"), WORDS)


def numbers(drawn: go.Figure) -> list[list[str]]:
    [texts] = [trace for trace in drawn.data if trace.type == "scatter"]
    return [list(texts.text[:3]), list(texts.text[3:])]


@pytest.mark.parametrize(
    ("sigma", "at"), [(0, -0.5), (2.5, -0.25), (5, 0), (10, 0.5), (15, 1), (32.5, 1.5), (50, 2),
                      (75, 2)],
)  # fmt: skip
def test_the_slider_is_between_the_columns_as_far_as_it_is_between_their_levels(
    sigma: float, at: float
) -> None:
    assert place(sigma, SIGMAS) == pytest.approx(at)
    lines = [shape for shape in figure(sigma=sigma).layout.shapes if shape.type == "line"]
    assert all(line.x0 == line.x1 for line in lines)
    assert np.mean([line.x0 for line in lines]) == pytest.approx(
        round(at) if len(lines) > 1 else at
    )
    [number] = figure(sigma=sigma).layout.annotations
    assert number.text == f"<b>σ = {sigma:g}</b>"


@pytest.mark.parametrize("sigma", [5, 6, 15, 27])
def test_no_line_runs_through_the_numbers(sigma: float) -> None:
    lines = [shape for shape in figure(sigma=sigma).layout.shapes if shape.type == "line"]
    assert all(abs(line.x0 - round(line.x0)) > 0.25 for line in lines)


def test_each_view_has_its_numbers_and_zero_in_the_middle_of_signed_colours() -> None:
    assert numbers(figure()) == [["37.10", "31.00", "15.00"], ["36.00", "30.50", "26.25"]]
    gain, behind = figure(view="gain"), figure(view="behind")
    assert numbers(gain) == [["+3.10", "+6.40", "+0.80"], ["+2.00", "+5.90", "+12.05"]]
    assert numbers(behind) == [["0.00", "0.00", "−11.25"], ["−1.10", "−0.50", "0.00"]]
    for signed in (gain, behind):
        assert signed.data[0].zmin == -signed.data[0].zmax
    assert (figure().data[0].zmin, figure().data[0].zmax) == (15, 37.1)


def framed(drawn: go.Figure) -> set[tuple[float, float]]:
    shapes = [shape for shape in drawn.layout.shapes if shape.type == "rect"]
    return {((s.x0 + s.x1) / 2, (s.y0 + s.y1) / 2) for s in shapes}


def test_the_best_of_each_column_is_framed() -> None:
    assert framed(figure()) == {(0, 0), (1, 0), (2, 1)}


def test_what_is_not_measured_yet_is_blank_and_no_best_is_named() -> None:
    drawn = figure(levels([[37.1, 31.0, np.nan], [36.0, np.nan, np.nan]]))
    assert numbers(drawn) == [["37.10", "31.00", "…"], ["36.00", "…", "…"]]
    assert framed(drawn) == {(0, 0)}
    assert drawn.data[0].customdata[1][1] == "50 at 15: …\u202fdB, …\u202fdB, …\u202fdB"
    [texts] = [trace for trace in drawn.data if trace.type == "scatter"]
    assert texts.textfont.color[2] == QUIET, "read on a light page and on a dark one"
    empty = figure(levels([[np.nan] * 3, [np.nan] * 3]), view="gain")
    assert numbers(empty) == [["…"] * 3, ["…"] * 3]


def test_numbers_stand_out_from_their_cells() -> None:
    [texts] = [trace for trace in figure().data if trace.type == "scatter"]
    colours = dict(zip(texts.text, texts.textfont.color, strict=True))
    assert colours["37.10"] == "black", "the light end of the scale"
    assert colours["15.00"] == "white"
    [texts] = [trace for trace in figure(view="behind").data if trace.type == "scatter"]
    colours = dict(zip(texts.text, texts.textfont.color, strict=True))
    assert colours["0.00"] == "black"
    assert colours["−11.25"] == "white"


def test_a_cell_tells_all_three_numbers() -> None:
    told = figure().data[0].customdata
    assert told[0][2] == "15 at 50: 15.00\u202fdB, +0.80\u202fdB, −11.25\u202fdB"


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [(29.234, False, "29.23"), (-3.456, False, "−3.46"), (9.061, True, "+9.06"),
     (-0.181, True, "−0.18"), (-0.001, True, "0.00"), (-0.0, False, "0.00")],
)  # fmt: skip
def test_decibels_have_two_decimals(value: float, signed: bool, text: str) -> None:
    assert decibels(value, signed=signed) == text
