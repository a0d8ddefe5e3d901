"""Accuracies by reduction ratio, as they are shipped."""

import json
from pathlib import Path

import pytest

from cnnviz.explain.senet_insertion import shipped
from cnnviz.explain.senet_reduction import by_block, read
from cnnviz.training.senet_grid import RECIPE, SEEDS, SETTINGS
from cnnviz.training.spec import RunSpec


def written(tmp_path: Path, runs: dict[tuple[str, int], float]) -> Path:
    content = {
        "made_by": "a command", "recipe": RECIPE.to_json(), "settings": SETTINGS, "seeds": SEEDS,
        "runs": [
            {"setting": name, "seed": seed, "accuracy": accuracy}
            for (name, seed), accuracy in runs.items()
        ],
    }  # fmt: skip
    file = tmp_path / "made.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_settings_go_from_the_fewest_weights_to_the_most(tmp_path: Path) -> None:
    grid = read(written(tmp_path, {}))
    assert [each.code for each in grid.settings] == ["none", "32", "16", "8", "4", "single"]
    assert [each.r for each in grid.settings] == [None, 32, 16, 8, 4, 0]
    assert (grid.images, grid.validation, grid.epochs) == (10_000, 5_000, RECIPE.epochs)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    grid = read(written(tmp_path, {("none", 1): 0.7, ("16", 0): 0.75, ("16", 2): 0.76}))
    sixteen = next(each for each in grid.settings if each.code == "16")
    assert sixteen.accuracy == {0: 0.75, 2: 0.76}
    assert sixteen.missing == (1,)
    assert grid.without.missing == (0, 2)
    assert grid.settings[-1].missing == SEEDS


def test_differences_are_taken_seed_by_seed(tmp_path: Path) -> None:
    runs = {("none", 0): 0.70, ("none", 1): 0.72, ("4", 0): 0.71, ("4", 1): 0.75, ("4", 2): 0.9}
    grid = read(written(tmp_path, runs))
    four = next(each for each in grid.settings if each.code == "4")
    assert four.against(grid.without) == pytest.approx([1, 3])


def test_the_shipped_file_is_of_this_recipe() -> None:
    content = json.loads(Path(read.__defaults__[0]).read_text(encoding="utf-8"))  # type: ignore[index]
    assert RunSpec.from_json(content["recipe"]) == RECIPE
    assert content["settings"] == SETTINGS
    assert all(0.3 < run["accuracy"] < 1 for run in content["runs"])
    pairs = [(run["setting"], run["seed"]) for run in content["runs"]]
    assert len(pairs) == len(set(pairs))


def test_weights_by_block() -> None:
    blocks = by_block(shipped()["our_resnet20"], 32)
    assert [hidden for _channels, hidden, _weights in blocks] == [1, 1, 1, 1, 1, 1, 2, 2, 2]
    assert blocks[0] == (16, 1, 32)
    assert by_block(shipped()["our_resnet20"], 0)[-1] == (64, 0, 4096)
