"""mAP by alpha and beta, as it is shipped."""

import json
from pathlib import Path

import numpy as np
import pytest

from cnnviz.explain.dscmr_grid import SHIPPED, read
from cnnviz.training.dscmr_grid import GRID, SEEDS, VALUES
from cnnviz.training.recipes import base
from cnnviz.training.spec import RunSpec

RECIPE = base("dscmr", "captioned_digits").with_settings({"epochs": GRID.recipe.epochs})


def test_runs_have_their_places_and_what_is_missing_is_no_number(tmp_path: Path) -> None:
    runs = [(0.1, 1.0, 0, 0.5), (0.1, 1.0, 1, 0.7), (1.0, 0.1, 0, 0.9), (0.1, 1.0, 5, 0.1)]
    content = {
        "made_by": "a command", "recipe": RECIPE.to_json(), "values": [0.1, 1.0], "seeds": [0, 1],
        "runs": [{"alpha": a, "beta": b, "seed": s, "map": m} for a, b, s, m in runs],
    }  # fmt: skip
    file = tmp_path / "grid.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    grid = read(file)
    assert grid.at(0.1, 1.0) == pytest.approx(0.6)
    assert np.isnan(grid.map).sum() == 3  # of one, one seed of two is there
    assert not grid.complete
    with pytest.raises(ValueError, match="not in tuple"):
        grid.at(0.3, 1.0)


def test_the_shipped_grid_is_complete_and_of_this_recipe() -> None:
    content = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert RunSpec.from_json(content["recipe"]) == RECIPE
    grid = read()
    assert (grid.values, grid.seeds, grid.epochs) == (VALUES, SEEDS, GRID.recipe.epochs)
    assert grid.complete
    assert 0.8 < grid.map.min() < grid.at(1e-3, 1e-1) <= grid.map.max() < 1
    assert grid.at(1, 1e-4) < grid.at(1e-4, 1e-4), "much of J2 is worse, as the page says"
