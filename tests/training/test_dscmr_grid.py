"""The grid of alpha and beta: what is trained, what is kept, what is skipped."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from cnnviz.training import dscmr_grid
from cnnviz.training.spec import RunSpec

CELLS = [(a, b) for a in dscmr_grid.VALUES for b in dscmr_grid.VALUES]
Asked = list[tuple[float, float, int]]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What would be trained; nothing is."""
    asked: Asked = []

    def run(recipe: RunSpec, alpha: float, beta: float, seed: int) -> dict[str, Any]:
        asked.append((alpha, beta, seed))
        return {"alpha": alpha, "beta": beta, "seed": seed, "map": 0.5}

    monkeypatch.setattr(dscmr_grid, "_trained", run)
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    return asked


def test_every_cell_is_trained_once(tmp_path: Path, trained: Asked) -> None:
    file = tmp_path / "grid.json"
    for _time in range(2):
        assert dscmr_grid.main(["--out", str(file)]) == 0
    assert trained == [(a, b, 0) for a, b in CELLS]
    assert len(json.loads(file.read_text())["runs"]) == len(CELLS)


def test_results_of_another_recipe_are_not_taken_over(tmp_path: Path, trained: Asked) -> None:
    file = tmp_path / "grid.json"
    for epochs in ("1", "2"):
        dscmr_grid.main(["--out", str(file), "--epochs", epochs])
    content = json.loads(file.read_text())
    assert content["recipe"]["epochs"] == 2
    assert len(content["runs"]) == len(CELLS)


def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, trained: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "grid.json").mkdir()
    assert dscmr_grid.main(["--out", str(tmp_path / "grid.json")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert trained == []


def test_stopped_it_says_how_to_go_on(
    tmp_path: Path, trained: Asked, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def stopped(*_: object) -> dict[str, Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(dscmr_grid, "_trained", stopped)
    assert dscmr_grid.main(["--out", str(tmp_path / "grid.json")]) == 1
    assert "goes on" in capsys.readouterr().out


def test_a_run_is_told_by_its_mean_average_precision_on_validation() -> None:
    recipe = RunSpec(
        model="dscmr", data="captioned_digits", model_args={"hidden": 8, "common": 4}, epochs=1,
        batch_size=100, optimizer="adam", schedule="constant", learning_rate=0.001,
    )  # fmt: skip
    found = dscmr_grid._trained(recipe, 0.01, 0.1, 3)
    assert (found["alpha"], found["beta"], found["seed"], found["epoch"]) == (0.01, 0.1, 3, 1)
    assert 0 < found["map"] < 1
