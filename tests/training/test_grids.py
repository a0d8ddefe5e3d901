"""The grids: what is trained, in which order, what is kept, what can be trained at all."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz import checkpoints
from cnnviz.data import load_images
from cnnviz.models.registry import MODELS
from cnnviz.results import grids as results
from cnnviz.training import grid_command, grids
from cnnviz.training.finish import finish
from cnnviz.training.fit import fit
from cnnviz.training.grids import GRIDS, spec_of
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import in_one_go
from cnnviz.training.task_images import make, measure

NAME = "mobilenet_v2_blocks"
Asked = list[tuple[str, int]]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What would be trained; nothing is."""
    asked: Asked = []

    def run(recipe: RunSpec, code: str, settings: dict[str, Any], seed: int) -> dict[str, Any]:
        asked.append((code, seed))
        metrics = {"accuracy": 0.5 + 0.01 * seed}
        return {
            "setting": code, "seed": seed, "settings": {**settings, "seed": seed},
            "metrics": metrics,
        }  # fmt: skip

    monkeypatch.setattr(grids, "_trained", run)
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    return asked


def test_all_settings_of_one_seed_come_before_the_next(tmp_path: Path, trained: Asked) -> None:
    file = tmp_path / "grid.json"
    for _time in range(2):  # the second time there is nothing left
        assert grids.main([NAME, "--out", str(file), "--seeds", "0", "1"]) == 0
    codes = [code for (code,) in GRIDS[NAME].cells]
    assert trained == [(code, seed) for seed in (0, 1) for code in codes]


def test_a_longer_training_is_another_recipe(tmp_path: Path, trained: Asked) -> None:
    file = tmp_path / "grid.json"
    for images in ("1000", "2000"):
        grids.main([NAME, "--out", str(file), "--seeds", "0", "--images", images])
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["recipe"]["images"] == 2000
    assert len(content["runs"]) == len(trained) / 2


def test_what_is_written_is_what_results_read(
    tmp_path: Path, trained: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    grids.main([NAME, "--out", str(tmp_path / "made.json"), "--seeds", "0", "2"])
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    assert results.names() == ("made",)
    grid = results.read("made")
    assert grid is not None
    assert grid.about == GRIDS[NAME].about
    assert grid.counts == (2,) * len(GRIDS[NAME].cells)
    assert grid.by_setting("accuracy")["relu6"] == {0: 0.5, 2: 0.52}


def test_an_unknown_name_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        grids.main(["none"])
    assert NAME in capsys.readouterr().err


@pytest.mark.parametrize("name", GRIDS)
def test_each_setting_makes_another_network_or_reads_other_images(name: str) -> None:
    grid = GRIDS[name]
    specs = [spec_of(grid.recipe, each, 0) for each in grid.also["settings"].values()]
    kinds = {json.dumps(spec.to_json(), sort_keys=True) for spec in specs}
    assert len(kinds) == len(specs) == len(grid.cells)
    with torch.device("meta"):
        for spec in specs:
            MODELS[spec.model](**spec.model_args)
    # Nothing that is chosen on test data, and nothing that only some of them have.
    assert grid.recipe.keep == "last"


@pytest.mark.parametrize("name", results.names())
def test_a_shipped_grid_is_of_the_recipe_and_the_settings_that_its_command_trains(
    name: str,
) -> None:
    grid, found = GRIDS[name], results.read(name)
    assert found is not None
    assert found.recipe == grid.recipe.to_json()
    assert found.settings == json.loads(json.dumps(grid.also["settings"]))
    assert found.made_by == grid.command
    assert min(found.counts) >= 2, "a deviation takes two"
    for run in found.runs:
        assert run.settings == {**found.settings[run.setting], "seed": run.settings["seed"]}


def test_images_are_scaled_as_a_run_asks() -> None:
    spec = RunSpec(model="mobilenet_v1", data="digits", validation=297).with_settings({"size": 4})
    task = make(spec)
    assert task.training.images.shape[1:] == task.held_out.images.shape[1:] == (4, 4, 1)
    assert task.preprocessing["size"] == 4
    as_they_are = make(spec.with_settings({"size": 0}))
    assert as_they_are.training.images.shape[1:] == (8, 8, 1)
    # Scaled, not cut: a picture is about as bright as it was.
    difference = task.training.images.mean((1, 2, 3)) - as_they_are.training.images.mean((1, 2, 3))
    assert np.abs(difference).mean() < 6


def test_a_checkpoint_of_scaled_images_is_measured_on_scaled_ones(tmp_path: Path) -> None:
    spec = RunSpec(
        model="mobilenet_v1", data="digits", epochs=2, batch_size=16, validation=297, mirror=False,
        model_args={"stem_channels": 8, "blocks": ((16, 1),)}, data_args={"size": 4},
    )  # fmt: skip
    *_, progress = fit(spec)
    assert progress.result is not None
    card = in_one_go(finish(spec, progress.result, tmp_path / "small"))
    model, _card = checkpoints.load(str(tmp_path / "small.safetensors"))
    found = measure(model, card, {}, None, "test").tested.metrics
    assert found == card.metrics["test"]
    whole = replace(card, recipe=card.recipe | {"data_args": {}})
    assert measure(model, whole, {}, None, "test").tested.metrics != found


def test_scaling_keeps_colours_and_labels() -> None:
    data = load_images("digits", "test").take(np.arange(3))
    flat = np.zeros((3, 8, 8, 3), dtype=np.uint8) + np.array([10, 20, 30], dtype=np.uint8)
    scaled = replace(data, images=flat).scaled_to(5)
    assert scaled.images.shape == (3, 5, 5, 3)
    assert (scaled.images == [10, 20, 30]).all()
    assert (scaled.labels == data.labels).all()


def test_a_run_is_told_by_its_metrics_on_the_test_data() -> None:
    recipe = RunSpec(
        model="mobilenet_v1", data="digits", epochs=1, validation=297, mirror=False, keep="last",
        model_args={"stem_channels": 8, "blocks": ((8, 2), (8, 2))},
    )  # fmt: skip
    found = grids._trained(recipe, "wide", {"alpha": 2.0}, 3)
    assert (found["setting"], found["seed"], found["epoch"]) == ("wide", 3, 1)
    assert found["settings"] == {"alpha": 2.0, "seed": 3}
    assert 0 < found["metrics"]["accuracy"] < 1


def test_a_grid_of_windows_has_no_number_of_images(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        grids.main(["hybridsn_dimensions", "--images", "5"])
    assert "--images" in capsys.readouterr().err
    assert grid_command._lengths(GRIDS["hybridsn_dimensions"]) == ["epochs"]
