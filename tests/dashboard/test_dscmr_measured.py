"""The DSCMR lesson's "How good?" and "Which epoch?", by Streamlit's own test runner."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.checkpoints import Card
from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.retrieval import divided
from cnnviz.explain import dscmr_epoch_choice, dscmr_measured
from cnnviz.models.dscmr import DSCMR
from cnnviz.printed.dscmr import DSCMR_PASCAL
from dashboard.cache import dscmr_measured as cached
from dashboard.cache.dscmr import Looked
from tests.dashboard import pages
from tests.dashboard.pages import html, told

ARGUMENTS = {
    "image_features": 64,
    "text_features": 289,
    "num_classes": 10,
    "hidden": 16,
    "common": 8,
}


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_data: Path) -> Iterator[DSCMR]:
    """A small network that nobody has trained, in the place of the shipped one."""
    st.cache_resource.clear()
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(dscmr_measured, "MOST_DIRECTIONS", 2)  # each takes a part of a second
    torch.manual_seed(0)
    model = DSCMR(**ARGUMENTS).eval()
    training, held, _test = divided("captioned_digits", 0, 0)
    card = Card(
        model="dscmr", model_args=ARGUMENTS, preprocessing={"scaling": "none"},
        class_names=list(training.class_names),
        data={"name": "captioned_digits", "validation": len(held), "split_seed": 0},
        recipe={}, seed=0, epoch=1, metrics={}, history=[], weights="float32", versions={},
        hardware="", seconds=1.0, command="",
    )  # fmt: skip
    scaling = FeatureScaling.of(training, "none").arrays()
    tensors = {name: torch.from_numpy(array) for name, array in scaling.items()}
    checkpoints.save(tmp_path / "shipped" / "dscmr_captioned_digits", model, card, tensors)
    yield model
    st.cache_resource.clear()


DIGITS = Looked("captioned_digits", "dscmr_captioned_digits")


def how_good() -> None:
    from dashboard.cache.dscmr import Looked
    from dashboard.lessons.dscmr_measured import how_good

    how_good(Looked("captioned_digits", "dscmr_captioned_digits"))


def of_pascal() -> None:
    from dashboard.cache.dscmr import Looked
    from dashboard.lessons.dscmr_measured import how_good

    how_good(Looked("pascal", ""))


def which_epoch() -> None:
    from dashboard.lessons.dscmr_epoch_choice import which_epoch

    which_epoch("captioned_digits")


def finished(page: Callable[..., None] = how_good, **link: str) -> AppTest:
    """The page when all methods have come to something."""
    for job in cached.others("captioned_digits").values():
        job.result()
    return pages.opened(page, **link)


def drawn(at: AppTest) -> dict[str, dict[str, object]]:
    """The lines of the page's plot by their names."""
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    return {trace["name"]: trace for trace in figure["data"]}


def rows(at: AppTest) -> list[list[str]]:
    """The cells of all tables of the page, row by row."""
    return [
        re.findall(r"<t[hd][^>]*>([^<]*)<", row)
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html(at))
    ]


def test_all_methods_are_measured_on_all_test_pairs() -> None:
    at = finished()
    assert "All 500 test pairs" in told(at)
    network = cached.by_network(DIGITS)
    assert network is not None
    found = {code: job.result() for code, job in cached.others("captioned_digits").items()}
    table = rows(at)
    for name, each in (
        ("DSCMR", network), ("two classifiers", found["classifiers"]), ("CCA", found["cca"]),
    ):  # fmt: skip
        whole = [f"{number:.3f}" for number in (each.across.map, each.back.map, each.map)]
        first = [f"{number:.3f}" for number in (each.across.map_at, each.back.map_at, each.map_at)]
        assert [name, *whole] in table
        assert [name, *first] in table
    assert list(drawn(at)) == ["DSCMR", "two classifiers", "CCA"]


def test_the_network_is_there_before_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    class Going:
        done = False

    monkeypatch.setattr(cached, "others", lambda data: dict.fromkeys(cached.OTHERS, Going()))
    at = pages.opened(how_good)
    assert list(drawn(at)) == ["DSCMR"]
    assert "CCA is being fitted" in told(at)
    assert ["CCA", "…", "…", "…"] in rows(at)


def test_who_is_behind_is_said_so() -> None:
    at = finished()
    # Nobody has trained this network: the classifiers know more.
    assert re.search(r"DSCMR’s mean is \d+\u202f% below that of two classifiers", told(at))


def test_each_plot_is_of_the_direction_that_is_chosen() -> None:
    network = cached.by_network(DIGITS)
    assert network is not None
    for way, expected in (("across", network.across), ("back", network.back)):
        line = drawn(finished(measured_view="classes", way=way))["DSCMR"]
        assert pages_numbers(line["x"]) == pytest.approx(expected.by_class)
    line = drawn(finished(measured_view="first"))["DSCMR"]
    assert pages_numbers(line["y"])[0] == pytest.approx(network.across.precision[0])


def test_the_papers_row_stands_beside_pascal_alone() -> None:
    at = finished()
    assert "0.716" not in html(at)
    at = pages.opened(of_pascal)
    assert [[row.method, *(f"{n.value:.3f}" for n in (row.across, row.back, row.mean))]
            for row in DSCMR_PASCAL] == rows(at)[1:]  # fmt: skip
    assert "Zhen et al. 2019" in told(at)
    assert "No network has been trained on these pairs yet" in at.info[0].value
    assert at.warning  # the set is not here


def test_the_three_numbers_of_a_run_and_of_all_are_told() -> None:
    choice = dscmr_epoch_choice.read("captioned_digits")
    assert choice is not None
    at = pages.opened(which_epoch, epoch_seed="2")
    run = choice.seeds.index(2)
    table = rows(at)[1:]
    assert [row[1] for row in table] == [str(epochs[run]) for epochs in choice.chosen]
    assert [row[2] for row in table] == [f"{values[run]:.3f}" for values in choice.reported]
    assert all(f"{values.mean():.3f}"[:4] in row[3]
               for row, values in zip(table, choice.reported, strict=True))  # fmt: skip
    assert "500 for the test" in told(at)
    assert "0.702" in told(at)
    assert drawn(at)["test"]["y"] is not None


def test_a_set_without_runs_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dscmr_epoch_choice, "SHIPPED", tmp_path)
    monkeypatch.setattr(cached, "epoch_choice", lambda data: None)
    assert "No run on this set" in pages.opened(which_epoch).info[0].value


def pages_numbers(values: object) -> np.ndarray:
    """A trace's numbers: a list, or packed."""
    if isinstance(values, dict):
        import base64

        return np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
    return np.array(values)
