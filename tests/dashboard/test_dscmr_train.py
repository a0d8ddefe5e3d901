"""DSCMR's training panel: what its controls say is trained."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.training import recipes
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_pairs import make
from dashboard import cache, run_settings, run_views, run_words
from dashboard.cache import dscmr_train as cached
from tests.dashboard.made_runs import record
from tests.dashboard.pages import opened, told

RECIPE = recipes.base("dscmr", "captioned_digits")


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
    monkeypatch.setattr(cached, "_seconds_a_step", lambda given, batch: 0.01)
    return asked


def page() -> None:
    from dashboard import address
    from dashboard.lessons import dscmr_train

    address.page_begins("dscmr")
    dscmr_train.train("captioned_digits")


def panel(**link: str) -> AppTest:
    at = opened(page, **link)
    assert not at.warning
    return at


def started(begun: list[dict[str, RunSpec]], **link: str) -> dict[str, RunSpec]:
    at = panel(**link).button(key="run_start").click().run()
    assert not at.exception
    assert not at.warning
    [specs] = begun
    return specs


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("mode", ["one", "ab", "seeds", "four"])
def test_the_panel_is_complete_before_anything_was_trained(mode: str, lang: str) -> None:
    at = panel(train=mode, lang=lang)
    assert at.button(key="run_stop").disabled
    assert len(at.toggle) == {"ab": 2, "four": 0}.get(mode, 1)


def test_what_is_usual_is_the_shipped_recipe(begun: list[dict[str, RunSpec]]) -> None:
    [spec] = started(begun).values()
    assert make(spec).settings == make(RECIPE).settings
    assert (spec.epochs, spec.batch_size, spec.learning_rate, spec.seed) == (20, 100, 0.001, 0)


def test_the_controls_say_what_is_trained(begun: list[dict[str, RunSpec]]) -> None:
    [spec] = started(
        begun, train_j1_a="0", train_alpha_captioned_digits_a="0.03",
        train_beta_captioned_digits_a="0", train_rate_captioned_digits_a="0.003",
        train_scaling_captioned_digits="standard", train_batch="50",
        train_epochs_captioned_digits="4", seed="9",
    ).values()  # fmt: skip
    assert spec.data_args == {
        "discriminate": False, "alpha": 0.03, "beta": 0.0, "scaling": "standard",
    }  # fmt: skip
    assert (spec.epochs, spec.batch_size, spec.learning_rate, spec.seed) == (4, 50, 0.003, 9)


def test_without_any_loss_nothing_can_be_started(begun: list[dict[str, RunSpec]]) -> None:
    at = opened(
        page, train_j1_a="0", train_alpha_captioned_digits_a="0", train_beta_captioned_digits_a="0"
    )
    assert [each.value for each in at.warning] == [
        "A run needs one of the three losses at least."
    ]  # fmt: skip
    assert begun == []


def test_b_begins_as_j1_alone(begun: list[dict[str, RunSpec]]) -> None:
    a, b = started(begun, train="ab").values()
    assert (a.data_args["alpha"], a.data_args["beta"]) == (0.001, 0.1)
    assert (b.data_args["alpha"], b.data_args["beta"]) == (0.0, 0.0)
    assert b.data_args["discriminate"]


def test_four_choices_of_losses_are_started_with_one_button(
    begun: list[dict[str, RunSpec]],
) -> None:
    specs = started(begun, train="four", four_alpha_captioned_digits="0.01")
    found = {
        label: (spec.data_args["alpha"], spec.data_args["beta"]) for label, spec in specs.items()
    }
    assert found == {
        "J1": (0.0, 0.0), "J1+J2": (0.01, 0.0), "J1+J3": (0.0, 0.1), "J1+J2+J3": (0.01, 0.1),
    }  # fmt: skip
    assert all(spec.data_args["discriminate"] for spec in specs.values())


def test_how_long_it_takes_is_said_and_grows_with_the_epochs() -> None:
    once = cached.seconds([RECIPE])
    assert once == pytest.approx(20 * (1197 // 100) * 0.01)
    assert cached.seconds([RECIPE.with_settings({"epochs": 40}), RECIPE]) == pytest.approx(3 * once)
    assert "Expected: about 2 s of training" in told(panel())


def test_only_sets_that_are_here_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    for here in (("captioned_digits",), ("captioned_digits", "wikipedia", "pascal")):
        monkeypatch.setattr(cached, "sets_here", lambda here=here: here)
        assert len(panel().selectbox(key="train_data").options) == len(here)


def test_a_run_is_told_in_words() -> None:
    run = record(state="queued", spec=RECIPE)
    assert run_words.what(run) == "DSCMR, Captioned digits"
    assert run_words.metric_of([run]) == "map"
    assert run_settings.changed(RECIPE.with_settings({"alpha": 0.01}))["weight α of J2"] == "0.01"


def test_a_network_of_linear_layers_has_no_kernels_to_show() -> None:
    of_pairs = record(state="queued", spec=RECIPE)
    assert not run_views.have_kernels([of_pairs])
    assert run_views.have_kernels([of_pairs, record(state="queued")])
