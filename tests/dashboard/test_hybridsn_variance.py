"""The question "Why different?" by Streamlit's own test runner, on runs that were made up."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.errors import UserError
from dashboard.cache import hybridsn_train as train
from dashboard.cache import hybridsn_variance as cached
from dashboard.cache import run_sets
from dashboard.cache.jobs import jobs
from tests.dashboard import hybridsn_variance_made as made
from tests.dashboard import pages
from tests.dashboard.pages import html, sound, told


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of runs, empty; and no tests that others have asked for."""
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    jobs.clear()
    return tmp_path


def page(network: str, own: bool) -> None:
    from dataclasses import replace

    from dashboard import address
    from dashboard.lessons import hybridsn_variance
    from tests.dashboard import hybridsn_variance_made

    address.page_begins("hybridsn")
    scene = hybridsn_variance_made.scene()
    hybridsn_variance.why(network, replace(scene, name="own.1") if own else scene)


def opened(network: str = "", *, own: bool = False, **link: str) -> AppTest:
    return pages.opened(page, network, own, **link)


def missing(at: AppTest) -> str:
    """How many trainings the page says are missing."""
    [said] = [caption.value for caption in at.caption if caption.value.startswith("Missing: ")]
    return str(said.removeprefix("Missing: ").partition(" trainings")[0])


def spec(*, batch_norm: bool = False, **settings: object) -> train.RunSpec:
    base = train.preset(train.QUICK, "synthetic_scene")
    return base.with_settings({"batch_norm": batch_norm, **settings})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_network_the_page_says_what_to_do(lang: str) -> None:
    at = opened(lang=lang)
    assert not [button for button in at.button if button.key == "why_test"]
    assert not at.button(key="cause_start").disabled
    assert not at.get("plotly_chart")


def test_tests_are_made_when_asked_for_and_stay() -> None:
    network = made.kept(spec(), "one").id
    at = opened(network)
    sound(at.button(key="why_test").click().run())
    for mode in ("train", "eval"):
        job = cached.job_of(network, made.scene(), mode)  # type: ignore[arg-type]
        assert job is not None
        job.result()
    other = opened(network)  # another visitor
    assert not [button for button in other.button if button.key == "why_test"]
    text = html(other)
    assert "± 0<" in text  # eval()
    assert "0.0\u202f% of all answers" in text
    assert "all tests agree" in text


def test_train_mode_differs_and_eval_mode_does_not() -> None:
    network, scene = made.kept(spec(), "one").id, made.scene()
    trained, evaluated = (
        cached.start_tests(network, scene, mode).result()
        for mode in ("train", "eval")  # type: ignore[arg-type]
    )
    assert trained.whole
    assert trained.on_test
    assert trained.measured == len(train.split_of(spec(), scene).test)
    assert trained.differing > trained.flipped > 0
    assert np.ptp(trained.accuracy) > 0
    assert evaluated.differing == evaluated.flipped == np.ptp(evaluated.accuracy) == 0


def test_with_batch_norm_a_sample_of_the_test_pixels_is_tested() -> None:
    network, scene = made.kept(spec(batch_norm=True), "one").id, made.scene()
    found = cached.start_tests(network, scene, "train").result()
    assert not found.whole
    assert found.measured == len(found.repeated.pixels) == 1000
    assert np.isin(found.repeated.pixels, train.split_of(spec(), scene).test).all()
    other = cached.start_tests(network, scene, "eval").result()
    assert (other.repeated.pixels == found.repeated.pixels).all()


def test_a_run_that_goes_on_is_tested_anew(runs: Path) -> None:
    network, scene = made.kept(spec(), "one").id, made.scene()
    cached.start_tests(network, scene, "eval", all_pixels=True).result()
    made.kept(spec(), "one", 0.91)
    assert cached.job_of(network, scene, "eval") is None


def test_a_scene_of_other_bands_is_refused() -> None:
    network, scene = made.kept(spec(), "one").id, made.scene()
    narrow = replace(scene, name="narrow", cube=scene.cube[:, :, :50])
    with pytest.raises(UserError, match="bands"):
        cached.components(network, narrow)


def test_each_cause_changes_one_setting_of_the_first_run() -> None:
    specs = cached.specs(made.scene(), cached.CAUSES, 3, True)
    assert len(specs) == 7
    base = specs.pop(cached.BASE).to_json()
    fields = {"weights": "init_seed", "order": "order_seed", "split": "split_seed"}
    for label, each in specs.items():
        cause, _, number = label.partition("-")
        assert each.to_json() == {**base, fields[cause]: int(number)}
    assert list(cached.specs(made.scene(), ["dropout"], 5, True)) == [cached.BASE]


def test_the_bars_show_what_there_is_as_soon_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "_BUDGET_OF_ALL", 0)  # as few tests as can be
    specs = cached.specs(made.scene(), cached.CAUSES, 3, True)
    made.kept(specs[cached.BASE], "base", 0.95)
    made.kept(specs["split-1"], "split", 0.91)
    made.kept(specs["order-1"], "order", state="stopped")
    at = opened()
    for cause in cached.AT_TEST:
        jobs().get(cached._key("base", made.scene(), cause, False)).result()  # type: ignore
    sound(at.run())
    [chart] = at.get("plotly_chart")
    assert chart.proto.spec.count('"type":"bar"') == 5
    found = cached.measured(
        cached.CAUSES, run_sets.found(specs), cached.start_base_tests(
            run_sets.found(specs)[cached.BASE], made.scene(), cached.CAUSES)
    )  # fmt: skip
    assert found["split"].values == (0.95, 0.91)
    assert found["split"].deviation == pytest.approx(100 * 0.04 / 2**0.5)
    assert found["weights"].values == found["order"].values == (0.95,)
    assert len(found["dropout"].values) == cached.TESTS
    assert len(found["statistics"].values) == cached._FEWEST
    assert found["dropout"].deviation
    base = run_sets.found(specs)[cached.BASE].id
    tested = [cached.start_tests(base, made.scene(), cause, all_pixels=False).result()
              for cause in cached.AT_TEST]  # type: ignore[arg-type]  # fmt: skip
    assert {each.measured for each in tested} == {
        len(train.split_of(specs["base"], made.scene()).test)
    }
    assert missing(at) == "5 of 7"


def test_while_runs_wait_the_page_tells_of_them_and_not_that_nothing_was_run() -> None:
    specs = cached.specs(made.scene(), ["weights"], 2, True)
    made.kept(specs[cached.BASE], "base", state="queued")
    at = opened(causes="weights", cause_runs="2")
    [bar] = at.get("progress")
    assert bar.proto.text.startswith("**0 of 2** done · 1 waiting")
    assert missing(at) == "1 of 2"
    assert "Nothing of this was run yet" not in told(at)
    assert "Nothing of this was run yet" in told(opened(cause_norm="0"))


def test_the_choice_of_causes_is_in_the_link() -> None:
    assert missing(opened(causes="weights", cause_runs="4", cause_norm="0")) == "4 of 4"
    assert missing(opened(causes="nonsense")) == "7 of 7"


def test_on_one_s_own_scene_only_tests_are_made() -> None:
    at = opened(own=True)
    assert "python -m cnnviz train hybridsn" in at.warning[0].value
