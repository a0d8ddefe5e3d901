"""The MobileNetV2 lesson: its hero, its block, its cost, in both languages and by link."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.explain.mobilenet_v2_block import blocks, network_cost
from cnnviz.explain.mobilenet_v2_cost import parts
from cnnviz.explain.mobilenet_v2_linear import collapse, errors
from cnnviz.figures.numbers import millions, si, whole
from dashboard.lessons import mobilenet_v2_latency
from tests.dashboard import pages
from tests.dashboard.pages import html, told

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "mobilenet_v2.py"


def opened(*, unfolded: str = "", **link: str) -> AppTest:
    """The lesson, a fold of it open."""
    if not unfolded:
        return pages.opened(LESSON, **link)
    at = AppTest.from_file(str(LESSON), default_timeout=pages.SECONDS)
    at.session_state[unfolded] = True
    for key, text in link.items():
        at.query_params[key] = text
    return pages.sound(at.run())


def cells(at: AppTest) -> list[list[str]]:
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html(at))
    return [re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row) for row in rows]


@pytest.mark.parametrize("tab", ["block", "cost"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_tab_is_complete_at_first_paint(tab: str, lang: str) -> None:
    at = opened(tab=tab, lang=lang)
    assert not at.warning
    assert at.title[0].value == "MobileNetV2"
    assert at.slider(key="channels").value == 3
    assert at.expander


def test_the_sentence_is_computed_from_the_numbers() -> None:
    at = opened(points="moons", matrix="4", channels="2")
    way, over = (
        collapse("moons", "relu", seed=4, deviation=1), errors("moons", "relu", deviation=1)
    )  # fmt: skip
    text = told(at)
    assert f"{100 * way.lost[0]:.0f}\u202f% of the points lose all 2 channels" in text
    assert f"Error {way.error[0]:.2f}; over 50 random matrices {over.mean[0]:.2f}" in text
    at.slider(key="channels").set_value(50).run()
    assert "at least two of the 50 channels" in told(at)
    assert f"Error {way.error[48]:.2f}" in told(at)
    assert dict(at.query_params) == {"points": "moons", "matrix": "4", "channels": "50"}


def test_without_putting_size_right_the_plain_error_is_told() -> None:
    way = collapse("spiral", "relu", seed=0, deviation=1)
    assert f"Error {way.plain_error[28]:.2f}" in told(opened(channels="30", fit="0"))
    assert f"Error {way.error[28]:.2f}" in told(opened(channels="30"))


def test_for_relu6_the_scale_is_told() -> None:
    assert "above 6" not in told(opened())
    assert "as behind a batch norm" in told(opened(activation="relu6"))
    above = collapse("spiral", "relu6", seed=0, deviation=6).above
    assert f"σ = 6: {100 * above:.1f}\u202f% of the values are above 6" in told(
        opened(activation="relu6", deviation="6")
    )


def test_the_block_is_drawn_with_the_counted_numbers() -> None:
    at = opened(v2_block="5", t="4")
    fifth = blocks("course", expansion=4)[4]
    drawn = html(at)
    for layer in fifth.layers:
        assert f"{whole(layer.parameters)} parameters" in drawn
        assert f"{si(layer.madds)}\u202fMAdds" in drawn
    assert "the input, unchanged" in drawn
    assert f"**{whole(sum(layer.parameters for layer in fifth.layers))}** parameters" in told(at)


@pytest.mark.parametrize(
    ("number", "reason"),
    [("2", "16 channels cannot be added to 24"), ("4", "the stride is 2, 32 pixels a side become")],
)
def test_where_there_is_no_shortcut_the_drawing_says_why(number: str, reason: str) -> None:
    assert reason in html(opened(v2_block=number))


def test_bars_are_as_high_as_there_are_channels() -> None:
    drawn = html(opened(v2_block="3", t="5"))
    heights = [float(h) for h in re.findall(r"<rect [^>]*height='([\d.]+)'", drawn)][:5]
    assert heights == pytest.approx([heights[0] * n for n in (1, 5, 5, 1, 1)], abs=0.3)


def test_the_course_s_block_has_a_convolution_in_its_shortcut() -> None:
    drawn = html(opened(v2_block="2", variant="course"))
    assert "1 × 1 convolution, 16 → 24: 432 parameters" in drawn
    assert "3 × 3, ReLU6" not in drawn


def test_at_a_resolution_that_a_network_does_not_have_the_page_says_so() -> None:
    assert "ResNet-50 has no block at 112 × 112" in html(opened(v2_block="1", block_layout="paper"))


def test_whole_networks_are_drawn_in_one_scale() -> None:
    drawn = html(opened(block_view="whole", block_layout="paper", t="10"))
    rows = re.findall(r"<div class='skyline'>(.*?)</div>", drawn)
    bars = [re.findall(r"height:([\d.]+)%[^>]*title='(\d+)'", row) for row in rows]
    assert [len(row) for row in bars] == [27, 52, 49]
    for height, width in (bar for row in bars for bar in row):
        assert float(height) == pytest.approx(100 * int(width) / 2048, abs=0.01)
    assert max(int(width) for _height, width in bars[1]) == 1600
    cost = network_cost("paper", size=224, expansion=10)
    assert f"{millions(cost.parameters)} parameters" in drawn


def test_the_course_s_variant_is_told_by_its_layers() -> None:
    at = opened(block_view="course")
    assert "2\u202f296\u202f922" in told(at)
    assert "2\u202f236\u202f682" in told(at)
    assert cells(at)[-1][2] == "60\u202f240"
    # A shortcut wherever the stride is 1: all but three of 17.
    assert "14 of 17 blocks have a shortcut instead of 10" in told(at)


def test_sums_are_the_counters_and_move_with_the_sliders() -> None:
    at = opened(tab="cost")
    numbers = re.findall(r"<b>([^<]*)</b>", html(at))
    cost = network_cost("paper", size=224)
    assert numbers[:3] == [millions(n) for n in (cost.madds, cost.parameters, cost.activations)]
    at.slider(key="cost_alpha").set_value(0.5).run()
    thin = network_cost("paper", alpha=0.5, size=224)
    assert re.findall(r"<b>([^<]*)</b>", html(at))[0] == millions(thin.madds)
    assert dict(at.query_params) == {"tab": "cost", "cost_alpha": "0.5"}


def test_memory_is_that_of_the_dearest_block() -> None:
    at = opened(tab="cost", cost_quantity="memory")
    v1, v2 = (parts(f"mobilenet_v{n}", "paper", alpha=1, size=224) for n in (1, 2))
    most = [4 * max(part.split for part in found) for found in (v2, v1)]
    assert re.findall(r"<b>([^<]*)</b>", html(at))[3] == si(most[0], "B")
    assert f"V1: {si(most[1], 'B')}" in html(at)
    assert f"layer by layer {si(4 * max(part.whole for part in v2), 'B')}" in html(at)


def test_both_networks_columns_have_one_scale() -> None:
    at = opened(tab="cost")
    figures = [e.proto.body for e in at.get("html") if "cost-columns" in e.proto.body[:60]]
    heights = [
        [float(h) for h in re.findall(r"class='bar' style='height:([\d.]+)%", figure)]
        for figure in figures
    ]
    layers = [
        [layer.madds for part in parts(f"mobilenet_v{n}", "paper", alpha=1, size=224)
         for layer in part.layers]
        for n in (1, 2)
    ]  # fmt: skip
    most = max(max(each) for each in layers)
    for drawn, counted in zip(heights, layers, strict=True):
        assert drawn == pytest.approx([100 * n / most for n in counted], abs=0.01)
    names = [re.findall(r"aria-describedby='([^']+)'", figure)[0] for figure in figures]
    assert len(set(names)) == 2


def test_all_numbers_stand_in_tables() -> None:
    at = opened(tab="cost", cost_layout="course", unfolded="cost_numbers")
    found = parts("mobilenet_v2", "course", alpha=1, size=32)
    rows = [row for row in cells(at) if row[3:6] == [
        whole(sum(getattr(part, q) for part in found))
        for q in ("madds", "parameters", "activations")
    ]]  # fmt: skip
    assert rows[0][6:] == [
        whole(max(part.whole for part in found)), whole(max(part.split for part in found))
    ]  # fmt: skip


def test_the_papers_table_tells_how_far_the_count_is_off() -> None:
    at = opened(tab="cost")
    rows = {row[0]: row for row in cells(at)}
    wide = rows["MobileNetV2 1.4"]
    assert wide[1:4] == ["74.7\u202f%", "585\u202fM", "582\u202fM³"]
    assert wide[5:] == ["6.9\u202fM", "6.1\u202fM", "6\u202f108\u202f776", "143\u202fms"]
    notes = told(at)
    assert "multiply-adds \u22120.5\u202f%, parameters \u221211.5\u202f%" in notes
    assert "own paper prints 569\u202fM" in notes
    assert "table 4" in notes


def test_time_is_measured_only_where_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def times(layout: str, passes: int) -> dict[str, dict[str, float]]:
        asked.append(layout)
        each = {"convolution": 1.0, "depthwise": 2.0, "pointwise": 3.0, "linear": 4.0}
        return {"mobilenet_v1": each, "mobilenet_v2": each}

    monkeypatch.setattr(mobilenet_v2_latency.cached, "times", times)
    opened(tab="cost")
    assert not asked
    at = opened(tab="cost", unfolded="cost_latency")
    assert asked == ["paper", "course"]
    assert "10.0\u202fms" in html(at)
    notes = told(at)
    assert "does 0.53 × MobileNetV1's multiply-adds and takes 1.0 × its time: fewer" in notes
    assert "does 3.0 × MobileNetV1's multiply-adds and takes 1.0 × its time: a multi" in notes


@pytest.mark.parametrize(
    ("work", "time", "words"),
    [(0.5, 1.2, "are not faster here"), (0.5, 0.7, "longer"), (0.5, 0.4, "less long"),
     (3, 5, "longer"), (3, 2, "less long")],
)  # fmt: skip
def test_what_was_measured_decides_what_is_said(work: float, time: float, words: str) -> None:
    assert words in mobilenet_v2_latency._compared(work, time)


@pytest.mark.parametrize(
    ("key", "value"), [("channels", "51"), ("t", "0"), ("deviation", "2"), ("points", "star")]
)
def test_values_that_cannot_be_used_give_the_default_and_a_note(key: str, value: str) -> None:
    home = LESSON.parents[1] / "Home.py"
    at = AppTest.from_file(str(home), default_timeout=60).run()
    at._page_hash = next(
        link.proto.page_script_hash for link in at.get("page_link")
        if link.proto.label == "MobileNetV2"
    )  # fmt: skip
    at.query_params[key] = value
    at.run()
    assert not at.exception
    assert not at.error
    [note] = at.warning
    assert key in note.value
    assert at.slider(key="channels").value == 3
