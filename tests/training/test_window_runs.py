"""Runs on a scene: repeated and resumed to the bit, kept with their components, measured again."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from typer.testing import CliRunner

from cnnviz import checkpoints
from cnnviz.cli import app
from cnnviz.data.preprocessing import PrincipalComponents
from cnnviz.errors import UserError
from cnnviz.training import fit as fitting
from cnnviz.training import state_file
from cnnviz.training.finish import command, finish
from cnnviz.training.fit import fit
from cnnviz.training.spec import Result, RunSpec, Steering, parse_setting
from cnnviz.training.state_file import kept_model
from cnnviz.training.task import in_one_go
from cnnviz.training.task_windows import Windows
from tests.training.dropping import last, outcome
from tests.training.small_scene import spec_of, write


def result_of(spec: RunSpec) -> Result:
    result = last(spec).result
    assert result is not None
    return result


def test_a_small_network_learns_the_fields(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, epochs=30, dropout=0.0)
    assert result_of(spec).metrics["accuracy"] > 0.9


SETTINGS: dict[str, dict[str, Any]] = {
    "adam, one cycle": {},
    "adam, constant": {"schedule": "constant"},
    "sgd, constant": {"optimizer": "sgd", "schedule": "constant"},
    "varied": {"augment": True, "jitter": 0.1, "balanced": True},
    "turned apart": {"augment": True, "turned_apart": True, "label_smoothing": 0.1},
    "batch norm": {"batch_norm": True},
}


@pytest.mark.parametrize("stop", [1, 4, 6])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_run_stopped_at_any_step_goes_on_to_the_same_bits(
    settings: dict[str, Any], stop: int, tmp_path: Path
) -> None:
    spec, whole, parts = spec_of(tmp_path, **settings), tmp_path / "whole", tmp_path / "parts"
    expected = last(spec, whole)
    assert last(spec, parts, steering=Steering(steps=stop)).step == stop
    torch.manual_seed(stop)
    assert outcome(last(spec, parts)) == outcome(expected)
    kept = [{n: t.numpy().tobytes() for n, t in load_file(file).items()} for file in (whole, parts)]
    assert kept[0] == kept[1]


def test_a_constant_rate_stays_until_it_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "REPORT_SECONDS", 0.0)
    changes = ((3, "learning_rate", 0.5), (6, "learning_rate", 0.25))
    spec = replace(spec_of(tmp_path, schedule="constant"), changes=changes)
    rates = {p.step: p.learning_rate for p in fit(spec)}
    assert [rates[step] for step in range(1, 9)] == [0.01] * 3 + [0.5] * 3 + [0.25] * 2


def test_decay_pulls_weights_beside_the_gradient(tmp_path: Path) -> None:
    # With a decay this strong, what is decayed has all but gone after eight steps.
    strong = spec_of(tmp_path, weight_decay=60, schedule="constant")
    norms = [
        float(result_of(spec).model.get_parameter("head.dense_1.weight").detach().norm())
        for spec in (strong, replace(strong, weight_decay=0.0))
    ]
    assert norms[0] < norms[1] / 5


def test_a_kept_state_gives_the_network_at_any_time(tmp_path: Path) -> None:
    spec = spec_of(tmp_path)
    last(spec, tmp_path / "run", steering=Steering(steps=3))
    model = kept_model(tmp_path / "run")
    expected = load_file(tmp_path / "run")["model.conv2d.conv.weight"]
    assert torch.equal(model.get_parameter("conv2d.conv.weight"), expected)


def test_of_a_kept_state_only_the_weights_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last(spec_of(tmp_path), tmp_path / "run", steering=Steering(steps=5))
    parts = {name.partition(".")[0] for name in load_file(tmp_path / "run")}
    assert parts == {"model", "optimizer", "best", "random"}
    read: list[str] = []

    class Telling:
        def __init__(self, stored: Any) -> None:
            self.metadata, self.keys, self._get = stored.metadata, stored.keys, stored.get_tensor

        def get_tensor(self, name: str) -> torch.Tensor:
            read.append(name)
            tensor: torch.Tensor = self._get(name)
            return tensor

    @contextmanager
    def opened(file: Path, framework: str) -> Iterator[Telling]:
        with safe_open(file, framework) as stored:
            yield Telling(stored)

    monkeypatch.setattr(state_file, "safe_open", opened)
    kept_model(tmp_path / "run")
    assert {name.partition(".")[0] for name in read} == {"model"}


def test_the_state_of_a_run_on_another_split_is_refused(tmp_path: Path) -> None:
    spec = spec_of(tmp_path)
    last(spec, tmp_path / "run", steering=Steering(steps=2))
    write(tmp_path, seed=1)
    with pytest.raises(UserError, match="of other data"):
        next(fit(spec, keep=tmp_path / "run"))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunSpec, Result, str]:
    folder = tmp_path_factory.mktemp("scene")
    spec = spec_of(folder, epochs=4, whiten=False)
    result = result_of(spec)
    in_one_go(finish(spec, result, folder / "fields", out="fields"))
    return spec, result, str(folder / "fields")


def test_the_components_are_stored_with_the_weights(stored: tuple[RunSpec, Result, str]) -> None:
    spec, result, file = stored
    card, task = checkpoints.read_card(file), result.task
    assert isinstance(task, Windows)
    reduced = PrincipalComponents.stored(
        card.preprocessing["components"], checkpoints.load_preprocessing(file)
    )
    maps = reduced.apply(np.load(spec.data)).transpose(2, 0, 1)
    assert np.array_equal(maps, task.scene.maps.numpy())
    assert card.preprocessing["window"] == 9


def test_weights_with_components_beside_them_load_as_ever(
    stored: tuple[RunSpec, Result, str],
) -> None:
    model, card = checkpoints.load(stored[2])
    assert card.model_args["components"] == 8
    assert card.model_args["conv2d"] == 4
    assert not model.training


def test_images_have_no_components() -> None:
    assert checkpoints.load_preprocessing("mobilenet_v1") == {}


def test_damaged_components_are_one_sentence(
    stored: tuple[RunSpec, Result, str], tmp_path: Path
) -> None:
    for ending in (".json", ".safetensors"):
        content = Path(f"{stored[2]}{ending}").read_bytes()
        (tmp_path / f"fields{ending}").write_bytes(content[:-50] if ending != ".json" else content)
    with pytest.raises(UserError, match="do not fit"):
        checkpoints.load_preprocessing(str(tmp_path / "fields"))


def test_the_card_says_how_the_scene_was_divided_and_what_came_of_each_class(
    stored: tuple[RunSpec, Result, str],
) -> None:
    card = checkpoints.read_card(stored[2])
    split = card.data["split"]
    assert split["kind"] == "stratified"
    assert sum(split["counts"]["test"]) == card.data["test"]
    assert set(card.per_class) == {"class 1", "class 2", "class 3"}
    assert np.mean(list(card.per_class.values())) == pytest.approx(card.metrics["test"]["aa"])


def test_the_command_on_the_card_is_the_same_run(stored: tuple[RunSpec, Result, str]) -> None:
    spec = stored[0]
    words = shlex.split(command(spec, "fields"))
    given = dict(pairwise(words))
    settings = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
    named = {"epochs": int(given["--epochs"]), "seed": int(given["--seed"])}
    again = RunSpec(model=words[4], data=given["--data"]).with_settings(
        dict(map(parse_setting, settings)) | named
    )
    assert again == spec


def test_the_command_names_what_it_was_given_and_no_run_of_a_page(tmp_path: Path) -> None:
    words = shlex.split(command(spec_of(tmp_path)))
    assert not {"--out", "--source"} & set(words)
    words = shlex.split(command(spec_of(tmp_path), "small", "my photos"))
    assert words[-4:] == ["--source", "my photos", "--out", "small"]


def call(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


def test_train_and_evaluate_on_files_of_ones_own(runs: Path, tmp_path: Path) -> None:
    cube, truth = write(tmp_path)
    settings = ("window=9", "components=8", "conv3d=[[2,3]]", "hidden=[8]", "train_share=0.3")
    trained = call(
        "train", "hybridsn", "--data", str(cube), "--gt", str(truth), "--epochs", "1", "--seed",
        "2", *(word for setting in settings for word in ("--set", setting)), "--out", "own",
    )  # fmt: skip
    assert set(trained["per_class"]) == {"class 1", "class 2", "class 3"}
    found = call("evaluate", "own")
    assert (found["metrics"], found["per_class"]) == (trained["metrics"], trained["per_class"])
    card = checkpoints.read_card("own")
    assert (card.seed, found["n"]) == (2, card.data["test"])
    assert call("evaluate", "own", "--split", "train")["n"] == card.data["training"]
    shown = CliRunner().invoke(app, ["evaluate", "own"])
    assert "class 2" in shown.stdout


def test_a_run_without_a_name_is_called_by_its_files(runs: Path, tmp_path: Path) -> None:
    cube, truth = write(tmp_path)
    small = ("--set", "window=9", "--set", "components=8", "--set", "conv3d=[[2,3]]")
    call("train", "hybridsn", "--data", str(cube), "--gt", str(truth), "--epochs", "1", *small)
    assert (runs / "hybridsn-cube-seed0" / "checkpoint.json").is_file()


def test_evaluating_on_another_scene_is_one_sentence(
    stored: tuple[RunSpec, Result, str], tmp_path: Path
) -> None:
    other = CliRunner().invoke(app, ["evaluate", stored[2], "--data", "synthetic_scene"])
    assert other.exit_code == 1
    assert "knows the classes class 1, class 2, class 3" in other.stderr
    cube, truth = write(tmp_path)
    np.savez(tmp_path / "both.npz", cube=np.load(cube)[..., :11], truth=np.load(truth))
    other = CliRunner().invoke(app, ["evaluate", stored[2], "--data", str(tmp_path / "both.npz")])
    assert other.exit_code == 1
    assert "reads 12 bands" in other.stderr


@pytest.mark.parametrize(
    "arguments", [("--data", "no_such_scene"), ("--set", "split=half"), ("--set", "images=5"),
                  ("--set", "optimizer=newton"), ("--set", "window=wide")],
)  # fmt: skip
def test_wrong_usage_is_said_before_a_run_begins(runs: Path, arguments: tuple[str, ...]) -> None:
    found = CliRunner().invoke(app, ["train", "hybridsn", *arguments])
    assert found.exit_code == 2
    assert not runs.exists()
