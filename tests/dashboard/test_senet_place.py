"""The question where SE stands: the drawings, the plot's lines, and what is said of them."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.explain import senet_place_flows as flows
from cnnviz.explain.senet_place_flows import AFTER, NONE, STANDARD
from cnnviz.figures.numbers import significant, written
from dashboard.lessons import senet_place
from tests.dashboard import pages
from tests.dashboard.pages import html, told


def page() -> None:
    from dashboard import address
    from dashboard.lessons import senet_place

    address.page_begins("senet")
    senet_place.where()


def opened(**link: str) -> AppTest:
    at = pages.opened(page, **link)
    assert not at.warning
    return at


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_complete_at_first_paint(lang: str) -> None:
    at = opened(lang=lang)
    assert at.slider(key="place_depth").value == 56
    assert html(at).count("<figure>") == 5
    assert "cnnviz.explain.senet_place" in told(at)


def test_each_drawing_has_its_place_of_se_and_the_paper_s_number() -> None:
    figures = html(opened()).split("<figure>")[1:]
    for figure, number in zip(
        figures, ("22.28", "22.23", "22.78", "22.20", "not in the paper"), strict=True
    ):
        assert number in figure
        assert figure.count("<rect class='se'") == 1
        assert figure.count("3 × 3") == 2
        assert figure.count(">ReLU<") == 1
    # The trunk is on the left; the addition's circle is above what follows it.
    at = [re.search(r"<rect class='se' x='(\d+)' y='(\d+)'", figure) for figure in figures]
    left = [float(found[1]) < 50 for found in at if found]
    assert left == [False, False, True, True, True]
    standard, pre, post, identity, after = (float(found[2]) for found in at if found)
    assert pre < identity < standard < after < post


@pytest.mark.parametrize("moment", flows.MOMENTS)
@pytest.mark.parametrize("way", flows.WAYS)
def test_what_is_said_are_the_measured_numbers(moment: str, way: str) -> None:
    at = opened(place_depth="110", place_moment=moment, place_way=way)
    found = flows.read()
    firsts = {p: found.flows[110, p, moment, way].first for p in (AFTER, STANDARD, NONE)}
    text = told(at)
    assert "110 layers, 54 blocks" in text
    assert f"**{written(firsts[AFTER])} times** as much with SE after the addition" in text
    assert f"**{written(firsts[STANDARD])} times** in the standard place" in text
    assert f"{written(firsts[NONE])} times without SE" in text
    assert ("Loss: " in text) == (moment == "steps")


def test_the_course_s_warning_is_said_to_show_only_where_it_does() -> None:
    assert "**The opposite of the warning**" in told(opened())
    trunk = told(opened(place_way="trunk"))
    assert "**The warning shows**" in trunk
    bare = told(opened(place_moment="no_norm"))
    assert "**The warning shows**" in bare
    start = flows.read().shows_from("no_norm", "all")
    assert f"From {start} layers on" in bare
    assert "layers on" not in told(opened())


def test_the_loss_before_and_after_the_steps_is_told() -> None:
    found = flows.read()
    text = told(opened(place_moment="steps", place_depth="80"))
    for place in (AFTER, STANDARD, NONE):
        before, after = found.loss(80, place)
        assert f"{significant(before)} → {significant(after)}" in text


def test_the_slider_has_only_networks_that_there_are() -> None:
    at = opened(place_depth="57")
    assert at.slider(key="place_depth").value == 56
    at.slider(key="place_depth").set_value(14).run()
    assert "14 layers, 6 blocks" in told(pages.sound(at))
    assert at.query_params["place_depth"] == "14"


def test_lines_are_named_and_all_places_can_be_asked_for() -> None:
    few, every = told(opened()), told(opened(place_lines="all"))
    for name in ("without SE", "standard", "after the addition"):
        assert f"-  {name}" in few
    for name in senet_place.NAMES.values():
        assert f"-  {name}" in every
    assert "-  POST" not in few
