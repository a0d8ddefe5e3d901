"""Networks that were trained ahead: each lesson draws its grid, in both languages, or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.results import grids
from cnnviz.training import kept_runs
from cnnviz.training.grids import GRIDS


def sizes() -> None:
    from dashboard.lessons.mobilenet_v1_sizes import sizes

    sizes()


def blocks() -> None:
    from dashboard.lessons.mobilenet_v2_blocks import blocks

    blocks()


def dimensions() -> None:
    from dashboard.lessons.hybridsn_dimensions_runs import ahead

    ahead()


def variants() -> None:
    from dashboard.lessons.dncnn_residual import over_seeds

    over_seeds()


#: By grid: its page, the traces that its networks make, and those of the paper.
PAGES: dict[str, tuple[Callable[[], None], int, int]] = {
    "mobilenet_v1_sizes": (sizes, 4, 4),
    "mobilenet_v2_blocks": (blocks, 4, 2),
    "hybridsn_dimensions": (dimensions, 3, 0),
}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All grids, as if two seeds of each were trained."""
    for name, grid in GRIDS.items():
        runs = [
            {"setting": code, "seed": seed, "settings": {**settings, "seed": seed},
             "metrics": dict.fromkeys(("accuracy", "oa", "psnr"), 0.4 + 0.01 * i + 0.02 * seed)}
            for i, (code, settings) in enumerate(grid.also["settings"].items()) for seed in (0, 1)
        ]  # fmt: skip
        file = tmp_path / f"{name}.json"
        kept_runs.write(file, grid.command, grid.recipe, runs, grid.also)
    monkeypatch.setattr(grids, "FOLDER", tmp_path)
    return tmp_path


def opened(page: Callable[[], None], lang: str = "en") -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    at.query_params["lang"] = lang
    at.run()
    assert not at.exception
    assert not at.error
    return at


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_each_network_is_drawn_and_the_caption_tells_how_short_it_was_trained(
    name: str, lang: str
) -> None:
    page, own, printed = PAGES[name]
    at = opened(page, lang)
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    drawn = [trace for trace in figure["data"] if "text" in trace]
    assert len([t for t in drawn if t.get("yaxis", "y") == "y"]) == own
    assert len([t for t in drawn if t.get("yaxis", "y") == "y2"]) == printed
    assert sum(len(t["text"]) for t in drawn[:own]) == len(GRIDS[name].cells)
    caption = at.caption[0].value
    assert GRIDS[name].command in caption
    assert str(GRIDS[name].recipe.epochs) in caption
    assert bool(printed) is any("et al." in each.value for each in at.caption)
    if lang == "en":
        assert "not the full training" in caption
        assert "2 seeds each" in caption


@pytest.mark.usefixtures("made")
def test_the_small_denoisers_have_a_strip_each() -> None:
    at = opened(variants)
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert len(figure["layout"]["yaxis"]["ticktext"]) == 4
    assert "dB" in figure["layout"]["xaxis"]["title"]["text"]
    assert GRIDS["dncnn_variants"].command in at.caption[0].value


@pytest.mark.parametrize("page", [sizes, blocks, dimensions, variants])
def test_before_any_training_there_is_nothing(
    page: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grids, "FOLDER", tmp_path)
    at = opened(page)
    assert not at.get("plotly_chart")
    assert not at.markdown


@pytest.mark.parametrize("name", grids.names())
def test_what_is_shipped_is_drawn(name: str) -> None:
    page = PAGES[name][0] if name in PAGES else variants
    assert opened(page).get("plotly_chart")


def test_a_setting_without_a_run_is_left_out_until_it_has_one(made: Path) -> None:
    file = made / "mobilenet_v2_blocks.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["runs"] = [run for run in content["runs"] if run["setting"] != "relu6"][:-1]
    file.write_text(json.dumps(content), encoding="utf-8")
    at = opened(blocks)
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert "ReLU6 at the bottleneck" not in [trace.get("name") for trace in figure["data"]]
    assert "1–2 seeds each" in at.caption[0].value
