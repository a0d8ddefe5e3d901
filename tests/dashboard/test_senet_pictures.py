"""SENet's channels as drawings."""

import re

import numpy as np
import pytest

from dashboard.components.senet_pictures import Bars, answers_cell, bars_html, class_map_cell


def paths(html: str) -> dict[str, str]:
    return dict(re.findall(r"<path class='(\w+)' d='([^']*)'", html))


def test_a_bar_reaches_from_zero_to_its_value() -> None:
    html = bars_html(Bars("Gates", np.array([0.25, 1.0, 0.0]), (0, 1), 100))
    assert paths(html)["plain"] == "M0 100V75h0.88V100zM1 100V0h0.88V100zM2 100V100h0.88V100z"


def test_values_below_zero_hang_from_a_line_inside_the_plot() -> None:
    html = bars_html(Bars("Means", np.array([-1.0, 1.0]), (-1, 1), 100))
    assert paths(html)["plain"].startswith("M0 50V100h")
    assert paths(html)["zero"] == "M0 50H2"
    assert re.findall(r"<span[^>]*>([^<]*)</span>", html) == ["\u22121", "0", "1"]


def test_what_is_beyond_the_axis_is_cut_there() -> None:
    html = bars_html(Bars("Gates", np.array([7.0]), (0, 1), 100))
    assert "V0h" in paths(html)["plain"]


def test_marked_bars_have_their_own_colours() -> None:
    html = bars_html(Bars("Gates", np.ones(4), (0, 1), 100, lifted=[0], pressed=[3], picked=[2]))
    found = paths(html)
    assert [found[kind][:2] for kind in ("lifted", "plain", "picked", "pressed")] == [
        "M0", "M1", "M2", "M3",
    ]  # fmt: skip


def test_the_line_has_a_step_for_each_channel() -> None:
    html = bars_html(Bars("Gates", np.ones(2), (0, 1), 100, line=np.array([0.5, 0.25])))
    assert paths(html)["line"] == "M0 50H1V75H2"


def test_titles_are_escaped() -> None:
    html = bars_html(Bars("<b>", np.ones(1), (0, 1), 100, under="<i>", note="<u>"))
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html
    assert "&lt;u&gt;" in html


def test_a_class_map_names_its_classes_from_top_to_bottom() -> None:
    cell = class_map_cell(
        np.zeros((2, 5, 3), dtype=np.uint8), ["cat", "dog"], title="Map", under="5 channels",
        scale=np.zeros((1, 9, 3), dtype=np.uint8), ends=("0", "1"), values=np.zeros((2, 5)),
        channels=range(5),
    )  # fmt: skip
    assert "<span>cat</span><span>dog</span>" in cell.name
    assert "style='height:48px'" in cell.name
    assert cell.name.count("data:image/png") == 2


def test_an_answer_shows_what_it_is_and_what_it_was() -> None:
    cell = answers_cell("Now", [("cat", 0.25, 0.5, "25 %")])
    assert "width:25.00%" in cell.name
    assert "left:50.00%" in cell.name
    assert "25 %" in cell.name


@pytest.mark.parametrize(("count", "wide"), [(80, "h0.88"), (81, "h1V")])
def test_many_bars_touch(count: int, wide: str) -> None:
    assert wide in paths(bars_html(Bars("Gates", np.ones(count), (0, 1), 100)))["plain"]
