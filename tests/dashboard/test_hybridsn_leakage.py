"""The question "Seen before?" by Streamlit's own test runner."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data.splits import blocks, stratified
from cnnviz.training.spec import RunSpec
from dashboard.cache import hybridsn_leakage as cached
from dashboard.cache import hybridsn_leakage_pair as pairs
from tests.dashboard import hybridsn_results_made as made
from tests.dashboard import made_runs, pages
from tests.dashboard.pages import html, told

LABELS = made.SCENE.labels
LINK = {"leak_window": "5"}


@pytest.fixture(autouse=True)
def no_networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path / "runs")
    checkpoints.SHIPPED.mkdir()
    yield
    for cache in (cached._random, cached._random_split, cached._blocks, cached._kinds_layers):
        cache.clear()


def page(scene: str) -> None:
    from dashboard.lessons import hybridsn_leakage
    from tests.dashboard import hybridsn_results_made

    hybridsn_leakage.meter(getattr(hybridsn_results_made, scene))


def opened(scene: str = "SCENE", **link: str) -> AppTest:
    return pages.opened(page, scene, **link)


def numbers(at: AppTest) -> list[str]:
    """The large numbers: both of the random split, then both of the blocks."""
    return re.findall(r"<b>([^<]*)</b>", html(at))


def share(text: str) -> float:
    return float(text.removesuffix("\u202f%")) / 100


def test_the_meter_shows_what_the_splits_measure() -> None:
    at = opened(**LINK)
    shown = [share(text) for text in numbers(at)[:4]]
    random = stratified(LABELS, train=0.1, window=5, seed=1)
    trained = sum(random.counts.train) / sum(random.counts.labelled)
    apart = blocks(LABELS, train=round(trained, 3), window=5, seed=1)
    assert shown[:2] == pytest.approx([random.leakage.windows, random.leakage.overlap], abs=5e-4)
    assert shown[2] == 0
    assert shown[3] == pytest.approx(apart.leakage.overlap, abs=5e-4)


def test_the_wider_the_window_the_more_is_seen() -> None:
    at = opened(**LINK)
    shown = []
    for window in (3, 7, 13):
        at.slider(key="leak_window").set_value(window).run()
        assert not at.error
        shown.append(share(numbers(at)[0]))
    assert shown == sorted(shown)
    assert shown[0] < shown[-1]
    assert at.query_params["leak_window"] == "13"


def test_a_number_of_pixels_of_each_class_can_be_chosen() -> None:
    at = opened(leak_how="per_class", leak_per_class="20", **LINK)
    found = cached.random(made.SCENE, "per_class", 20, 1, 5)
    assert set(found.split.counts.train) == {20}
    assert share(numbers(at)[0]) == pytest.approx(found.meter.own_class, abs=5e-4)


def test_the_pixel_of_a_link_is_told_with_the_windows_that_cover_it() -> None:
    found = cached.random(made.SCENE, "random", 0.1, 1, 5)
    row, column = np.divmod(int(found.split.test[7]), LABELS.shape[1])
    covered = cached.covered(made.SCENE, found, row, column)
    text = told(opened(leak_pixel=f"{row}.{column}", **LINK))
    count = len(covered.training)
    assert f"**Row {row}, column {column}** (" in text
    assert f"**{count}** training windows cover it, {covered.own_class} of its own class" in text


def test_a_typed_pixel_is_the_one_that_is_told() -> None:
    at = opened(**LINK)
    at.text_input(key="leak_pixel code").set_value("3.30").run()
    assert "**Row 3, column 30** (not labelled)" in told(at)


def test_a_window_that_leaves_nothing_says_so_beside_the_random_split() -> None:
    at = opened("CLUSTER", **LINK)
    [warning] = at.warning
    assert "guard band leaves nothing" in warning.value
    assert len(numbers(at)) == 2, "the random split is there"


def test_the_classes_that_blocks_leave_out_are_named() -> None:
    found = cached.blocks(made.SCENE, 0.1, 1, 13)
    assert found is not None
    missing = [made.NAMES[number - 1] for number in found.split.missing("test")]
    text = told(opened(leak_window="13"))
    assert "The guard band takes" in text
    assert all(name in text for name in missing)


def test_while_a_hand_moves_blocks_that_are_not_made_are_not_waited_for() -> None:
    assert cached.blocks(made.SCENE, 0.1, 77, 9, wait=False) is None
    found = cached.blocks(made.SCENE, 0.1, 77, 9)
    assert found is not None
    assert cached.blocks(made.SCENE, 0.1, 77, 9, wait=False) is found


def keep(name: str, how: str, oa: float, **settings: Any) -> None:
    split: Any = {"random": stratified, "blocks": blocks}[how]
    made.keep(name, split(LABELS, train=0.1, seed=0, window=5), oa=oa, **settings)


def test_networks_that_differ_in_the_split_alone_are_a_pair() -> None:
    keep("one", "random", 0.97)
    keep("two", "blocks", 0.71)
    keep("longer", "blocks", 0.8, epochs=99)
    [pair] = pairs.pairs(made.SCENE)
    assert (pair.random, pair.blocks) == ("one", "two")
    at = opened(**LINK)
    rows = re.findall(
        r"<th scope='row'>OA</th>.*?class='number'>([^<]*)<",
        html(at),
    )
    assert rows == ["97.0\u202f%", "71.0\u202f%"]
    assert "hold a training pixel of the same class" in told(at)


def test_networks_for_another_scene_are_no_pair() -> None:
    keep("one", "random", 0.97)
    keep("two", "blocks", 0.71, scene=made.OTHER)
    assert pairs.pairs(made.SCENE) == []


def test_without_a_pair_and_a_name_that_workers_know_there_is_no_button() -> None:
    at = opened(**LINK)
    assert "No two networks are here" in told(at)
    assert not at.button


def test_the_button_starts_both_and_the_link_has_their_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[dict[str, RunSpec]] = []

    def start(specs: dict[str, RunSpec], **about: Any) -> str:
        assert about["lesson"] == "hybridsn"
        started.append(specs)
        return "20260101-abc"

    monkeypatch.setattr(pairs.training, "start_runs", start)
    monkeypatch.setattr(pairs.quick, "trainable", lambda scene: True)
    monkeypatch.setattr(pairs.quick, "total", lambda specs, scene: 42.0)
    at = opened(**LINK)
    assert at.button(key="pair_start").label == "Train both: about 42 s"
    at.button(key="pair_start").click().run()
    assert not at.exception
    [specs] = started
    assert {label: spec.data for label, spec in specs.items()} == {
        "random": "fields", "blocks": "fields",
    }  # fmt: skip
    assert {label: spec.data_args["split"] for label, spec in specs.items()} == {
        "random": "random", "blocks": "blocks",
    }  # fmt: skip
    one, two = ({**spec.to_json(), "data_args": None} for spec in specs.values())
    assert one == two
    assert at.query_params["pair"] == "20260101-abc"


def test_while_the_two_are_trained_the_page_says_how_they_stand() -> None:
    for label, state in (("blocks", "queued"), ("random", "running")):
        spec = RunSpec(model="hybridsn", data="fields").with_settings({"split": label})
        made_runs.kept(f"pair-{label}", state, group="pair", label=label, spec=spec)
    at = opened(pair="pair", **LINK)
    lines = [each.value for each in at.markdown if each.value.startswith("**")]
    standing = [line for line in lines if "running" in line or "waiting" in line]
    assert [line.partition("**")[2].partition("**")[0] for line in standing] == [
        "At random", "In blocks with a guard band",
    ]  # fmt: skip
    assert at.query_params["pair"] == "pair"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_opens_in_both_languages(lang: str) -> None:
    at = opened(lang=lang, **LINK)
    assert len(numbers(at)) == 4
    assert at.expander
