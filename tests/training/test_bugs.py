"""Planted mistakes: the command, the training loop, and that they are what makes the change."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from cnnviz.training import bugs, bugs_images, bugs_scene
from cnnviz.training.bugs_course import trained
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec


def spec(**settings: Any) -> RunSpec:
    usual = {"epochs": 1, "learning_rate": 0.05, "images": 320}
    return base("senet", "digits").with_settings(usual | settings)


def test_the_command_keeps_what_other_exercises_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    monkeypatch.setattr(
        bugs, "EXERCISES", {name: lambda seed: {"wrong": {"loss": [seed / 3]}} for name in "ab"}
    )
    file = tmp_path / "bugs.json"
    assert bugs.main(["--out", str(file)]) == 0
    assert bugs.main(["--only", "b", "--out", str(file)]) == 0
    content = json.loads(file.read_text())
    assert content["exercises"]["a"] == {"wrong": {"loss": [[0.0], [0.3333], [0.6667]]}}
    assert list(content["exercises"]) == ["a", "b"]
    assert content["made_by"] == bugs.COMMAND


def test_a_file_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    monkeypatch.setattr(bugs, "EXERCISES", {"a": lambda seed: {}})
    (tmp_path / "file").write_text("")
    assert bugs.main(["--out", str(tmp_path / "file" / "bugs.json")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_the_kept_file_has_every_exercise_and_seed() -> None:
    content = json.loads(bugs.SHIPPED.read_text(encoding="utf-8"))
    assert set(content["exercises"]) == set(bugs.EXERCISES)
    for ways in content["exercises"].values():
        assert {"wrong", "right"} <= set(ways)
        assert {len(values) for columns in ways.values() for values in columns.values()} == {
            len(bugs.SEEDS)
        }


def test_the_same_run_gives_the_same_numbers_and_leaves_the_callers_random_numbers_alone() -> None:
    before = torch.random.get_rng_state()
    first, second = trained(spec()), trained(spec())
    assert first.columns == second.columns
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_forgetful_step_goes_along_the_sum_of_all_gradients() -> None:
    # Two steps: the second adds the first one's gradient to its own.
    two = spec(images=64, batch_size=32, momentum=0.0)
    steps = [trained(two, forgetful=each).model.state_dict() for each in (False, True)]
    assert not torch.equal(steps[0]["stem.weight"], steps[1]["stem.weight"])
    one = spec(images=32, batch_size=32, momentum=0.0)
    alike = [trained(one, forgetful=each).model.state_dict() for each in (False, True)]
    assert torch.equal(alike[0]["stem.weight"], alike[1]["stem.weight"])


def test_labels_out_of_step_keep_a_network_at_chance() -> None:
    found = bugs_images.chance(0)
    assert found["wrong"]["accuracy"][-1] < 0.25
    assert found["right"]["accuracy"][-1] > 0.75


def test_the_quarters_of_a_scene_are_all_of_it() -> None:
    task = bugs_scene._task(0)
    quarters = bugs_scene._quarters(task)
    assert len(quarters) == 4
    assert sorted(number for part in quarters for number in part) == list(
        range(task.scene.labels.size)
    )
