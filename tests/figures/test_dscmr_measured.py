"""Pictures of ranked lists and of epochs: what stands where, by which colour."""

import numpy as np
import pytest

from cnnviz.explain.dscmr_epoch_choice import EpochChoice
from cnnviz.explain.dscmr_measured import Way
from cnnviz.figures.dscmr_epoch_choice import MARKS, epochs_figure
from cnnviz.figures.dscmr_measured import METHOD_COLOURS, retrieval_figure

WORDS = {"precision": "P", "recall": "R", "first": "k", "map": "mAP"}


def way(count: int = 1000) -> Way:
    k = np.arange(1, count + 1)
    return Way(0.5, 0.6, 50, 1 / k, k / count, np.array([0.4, np.nan, 0.6]))


def test_a_method_has_its_colour_also_where_others_are_missing() -> None:
    figure = retrieval_figure([("cca", "CCA", way())], "recall", WORDS, "abc")
    assert figure.data[0].line.color == METHOD_COLOURS["cca"]
    figure = retrieval_figure([("cca", "CCA", way())], "classes", WORDS, "abc")
    assert figure.data[0].marker.color == METHOD_COLOURS["cca"]


@pytest.mark.parametrize("view", ["recall", "first"])
def test_curves_keep_both_ends_and_lie_on_the_values(view: str) -> None:
    full = way()
    (line,) = retrieval_figure([("dscmr", "D", full)], view, WORDS, "abc").data  # type: ignore[arg-type]
    places = full.recall if view == "recall" else np.arange(1, 1001)
    assert (line.x[0], line.x[-1]) == (places[0], places[-1])
    assert np.interp(line.x, places, full.precision) == pytest.approx(line.y)
    assert len(line.x) <= 200


def test_a_list_of_one_item_is_drawn() -> None:
    (line,) = retrieval_figure([("dscmr", "D", way(1))], "first", WORDS, "abc").data
    assert list(line.x) == [1]


def test_the_first_class_is_at_the_top() -> None:
    figure = retrieval_figure([("dscmr", "D", way())], "classes", WORDS, ["one", "two", "three"])
    assert list(figure.layout.yaxis.categoryarray) == ["three", "two", "one"]
    assert list(figure.data[0].y) == ["one", "two", "three"]
    assert figure.data[0].x[0] == 0.4


@pytest.mark.parametrize("run", [0, 1])
def test_three_epochs_are_marked_on_the_test_curve_of_the_run(run: int) -> None:
    validation = np.array([[0.1, 0.3, 0.2], [0.3, 0.2, 0.1]])
    test = np.array([[0.2, 0.3, 0.4], [0.2, 0.5, 0.3]])
    choice = EpochChoice((0, 1), (), validation, test, 9, 9, 9, "it")
    words = dict.fromkeys(("epoch", "map", "others"), "") | {
        name: name for name in ("validation", "test", "last", "fair", "best")
    }
    figure = epochs_figure(choice, run, words)
    by_name = {trace.name: trace for trace in figure.data}
    assert list(by_name["test"].y) == test[run].tolist()
    assert list(by_name["validation"].y) == validation[run].tolist()
    marks = [(by_name[name].x[0], by_name[name].y[0]) for name in ("last", "fair", "best")]
    epochs = [of_runs[run] for of_runs in choice.chosen]
    assert marks == [(epoch, test[run][epoch - 1]) for epoch in epochs]
    assert [by_name[name].marker.symbol for name in ("last", "fair", "best")] == [
        symbol for symbol, _colour, _size in MARKS
    ]
