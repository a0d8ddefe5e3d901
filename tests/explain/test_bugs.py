"""Planted mistakes really misbehave: the wrong is worse than the mended by a clear margin."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.errors import UserError
from cnnviz.explain import bugs
from cnnviz.explain.bugs_trained import RIGHT, WRONG, trained

SEEDS = 3


def both(name: str, column: str) -> tuple[np.ndarray, np.ndarray]:
    found = trained(name)
    assert all(len(values) == SEEDS for ways in found.values() for values in ways.values())
    return found[WRONG][column], found[RIGHT][column]


def test_multiply_adds_are_twice_the_papers_and_the_mended_ones_are_the_papers() -> None:
    for each in bugs.counted():
        assert each.madds[WRONG] == 2 * each.madds[RIGHT]
        assert round(each.madds[RIGHT] / 1e6) == each.row.madds.value
        assert round(each.parameters / 1e6, 1) == each.row.parameters.value


def test_labels_out_of_step_leave_the_loss_at_chance_though_the_weights_move() -> None:
    wrong, right = both("chance", "loss")
    assert np.abs(wrong - np.log(10)).max() < 0.15
    assert right[:, -1].max() < 0.5
    wrong, right = both("chance", "accuracy")
    assert wrong[:, -1].max() < 0.2
    assert right[:, -1].min() > 0.9
    assert both("chance", "moved")[0][:, -1].min() > 0.3


def test_without_eval_the_accuracy_depends_on_the_batch_and_with_it_on_the_image_alone() -> None:
    wrong, right = both("batches", "accuracy")
    assert (wrong.max(axis=1) - wrong.min(axis=1)).min() > 0.5
    assert np.ptp(right, axis=1).max() == 0
    assert right.min() > 0.9


def test_gradients_that_are_never_zeroed_let_the_loss_climb_at_any_rate() -> None:
    wrong, right = both("rising", "loss")
    assert (wrong[:, -1] > 10 * wrong[:, 0]).all()
    assert (right[:, -1] < right[:, 0] / 4).all()
    slower = trained("rising")["slower"]["loss"]
    assert (slower[:, -1] > 1.5 * slower[:, 0]).all()


def test_one_hidden_unit_gives_one_pattern_of_gates_and_many_pictures_none() -> None:
    wrong, right = both("gates", "directions")
    assert wrong.max() == 1
    assert right.min() > 8
    wrong, right = both("gates", "half")
    assert wrong.min() > 0.3
    assert right.max() == 0


def test_after_the_addition_hardly_any_gradient_comes_along_the_trunk() -> None:
    found = bugs.trunk()
    assert found.shares[WRONG][:, 0].max() < 1e-6 < 1e-2 < found.shares[RIGHT][:, 0].min()
    # About a half in every block, at the middle of the three stages' slopes.
    steps = np.diff(np.log2(found.shares[WRONG]), axis=1)
    assert np.median(steps) == pytest.approx(1, abs=0.5)
    assert found.losses[WRONG][:, 1].min() > found.losses[RIGHT][:, 1].max()


def test_components_fitted_on_the_test_spoil_the_test_alone() -> None:
    wrong, right = both("block", "accuracy")
    np.testing.assert_array_equal(wrong[:, :2], right[:, :2])
    assert (right[:, 2] - wrong[:, 2]).min() > 0.3


def test_test_pixels_among_training_pixels_promise_too_much() -> None:
    wrong, right = both("field", "accuracy")
    assert (wrong[:, 0] - wrong[:, 1]).min() > 0.25
    assert np.abs(right[:, 0] - right[:, 1]).max() < 0.05


def test_a_clean_picture_that_is_subtracted_leaves_the_noise() -> None:
    found = bugs.inverted()
    assert found.psnr[WRONG] < 10 < 28 < found.psnr[RIGHT]
    assert abs(found.shown[WRONG].mean()) < 3
    assert found.shown[WRONG].std() == pytest.approx(bugs.SIGMA, rel=0.2)


def test_pairs_that_only_lie_together_cannot_be_told_apart() -> None:
    wrong, right = both("pairs", "apart")
    assert wrong[:, -1].max() < right[:, -1].min() / 3
    wrong, right = both("pairs", "map")
    assert wrong.max() < 0.35 < 0.85 < right[:, -1].min()


def test_an_exercise_that_the_file_has_not_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"bugs\.json cannot be read"):
        trained("none")
    with pytest.raises(UserError, match="cannot be read"):
        trained("chance", tmp_path / "missing.json")
