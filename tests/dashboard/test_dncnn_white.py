"""The question "Is the rest white?" by Streamlit's own test runner."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.data.noise import noisy
from cnnviz.explain.dncnn import Denoising, denoise
from cnnviz.explain.dncnn_white import share_in_common, whiteness
from dashboard.cache import dncnn_white as cached
from dashboard.i18n import lesson_text
from dashboard.lessons.dncnn_shared import Noise
from tests.dashboard import dncnn_pages, pages
from tests.dashboard.dncnn_pages import subject
from tests.dashboard.pages import told

NOISE = Noise("gaussian", 25, 3, False)


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Two small networks under the names of trained ones."""
    with dncnn_pages.networks(monkeypatch, tmp_path, "dncnn_blind", "dncnn_25"):
        yield


def page(sigma: float, kind: str, colour: bool, side: int) -> None:
    from dashboard.lessons import dncnn_shared, dncnn_white
    from tests.dashboard.dncnn_pages import subject

    noise = dncnn_shared.Noise(kind, sigma, 3, False)
    dncnn_white.white(dncnn_shared.network(), subject(colour, side), noise)


def opened(
    sigma: float = 25, kind: str = "gaussian", colour: bool = False, side: int = 40, **link: str
) -> AppTest:
    return pages.opened(page, sigma, kind, colour, side, **link)


def rows(at: AppTest) -> list[list[str]]:
    """The cells of the table."""
    [table] = [each.value for each in at.markdown if each.value.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


@pytest.mark.parametrize("network", ["dncnn_blind", "dncnn_25"])
def test_sentence_and_table_are_of_the_pages_network(network: str) -> None:
    at = opened(net=network)
    model, crop = checkpoints.load(network)[0], subject().pixels
    found, again = (
        denoise(model, crop, noisy(crop, "gaussian", 25, seed))  # type: ignore[arg-type]
        for seed in (3, 4)
    )
    expected = whiteness(found, 25)
    shares = re.findall(r"(\d+)\u202f%", at.markdown[0].value)
    common = share_in_common(found.error, again.error)
    wanted = (common, expected.edges, 0.1, expected.error.low, expected.low)
    assert [int(share) for share in shares] == [round(100 * share) for share in wanted]
    three = (expected.true, expected.predicted, expected.error)
    for cells, each in zip(rows(at)[2:5], three, strict=True):
        assert float(cells[1].replace("−", "-")) == pytest.approx(each.mean, abs=0.006)
        assert float(cells[2]) == pytest.approx(each.deviation, abs=0.006)
        assert float(cells[4].replace("−", "-")) == pytest.approx(each.neighbours, abs=0.006)
    assert rows(at)[5][2] == "25"


def test_both_networks_say_different_things() -> None:
    assert rows(opened(net="dncnn_25")) != rows(opened(net="dncnn_blind"))


@pytest.mark.parametrize("kind", ["gaussian", "poisson", "salt_and_pepper"])
@pytest.mark.parametrize("colour", [False, True])
def test_every_kind_of_noise_is_looked_at_in_grey_and_in_colour(kind: str, colour: bool) -> None:
    at = opened(kind=kind, colour=colour)
    assert not at.warning
    assert ("all three channels" in told(at)) == colour


def test_without_noise_all_of_the_error_is_lost_detail() -> None:
    at = opened(sigma=0)
    assert at.markdown[0].value.startswith("**100\u202f%**")
    assert rows(at)[2][2:] == ["0.00", "–", "–", "–"]


def test_a_crop_that_is_too_small_is_said_to_be() -> None:
    at = opened(side=12)
    assert "12 × 12 pixels is too small" in at.warning[0].value


def test_the_second_draw_is_denoised_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(*given: Any) -> Denoising:
        asked.append(1)
        return denoise(*given)

    monkeypatch.setattr("cnnviz.explain.dncnn.denoise", counted)
    first = cached.in_common("dncnn_25", subject(), NOISE)
    assert len(asked) == 2  # with it the first draw, which the page has anyway
    assert cached.in_common("dncnn_25", subject(), NOISE) == first
    assert cached.whiteness("dncnn_25", subject(), NOISE)
    assert len(asked) == 2
    assert cached.in_common("dncnn_25", subject(), replace(NOISE, seed=4)) != first


def test_the_text_has_its_section() -> None:
    assert lesson_text("dncnn_white", "white")
