"""Accuracy against cost: what is trained and what is printed stand apart."""

import pytest

from cnnviz.figures.tradeoff import Network, tradeoff_figure

WORDS = {
    "madds": "million MAdds", "accuracy": "here (%)", "printed": "paper (%)", "deviation": "sd",
}  # fmt: skip
TRAINED = [
    Network("dear", 40_000_000, (0.5, 0.52, 0.54), "wide", "fine"),
    Network("cheap", 10_000_000, (0.4, 0.42, 0.41), "wide", "coarse"),
    Network("once", 5_000_000, (0.3,), "narrow", "fine"),
]
PRINTED = [Network("paper's", 569_000_000, (0.706,), "wide", "fine")]


def test_each_network_is_a_point_with_its_deviation_as_a_bar() -> None:
    figure = tradeoff_figure(TRAINED, [], WORDS, height=300)
    wide, narrow, *_legend = figure.data
    assert list(wide.x) == [10, 40], "joined from the cheapest to the dearest"
    assert list(wide.y) == pytest.approx([41, 52])
    assert list(wide.error_y.array) == pytest.approx([1, 2])
    assert list(narrow.error_y.array) == [0]
    assert "n = 3" in wide.text[0]
    assert "n =" not in narrow.text[0], "one training has no deviation"
    assert "dear" in wide.text[1]
    assert "40.0" in wide.text[1]
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.yaxis.title.text == "here (%)"
    assert "yaxis2" not in figure.layout.to_plotly_json(), "a single panel"


def test_what_is_printed_is_hollow_and_has_a_scale_of_its_own() -> None:
    figure = tradeoff_figure(TRAINED, PRINTED, WORDS, height=300)
    drawn = [trace for trace in figure.data if trace.x[0] is not None]
    own = [trace for trace in drawn if trace.yaxis == "y"]
    paper = [trace for trace in drawn if trace.yaxis == "y2"]
    assert (len(own), len(paper)) == (2, 1)
    assert figure.layout.yaxis2.title.text == "paper (%)"
    assert all(symbol.endswith("-open") for symbol in paper[0].marker.symbol)
    assert not any(symbol.endswith("-open") for trace in own for symbol in trace.marker.symbol)
    assert paper[0].error_y.array is None, "a paper prints no deviation"
    # The same colour and shape mean the same in both.
    assert paper[0].line.color == own[0].line.color
    assert paper[0].marker.symbol[0].removesuffix("-open") == own[0].marker.symbol[1]


def test_the_legend_names_every_colour_and_every_shape_once() -> None:
    figure = tradeoff_figure(TRAINED, PRINTED, WORDS, height=300)
    named = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert named == ["wide", "narrow", "fine", "coarse"]
    plain = [Network("a", 10, (0.1,), "one"), Network("b", 20, (0.2,), "two")]
    figure = tradeoff_figure(plain, [], WORDS, height=300)
    named = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert named == ["one", "two"], "without shapes there is no key to them"
