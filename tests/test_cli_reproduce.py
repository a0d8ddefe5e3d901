"""``reproduce`` makes checkpoints again, says how they compare, and goes on where it was left."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cnnviz import checkpoints
from cnnviz.cli import app
from cnnviz.training import execution, orders, run_files, shipped
from cnnviz.training.recipes import BASES
from cnnviz.training.run_files import Record

SMALL = BASES["mobilenet_v1", "digits"].with_settings({"alpha": 0.25, "epochs": 2})
TABLE = {
    "second": SMALL.with_settings({"weights_from": "first"}),
    "first": SMALL,
    "elsewhere": BASES["mobilenet_v1", "cifar10"],
}
Reproduce = Callable[..., Result]


@pytest.fixture
def reproduce(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_data: Path) -> Reproduce:
    """The command, with small recipes, no shipped checkpoints and a folder of its own."""
    monkeypatch.setattr(shipped, "SHIPPED", TABLE)
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["reproduce", *arguments, "--out", str(tmp_path / "made")])

    return run


def outcomes(result: Result) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads(result.stdout)["checkpoints"]}


def ship(tmp_path: Path, name: str) -> None:
    """What was made becomes what is shipped."""
    (tmp_path / "shipped").mkdir(exist_ok=True)
    for ending in (".safetensors", ".json"):
        shutil.copy(tmp_path / "made" / f"{name}{ending}", tmp_path / "shipped")


def test_what_is_made_again_has_the_same_numbers(reproduce: Reproduce, tmp_path: Path) -> None:
    made = reproduce("first", "--json")
    assert made.exit_code == 0, made.output
    assert outcomes(made)["first"]["state"] == "made"
    assert outcomes(made)["first"]["numbers"] == ""  # none is shipped to compare with
    ship(tmp_path, "first")
    shutil.rmtree(tmp_path / "made")
    run_files.delete(run_files.listed()[0].id)
    again = reproduce("first")
    assert again.exit_code == 0, again.output
    assert "the same numbers as the shipped one" in again.stdout
    card = checkpoints.read_card("first")
    assert f"{card.metrics['test']['accuracy']:.4f}, shipped" in again.stdout


def test_what_is_finished_is_not_made_again(
    reproduce: Reproduce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reproduce("first").exit_code == 0
    monkeypatch.setattr(execution, "carry_out", None)
    there = reproduce("first", "--json")
    assert there.exit_code == 0
    assert outcomes(there)["first"]["state"] == "there"


def test_other_numbers_are_said_to_be_other(reproduce: Reproduce, tmp_path: Path) -> None:
    assert reproduce("first").exit_code == 0
    ship(tmp_path, "first")
    file = tmp_path / "shipped" / "first.json"
    card = json.loads(file.read_text("utf-8"))
    card["metrics"]["test"]["accuracy"] -= 0.01
    file.write_text(json.dumps(card), "utf-8")
    there = reproduce("first", "--json")
    assert there.exit_code == 0
    assert outcomes(there)["first"]["numbers"] == "other"


def test_a_run_begins_with_the_weights_made_before_it(reproduce: Reproduce, tmp_path: Path) -> None:
    made = reproduce("second", "first", "--json")
    assert made.exit_code == 0, made.output
    assert list(outcomes(made)) == ["first", "second"]
    card = checkpoints.read_card(str(tmp_path / "made" / "second.safetensors"))
    assert card.recipe["weights_from"] == str(tmp_path / "made" / "first.safetensors")


def test_lack_of_data_is_named_and_the_others_are_made(reproduce: Reproduce) -> None:
    made = reproduce("first", "elsewhere", "--json")
    assert made.exit_code == 1
    found = outcomes(made)
    assert found["first"]["state"] == "made"
    assert found["elsewhere"]["state"] == "lacks data"
    assert "CIFAR-10 is not here" in found["elsewhere"]["reason"]


def test_ctrl_c_ends_all_and_the_same_command_goes_on(
    reproduce: Reproduce, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = execution.carry_out
    steps = []

    def pressed(run: str, *, announce: Callable[..., None]) -> Record:
        def told(record: Record, progress: Any) -> None:
            announce(record, progress)
            if progress is not None and progress.step:
                orders.order(run, "stop")

        return whole(run, announce=told)

    def going_on(run: str, *, announce: Callable[..., None]) -> Record:
        steps.append(run_files.kept_step(run))
        return whole(run, announce=announce)

    monkeypatch.setattr(execution, "carry_out", pressed)
    stopped = reproduce("first", "second")
    assert stopped.exit_code == 1
    assert "first: stopped. The same command goes on." in stopped.stdout
    assert "second" not in stopped.stdout
    monkeypatch.setattr(execution, "carry_out", going_on)
    assert reproduce("first").exit_code == 0
    assert steps[0] > 0
    ship(tmp_path, "first")
    shutil.rmtree(tmp_path / "made")
    run_files.delete(run_files.listed()[0].id)
    monkeypatch.setattr(execution, "carry_out", whole)
    assert outcomes(reproduce("first", "--json"))["first"]["numbers"] == "same"


def test_a_name_without_a_recipe_is_wrong_usage(reproduce: Reproduce) -> None:
    wrong = reproduce("nobody")
    assert wrong.exit_code == 2
    assert "There is no recipe for nobody" in wrong.stderr
