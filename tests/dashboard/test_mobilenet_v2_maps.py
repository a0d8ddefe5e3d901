"""The questions of the MobileNetV2 lesson that look into trained networks, on a small one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from cnnviz import checkpoints
from cnnviz.explain.filters import DeadFilters, share_dead
from cnnviz.explain.mobilenet_v2_maps import Way
from cnnviz.figures.numbers import percent, significant
from cnnviz.models.mobilenet_v2 import MobileNetV2
from dashboard import cache
from dashboard.cache import mobilenet_v2_maps as cached
from dashboard.lessons import mobilenet_v2_kernels as kernels
from dashboard.photo_input import Photo
from tests.dashboard import pages
from tests.dashboard.pages import html, told

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "mobilenet_v2.py"
NAME = "mobilenet_v2"
# Blocks of every kind: nothing expanded, other widths, a shortcut, a stride.
STAGES = [[1, 16, 1, 1], [3, 24, 2, 1], [2, 32, 1, 2]]
EMPTY = 7  # kernels of the second block


@pytest.fixture(autouse=True, scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of checkpoints with MobileNetV1 as it is shipped, and a small MobileNetV2."""
    folder = tmp_path_factory.mktemp("checkpoints")
    for ending in ("safetensors", "json"):
        (folder / f"mobilenet_v1.{ending}").symlink_to(
            checkpoints.SHIPPED / f"mobilenet_v1.{ending}"
        )
    torch.manual_seed(0)
    arguments: dict[str, Any] = {"stages": STAGES, "stem_channels": 8, "last_channels": 16}
    model = MobileNetV2(**arguments)
    nn.init.zeros_(model.blocks[1].depthwise.weight[:EMPTY])
    card = replace(checkpoints.read_card("mobilenet_v1"), model=NAME, model_args=arguments)
    checkpoints.save(folder / NAME, model, replace(card, recipe={
        **card.recipe, "epochs": 3, "weight_decay": 0.02, "decay_depthwise": False,
    }))  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(checkpoints, "SHIPPED", folder)
        _forget()
        yield folder
    _forget()


def _forget() -> None:
    """Nothing of other checkpoints of these names is left."""
    for kept in (
        cached.network, cached._ways, cached.card, cache.depthwise_filters, cache.dead_share
    ):  # fmt: skip
        kept.clear()


def opened(**link: str) -> AppTest:
    return pages.opened(LESSON, **link)


def found(size: int = 64, name: str = "chelsea") -> tuple[Way, ...]:
    return cached.ways(NAME, Photo(name, name, cache.bundled_photo(name)), size)


@pytest.mark.parametrize("tab", ["maps", "empty"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_tab_is_complete_at_first_paint(tab: str, lang: str) -> None:
    at = opened(tab=tab, lang=lang)
    assert not at.warning
    assert at.slider(key="channels").value == 3
    assert at.expander


def test_each_stage_is_told_by_its_numbers() -> None:
    drawn, way = html(opened(tab="maps", way="3")), found()[2]
    assert way.expanded is not None
    for stage in (way.inputs, way.expanded, way.filtered, way.projected, way.outputs):
        assert f"rank {significant(stage.rank)} of {stage.largest_rank}" in drawn
    for stage in (way.expanded, way.filtered):
        assert f"0: {percent(stage.zeros)}, 6: {percent(stage.ceiling)}" in drawn
        assert f"class='zero' style='width:{100 * stage.zeros:.2f}%'" in drawn
    for stage in (way.inputs, way.projected, way.outputs):
        assert f"norm {significant(stage.norm)}" in drawn


def test_the_page_says_how_much_a_block_changes_its_input() -> None:
    way = found()[2]
    assert way.ratio is not None
    assert way.shortcut is not None
    drawn = html(opened(tab="maps", way="3"))
    assert f"The branch is {significant(way.ratio)} × as large" in drawn
    norms = (way.projected.norm, way.shortcut.norm)
    assert "norms {} and {}".format(*map(significant, norms)) in drawn
    assert "No shortcut" not in drawn


@pytest.mark.parametrize(
    ("number", "reason"),
    [("1", "8 channels cannot be added to 16"), ("4", "the stride is 2, 64 pixels a side become")],
)
def test_where_there_is_no_shortcut_the_page_says_why(number: str, reason: str) -> None:
    drawn = html(opened(tab="maps", way=number))
    assert reason in drawn
    assert "passes on its projection alone" in drawn


def test_a_block_that_does_not_expand_says_so() -> None:
    assert "nothing is expanded" in html(opened(tab="maps", way="1"))
    assert "nothing is expanded" not in html(opened(tab="maps", way="2"))


def test_the_slider_moves_the_block_and_the_link() -> None:
    at = opened(tab="maps")
    assert "data-at='2'" in html(at)
    at.slider(key="way").set_value(4).run()
    assert "data-at='3'" in html(at)
    assert dict(at.query_params) == {"tab": "maps", "way": "4"}


def test_another_photo_and_size_have_other_numbers() -> None:
    way = found(32, "rocket")[2]
    at = opened(tab="maps", photo="rocket", size="32", way="3")
    assert f"rank {significant(way.outputs.rank)} of {way.outputs.largest_rank}" in html(at)
    assert at.selectbox(key="photo").value == "rocket"


def test_charts_have_a_point_for_every_block_that_has_the_stage() -> None:
    charts = re.findall(r"<figure>.*?</figure>", html(opened(tab="maps")), re.DOTALL)
    points = [
        [line.count("<circle") for line in re.findall(r"<g .*?</g>", each)] for each in charts
    ]
    # Of four blocks three expand, and one has a shortcut.
    assert points == [[3, 4], [3, 4], [3, 4, 4], [1]]


def test_points_are_as_high_as_their_share() -> None:
    ways = found()
    chart = re.findall(r"<figure>.*?</figure>", html(opened(tab="maps")), re.DOTALL)[0]
    filtered = re.findall(r"<g .*?</g>", chart)[1]
    heights = [float(y) for y in re.findall(r"cy='([\d.]+)'", filtered)]
    axis = float(re.findall(r"class='axis' d='M0 (\d+)", chart)[0])
    assert heights == pytest.approx([axis * (1 - way.filtered.zeros) for way in ways], abs=0.06)


def test_the_photo_is_chosen_only_where_there_is_one() -> None:
    assert "photo" in [each.key for each in opened(tab="maps").selectbox]
    assert "photo" not in [each.key for each in opened(tab="empty").selectbox]


@pytest.mark.parametrize("measure", ["norm", "response"])
@pytest.mark.parametrize("threshold", ["0", "10", "100"])
def test_both_networks_are_counted_at_one_threshold(threshold: str, measure: str) -> None:
    text = told(opened(tab="empty", threshold=threshold, measure=measure))
    for name, title in (("mobilenet_v1", "MobileNetV1"), (NAME, "MobileNetV2")):
        dead = share_dead(cache.depthwise_filters(name), int(threshold) / 100, measure)
        count = sum(int(block.sum()) for block in dead.by_block)
        total = sum(len(block) for block in dead.by_block)
        assert f"{title}: **{count} of {total}** empty, {percent(dead.share)}" in text


def test_kernels_that_are_zero_count_at_any_threshold() -> None:
    text = told(opened(tab="empty", threshold="0"))
    assert f"MobileNetV2: **{EMPTY} of {8 + 48 + 72 + 48}** empty" in text


def test_at_the_whole_scale_both_shares_are_the_same() -> None:
    assert "Both have the same share" in told(opened(tab="empty", threshold="100"))


def dead(share: float) -> DeadFilters:
    flags = np.arange(1000) < 1000 * share
    return DeadFilters((flags,), np.array([share], np.float32), share)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((0.2, 0.1), "MobileNetV2 has the smaller share, by a factor of 2"),
        ((0.1, 0.3), "MobileNetV1 has the smaller share, by a factor of 3"),
        ((0.1, 0.0), "MobileNetV2 has none"),
        ((0.1, 0.1), "Both have the same share"),
        ((0.0, 0.0), "Both have the same share"),
    ],
)
def test_what_was_found_decides_what_is_said(shares: tuple[float, float], said: str) -> None:
    by_name = dict(zip(("mobilenet_v1", NAME), map(dead, shares), strict=True))
    assert said in kernels._told(by_name)


def test_the_page_tells_how_both_networks_were_trained() -> None:
    card = checkpoints.read_card("mobilenet_v1")
    text = told(opened(tab="empty"))
    assert f"MobileNetV1: {percent(card.metrics['test']['accuracy'])} of the test images" in text
    assert "3 epochs, weight decay 0.02, not of depthwise kernels" in text
    assert text.count("not of depthwise kernels") == 1


def test_both_networks_shares_have_one_scale() -> None:
    drawn = html(opened(tab="empty", threshold="0"))
    most = re.findall(r"class='most'>([^<]*)<", drawn)
    assert most == [percent(EMPTY / 48)] * 2


@pytest.mark.parametrize("tab", ["maps", "empty"])
def test_a_network_whose_weights_are_missing_is_one_sentence(
    trained: Path, tab: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for file in trained.glob("mobilenet_v1.*"):
        (tmp_path / file.name).symlink_to(file)
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    _forget()
    at = opened(tab=tab)
    _forget()
    [warning] = at.warning
    assert "There is no checkpoint mobilenet_v2" in warning.value
    assert any("Sources" in each.value for each in at.subheader)
