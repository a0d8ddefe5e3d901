"""The grid of reduction ratios: what is trained, what is kept, what is skipped."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from cnnviz.models.senet import SENet
from cnnviz.training import senet_grid
from cnnviz.training.spec import RunSpec


@pytest.fixture(autouse=True)
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What would be trained; nothing is."""
    asked: list[tuple[str, int]] = []

    def run(recipe: RunSpec, name: str, seed: int) -> dict[str, Any]:
        asked.append((name, seed))
        return {"setting": name, "seed": seed, "accuracy": 0.5}

    monkeypatch.setattr(senet_grid, "_trained", run)
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    return asked


def test_all_settings_of_one_seed_come_before_the_next(
    tmp_path: Path, trained: list[tuple[str, int]]
) -> None:
    file = tmp_path / "grid.json"
    assert senet_grid.main(["--out", str(file)]) == 0
    assert trained == [(name, seed) for seed in (0, 1, 2) for name in senet_grid.SETTINGS]
    assert len(json.loads(file.read_text())["runs"]) == len(trained)


def test_what_the_file_has_is_not_trained_again(
    tmp_path: Path, trained: list[tuple[str, int]]
) -> None:
    file = str(tmp_path / "grid.json")
    senet_grid.main(["--out", file, "--seeds", "1"])
    senet_grid.main(["--out", file, "--seeds", "1", "2"])
    assert len(trained) == len(set(trained)) == 2 * len(senet_grid.SETTINGS)


def test_results_of_another_recipe_are_not_taken_over(
    tmp_path: Path, trained: list[tuple[str, int]]
) -> None:
    file = tmp_path / "grid.json"
    for epochs in ("1", "2"):
        senet_grid.main(["--out", str(file), "--seeds", "0", "--epochs", epochs])
    assert len(trained) == 2 * len(senet_grid.SETTINGS)
    content = json.loads(file.read_text())
    assert content["recipe"]["epochs"] == 2
    assert len(content["runs"]) == len(senet_grid.SETTINGS)


def test_each_setting_changes_se_alone() -> None:
    with torch.device("meta"):
        counts = {
            name: sum(
                p.numel()
                for p in SENet(**senet_grid.RECIPE.with_settings(args).model_args).parameters()
            )
            for name, args in senet_grid.SETTINGS.items()
        }
    added = {name: counts[name] - counts["none"] for name in counts}
    assert added == {"none": 0, "32": 1056, "16": 2016, "8": 4032, "4": 8064, "single": 16128}


def test_stopped_it_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> dict[str, Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(senet_grid, "_trained", stopped)
    assert senet_grid.main(["--out", str(tmp_path / "grid.json")]) == 1
    assert "goes on" in capsys.readouterr().out
