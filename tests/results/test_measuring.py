"""``results`` measures what is here, remembers it, and names what is not here and what differs."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cnnviz import checkpoints
from cnnviz.cli import app
from cnnviz.results import measuring
from cnnviz.results.measuring import disagreements, measured, sets_for
from cnnviz.training import tasks

DIGITS, PAIRS = "dscmr_captioned_digits", "dscmr_wikipedia"


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_data: Path) -> Path:
    """Two checkpoints; the data of one alone are here. Returns where measurements are kept."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in (DIGITS, PAIRS):
        for ending in (".json", ".safetensors"):
            shutil.copy(checkpoints.SHIPPED / f"{name}{ending}", folder)
    monkeypatch.setattr(checkpoints, "SHIPPED", folder)
    kept = tmp_path / "kept" / "measured.json"
    monkeypatch.setattr(measuring, "KEPT", kept)
    return kept


def test_what_is_here_is_measured_and_what_is_not_is_named(two: Path) -> None:
    told = list[tuple[str, str]]()
    rows, missing = measured(tell=lambda *each: told.append(each), kept=two)
    assert told == [(DIGITS, "captioned_digits")]
    [lacks] = missing
    assert (lacks.checkpoint, lacks.data) == (PAIRS, "wikipedia")
    assert "is not here" in lacks.reason
    for row in rows:
        assert (row.found is None) == (row.checkpoint == PAIRS)
        assert row.card is not None
    assert disagreements(rows) == ()


def test_what_was_measured_is_remembered_until_it_is_to_be_fresh(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = measured(kept=two)
    measure: Any = tasks.measure
    monkeypatch.setattr(tasks, "measure", None)
    assert measured(kept=two)[0] == first
    again = list[str]()
    monkeypatch.setattr(tasks, "measure", measure)
    measured(fresh=True, tell=lambda name, _data: again.append(name), kept=two)
    assert again == [DIGITS]


def test_other_weights_are_measured_anew(two: Path) -> None:
    measured(kept=two)
    weights = checkpoints.SHIPPED / f"{DIGITS}.safetensors"
    model, card = checkpoints.load(DIGITS)
    stored = checkpoints.load_preprocessing(DIGITS)
    import torch

    for parameter in model.parameters():
        parameter.mul_(0.5)
    arrays = {name: torch.from_numpy(array.copy()) for name, array in stored.items()}
    checkpoints.save(weights, model, card, arrays)
    told = list[str]()
    measured(tell=lambda name, _data: told.append(name), kept=two)
    assert told == [DIGITS]


def test_the_command_names_a_card_that_tells_something_else(two: Path) -> None:
    file = checkpoints.SHIPPED / f"{DIGITS}.json"
    card = json.loads(file.read_text("utf-8"))
    card["metrics"]["test"]["map"] += 0.01
    file.write_text(json.dumps(card), "utf-8")
    found = CliRunner().invoke(app, ["results", "--json"])
    assert found.exit_code == 1
    content = json.loads(found.stdout)
    assert content["disagreements"] == [
        {"checkpoint": DIGITS, "data": "captioned_digits", "metric": "map"}
    ]
    assert content["missing"][0]["checkpoint"] == PAIRS
    shown = CliRunner().invoke(app, ["results"])
    assert "**Other than its card**: `dscmr_captioned_digits`" in shown.stdout
    assert "Not measured: `dscmr_wikipedia` on wikipedia." in shown.stdout


def test_denoisers_are_measured_on_pictures_that_they_were_not_trained_on() -> None:
    sets = sets_for(checkpoints.read_card("dncnn_25"))
    assert sets[0] == "set12"
    assert {"bsd68", "bundled"} <= set(sets)
    assert "train400" not in sets
    assert sets_for(checkpoints.read_card("mobilenet_v1")) == ("cifar10",)
