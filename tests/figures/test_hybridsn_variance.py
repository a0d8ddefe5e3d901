"""Why tests differ, as pictures."""

import numpy as np
import pytest

from cnnviz.figures.hybridsn_variance import (
    ALIKE,
    STEPS,
    Cause,
    causes_figure,
    disagreement_picture,
    enlarged,
)

WORDS = {"oa": "OA", "deviation": "deviation", "none": "…", "number": "number {number}: {value}"}


def test_each_share_has_its_colour_and_what_was_not_tested_has_none() -> None:
    shares = np.array([[np.nan, 0, 0.05, 0.1], [0.2, 0.25, 0.4, 0.8]])
    picture = disagreement_picture(shares)
    colours = [f"#{r:02X}{g:02X}{b:02X}" for r, g, b, _a in picture.reshape(-1, 4)]
    few, some, many, most = (colour for _least, colour in STEPS)
    assert picture[0, 0, 3] == 0
    assert (picture.reshape(-1, 4)[1:, 3] == 255).all()
    assert colours[1:] == [ALIKE, few, some, some, many, most, most]


def test_a_share_that_lies_on_a_step_belongs_to_it_whatever_its_rounding() -> None:
    on_step = 1 - 18 / 20  # 0.09999999999999998
    assert (
        disagreement_picture(np.array([[on_step]])) == disagreement_picture(np.array([[0.1]]))
    ).all()


def test_single_pixels_are_drawn_larger_and_hide_no_other() -> None:
    shares = np.full((5, 7), np.nan)
    shares[0, 0], shares[2, 4], shares[2, 5] = 0.1, 0.2, 0.3
    found = enlarged(shares)
    known = ~np.isnan(shares)
    assert (found[known] == shares[known]).all()
    assert (found[:2, :2] == 0.1).all()
    assert (found[1:4, 3] == 0.2).all()
    assert (found[1:4, 6] == 0.3).all()
    assert np.isnan(found[4]).all()
    assert np.isnan(found[:, 2]).all()


def test_every_run_has_a_point_and_every_cause_a_bar_with_its_number() -> None:
    causes = [
        ("dropout", Cause((0.91, 0.93, 0.92), at_test=True)),
        ("weights", Cause((0.95,), at_test=False)),
        ("split", Cause((), at_test=False)),
    ]
    figure = causes_figure(causes, WORDS)
    points = [trace for trace in figure.data if trace.type == "scatter"]
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [list(trace.x) for trace in points] == [pytest.approx([91, 93, 92]), [95], []]
    assert points[0].text[1] == "number 2: 93.00\u202f%"
    assert [trace.x[0] for trace in bars] == [pytest.approx(1.0), 0, 0]
    assert [trace.text[0] for trace in bars] == ["1.00", "…", "…"]
    assert len({round(y, 6) for y in points[0].y}) == 3
    assert points[0].marker.color == bars[0].marker.color != points[1].marker.color
    assert list(figure.layout.yaxis.ticktext) == ["dropout", "weights", "split"]
    # The longest bar has room for its number.
    assert figure.layout.xaxis2.range[1] > 1.2


def test_nothing_yet_is_drawn_as_an_empty_figure() -> None:
    figure = causes_figure([("dropout", Cause((), at_test=True))], WORDS)
    assert figure.layout.xaxis.range == (90, 100)
    assert causes_figure([], WORDS).data == ()
