"""DSCMR's question "Three losses": the numbers of a batch by the weights, and the matrices."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.explain.dscmr_losses import Batch, Terms
from dashboard.cache import dscmr_losses as cached
from dashboard.cache.dscmr import Looked
from tests.dashboard.pages import html, opened, told


def made(j1: float, j2: float, j3: float) -> Batch:
    means = np.array([0.5, -0.25, 0.75], dtype=np.float32)
    return Batch(
        Terms(j1, j2 / 4, j2 / 2, j2 / 4, j3), np.array([0, 0, 1, 1]),
        np.zeros((3, 4, 4), dtype=np.float32), means, -means,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round numbers instead of a network's."""
    monkeypatch.setattr(cached, "batches", lambda looked: (made(0.3, 2, 1), made(0.1, 1, 0.5)))
    monkeypatch.setattr(cached, "recipe_weights", lambda name: (0.1, 0.1))
    monkeypatch.setattr(cached, "classes", lambda data: ("zero", "one"))


def lesson() -> None:
    from dashboard import address
    from dashboard.cache.dscmr import Looked
    from dashboard.lessons import dscmr_losses

    address.page_begins("dscmr")
    dscmr_losses.losses(Looked("captioned_digits", "dscmr_captioned_digits"))


def rows(at: AppTest) -> dict[str, list[str]]:
    found = html(at).partition("class='losses'")[2]
    cells = [
        re.findall(r"<t[dh][^>]*>([^<]*)<", row)
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", found, re.DOTALL)
    ]
    return {name: numbers for name, *numbers in cells}


def test_losses_are_weighted_and_added() -> None:
    found = rows(opened(lesson))
    assert found["J1, discrimination"] == [
        "× 1", "0.300", "0.300 · 50\u202f%", "0.100", "0.100 · 40\u202f%",
    ]  # fmt: skip
    assert found["J2, likelihood"] == [
        "× 0.1", "2.00", "0.200 · 33\u202f%", "1.00", "0.100 · 40\u202f%",
    ]  # fmt: skip
    assert found["image–text"] == ["", "1.00", "", "0.500", ""]
    assert found["J = J1 + α J2 + β J3"] == ["", "", "0.600", "", "0.250"]


def test_the_weights_follow_the_sliders_and_the_link() -> None:
    places = {text: str(place) for place, text in enumerate(cached.WEIGHTS)}
    at = opened(lesson, loss_alpha=places["0"], loss_beta=places["1"], loss_j1="0")
    found = rows(at)
    assert found["J3, invariance"][:3] == ["× 1", "1.00", "1.00 · 100\u202f%"]
    assert found["J1, discrimination"][:3] == ["× 0", "0.300", "0 · 0\u202f%"]
    at.slider(key="loss_beta").set_value(0).run()
    assert rows(at)["J = J1 + α J2 + β J3"] == ["", "", "0", "", "0"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_matrix_says_its_mean_cosines(lang: str) -> None:
    at = opened(lesson, lang=lang)
    page = html(at)
    assert page.count("<img") == 2 * 4 + 1
    if lang == "en":
        assert page.count("one class \u22120.25, two 0.25") == 2
        assert "4 test pairs, as many of each class. J2 can never be below 1.42" in told(at)


def test_of_the_shipped_network_every_loss_is_less_than_before_the_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    before, after = cached.batches(Looked("captioned_digits", "dscmr_captioned_digits"))
    assert np.bincount(after.labels).tolist() == [10] * 10
    for term in ("discrimination", "likelihood", "invariance"):
        assert getattr(after.terms, term) < getattr(before.terms, term)
    assert after.terms.likelihood > cached.least_likelihood()
    assert (after.alike - after.apart > 0.5).all()
    assert before.alike[1] - before.apart[1] < 0.05, "the branches know nothing of each other yet"
    assert cached.recipe_weights("dscmr_captioned_digits") == (1e-3, 1e-1)
