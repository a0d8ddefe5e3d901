"""Pictures of planted mistakes: what is hidden is not there, and the axes are there for it."""

import numpy as np
import pytest

from cnnviz.figures.bugs import (
    MENDED,
    SHOWN,
    Panel,
    Series,
    bars_figure,
    curves_figure,
    gates_figure,
)

LOW = np.array([[0.1, 0.2], [0.3, 0.2]])
HIGH = np.array([[0.8, 0.9], [0.9, 0.9]])


def pair(drawn: bool) -> list[Series]:
    return [Series("shown", LOW, SHOWN), Series("mended", HIGH, MENDED, drawn)]


@pytest.mark.parametrize("log", [False, True])
def test_the_answer_does_not_move_the_axes(log: bool) -> None:
    hidden, shown = (
        curves_figure([Panel("loss", pair(drawn), log=log)], "epoch") for drawn in (False, True)
    )
    assert hidden.layout.yaxis.range == shown.layout.yaxis.range
    assert len(shown.data) == 2 * len(hidden.data)
    bars = [bars_figure(["a", "b"], pair(drawn), "accuracy (%)") for drawn in (False, True)]
    assert bars[0].layout.yaxis.range == bars[1].layout.yaxis.range
    assert [len(figure.data) for figure in bars] == [1, 2]


def test_what_is_hidden_is_named_nowhere() -> None:
    curves = curves_figure([Panel("loss", pair(False))], "epoch")
    assert "mended" not in curves.to_json()
    assert "mended" not in bars_figure(["a", "b"], pair(False), "").to_json()


def test_a_bar_is_the_mean_and_its_number_tells_the_sample_deviation() -> None:
    [bar] = bars_figure(["a", "b"], pair(False), "accuracy (%)").data
    assert list(bar.y) == pytest.approx([20, 20])
    assert bar.text == ("20<br>± 14", "20")


def test_curves_of_a_logarithmic_axis_have_the_mean_of_the_logarithms() -> None:
    series = Series("loss", np.array([[1.0], [100.0]]), SHOWN)
    band, line = curves_figure([Panel("loss", [series], log=True)], "epoch").data
    assert list(line.y) == pytest.approx([10])
    assert sorted(band.y) == pytest.approx([10 ** (1 - 2**0.5), 10 ** (1 + 2**0.5)])


def test_a_name_is_in_the_legend_once_over_all_panels() -> None:
    panels = [Panel("loss", pair(True)), Panel("accuracy", pair(True), percent=True)]
    figure = curves_figure(panels, "epoch")
    assert [each.name for each in figure.data if each.showlegend] == ["shown", "mended"]
    assert figure.layout.yaxis2.range == (0, 100)


def test_gates_have_a_half_in_the_middle_of_their_colours() -> None:
    figure = gates_figure([("shown", LOW), ("mended", HIGH)], ("channel", "picture", "gate"))
    colours = figure.layout.coloraxis
    assert (colours.cmin + colours.cmax) / 2 == 0.5
    np.testing.assert_array_equal([each.z for each in figure.data], [LOW, HIGH])
