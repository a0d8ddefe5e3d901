"""The strips of many seeds, and how their results are written."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cnnviz.figures.numbers import THIN
from cnnviz.figures.seeds import change_text, is_clear, mean_text, seeds_figure, summary

LABELS = {
    "accuracy": "Genauigkeit", "kappa": "Kappa", "mean": "Mittel", "deviation": "Streuung",
}  # fmt: skip
RESULTS = [
    ("half", [0.97, 0.98, 0.96], ["seed 0", "seed 1", "seed 2"]),
    ("whole", [0.99], ["seed 0"]),
    ("queued", [], []),
]


def test_every_run_is_a_point_in_its_settings_strip() -> None:
    figure = seeds_figure(RESULTS, LABELS)
    half, _mean, whole, _mean = figure.data
    assert_allclose(half.x, [97, 98, 96], rtol=1e-6)
    assert_allclose(whole.x, [99], rtol=1e-6)
    assert list(half.text) == ["seed 0", "seed 1", "seed 2"]
    assert "%{text}" in half.hovertemplate
    assert list(np.rint(half.y)) == [0, 0, 0]
    assert list(np.rint(whole.y)) == [1]
    assert len(set(half.y)) == 3
    assert half.marker.color != whole.marker.color


def test_a_run_more_leaves_the_others_where_they_are() -> None:
    values = [0.9] * 30
    names = [str(i) for i in range(30)]
    thirty = seeds_figure([("a", values, names)], LABELS).data[0].y
    twenty = seeds_figure([("a", values[:20], names[:20])], LABELS).data[0].y
    assert_allclose(thirty[:20], twenty)
    assert np.diff(np.sort(thirty)).min() > 0


def test_mean_and_deviation_are_drawn_and_written() -> None:
    figure = seeds_figure(RESULTS, LABELS)
    _runs, half, _runs, whole = figure.data
    assert_allclose(half.x, [97], rtol=1e-6)
    assert_allclose(half.error_x.array, [1], rtol=1e-5)
    assert whole.error_x.array is None
    assert half.text == (f"Mittel ± Streuung: 97.0{THIN}% ± 1.0",)
    assert whole.text == (f"Mittel: 99.0{THIN}%",)
    titles = figure.layout.yaxis.ticktext
    expected = f"half<br><b>97.0{THIN}% ± 1.0</b>", f"whole<br><b>99.0{THIN}%</b>", "queued"
    assert titles == expected
    first, last = figure.layout.yaxis.range[::-1]
    assert first < 0 < 2 < last  # every strip, the first at the top
    assert figure.layout.xaxis.title.text == "Genauigkeit (%)"


def test_what_is_no_share_has_no_percent() -> None:
    figure = seeds_figure([("half", [0.5, 0.7], ["a", "b"])], LABELS, metric="kappa")
    assert_allclose(figure.data[1].x, [0.6], rtol=1e-6)
    assert "%" not in figure.data[1].text[0] + figure.layout.xaxis.title.text


def test_strips_make_the_figure_higher_and_none_leaves_an_empty_axis() -> None:
    heights = [seeds_figure(RESULTS[:count], LABELS).layout.height for count in (1, 2, 3)]
    assert heights[2] - heights[1] == heights[1] - heights[0] > 0
    for results in ([], [RESULTS[2]]):
        figure = seeds_figure(results, LABELS)
        assert figure.layout.xaxis.range == (0, 100)
        assert figure.layout.height == heights[0]


def test_the_deviation_is_that_of_a_sample() -> None:
    assert summary([1, 2, 3, 6]) == pytest.approx((3, np.sqrt(14 / 3)))
    assert summary([0.5]) == (0.5, None)
    assert summary([0.97786951] * 20)[1] == 0  # no rounding error is left
    with pytest.raises(ValueError, match="mean"):
        summary([])


@pytest.mark.parametrize(
    ("mean", "deviation", "metric", "text"),
    [
        (0.9734, 0.0041, "accuracy", "97.3_% ± 0.4"),
        (0.9734, 0.0004, "oa", "97.34_% ± 0.04"),
        (0.941, 0.032, "aa", "94.1_% ± 3.2"),
        (0.9734, None, "accuracy", "97.3_%"),
        (0.9734, 0.0, "accuracy", "97.3_% ± 0"),
        (0.97341, 0.0041, "kappa", "0.973 ± 0.004"),
        (-0.013, 0.02, "kappa", "\u22120.01 ± 0.02"),
        (29.234, 0.12, "psnr", "29.2 ± 0.1"),
        (29.234, None, "psnr", "29.2"),
    ],
)
def test_results_have_the_digits_that_mean_something(
    mean: float, deviation: float | None, metric: str, text: str
) -> None:
    assert mean_text(mean, deviation, metric) == text.replace("_", THIN)


def test_differences_have_their_sign() -> None:
    assert change_text([1.25, 1.75]) == "+1.5 ± 0.4"
    assert change_text([-0.5]) == "\u22120.5"
    assert change_text([-0.04]) == change_text([0.04]) == "0.0"
    with pytest.raises(ValueError, match="mean"):
        change_text([])


def test_a_difference_is_clear_where_it_is_larger_than_it_varies() -> None:
    assert is_clear([1.0, 2.0, 1.5])
    assert is_clear([-1.0, -2.0, -1.5])
    assert not is_clear([3.0, -1.0, 2.0])


def test_of_fewer_than_three_seeds_nobody_knows_how_much_they_vary() -> None:
    for few in ([3.0], [-1.0, -1.1], [2.0, 2.0]):
        assert not is_clear(few)


def test_the_pages_own_colours_show_through_and_the_type_is_large() -> None:
    layout = seeds_figure(RESULTS, LABELS).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.font.color is None
    fonts = [layout.font, layout.hoverlabel.font, layout.xaxis.tickfont, layout.yaxis.tickfont]
    assert min(font.size for font in fonts) >= 14
