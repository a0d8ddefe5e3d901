"""The SENet lesson's hero, its steps, its classes and its hands, by Streamlit's own test runner."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data import cifar10, photos
from cnnviz.explain import senet as explain
from cnnviz.explain import senet_classes, senet_hands_table
from cnnviz.explain.senet_hands import ALONE
from cnnviz.explain.senet_hands_table import Accuracies
from cnnviz.explain.senet_images import batches
from cnnviz.figures.numbers import percent
from cnnviz.models.senet import SENet
from dashboard.cache import senet as cached
from dashboard.cache import senet_measured
from tests.dashboard import pages
from tests.dashboard.pages import html, told
from tests.senet_made import BLOCKS, CARD, images, keep

LESSON = Path(__file__).resolve().parents[2] / "dashboard" / "lessons" / "senet.py"
SECONDS = 30


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_data: Path) -> Iterator[SENet]:
    """A small network; nothing is measured of it."""
    st.cache_resource.clear()
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(senet_classes, "SHIPPED", tmp_path / "gates.npz")
    monkeypatch.setattr(senet_hands_table, "SHIPPED", tmp_path / "hands.json")
    yield keep()
    st.cache_resource.clear()


@pytest.fixture
def measured(model: SENet) -> senet_classes.ClassGates:
    """Its gates by class, and its accuracies."""
    digest = checkpoints.digest_of("senet")
    found = senet_classes.class_gates(model, batches(CARD, images()), classes=10, digest=digest)
    senet_classes.write(senet_classes.SHIPPED, found)
    shares = dict.fromkeys(ALONE, (0.5, 0.25, 0.125))
    senet_hands_table.write(senet_hands_table.SHIPPED, Accuracies(digest, 30, 0.75, shares))
    return found


def opened(**link: str) -> AppTest:
    return pages.opened(LESSON, **link)


def pixels(name: str = "chelsea") -> np.ndarray:
    return photos.square(photos.load(name), 32)


def steps_of(model: SENet, block: int) -> explain.Steps:
    return explain.steps(model, cached.scaled(CARD, pixels()), block)


@pytest.mark.parametrize("tab", ["steps", "classes", "hands"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_tab_is_complete_at_first_paint(
    measured: senet_classes.ClassGates, tab: str, lang: str
) -> None:
    at = opened(tab=tab, lang=lang, block="3", steps_block="2", hands_block="2")
    assert not at.warning
    assert at.title[0].value == "SENet"
    assert at.slider(key="block").value == 3
    assert at.slider(key="mix").value == 0
    assert at.expander


def test_the_hero_moves_away_from_the_photos_own_gates(model: SENet) -> None:
    at = opened(block="4")
    gates = steps_of(model, 3).gates
    numbers = f"Mean {gates.mean():.2f}, from {gates.min():.2f} to {gates.max():.2f}."
    assert numbers in html(at)
    assert "Moved by" not in html(at)
    at.slider(key="mix").set_value(100).run()
    other = explain.steps(model, cached.scaled(CARD, pixels("motorcycle")), 3).gates
    moved = np.abs(other - gates)
    assert f"Moved by {moved.mean():.2f} on average, at most by {moved.max():.2f}." in html(at)
    assert dict(at.query_params) == {"block": "4", "mix": "100"}


def test_the_formulas_have_the_numbers_of_the_chosen_channel(model: SENet) -> None:
    at = opened(tab="steps", steps_block="3", channel="5")
    found = steps_of(model, 2)
    squeeze, excite, scale = (each.value for each in at.latex)
    assert f"u_{{5}}(i,j) = {found.squeezed[5]:.3f}" in squeeze
    assert f"({found.excited[5]:.3f}) = {found.gates[5]:.3f}" in excite
    assert f"{found.gates[5]:.3f} \\; u_{{5}}" in scale
    assert "12 → 3 → 12, 72 weights" in told(at)
    at.number_input(key="channel").set_value(7).run()
    assert f"= {found.squeezed[7]:.3f}" in at.latex[0].value


def test_the_classes_say_what_was_measured(measured: senet_classes.ClassGates) -> None:
    at = opened(tab="classes", class_block="4")
    share, edge = measured.dependence, measured.saturated
    text = told(at)
    assert f"Block 4: **{percent(share[3], 0)}** of its gates' variance is between" in text
    assert f"; {percent(edge[3], 0)} of its gates are within 0.1" in text
    assert "30 test images of CIFAR-10, 3 of each class" in text
    assert f"({'holds' if share[:2].max() < 0.1 else 'does not hold'} here" in text
    saturated = f"{'holds' if edge[-2] > 0.5 else 'does not hold'} here: {percent(edge[-2], 0)}"
    assert f"the last block but one saturated ({saturated})" in text
    at.multiselect(key="of").set_value([2, 4]).run()
    lines = [line for line in told(at).splitlines() if line.startswith("- ")]
    assert [line.split(maxsplit=1)[1] for line in lines[:3]] == ["all classes", "automobile", "cat"]
    assert at.query_params["of"] == ["2.4"] or at.query_params["of"] == "2.4"


def answers(at: AppTest) -> dict[str, str]:
    """What the page says of each class."""
    row = r"<th scope='row'>([^<]*)</th><td class='amount'>.*?'number'>([^<]*)<"
    return dict(re.findall(row, html(at)))


def test_a_hand_on_the_gates_moves_the_probabilities(model: SENet) -> None:
    at = opened(tab="hands", hands_block="2")
    plain = model(cached.scaled(CARD, pixels())).softmax(1)[0].numpy()
    assert list(answers(at).values()) == [percent(float(each), 0) for each in plain]
    at.slider(key="many").set_value(8).run()
    assert list(answers(at).values()) == [percent(float(each), 0) for each in plain]
    at.slider(key="gate").set_value(0).run()
    begun = cached.scaled(CARD, pixels())
    block = model.blocks[1]
    shut = model.stem_relu(model.stem_norm(model.stem(begun)))
    shut = model.blocks[0](shut)
    shut = block.relu2(block.shortcut(shut))  # the branch is gone
    shut = model.classifier(model.pool(model.blocks[2:](shut)).flatten(1)).softmax(1)[0].numpy()
    assert list(answers(at).values()) == [percent(float(each), 0) for each in shut]
    assert list(answers(at).values()) != [percent(float(each), 0) for each in plain]


@pytest.mark.parametrize("code", ["off", "mean", "swapped", "shuffled"])
@pytest.mark.parametrize("where", ["block", "stage", "all"])
def test_all_kinds_of_gates_are_shown_everywhere(
    measured: senet_classes.ClassGates, code: str, where: str
) -> None:
    at = opened(tab="hands", hands_block="3", instead=code, gates_in=where)
    assert not at.warning
    assert len(answers(at)) == 10


def test_accuracies_over_the_test_set_are_told_with_what_is_lost(
    measured: senet_classes.ClassGates,
) -> None:
    at = opened(tab="hands", hands_block="2")
    assert "50.0\u202f% (\u221225.0)" in html(at)
    assert "CIFAR-10's 30 test images" in told(at)
    assert "75.00\u202f% with its own gates" in told(at)


@pytest.mark.parametrize("tab", ["classes", "hands"])
def test_without_measurement_and_images_the_page_says_what_it_takes(tab: str) -> None:
    at = opened(tab=tab, hands_block="2")
    assert "Nobody has measured" in told(at)
    assert "It takes CIFAR-10's test images" in told(at)
    assert not [button for button in at.button if str(button.key).startswith("measure_")]
    if tab == "hands":
        assert "mean" not in at.button_group(key="instead").options


def test_what_is_missing_is_measured_beside_the_page_and_kept(
    monkeypatch: pytest.MonkeyPatch, no_data: Path
) -> None:
    monkeypatch.setattr(cifar10, "find", lambda source=None: no_data)
    monkeypatch.setattr(cifar10, "load", lambda split: images())
    at = opened(tab="classes")
    at.button(key="measure_classes").click().run()
    job = senet_measured.measuring("classes")
    assert job is not None
    deadline = time.monotonic() + SECONDS
    while not job.done and time.monotonic() < deadline:
        time.sleep(0.05)
    assert job.finished_well, job.error
    assert (no_data / "senet" / "gates.npz").is_file()
    at = opened(tab="classes")
    assert "Block 3:" in told(at)


def test_a_network_that_is_not_here_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "none")
    at = opened()
    assert {warning.value.split(":")[0] for warning in at.warning} == {
        "There is no checkpoint senet"
    }


def test_blocks_are_counted_with_their_stages(measured: senet_classes.ClassGates) -> None:
    assert cached.stages() == ((0, 1), (2, 3))
    assert cached.block_count() == BLOCKS
