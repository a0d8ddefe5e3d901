"""A run from its first step to its model card."""

from pathlib import Path

import pytest

from cnnviz import checkpoints
from cnnviz.training import recipes
from cnnviz.training.whole_run import whole_run

SPEC = recipes.on_pairs("captioned_digits").with_settings({"epochs": 1, "hidden": 8, "common": 4})


def test_a_run_is_tested_and_leaves_nothing_but_what_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    card, kept = whole_run(SPEC), whole_run(SPEC, tmp_path / "kept")
    assert card.metrics == kept.metrics
    assert 0 < card.metrics["test"]["map"] < 1
    assert checkpoints.read_card(str(tmp_path / "kept")) == kept
    assert not [*(tmp_path / "own").glob("cnnviz_*")]


def test_pascal_is_scaled_and_divided_as_its_page_does_it() -> None:
    found = recipes.on_pairs("pascal")
    assert found.data_args["held_out"] == 100
    assert found.data_args["scaling"] == "standard"
    assert recipes.on_pairs("wikipedia") == recipes.base("dscmr", "wikipedia")
