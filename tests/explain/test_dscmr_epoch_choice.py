"""Which epoch is reported: what is read, and the numbers of each choice."""

import json
from pathlib import Path

import numpy as np
import pytest

from cnnviz.explain.dscmr_epoch_choice import EpochChoice, read

RUNS = [
    {"seed": 3, "validation": [0.1, 0.4, 0.3], "test": [0.2, 0.3, 0.5]},
    {"seed": 0, "validation": [0.1, 0.2, 0.2], "test": [0.6, 0.5, 0.4]},
]


@pytest.fixture
def choice(tmp_path: Path) -> EpochChoice:
    pairs = {"training": 50, "validation": 10, "test": 20}
    content = {
        "made_by": "it",
        "seeds": [0, 3, 4],
        "runs": [run | {"pairs": pairs} for run in RUNS],
    }
    (tmp_path / "dscmr_epoch_choice_made.json").write_text(json.dumps(content))
    found = read("made", tmp_path)
    assert found is not None
    return found


def test_runs_are_in_the_order_of_their_seeds_and_missing_ones_are_named(
    choice: EpochChoice,
) -> None:
    assert choice.seeds == (0, 3)
    assert choice.missing == (4,)
    assert choice.epochs == 3
    assert (choice.training_pairs, choice.validation_pairs, choice.test_pairs) == (50, 10, 20)


def test_the_three_epochs_are_the_last_and_the_first_best_of_each_part(choice: EpochChoice) -> None:
    assert [epochs.tolist() for epochs in choice.chosen] == [[3, 3], [2, 2], [1, 3]]


def test_each_choice_reports_the_test_pairs_of_its_epoch(choice: EpochChoice) -> None:
    last, fair, best = choice.reported
    assert (last.tolist(), fair.tolist(), best.tolist()) == ([0.4, 0.5], [0.5, 0.3], [0.6, 0.5])
    assert choice.flattered == pytest.approx(np.array([0.1, 0.2]))


def test_a_set_without_runs_has_nothing(tmp_path: Path) -> None:
    assert read("made", tmp_path) is None
    (tmp_path / "dscmr_epoch_choice_made.json").write_text(json.dumps({"runs": []}))
    assert read("made", tmp_path) is None


@pytest.mark.parametrize("data", ["captioned_digits", "wikipedia"])
def test_what_is_shipped_is_whole(data: str) -> None:
    found = read(data)
    assert found is not None
    assert not found.missing
    assert found.validation.shape == found.test.shape == (5, found.epochs)
    assert (found.flattered >= 0).all()
