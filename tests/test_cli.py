"""The command line keeps its names, its JSON and its exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cnnviz import checkpoints
from cnnviz.cli import app


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path)
    return tmp_path


def test_lessons_lists_what_there_is() -> None:
    found = json.loads(call("lessons", "--json").stdout)
    lesson = found["lessons"][0]
    assert lesson["name"] == "mobilenet_v1"
    assert set(lesson["ready"]) <= set(lesson["checkpoints"])
    assert "MobileNetV1" in call("lessons").stdout


def test_train_then_evaluate(runs: Path) -> None:
    trained = call(
        "train", "mobilenet_v1", "--data", "digits", "--epochs", "1", "--seed", "3",
        "--set", "alpha=0.125", "--out", "small", "--json",
    )  # fmt: skip
    assert trained.exit_code == 0, trained.output
    metrics = json.loads(trained.stdout.splitlines()[-1])["metrics"]
    card = checkpoints.read_card("small")
    assert (card.seed, card.model_args["alpha"]) == (3, 0.125)

    evaluated = call("evaluate", "small", "--json")
    found = json.loads(evaluated.stdout)
    assert set(found) == {"checkpoint", "data", "split", "n", "seconds", "verified", "metrics"}
    assert found["metrics"] == metrics
    assert (found["n"], found["split"], found["verified"]) == (500, "test", True)
    assert json.loads(call("evaluate", "small", "--split", "train", "--json").stdout)["n"] == 1297


def test_progress_is_shown_with_the_time_left(runs: Path) -> None:
    shown = call("train", "mobilenet_v1", "--data", "digits", "--epochs", "1", "--out", "small")
    assert "epoch 1/1" in shown.stderr
    assert "s left" in shown.stderr
    assert "validation accuracy" in shown.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate",),
        ("nothing",),
        ("evaluate", "mobilenet_v1", "--split", "validation"),
        ("train", "no_such_model"),
        ("train", "mobilenet_v1", "--data", "no_such_data"),
        ("train", "mobilenet_v1", "--data", "digits", "--set", "alpha"),
        ("train", "mobilenet_v1", "--data", "digits", "--epochs", "many"),
        ("train", "mobilenet_v1", "--data", "digits", "--out", "mobilenet_v1"),
    ],
)
def test_wrong_usage_ends_with_2(runs: Path, arguments: tuple[str, ...]) -> None:
    assert call(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "no_such_checkpoint"),
        ("evaluate", "mobilenet_v1", "--data", "digits"),
        ("evaluate", "mobilenet_v1", "--data", "/no/such/folder"),
        ("train", "mobilenet_v1", "--data", "digits", "--set", "colour=red", "--out", "x"),
        ("train", "mobilenet_v1", "--data", "digits", "--set", "alpha=0", "--out", "x"),
    ],
)
def test_what_fails_ends_with_1_and_one_sentence(runs: Path, arguments: tuple[str, ...]) -> None:
    failed = call(*arguments)
    assert failed.exit_code == 1
    assert len(failed.stderr.strip().splitlines()) == 1
    assert "Traceback" not in failed.output
