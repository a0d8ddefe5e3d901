"""Curves of four trainings: told apart by colour and dash, drawn where they are close."""

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.explain.dncnn_residual import Trained
from cnnviz.figures.dncnn_residual import COLOURS, curves_figure, span

WORDS = {"epoch": "epoch", "psnr": "PSNR (dB)"}


def training(residual: bool, batch_norm: bool, *psnr: float) -> Trained:
    return Trained(
        residual, batch_norm, 7, 32, 25.0, np.array(psnr), len(psnr), 28.0, 0.8, "set12", 12, 60.0,
        "a CPU",
    )  # fmt: skip


FOUR = [
    training(True, True, 24, 28, 29, 29.2), training(True, False, 23, 27, 28.6, 29),
    training(False, True, 12, 20, 27, 28), training(False, False, 15, 25, 28, 28.5),
]  # fmt: skip


def test_the_colour_is_the_output_s_and_the_dash_the_batch_norm_s() -> None:
    figure = curves_figure(FOUR, ["a", "b", "c", "d"], WORDS)
    lines = [(t.name, t.line.color, t.line.dash) for t in figure.data]
    assert lines == [
        ("a", COLOURS[True], "solid"), ("b", COLOURS[True], "dot"),
        ("c", COLOURS[False], "solid"), ("d", COLOURS[False], "dot"),
    ]  # fmt: skip
    for trace, each in zip(figure.data, FOUR, strict=True):
        assert list(trace.x) == [1, 2, 3, 4]
        np.testing.assert_array_equal(trace.y, each.validation)
    assert figure.layout.hovermode == "x unified"
    assert figure.layout.yaxis.title.text == "PSNR (dB)"


def test_the_axis_spans_the_later_half() -> None:
    low, high = span(FOUR) or (0, 0)
    assert 26.5 < low < 27
    assert 29.2 < high < 29.7


@pytest.mark.parametrize("values", [(), (np.nan, np.nan)])
def test_without_a_number_the_axis_is_plotly_s(values: tuple[float, ...]) -> None:
    empty = replace(FOUR[0], validation=np.array(values))
    assert span([empty]) is None
    assert len(curves_figure([empty], ["a"], WORDS).data) == 1


def test_one_epoch_has_room_around_it() -> None:
    assert span([training(True, True, 25.0)]) == (24.5, 25.5)
