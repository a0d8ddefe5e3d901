"""DSCMR's ablation: what is trained, what is found again, and what is said of it."""

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
from dashboard.cache import dscmr_ablation as cached
from dashboard.cache import dscmr_train
from tests.dashboard.pages import html, opened, told

DATA, MINUS = "captioned_digits", "\u2212"


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, RunSpec]:
    """What a page would have trained, by label; no runs are there yet."""
    found = dict[str, RunSpec]()

    def start(specs: dict[str, RunSpec], **about: Any) -> str:
        found.update(specs)
        return "group"

    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    monkeypatch.setattr(cache, "prepare_runs", lambda: None)
    monkeypatch.setattr(cache, "start_runs", start)
    monkeypatch.setattr(dscmr_train, "_seconds_a_step", lambda given, batch: 0.01)
    return found


def done(label: str, spec: RunSpec, score: float) -> None:
    measured = {"map": score}
    run_files.write(
        Record(
            id=label, group="group", label=label, spec=spec, owner="me", lesson="dscmr",
            state="done", epoch=1, metrics={"validation": measured, "test": measured},
            progress={"step": 9, "steps": 9, "seconds": 5.0, "measured": 1},
        )
    )  # fmt: skip


def lesson() -> None:
    from dashboard import address
    from dashboard.lessons import dscmr_ablation

    address.page_begins("dscmr")
    dscmr_ablation.ablation("captioned_digits")


def page(ablation_seeds: str = "2", **link: str) -> AppTest:
    at = opened(lesson, ablation_seeds=ablation_seeds, **link)
    assert not at.warning
    return at


def table(at: AppTest) -> list[list[str]]:
    found = html(at).partition("cost-table")[2]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", found, re.DOTALL)
    return [re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row) for row in rows]


def test_but_for_the_losses_the_networks_are_trained_alike() -> None:
    wanted = cached.specs(DATA, 3)
    assert len(wanted) == 12
    seen = {
        label: (spec.data_args.get("alpha", 1e-3), spec.data_args.get("beta", 1e-1))
        for label, spec in wanted.items()
        if spec.seed == 2
    }
    assert seen == {
        "j1-2": (0, 0), "j1_j2-2": (1e-3, 0), "j1_j3-2": (0, 1e-1), "all-2": (1e-3, 1e-1),
    }  # fmt: skip
    alike = {(s.seed, s.epochs, s.batch_size, s.learning_rate) for s in wanted.values()}
    assert len(alike) == 3  # the seeds


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_complete_before_anything_was_trained(lang: str) -> None:
    at = page(lang=lang)
    assert len(table(at)) == 5
    [figure] = at.get("plotly_chart")
    assert "heatmap" in figure.proto.spec
    assert "python -m cnnviz.training.dscmr_grid" in told(at)


def test_the_button_starts_what_is_missing(started: dict[str, RunSpec]) -> None:
    wanted = cached.specs(DATA, 2)
    done("j1-0", wanted["j1-0"], 0.9)
    at = page()
    assert "Missing: 7 of 8 trainings" in told(at)
    at.button(key="ablation_start").click().run()
    assert started == {label: spec for label, spec in wanted.items() if label != "j1-0"}


def test_results_are_compared_seed_by_seed_with_j1_alone() -> None:
    scores = {
        "j1": (0.9, 0.92, 0.91), "j1_j2": (0.88, 0.901, 0.89), "j1_j3": (0.95, 0.96, 0.96),
        "all": (0.9, 0.93, 0.91),
    }  # fmt: skip
    for label, spec in cached.specs(DATA, 3).items():
        code, _, seed = label.rpartition("-")
        done(label, spec, scores[code][int(seed)])
    at = page(ablation_seeds="3")
    _heads, alone, likely, _joined, _all = table(at)
    assert alone == ["J1", "0.91 ± 0.01", "–", "5 s"]
    assert likely[:3] == ["J1 + α J2", "0.89 ± 0.01", f"{MINUS}2.0 ± 0.1"]
    text = told(at)
    assert "**J1 + α J2** against **J1**: \u22122.0 ± 0.1 hundredths of mAP. Worse here" in text
    assert "**J1 + β J3** against **J1**: +4.7 ± 0.6 hundredths of mAP. Better here" in text
    assert "3 runs of each cannot tell" in text
    few = told(page(ablation_seeds="2"))
    assert "−2.0 ± 0.1 hundredths of mAP. 2 runs of each are too few to tell." in few
    assert "deviations." not in few
