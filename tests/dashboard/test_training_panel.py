"""The training panel by Streamlit's own test runner, with runs in a real worker process."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.training.recipes import BASES
from cnnviz.training.run_files import Record
from cnnviz.training.runs import engine
from dashboard import cache, visitor
from tests.dashboard.made_runs import DIGITS, kept
from tests.dashboard.pages import sound

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "mobilenet_v1.py"
SECONDS = 240  # until a test gives up
QUICK = {"tab": "train", "epochs_digits": "2", "alpha_digits_a": "0.25", "alpha_digits_b": "0.25"}
LONG = {**QUICK, "epochs_digits": "200"}
ME = "me"


def opened(**parameters: str) -> AppTest:
    at = AppTest.from_file(str(LESSON), default_timeout=60)
    at.session_state[visitor._SESSION] = ME
    for key, text in parameters.items():
        at.query_params[key] = text
    return sound(at.run())


def press(at: AppTest, button: str) -> AppTest:
    return sound(at.button(key=f"run_{button}").click().run())


def shown(at: AppTest) -> list[Record]:
    """The runs whose group is in the link."""
    value = at.query_params["run"]
    return engine().group(value if isinstance(value, str) else value[0])


def until(at: AppTest, true: Callable[[list[Record]], Any]) -> list[Record]:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if true(records := shown(at)):
            sound(at.run())
            return records
        time.sleep(0.05)
    raise AssertionError(f"it did not come to that: {[r.state for r in shown(at)]}")


def all_in(*states: str) -> Callable[[list[Record]], bool]:
    return lambda records: all(record.state in states for record in records)


def label(at: AppTest, button: str) -> str:
    return str(at.button(key=f"run_{button}").label)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("mode", ["one", "ab", "seeds"])
def test_the_panel_is_complete_before_anything_was_trained(mode: str, lang: str) -> None:
    at = opened(tab="train", train=mode, lang=lang)
    assert not at.warning
    assert at.button(key="run_stop").disabled
    assert "run" not in at.query_params


def test_start_trains_what_the_controls_say_and_keeps_it_in_the_link() -> None:
    at = press(opened(**QUICK, conv_a="standard", seed="7"), "start")
    (record,) = until(at, all_in("done"))
    spec = record.spec
    assert (spec.epochs, spec.seed) == (2, 7)
    assert (spec.model_args["separable"], spec.model_args["alpha"]) == (False, 0.25)
    assert record.lesson == "mobilenet_v1"
    assert record.link["conv_a"] == "standard"
    assert len(at.get("plotly_chart")) == 1
    assert label(at, "start") == "Start"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would be started; nothing is."""
    asked: list[dict[str, Any]] = []

    def start(specs: Any, **own: Any) -> str:
        asked.append({"specs": dict(specs), **own})
        return "begun"

    monkeypatch.setattr(cache, "start_runs", start)
    return asked


@pytest.mark.parametrize(
    ("button", "steps"), [("start", None), ("step", 1), ("reset", 0), ("seed", 0)]
)
def test_what_is_changed_with_the_click_counts_already(
    begun: list[dict[str, Any]], button: str, steps: int | None
) -> None:
    at = opened(**QUICK, seed="7")
    at.number_input(key="epochs_digits").set_value(3)
    at.segmented_control(key="conv_a").set_value("standard")
    press(at, button)
    [run] = begun
    [spec] = run["specs"].values()
    assert (spec.epochs, spec.model_args["separable"], run["steps"]) == (3, False, steps)
    assert (spec.seed == 7) == (button != "seed")
    assert (run["link"]["epochs_digits"], run["link"]["conv_a"]) == ("3", "standard")
    assert int(run["link"]["seed"]) == at.number_input(key="seed").value == spec.seed
    sound(at.run())
    assert len(begun) == 1


def test_another_mode_chosen_with_the_click_counts_already(begun: list[dict[str, Any]]) -> None:
    at = opened(**QUICK, seed="5")
    at.segmented_control(key="train").set_value("seeds")
    press(at, "start")
    assert [(label, spec.seed) for label, spec in begun[0]["specs"].items()] == [
        ("5", 5), ("6", 6), ("7", 7),
    ]  # fmt: skip


def refusing() -> None:
    from cnnviz.errors import UserError
    from dashboard import cache, controls, training_panel

    def common() -> cache.RunSpec:
        if controls.toggle("Impossible", key="impossible"):
            raise UserError("There is no run {run}.", run="of this kind")
        return cache.recipe("mobilenet_v1", "digits")

    controls.number("Seed", key="seed", min_value=0, max_value=9999, default=0, step=1)
    training_panel.panel("mobilenet_v1", common, lambda spec, side, mark: spec)


def test_what_cannot_be_trained_is_not_begun_later_either(begun: list[dict[str, Any]]) -> None:
    at = sound(AppTest.from_function(refusing, default_timeout=60).run())
    at.toggle(key="impossible").set_value(True)
    press(at, "start")
    assert "of this kind" in at.warning[0].value
    at.toggle(key="impossible").set_value(False).run()
    assert not begun
    press(at, "start")
    assert len(begun) == 1


def test_a_page_opened_by_the_link_shows_the_same_run() -> None:
    at = press(opened(**QUICK), "start")
    (record,) = until(at, all_in("done"))
    other = opened(**QUICK, run=record.group)
    assert len(other.get("plotly_chart")) == 1
    assert [r.id for r in shown(other)] == [record.id]


def test_a_link_to_a_run_that_there_is_not_says_so() -> None:
    at = opened(**QUICK, run="../../etc")
    assert "run" not in at.query_params
    assert not at.get("plotly_chart")


def test_pause_step_and_go_on() -> None:
    at = press(opened(**LONG), "start")
    until(at, lambda records: records[0].progress.get("step", 0) >= 3)
    assert label(at, "start") == "Pause"
    assert at.button(key="run_step").disabled
    press(at, "start")
    (paused,) = until(at, all_in("paused"))
    assert label(at, "start") == "Go on"
    press(at, "step")
    (stepped,) = until(at, all_in("paused"))
    assert stepped.progress["step"] == paused.progress["step"] + 1
    press(at, "start")
    until(at, lambda records: records[0].progress["step"] > stepped.progress["step"] + 2)
    press(at, "stop")
    until(at, all_in("stopped"))
    assert label(at, "start") == "Start"


def test_one_step_of_a_run_that_was_not_started_is_its_first() -> None:
    at = press(opened(**LONG), "step")
    (record,) = until(at, all_in("paused"))
    assert record.progress["step"] == 1
    press(at, "stop")
    until(at, all_in("stopped"))


def test_reset_goes_back_to_the_same_initial_weights_and_a_new_seed_to_others() -> None:
    from dashboard import cache

    kernels = []
    at = opened(**LONG)
    for button in ("reset", "reset", "seed"):
        before = at.query_params.get("run")
        press(at, button)
        assert at.query_params["run"] != before
        (record,) = until(at, all_in("paused"))
        assert record.progress["step"] == 0
        kernels.append(cache.run_kernels(record)[0].kernels)
    assert (kernels[0] == kernels[1]).all()
    assert not (kernels[0] == kernels[2]).any()
    assert at.number_input(key="seed").value == record.spec.seed
    press(at, "stop")


def test_a_new_start_ends_the_run_that_was_shown() -> None:
    at = press(opened(**LONG), "reset")
    until(at, all_in("paused"))
    press(at, "step")
    (first,) = until(at, lambda records: records[0].progress["step"] == 1)
    until(at, all_in("paused"))
    press(at, "reset")
    assert engine().record(first.id).state == "stopped"
    until(at, all_in("paused"))
    press(at, "stop")


def test_a_and_b_differ_in_what_was_chosen_for_them_only() -> None:
    at = press(opened(**QUICK, train="ab", rate_b="0.03"), "start")
    a, b = until(at, all_in("done"))
    assert [a.label, b.label] == ["A", "B"]
    same = replace(b.spec, learning_rate=0.1).with_settings({"separable": True})
    assert same == a.spec
    assert b.spec.learning_rate == 0.03
    html = "\n".join(element.proto.body for element in at.get("html"))
    assert html.count("<th scope=") >= 4


def test_many_seeds_are_runs_of_one_setting() -> None:
    at = press(opened(**QUICK, train="seeds", seeds="3", seed="5"), "start")
    records = until(at, all_in("done"))
    assert [record.spec.seed for record in records] == [5, 6, 7]
    assert all(replace(record.spec, seed=5) == records[0].spec for record in records)
    assert len(at.get("plotly_chart")) == 2


def test_the_learning_rate_of_a_paused_run_can_be_changed() -> None:
    at = press(opened(**LONG), "reset")
    (record,) = until(at, all_in("paused"))
    slider = at.select_slider(key=f"learning rate of {record.group}")
    assert slider.value == 0.1
    sound(slider.set_value(0.01).run())
    assert shown(at)[0].spec.changes == ((0, "learning_rate", 0.01),)
    press(at, "stop")


def rates_of(record: Record) -> list[float]:
    return [rate for _step, _setting, rate in record.spec.changes]


def test_a_and_b_have_a_learning_rate_each() -> None:
    for side in "AB":
        kept(f"pair-{side}", "paused", group="pair", label=side)
    at = opened(**QUICK, train="ab", run="pair")
    assert [slider.label[:4] for slider in at.select_slider] == ["A · ", "B · "]
    sound(at.select_slider(key="learning rate of pair-B").set_value(0.01).run())
    assert [rates_of(record) for record in shown(at)] == [[], [0.01]]


def test_many_seeds_have_one_learning_rate() -> None:
    for seed in (3, 4):
        spec = DIGITS.with_settings({"seed": seed})
        kept(f"many-{seed}", "paused", group="many", label=str(seed), spec=spec)
    at = opened(**QUICK, train="seeds", run="many")
    [slider] = at.select_slider
    assert "all runs" in slider.label
    sound(slider.set_value(0.01).run())
    assert [rates_of(record) for record in shown(at)] == [[0.01], [0.01]]


def test_anothers_run_is_seen_and_not_stopped() -> None:
    spec = replace(BASES["mobilenet_v1", "digits"], epochs=200)
    group = engine().submit({"": spec}, owner="somebody else", lesson="mobilenet_v1")
    at = opened(**LONG, run=group)
    until(at, all_in("running"))
    assert at.button(key="run_stop").disabled
    assert label(at, "start") == "Start"
    assert not at.select_slider
    engine().stop(group, "somebody else")
    until(at, all_in("stopped"))


def test_reset_while_a_run_goes_ends_it_and_goes_back_to_the_first_step() -> None:
    at = press(opened(**LONG), "start")
    (first,) = until(at, lambda records: records[0].progress.get("step", 0) >= 3)
    press(at, "reset")
    (again,) = until(at, all_in("paused"))
    assert (again.id != first.id, again.progress["step"]) == (True, 0)
    assert again.spec == first.spec
    assert engine().record(first.id).state == "stopped"
    press(at, "stop")
