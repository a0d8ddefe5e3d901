"""The questions "How narrow?" and "In any network": what is drawn, counted and said."""

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.explain import senet_reduction
from cnnviz.explain.senet_insertion import NETWORKS
from cnnviz.models.se_modules import MODULES
from dashboard.cache import senet_any as cached
from tests.dashboard import pages
from tests.dashboard.pages import html, told


def any_page() -> None:
    from dashboard import address
    from dashboard.lessons import senet_any

    address.page_begins("senet")
    senet_any.in_any()


def narrow_page() -> None:
    from dashboard import address
    from dashboard.lessons import senet_reduction

    address.page_begins("senet")
    senet_reduction.how_narrow()


def text(at: AppTest) -> str:
    return html(at).replace("\u202f", " ") + told(at).replace("\u202f", " ")


@pytest.mark.parametrize("key", MODULES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_module_is_drawn_with_the_shape_behind_every_layer(key: str, lang: str) -> None:
    at = pages.opened(any_page, any_module=key, any_r="8", lang=lang)
    assert not at.warning
    found = cached.module(key, 8)
    drawing = re.search("<svg.*?</svg>", html(at), re.DOTALL)
    assert drawing
    shapes = re.findall(r">([\d×]+)</text>", drawing[0])
    steps = [step.shape for branch in found.branches for step in branch]
    for shape in (found.input_shape, *steps, found.output_shape):
        assert "×".join(map(str, shape)) in shapes
    assert str(found.hidden) in shapes
    assert drawing[0].count("<rect class='se'") == 3
    assert ("class='shortcut'" in drawing[0]) == found.summed


def test_the_slider_changes_drawing_and_table() -> None:
    at = pages.opened(any_page)
    assert "256 × 16 = **8 192**" in text(at)
    assert "25.6 M → 28.1 M" in text(at)
    at.slider(key="any_r").set_value(4).run()
    assert "256 × 64 = **32 768**" in text(at)
    assert "25.6 M → 35.6 M" in text(at)


def test_the_table_has_all_networks() -> None:
    table = html(pages.opened(any_page)).split("<tbody>")[1]
    assert table.count("<tr>") == len(NETWORKS)
    assert "3.86 G → 3.87 G" in text(pages.opened(any_page)), "the paper's numbers are cited"


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some trainings, of which one seed of one setting is missing."""
    content = json.loads(senet_reduction.SHIPPED.read_text(encoding="utf-8"))
    content["runs"] = [
        {"setting": name, "seed": seed, "accuracy": 0.7 + 0.01 * i + 0.001 * seed}
        for i, name in enumerate(content["settings"])
        for seed in (0, 1, 2)
        if (name, seed) != ("32", 1)
    ]
    file = tmp_path / "made.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(senet_reduction.read, "__defaults__", (file,))


@pytest.mark.usefixtures("results")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_results_are_shown_and_what_is_missing_is_named(lang: str) -> None:
    at = pages.opened(narrow_page, lang=lang)
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    points = [len(trace["text"]) for trace in figure["data"] if len(trace["text"]) > 1]
    assert sorted(points) == [2, 3, 3, 3, 3, 3], "each run is a point"
    (notice,) = (each for each in at.caption if "senet_grid" in each.value)
    assert "r = 32" in notice.value
    assert "1" in notice.value
    assert "r = 16" not in notice.value
    if lang == "en":
        assert "10 000 training images of CIFAR-10, not all 50 000" in text(at)
        assert "+1.0" in text(at)


def test_before_any_training_the_paper_stands_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = json.loads(senet_reduction.SHIPPED.read_text(encoding="utf-8")) | {"runs": []}
    file = tmp_path / "made.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(senet_reduction.read, "__defaults__", (file,))
    at = pages.opened(narrow_page)
    assert not at.get("plotly_chart")
    assert "22.28 %" in text(at)
    assert "Trained here" not in text(at)


def test_the_slider_moves_the_weights_and_says_where_one_unit_is_left() -> None:
    at = pages.opened(narrow_page, r_network="our_resnet20")
    assert "2 × 64 × 4 = 512" in text(at)
    assert "one hidden unit" not in text(at)
    at.slider(key="r").set_value(32).run()
    assert "2 × 64 × 2 = 256" in text(at)
    assert "(16), one hidden unit" in text(at)


def test_the_paper_s_table_stands_beside_what_is_counted() -> None:
    found = text(pages.opened(narrow_page))
    for number in ("22.29 %", "22.25 %", "22.26 %", "22.28 %", "22.72 %", "23.30 %"):
        assert number in found
    assert "table 10" in found
