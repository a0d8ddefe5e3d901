"""SENet's training panel: SE against none, and the words for its settings."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.models.senet import SENet
from cnnviz.training import recipes
from cnnviz.training.spec import RunSpec
from dashboard import cache, run_settings
from tests.dashboard import pages


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, RunSpec]]:
    """What would be started; nothing is."""
    asked: list[dict[str, RunSpec]] = []

    def start(specs: Any, **own: Any) -> str:
        asked.append(dict(specs))
        return "begun"

    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    monkeypatch.setattr(cache, "start_runs", start)
    monkeypatch.setattr(cache, "prepare_runs", lambda: None)
    return asked


def page() -> None:
    from dashboard import address
    from dashboard.lessons import senet_train
    from dashboard.training_panel import panel

    address.page_begins("senet")
    panel("senet", senet_train.common, senet_train.own)


def opened(**link: str) -> AppTest:
    at = pages.opened(page, **link)
    assert not at.warning
    return at


def start(at: AppTest, begun: list[dict[str, RunSpec]]) -> dict[str, RunSpec]:
    at.button(key="run_start").click().run()
    return begun[-1]


@pytest.mark.parametrize("mode", ["one", "ab", "seeds"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_way_to_train_can_be_asked_for(mode: str, lang: str) -> None:
    assert opened(train=mode, lang=lang).button(key="run_start")


def test_b_begins_as_a_without_se(begun: list[dict[str, RunSpec]]) -> None:
    specs = start(opened(train="ab"), begun)
    one, other = specs["A"], specs["B"]
    assert one.model_args["reduction"] == 4
    assert other == one.with_settings({"reduction": 0})
    assert dict(run_settings.differences([one, other])) == {"reduction r of SE": ("4", "no SE")}


def test_place_gate_and_squeeze_are_those_of_the_paper(begun: list[dict[str, RunSpec]]) -> None:
    link = {
        "reduction_a": "16", "position_a": "after_addition", "gate_a": "tanh", "squeeze_a": "max",
        "width_digits_a": "0.5", "rate_a": "0.03",
    }  # fmt: skip
    (spec,) = start(opened(**link), begun).values()
    assert spec.learning_rate == 0.03
    model = SENet(**spec.model_args)
    assert model.blocks[0].position == "after_addition"
    assert {type(model.blocks[0].se.gate).__name__} == {"Tanh"}
    assert model.stem.out_channels == 8
    said = run_settings.settings(spec)
    assert said["place of SE"] == "after the addition"
    assert said["squeeze"] == "maximum"
    assert said["reduction r of SE"] == "16"
    assert "stages (channels, blocks, stride)" in said


def test_what_the_words_take_for_usual_is_what_the_code_does() -> None:
    usual = run_settings._USUAL_OF["senet"]
    arguments = {n: p.default for n, p in inspect.signature(SENet).parameters.items()}
    assert usual == {name: arguments[name] for name in usual}


def test_settings_are_told_as_changed_only_where_they_are() -> None:
    recipe = recipes.base("senet", "digits")
    same = recipe.with_settings({"reduction": 16, "gate": "sigmoid", "width": 1.0})
    assert run_settings.changed(same) == {}
    other = same.with_settings({"position": "pre", "single": True})
    assert run_settings.changed(other) == {
        "place of SE": "PRE", "one fully connected layer in SE": "yes",
    }  # fmt: skip
