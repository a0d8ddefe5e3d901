"""MobileNetV2's ablations: what is trained, what is found again, and what is said of it."""

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.training import run_files
from cnnviz.training.run_files import Record
from cnnviz.training.spec import RunSpec
from dashboard import cache
from dashboard.cache import mobilenet_v2_ablations as cached
from tests.dashboard.pages import html, opened, told

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "mobilenet_v2.py"
MINUS = "\u2212"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, RunSpec]:
    """What a page would have trained, by label; no runs are there yet."""
    found = dict[str, RunSpec]()

    def start(specs: dict[str, RunSpec], **about: Any) -> str:
        found.update(specs)
        return "group"

    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    monkeypatch.setattr(cache, "prepare_runs", lambda: None)
    monkeypatch.setattr(cache, "start_runs", start)
    return found


def done(label: str, spec: RunSpec, accuracy: float) -> None:
    measured = {"accuracy": accuracy}
    run_files.write(
        Record(
            id=label, group="group", label=label, spec=spec, owner="me", lesson="mobilenet_v2",
            state="done", epoch=1, metrics={"validation": measured, "test": measured},
            progress={"step": 9, "steps": 9, "seconds": 20.0, "measured": 1},
        )
    )  # fmt: skip


def page(question: str, seeds: int = 2) -> AppTest:
    return opened(LESSON, tab="ablations", ablation=question, ablation_seeds=str(seeds))


def table(at: AppTest) -> list[list[str]]:
    found = html(at).partition("cost-table")[2]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", found, re.DOTALL)
    return [re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row) for row in rows]


@pytest.mark.parametrize("question", cached.QUESTIONS)
def test_but_for_one_thing_the_networks_of_a_question_are_trained_alike(question: str) -> None:
    wanted = cached.specs(question, "digits", 2)
    assert len(wanted) == 2 * len(cached.QUESTIONS[question])
    alike = {
        (s.seed, s.data, s.epochs, s.batch_size, s.learning_rate, s.images, s.validation)
        for s in wanted.values()
    }
    assert len(alike) == 2  # the seeds
    usual = cached.base("digits").model_args
    for code, changed in cached.QUESTIONS[question].items():
        spec = wanted[f"{code}-1"]
        if code != cached.BEFORE:
            assert spec.model_args == {**usual, **changed}
            assert len(changed) <= 1


@pytest.mark.parametrize("data", cached.DATA)
def test_mobilenet_v1_is_as_wide_as_it_takes_to_cost_the_same(data: str) -> None:
    wanted = cached.specs("before", data, 1)
    after, before = cached.compared("before", data, wanted, {})
    assert (after.code, before.code) == (cached.MODEL, cached.BEFORE)
    assert before.madds == pytest.approx(after.madds, rel=0.03)
    assert before.alpha == wanted["mobilenet_v1-0"].model_args["alpha"]


def test_shortcuts_and_the_bottleneck_s_activation_cost_nothing() -> None:
    for question in ("linear", "shortcut"):
        rows = cached.compared(question, "digits", cached.specs(question, "digits", 1), {})
        assert len({(row.parameters, row.madds) for row in rows}) == 1
    rows = cached.compared("expansion", "digits", cached.specs("expansion", "digits", 1), {})
    costs = {int(row.code): row.madds for row in rows}
    assert [costs[t] for t in sorted(costs)] == sorted(costs.values())


def test_the_button_starts_what_is_missing(started: dict[str, RunSpec]) -> None:
    wanted = cached.specs("shortcut", "digits", 2)
    done("bottleneck-0", wanted["bottleneck-0"], 0.97)
    at = page("shortcut")
    assert "Missing: 5 of 6 trainings" in told(at)
    at.button(key="ablation_start").click().run()
    assert started == {label: s for label, s in wanted.items() if label != "bottleneck-0"}


def test_results_are_compared_seed_by_seed_and_with_the_paper(started: dict[str, RunSpec]) -> None:
    accuracy = {
        "bottleneck": (0.97, 0.98, 0.975), "expansion": (0.94, 0.95, 0.945),
        "none": (0.96, 0.985, 0.9715),
    }  # fmt: skip
    for label, spec in cached.specs("shortcut", "digits", 3).items():
        code, _, seed = label.rpartition("-")
        done(label, spec, accuracy[code][int(seed)])
    at = page("shortcut", 3)
    _heads, usual, wide, none = table(at)
    assert usual[:4] == ["between bottlenecks", "97.5\u202f% ± 0.5", "–", "–"]
    assert wide[:3] == ["between expansions", "94.5\u202f% ± 0.5", f"{MINUS}3.0 ± 0.0"]
    assert none[2:4] == [f"{MINUS}0.3 ± 0.8", "0.38"]
    assert usual[6] == "20 s"
    text = told(at)
    assert "The paper (figure 6b)" in text
    assert (
        f"**between expansions** against **between bottlenecks**: {MINUS}3.0 ± 0.0 points. Worse"
        in text
    )
    assert "so the paper found" in text
    assert "It varies more than that from seed to seed: 3 runs of each cannot tell." in text
    at = page("shortcut", 2)
    assert table(at)[2][3] == "–"
    assert "2 runs of each are too few to tell." in told(at)
    assert "paper found." not in told(at)


def test_what_the_paper_did_not_find_is_said(started: dict[str, RunSpec]) -> None:
    for label, spec in cached.specs("linear", "digits", 3).items():
        done(label, spec, (0.96 if label.startswith("relu6") else 0.95) + spec.seed / 1000)
    text = told(page("linear", 3))
    assert "**ReLU6** against **linear**: +1.0 ± 0.0 points." in text
    assert "the paper found the opposite" in text


def test_of_one_seed_nothing_is_said(started: dict[str, RunSpec]) -> None:
    for label, spec in cached.specs("linear", "digits", 1).items():
        done(label, spec, 0.96)
    assert "against **linear**" not in told(page("linear", 1))


def test_before_a_run_the_table_has_what_is_known(started: dict[str, RunSpec]) -> None:
    at = page("before")
    _heads, after, before = table(at)
    assert after[0] == "MobileNetV2"
    assert before[0].startswith("MobileNetV1, α = 1.4")
    assert after[1] == "–"
    assert "72.0 %" in told(at)
    assert "575 M" in told(at)
    assert not started


def test_in_the_training_panel_b_begins_as_a_with_an_activation_at_the_bottleneck(
    started: dict[str, RunSpec],
) -> None:
    at = opened(LESSON, tab="train", train="ab", expansion_a="2", expansion_b="2")
    at.button(key="run_start").click().run()
    one, other = started["A"].model_args, started["B"].model_args
    assert one["linear"]
    assert other == {**one, "linear": False}
    assert one["expansion"] == 2
    assert started["A"].images == 0  # all of the digits
