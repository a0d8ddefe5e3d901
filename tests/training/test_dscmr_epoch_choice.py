"""mAP by epochs over seeds: what is trained, kept and skipped; and what an epoch's weights are."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from cnnviz.training import dscmr_epoch_choice as command
from cnnviz.training.every_epoch import every_epoch
from cnnviz.training.fit import fit
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import in_one_go

SMALL = base("dscmr", "captioned_digits").with_settings({"hidden": 16, "common": 8, "epochs": 3})


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What would be trained; nothing is."""
    asked: list[tuple[str, int]] = []

    def run(recipe: RunSpec, seed: int) -> dict[str, Any]:
        asked.append((recipe.data, seed))
        return {"seed": seed}

    monkeypatch.setattr(command, "_trained", run)
    return asked


@pytest.fixture(autouse=True)
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)


def test_what_a_file_has_is_not_trained_again(
    tmp_path: Path, trained: list[tuple[str, int]]
) -> None:
    out = ["--out", str(tmp_path)]
    assert command.main([*out, "--seeds", "1", "--data", "wikipedia"]) == 0
    assert command.main(out) == 0
    assert trained[0] == ("wikipedia", 1)
    assert sorted(trained) == [(data, seed) for data in command.EPOCHS for seed in command.SEEDS]


def test_curves_of_other_epochs_are_not_taken_over(
    tmp_path: Path, trained: list[tuple[str, int]]
) -> None:
    for epochs in ("1", "2"):
        command.main(["--out", str(tmp_path), "--seeds", "0", "--epochs", epochs])
    assert len(trained) == 2 * len(command.EPOCHS)


def test_both_parts_are_measured_after_each_epoch(tmp_path: Path) -> None:
    found = command._trained(SMALL, 1)
    assert len(found["validation"]) == len(found["test"]) == 3
    assert found["pairs"] == {"training": 1197, "validation": 100, "test": 500}
    run = fit(SMALL.with_settings({"seed": 1}))
    measured = [progress.metrics["map"] for progress in run if progress.metrics]
    assert found["validation"] == pytest.approx(measured, abs=1e-5)


def test_an_epoch_comes_with_its_own_weights_and_the_run_goes_on_as_if_nobody_had_looked() -> None:
    last = None
    for progress, result in every_epoch(SMALL):
        assert in_one_go(result.task.validate(result.model)) == progress.metrics
        last = {name: t.clone() for name, t in result.model.state_dict().items()}
        for weight in result.model.parameters():
            weight.data.zero_()
    *_before, end = fit(SMALL.with_settings({"keep": "last"}))
    assert last is not None
    assert end.result is not None
    kept = end.result.model.state_dict()
    assert all(torch.equal(kept[name], tensor) for name, tensor in last.items())


@pytest.mark.parametrize("data", list(command.EPOCHS))
def test_what_is_shipped_was_made_with_the_recipe_of_the_shipped_network(data: str) -> None:
    content = json.loads((command.SHIPPED / f"dscmr_epoch_choice_{data}.json").read_text())
    recipe = base("dscmr", data).with_settings({"epochs": command.EPOCHS[data]})
    assert RunSpec.from_json(content["recipe"]) == recipe
