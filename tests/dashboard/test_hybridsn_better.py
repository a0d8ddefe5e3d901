"""The question "How to do better?" by Streamlit's own test runner, on runs that were made up."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.explain.hybridsn_better import classified
from dashboard.cache import hybridsn_better as cached
from dashboard.cache import hybridsn_train as train
from dashboard.cache import run_sets
from dashboard.cache.hybridsn_better import Setting
from dashboard.cache.jobs import jobs
from dashboard.lessons.hybridsn_better_rows import NAMES
from tests.dashboard import hybridsn_variance_made as made
from tests.dashboard import pages
from tests.dashboard.pages import html

SETTING = Setting("blocks", 13, 2)
ALL = {"try": ".".join(code for code in cached.CODES if code != cached.PLAIN)}


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of runs, empty; and nothing that others have asked for."""
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    jobs.clear()
    return tmp_path


def page() -> None:
    from dashboard import address
    from dashboard.lessons import hybridsn_better
    from tests.dashboard import hybridsn_variance_made

    address.page_begins("hybridsn")
    hybridsn_better.improvements(hybridsn_variance_made.scene())


def opened(**link: str) -> AppTest:
    return pages.opened(page, **link)


def rows(at: AppTest) -> list[str]:
    return [row for row in html(at).split("<tr")[1:] if "scope='row'" in row]


def keep(**accuracies: float) -> None:
    """Runs that are done, by code and seed: ``norm_1=0.7``."""
    specs = cached.specs(cached.CODES, SETTING, made.scene())
    for label, oa in accuracies.items():
        made.kept(specs[label.replace("_", "-")], label, oa)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_is_in_the_table_that_was_not_run(lang: str) -> None:
    at = opened(lang=lang, **ALL)
    assert not rows(at)
    assert not at.button(key="better_start").disabled


def test_every_thing_to_try_has_a_name_and_differs_from_the_plain_network_in_itself_alone() -> None:
    assert list(NAMES) == list(cached.CODES)
    specs = cached.specs(cached.CODES, Setting("random", 15, 3), made.scene())
    assert len(specs) == 3 * len(cached.TRAINED)
    for seed in range(3):
        plain = specs[f"plain-{seed}"]
        assert (plain.seed, plain.split_seed) == (seed, seed)
        for code, changes in cached.TRAINED.items():
            assert specs[f"{code}-{seed}"] == plain.with_settings(changes)
            assert (specs[f"{code}-{seed}"] == plain) == (code == cached.PLAIN)


def test_the_table_compares_the_same_seeds() -> None:
    keep(plain_0=0.60, plain_1=0.70, norm_0=0.63, norm_1=0.71, se_1=0.65)
    at = opened(better_seeds="2", **{"try": "norm.se"})
    plain, norm, se = rows(at)
    assert "HybridSN" in plain
    assert "65.0\u202f% ± 7.1" in plain
    assert "+2.0 ± 1.4" in norm
    assert "class='up pale'" in norm  # two seeds: too few to tell
    assert "63.0\u200271.0" in norm
    assert "−5.0" in se  # against 70, the only seed that both have
    assert "class='down pale' style='width:50.0%'" in se
    assert "nothing is chosen on test pixels" in "\n".join(c.value for c in at.caption)


def test_classifiers_and_the_filter_are_computed_on_the_same_split() -> None:
    keep(plain_0=0.60)
    codes, scene = ["majority", "svm"], made.scene()
    records = run_sets.found(cached.specs(codes, SETTING, scene))
    assert not cached.computed(codes, SETTING, scene, records)
    cached.compute(codes, SETTING, scene, records)
    done = cached.computed(codes, SETTING, scene, records)
    assert set(done) == {"majority-0", "svm-0", "svm-1"}  # of seed 1 there is no map
    for job in done.values():
        job.result()
    plain, filtered, svm = cached.tried(codes, SETTING, scene, records, done)
    split = train.split_of(records["plain-0"].spec, scene)
    mine = classified(scene, split, "svm", "spectra", window=13)
    assert svm.oa[0] == mine.scores.oa
    assert svm.against(plain) == [pytest.approx(100 * (mine.scores.oa - 0.6))]
    assert set(filtered.oa) == {0}
    assert svm.seconds is not None
    assert filtered.seconds is None
    assert (plain.parameters is None, svm.parameters is None) == (False, True)


def test_what_cannot_be_tried_with_a_window_is_said_and_left_out() -> None:
    refused = cached.refused("dilated", SETTING, made.scene())
    assert refused is not None
    assert cached.refused("dilated", Setting("blocks", 15, 2), made.scene()) is None
    at = opened(**ALL)
    assert any("dilated 3-D: A window of 13 pixels is too small" in c.value for c in at.caption)
    at = opened(better_window="15", **ALL)
    assert not any("too small" in c.value for c in at.caption)


def test_what_was_run_is_not_run_again() -> None:
    keep(plain_0=0.60, norm_0=0.63)
    at = opened(better_seeds="1", **{"try": "norm"})
    assert at.button(key="better_start").disabled
    at = opened(better_seeds="1", **{"try": "norm.turned"})
    assert not at.button(key="better_start").disabled
    assert any("Missing: 1 of 3 trainings" in c.value for c in at.caption)
