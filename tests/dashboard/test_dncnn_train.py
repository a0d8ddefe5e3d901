"""DnCNN's training panel: what its controls say, and the words for its settings and metrics."""

import inspect
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.models.dncnn import DnCNN
from cnnviz.training import recipes
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_pictures import make
from cnnviz.training.task_settings import PictureSettings
from dashboard import cache, run_settings, run_words
from dashboard.cache import dncnn_train as cached
from tests.dashboard.made_runs import record

MODES = ("one", "ab", "seeds", "four")


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
    from dashboard.lessons import dncnn_train

    address.page_begins("dncnn")
    dncnn_train.train()


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    for key, text in parameters.items():
        at.query_params[key] = text
    return checked(at.run())


def checked(at: AppTest) -> AppTest:
    assert not at.exception
    assert not at.error
    assert not at.warning
    return at


def started(begun: list[dict[str, RunSpec]], **parameters: str) -> dict[str, RunSpec]:
    at = opened(**parameters)
    checked(at.button(key="run_start").click().run())
    [specs] = begun
    return specs


def captions(at: AppTest) -> str:
    return "\n".join(each.value for each in at.caption)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("mode", MODES)
def test_the_panel_is_complete_before_anything_was_trained(mode: str, lang: str) -> None:
    at = opened(train=mode, lang=lang)
    assert at.button(key="run_stop").disabled
    assert len(at.toggle) == {"ab": 2, "four": 0}.get(mode, 1)


def test_what_is_usual_fits_20_seconds_and_the_bundled_pictures(
    begun: list[dict[str, RunSpec]],
) -> None:
    [spec] = started(begun).values()
    assert 10 < cached.expected_seconds(spec) < 20
    assert (spec.model, spec.data, spec.optimizer) == ("dncnn", "bundled", "adam")
    model = spec.model_args
    assert (model["depth"], model["maps"], model["residual"], model["batch_norm"]) == (
        7, 32, True, True,
    )  # fmt: skip
    assert make(spec).epoch_examples == spec.data_args["patches"]


def test_the_controls_say_what_is_trained(begun: list[dict[str, RunSpec]]) -> None:
    [spec] = started(
        begun, train_sigma="50", train_patch="20", train_patches="160", train_batch="8",
        train_epochs="3", seed="7", train_output_a="picture", train_norm_a="0",
        train_depth_a="5", train_maps_a="16", train_rate_a="0.003",
    ).values()  # fmt: skip
    settings = PictureSettings(**spec.data_args)
    assert settings == PictureSettings(sigma=50.0, patch=20, patches=160)
    assert spec.model_args == {"depth": 5, "maps": 16, "residual": False, "batch_norm": False}
    assert (spec.batch_size, spec.epochs, spec.seed, spec.learning_rate) == (8, 3, 7, 0.003)


def test_blind_is_every_level_up_to_the_paper_s(begun: list[dict[str, RunSpec]]) -> None:
    [spec] = started(begun, train_sigma="blind").values()
    assert (spec.data_args["blind"], spec.data_args["sigma"]) == (True, 55.0)


def test_b_begins_as_the_one_that_puts_out_the_picture(begun: list[dict[str, RunSpec]]) -> None:
    specs = started(begun, train="ab")
    assert list(specs) == ["A", "B"]
    assert run_settings.differences(list(specs.values())) == [("output", ("noise", "picture"))]


def test_all_four_are_started_with_one_button(begun: list[dict[str, RunSpec]]) -> None:
    specs = started(begun, train="four", train_depth_a="5", train_rate_a="0.003")
    assert run_settings.differences(list(specs.values())) == [
        ("batch norm", ("yes", "no", "yes", "no")),
        ("output", ("noise", "noise", "picture", "picture")),
    ]
    assert list(specs) == ["A", "B", "C", "D"]
    for spec in specs.values():
        assert (spec.model_args["depth"], spec.learning_rate) == (5, 0.003)


def test_how_long_it_takes_grows_with_the_network_and_is_said() -> None:
    spec = recipes.base("dncnn", "bundled").with_settings(
        {"depth": 17, "maps": 64, "patch": 40, "patches": 3200, "epochs": 1}
    )
    assert cached.expected_seconds(spec) == pytest.approx(3200 / 17, rel=0.1)  # 17 patches a second
    assert cached.expected_seconds(replace(spec, epochs=3)) == pytest.approx(
        3 * cached.expected_seconds(spec)
    )
    assert "stopped after 10 min" not in captions(opened())
    large = opened(train_depth_a="17", train_maps_a="64", train_patches="12800")
    assert "stopped after 10 min" in captions(large)


def test_train400_is_offered_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for here, count in ((False, 1), (True, 2)):
        monkeypatch.setattr(cached, "train400_here", lambda here=here: here)
        assert len(opened().selectbox(key="train_data").options) == count


def test_what_the_words_take_for_usual_is_what_the_code_does() -> None:
    usual = run_settings._USUAL_OF["dncnn"]
    arguments = {n: p.default for n, p in inspect.signature(DnCNN).parameters.items()}
    arguments["output"] = arguments.pop("residual")
    known = arguments | {f.name: f.default for f in fields(PictureSettings)}
    assert usual == {name: known[name] for name in usual}


def test_settings_are_told_as_changed_only_where_they_are() -> None:
    recipe = recipes.base("dncnn", "bundled")
    same = recipe.with_settings(
        {"depth": 17, "residual": True, "batch_norm": True, "sigma": 25.0, "patches": 12_800}
    )
    assert run_settings.changed(same) == {}
    other = same.with_settings({"residual": False, "maps": 32})
    assert run_settings.changed(other) == {"output": "picture", "maps": "32"}
    assert run_settings.settings(other)["data"] == "Bundled photos"


def test_psnr_is_told_in_decibels() -> None:
    assert run_words.metric_text("psnr", 29.228) == "29.23\u202fdB"
    spec = recipes.base("dncnn", "bundled")
    assert run_words.metric_of([record(state="queued", spec=spec)]) == "psnr"
    assert run_words.metric_of([record(state="queued")]) == "accuracy"
    words = run_words.curve_words("psnr")
    assert words["psnr"] == "PSNR on validation (dB)"
    assert words["half_squared_error"] == "half the squared error"
