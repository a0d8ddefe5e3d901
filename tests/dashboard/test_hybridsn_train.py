"""HybridSN's training panel: what its controls say, how long it takes, runs found by settings."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.models.hybridsn import HybridSN
from cnnviz.training.runs import engine
from cnnviz.training.scene_data import divided
from dashboard.cache import hybridsn_train as cached
from tests.dashboard import hybridsn_variance_made as made
from tests.dashboard import pages
from tests.dashboard.pages import html, sound, told


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of runs, empty."""
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    return tmp_path


def page(own: bool = False) -> None:
    from dataclasses import replace

    from dashboard import address, training_panel
    from dashboard.lessons import hybridsn_train
    from tests.dashboard import hybridsn_variance_made

    address.page_begins("hybridsn")
    scene = hybridsn_variance_made.scene()
    scene = replace(scene, name="own.0123") if own else scene
    training_panel.panel("hybridsn", *hybridsn_train.controls_for(scene))


def opened(*, own: bool = False, **link: str) -> AppTest:
    return pages.opened(page, own, **link)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("mode", ["one", "ab", "seeds"])
@pytest.mark.parametrize("preset", ["quick", "paper"])
def test_the_panel_is_complete_before_anything_was_trained(
    runs: Path, preset: str, mode: str, lang: str
) -> None:
    at = opened(train=mode, begin=preset, lang=lang)
    assert not at.warning
    assert at.button(key="run_stop").disabled
    assert len(at.toggle) == (12 if mode == "ab" else 6)


def test_the_paper_s_settings_are_the_paper_s() -> None:
    for name, components in (("indian_pines", 30), ("pavia_university", 15), ("salinas", 15)):
        spec = cached.preset(cached.PAPER, name)
        data = cached.data_settings(spec)
        assert (data.window, data.components, data.whiten) == (25, components, True)
        assert (spec.epochs, spec.batch_size, spec.learning_rate) == (100, 256, 0.001)
        assert (spec.optimizer, spec.schedule, spec.model_args["dropout"]) == (
            "adam", "constant", 0.4,
        )  # fmt: skip
    network = HybridSN(**dict(cached.arguments(cached.preset(cached.PAPER, "indian_pines"), 16)))
    assert sum(p.numel() for p in network.parameters()) == 5_122_176


def test_the_paper_s_time_is_told_with_what_happens_after_ten_minutes(runs: Path) -> None:
    quick, paper = told(opened()), told(opened(begin="paper"))
    assert "estimated from a step timed on this machine" in quick
    assert "estimated" in paper
    assert "“Go on” gives it as much again" in paper


def test_an_earlier_run_of_the_network_tells_how_long_it_takes(runs: Path) -> None:
    spec, scene = cached.preset(cached.QUICK, "synthetic_scene"), made.scene()
    assert not cached.expected(spec, scene).from_run
    made.kept(replace(spec, seed=3), "one")  # 320 steps in 12 s
    found = cached.expected(replace(spec, epochs=10), scene)
    assert found.from_run
    assert found.seconds == pytest.approx(12 / 320 * 16 * 10)
    assert not cached.expected(spec.with_settings({"window": 15}), scene).from_run
    assert "at the pace of an earlier run" in told(opened())
    assert cached.total([spec, spec], scene) == pytest.approx(24)


def test_a_visitor_s_own_scene_is_not_trained_on_and_the_page_says_what_to_do(runs: Path) -> None:
    at = opened(own=True)
    assert len(at.warning) == 1
    assert "python -m cnnviz train hybridsn" in at.warning[0].value
    assert not [button for button in at.button if button.key == "run_start"]


def test_start_trains_what_the_controls_say() -> None:
    at = opened(
        train="ab", epochs_quick="1", batch_quick="256", split="blocks", split_seed="4", seed="7",
        net_window_quick_a="11", net_window_quick_b="11", net_components_quick_b="20",
        balanced_a="1", jitter_b="1", net_dropout_quick_b="0.2",
    )  # fmt: skip
    sound(at.button(key="run_start").click().run())
    end = time.monotonic() + 120
    group = at.query_params["run"]
    group = group if isinstance(group, str) else group[0]
    while any(r.state != "done" for r in engine().group(group)):
        assert time.monotonic() < end
        time.sleep(0.1)
    a, b = engine().group(group)
    assert (a.spec.model, b.spec.model) == ("hybridsn", "hybridsn_2d")
    for spec in (a.spec, b.spec):
        assert (spec.epochs, spec.batch_size, spec.seed, spec.split_seed) == (1, 256, 7, 4)
        assert spec.data_args["split"] == "blocks"
    settings = [cached.data_settings(run.spec) for run in (a, b)]
    assert [s.window for s in settings] == [11, 11]
    assert [s.components for s in settings] == [15, 20]
    assert [s.balanced for s in settings] == [True, False]
    assert [s.jitter for s in settings] == [0.0, 0.1]
    assert [run.spec.model_args["dropout"] for run in (a, b)] == [0.4, 0.2]
    table = html(sound(at.run()))
    for word in ("HybridSN, 2-D only", "components", "spectral jitter", "balanced loss", "dropout"):
        assert word in table
    assert "yes" in table


@pytest.mark.parametrize("split", ["random", "per_class", "blocks"])
def test_the_split_is_the_one_that_the_run_has(split: str) -> None:
    spec = cached.preset(cached.QUICK, "synthetic_scene")
    spec = spec.with_settings({"split": split, "split_seed": 3})
    mine = cached.split_of(spec, made.scene())
    its = divided(made.scene().labels, cached.data_settings(spec), 3)
    assert (mine.test == its.test).all()
    assert len(np.intersect1d(mine.train, mine.test)) == 0
