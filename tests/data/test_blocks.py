"""A split by blocks: the guard band holds on any label map, and Indian Pines is divided well."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnviz.data.parts import Split
from cnnviz.data.splits import blocks
from cnnviz.errors import UserError
from tests.data.label_maps import (
    FIELDS,
    SEEDS,
    SHARES,
    Labels,
    assert_leakage,
    assert_missing_is_said,
    assert_parts,
    label_maps,
)


@st.composite
def block_splits(draw: st.DrawFn) -> tuple[Labels, Split]:
    """A split by blocks, where the scene has room for one."""
    labels = draw(label_maps())
    window = draw(st.sampled_from([1, 3, 5, 7]))
    assume(window <= min(labels.shape))
    try:
        split = blocks(
            labels,
            train=draw(SHARES),
            validation=draw(st.sampled_from([0.0, 0.0, 0.1])),
            window=window,
            seed=draw(SEEDS),
            side=draw(st.sampled_from([None, 1, 2, 5])),
        )
    except UserError as error:
        assume("guard band" not in str(error))
        raise
    return labels, split


def distances(labels: Labels, some: NDArray[np.int64], others: NDArray[np.int64]) -> Labels:
    """(N, M) by rows or columns, whichever is more: within n // 2 of each other, windows touch."""
    places = [np.stack(np.unravel_index(pixels, labels.shape)) for pixels in (some, others)]
    found: Labels = np.abs(places[0][:, :, None] - places[1][:, None, :]).max(axis=0)
    return found


@given(block_splits())
def test_no_window_of_a_part_touches_a_pixel_of_another(made: tuple[Labels, Split]) -> None:
    labels, split = made
    reach = int(split.settings["window"]) // 2
    assert_parts(labels, split)
    assert (distances(labels, split.train, split.test) > reach).all()
    assert (distances(labels, split.train, split.validation) > reach).all()
    assert (distances(labels, split.validation, split.test) > reach).all()


@given(block_splits())
def test_only_what_is_too_near_to_another_part_is_guard(made: tuple[Labels, Split]) -> None:
    labels, split = made
    held = np.concatenate([split.train, split.validation])
    guard = np.setdiff1d(np.flatnonzero(labels), np.concatenate([held, split.test]))
    nearest = distances(labels, guard, held).min(axis=1)
    assert (nearest <= int(split.settings["window"]) // 2).all()


@given(block_splits())
def test_blocks_give_no_class_more_than_its_share_and_say_what_is_missing(
    made: tuple[Labels, Split],
) -> None:
    labels, split = made
    assert_missing_is_said(labels, split)
    for name in ("train", "validation"):
        share = split.settings[name]
        for total, count in zip(split.counts.labelled, getattr(split.counts, name), strict=True):
            assert count <= max(1, share * total + 0.5)


@given(label_maps(), SHARES, SEEDS)
def test_validation_takes_nothing_from_training_and_no_class_from_the_test(
    labels: Labels, train: float, seed: int
) -> None:
    arguments: dict[str, Any] = {"train": train, "window": 3, "seed": seed}
    try:
        without = blocks(labels, **arguments)
        split = blocks(labels, **arguments, validation=0.1)
    except UserError as error:
        assume("guard band" not in str(error))
        raise
    np.testing.assert_array_equal(split.train, without.train)
    assert len(split.test) < len(without.test)
    assert split.missing("test") == without.missing("test")


@pytest.mark.parametrize("seed", range(4))
def test_every_class_with_room_for_it_is_trained_and_tested_by_blocks(seed: int) -> None:
    labels = FIELDS.copy()
    labels[0:3, 0:3] = 10  # too small for a window of 9: it can only be trained
    split = blocks(labels, train=0.1, window=9, seed=seed)
    assert split.missing("train") == ()
    assert split.missing("test") == (10,)
    assert split.counts.train[1:] == (10,) * 8 + (1,)


def test_a_class_is_trained_even_where_that_takes_another_one_out_of_the_test() -> None:
    labels = np.zeros((20, 40), dtype=np.int64)
    labels[:, 30:] = 1
    labels[10, 5:15] = 2
    labels[11, 10] = 3  # within half a window of all of class 2
    split = blocks(labels, train=0.1, window=11, seed=0)
    assert split.missing("train") == ()
    assert split.missing("test") == (2, 3)


@given(block_splits())
def test_leakage_of_blocks_is_what_counting_finds_and_no_window_knows_its_class(
    made: tuple[Labels, Split],
) -> None:
    assert_leakage(*made)
    assert made[1].leakage.windows == 0


def test_a_guard_band_that_leaves_nothing_is_said_in_a_sentence() -> None:
    labels = np.zeros((30, 30), dtype=np.int64)
    labels[10:14, 10:20], labels[14:18, 10:20] = 1, 2
    with pytest.raises(UserError, match="windows of 21 pixels the guard band leaves nothing to tr"):
        blocks(labels, train=0.2, window=21, seed=0)
    # Ten columns hold two parts with four columns between them, and no third one.
    with pytest.raises(UserError, match="windows of 9 pixels the guard band leaves nothing to va"):
        blocks(labels, train=0.2, validation=0.2, window=9, seed=0)
    assert blocks(labels, train=0.2, window=9, seed=0).missing("test") == ()


@pytest.mark.parametrize("seed", range(4))
def test_blocks_of_indian_pines_train_all_classes_and_test_all_that_can_be(
    indian_pines_truth: NDArray[np.uint8], seed: int
) -> None:
    split = blocks(indian_pines_truth, train=0.1, window=25, seed=seed)
    assert split.missing("train") == ()
    # Alfalfa, Grass-pasture-mowed and Oats: single fields of at most 11 pixels across.
    assert split.missing("test") == (1, 7, 9)
    assert len(split.train) == pytest.approx(0.1 * 10249, rel=0.01)
    assert len(split.test) > 0.4 * 10249
    assert split.leakage.windows == 0
    assert split.leakage.overlap < 0.3
    small = blocks(indian_pines_truth, train=0.1, window=11, seed=seed)
    assert small.missing("train") == small.missing("test") == ()
    assert len(small.test) > 0.7 * 10249
