"""DSCMR's training panel: what its controls say is trained."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.training import recipes, run_files
from cnnviz.training.curves import Curves
from cnnviz.training.run_files import Record
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_pairs import make
from dashboard import cache, run_settings, run_views, run_words, visitor
from dashboard.cache import dscmr_train as cached
from tests.dashboard.made_runs import kept, plain, progress, record
from tests.dashboard.pages import opened, sound, told

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
        assert len(panel().selectbox(key="train_data_captioned_digits").options) == len(here)


def test_a_run_is_told_in_words() -> None:
    run = record(state="queued", spec=RECIPE)
    assert run_words.what(run) == "DSCMR, Captioned digits"
    assert run_words.metric_of([run]) == "map"
    assert run_settings.changed(RECIPE.with_settings({"alpha": 0.01}))["weight α of J2"] == "0.01"


def test_a_network_of_linear_layers_has_no_kernels_to_show() -> None:
    of_pairs = record(state="queued", spec=RECIPE)
    assert not run_views.have_kernels([of_pairs])
    assert run_views.have_kernels([of_pairs, record(state="queued")])


def left(run: str = "one", **own: Any) -> Record:
    """A paused run of this visitor's."""
    return kept(run, "paused", **{"spec": RECIPE, "lesson": "dscmr", **own})


def steered(**link: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    at.session_state[visitor._SESSION] = "me"
    for key, text in link.items():
        at.query_params[key] = text
    return sound(at.run())


def of(run: str) -> list[tuple[str, float | bool]]:
    return [(setting, value) for _step, setting, value in run_files.read(run).spec.changes]


def test_weights_and_switches_of_a_run_that_is_left_are_changed() -> None:
    left()
    at = steered(run="one")
    assert at.select_slider(key="alpha of one").value == 0.001
    sound(at.select_slider(key="alpha of one").set_value(0.03).run())
    sound(at.toggle(key="J1 of one").set_value(False).run())
    sound(at.toggle(key="J3 of one").set_value(False).run())
    assert at.select_slider(key="beta of one").disabled
    assert of("one") == [("alpha", 0.03), ("discriminate", False), ("beta", 0.0)]
    sound(at.toggle(key="J3 of one").set_value(True).run())
    assert of("one")[-1] == ("beta", 0.1), "with the weight that it had"


def test_what_a_run_was_changed_to_is_shown_and_without_any_loss_it_is_said() -> None:
    changes = [[5, "alpha", 0.3], [9, "beta", 0.0], [9, "discriminate", False]]
    left(spec=RECIPE.with_settings({"changes": changes}))
    at = steered(run="one")
    assert at.select_slider(key="alpha of one").value == 0.3
    assert [at.toggle(key=f"{name} of one").value for name in ("J1", "J2", "J3")] == [
        False, True, False,
    ]  # fmt: skip
    assert "No loss counts" not in told(at)
    sound(at.toggle(key="J2 of one").set_value(False).run())
    assert "No loss counts" in told(at)


def test_a_and_b_are_steered_apart_and_many_seeds_together() -> None:
    for side in "AB":
        left(f"pair-{side}", group="pair", label=side)
    at = steered(run="pair", train="ab")
    sound(at.select_slider(key="beta of pair-B").set_value(1.0).run())
    assert (of("pair-A"), of("pair-B")) == ([], [("beta", 1.0)])
    for seed in (3, 4):
        spec = RECIPE.with_settings({"seed": seed})
        left(f"many-{seed}", group="many", label=str(seed), spec=spec)
    at = steered(run="many", train="seeds")
    sound(at.toggle(key="J1 of many-3").set_value(False).run())
    assert of("many-3") == of("many-4") == [("discriminate", False)]


def test_runs_that_differ_in_their_losses_are_left_as_they_are() -> None:
    for label, alpha in (("J1", 0.0), ("J1+J2", 0.1), ("J1+J3", 0.0)):
        spec = RECIPE.with_settings({"alpha": alpha})
        left(f"four-{label.replace('+', '')}", group="four", label=label, spec=spec)
    at = steered(run="four", train="four")
    assert not [each for each in at.select_slider if "from here on" in each.label and
                "earning" not in each.label]  # fmt: skip


def test_curves_have_every_term_with_its_weight_and_without_and_map_both_ways() -> None:
    metrics = {"map": 0.8, "map_image_text": 0.9, "map_text_image": 0.7}
    made = left(progress=plain(progress(), **metrics))
    curves = Curves()
    names = ("j1", "alpha_j2", "beta_j3", "unweighted_j1", "unweighted_j2", "unweighted_j3")
    losses = dict(zip(names, (0.5, 0.002, 0.05, 0.5, 2.0, 0.5), strict=True))
    for step in (31, 62):
        curves.add(progress(step, losses=losses))
    curves.add(progress(62, metrics=metrics))
    curves.write(made.folder / run_files.CURVES)
    [figure] = steered(run="one").get("plotly_chart")
    layout = json.loads(figure.proto.spec)["layout"]
    titles = [layout[f"yaxis{n}"]["title"]["text"] for n in ("", 2, 3)]
    assert titles == ["loss, weighted", "loss, unweighted", "mAP on validation"]
    legends = [
        [trace["name"] for trace in json.loads(figure.proto.spec)["data"]
         if trace.get("legend") == f"legend{panel}"] for panel in (2, 3, 4)
    ]  # fmt: skip
    assert legends == [
        ["J1", "α J2", "β J3"], ["J1", "J2", "J3"], ["mean", "image → text", "text → image"],
    ]  # fmt: skip
