"""The scatter of multiply-adds and milliseconds, and the lines of what splitting saves."""

import re
from itertools import pairwise

import pytest

from cnnviz.explain.mobilenet_v1_cost import network_cost
from cnnviz.figures.colours import CHOSEN, KIND_NAMES, KINDS
from cnnviz.figures.cost import madds_and_latency
from cnnviz.figures.saving import KERNELS, OUTPUTS, place, saving_lines, separable_share

LAYERS = network_cost("course", size=32).layers
TIMES = {layer.name: 0.5 + i for i, layer in enumerate(LAYERS)}


def test_every_layer_is_a_point_of_its_kinds_colour() -> None:
    figure = madds_and_latency(
        LAYERS,
        TIMES,
        {layer.name: layer.name.upper() for layer in LAYERS},
        height=300,
        tr=str.upper,
    )
    *kinds, line = figure.data
    assert [trace.name for trace in kinds] == [KIND_NAMES[kind].upper() for kind in KINDS]
    assert [trace.marker.color for trace in kinds] == list(KINDS.values())
    drawn = {
        (text.partition("<br>")[0], x, y)
        for trace in kinds
        for text, x, y in zip(trace.text, trace.x, trace.y, strict=True)
    }
    assert drawn == {(layer.name.upper(), layer.madds / 1e6, TIMES[layer.name]) for layer in LAYERS}
    assert "ms" in kinds[0].text[0]
    # The line: were each multiply-add as fast as all together.
    rate = sum(TIMES.values()) / sum(layer.madds for layer in LAYERS)
    madds = [layer.madds / 1e6 for layer in LAYERS]
    assert list(line.x) == [min(madds), max(madds)]
    assert list(line.y) == pytest.approx([1e6 * rate * x for x in line.x])
    # Layers differ by factors of hundreds: on linear axes most lie in the corner.
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"


def test_the_scatter_has_no_background_and_no_text_colour_of_its_own() -> None:
    figure = madds_and_latency(LAYERS, TIMES, {a.name: a.name for a in LAYERS}, height=300, tr=str)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.font.color is None
    assert min(figure.layout.font.size, figure.layout.legend.font.size) >= 14


def test_colours_and_names_are_of_the_same_kinds_and_all_different() -> None:
    assert list(KINDS) == list(KIND_NAMES)
    assert len(set(KINDS.values())) == len(KINDS)


def points(svg: str) -> list[list[tuple[float, float]]]:
    """The lines' points from the lower left, 0 to 1."""
    lines = re.findall(r'points="([^"]+)"', svg)
    pairs = [[pair.split(",") for pair in line.split()] for line in lines]
    return [[(float(x) / 100, 1 - float(y) / 100) for x, y in line] for line in pairs]


def test_lines_begin_and_end_where_the_formula_says() -> None:
    for kernel, line in zip(KERNELS, points(saving_lines(3)), strict=True):
        for outputs, drawn in ((OUTPUTS[0], line[0]), (OUTPUTS[-1], line[-1])):
            share = 1 / outputs + 1 / kernel**2
            assert separable_share(outputs, kernel) == pytest.approx(share)
            assert drawn == pytest.approx(place(outputs, share), abs=1e-4)
        assert all(later[1] < earlier[1] for earlier, later in pairwise(line))


def test_places_are_doublings_along_and_shares_up() -> None:
    steps = [place(outputs, 0)[0] for outputs in OUTPUTS]
    assert steps == pytest.approx([i / 7 for i in range(8)])
    assert place(8, 1 / 8 + 1 / 9) == pytest.approx((0, 1))


@pytest.mark.parametrize("chosen", KERNELS)
def test_the_chosen_kernels_line_alone_is_strong(chosen: int) -> None:
    colours = re.findall(r'stroke="([^"]+)"', saving_lines(chosen))
    assert [kernel for kernel, c in zip(KERNELS, colours, strict=True) if c == CHOSEN] == [chosen]
