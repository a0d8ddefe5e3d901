"""Splits keep their promises on any label map, and tell what they leave out."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnviz.data.parts import Split
from cnnviz.data.splits import blocks, per_class, stratified
from cnnviz.errors import UserError
from tests.data.label_maps import (
    FIELDS,
    PARTS,
    SEEDS,
    SHARES,
    Labels,
    assert_leakage,
    assert_missing_is_said,
    assert_parts,
    label_maps,
)


@st.composite
def random_splits(draw: st.DrawFn) -> tuple[Labels, Split]:
    """A random split of either kind."""
    labels, seed = draw(label_maps()), draw(SEEDS)
    assume(np.bincount(labels[labels > 0]).max() > 1)
    window = draw(st.sampled_from([1, 3]))
    if draw(st.booleans()):
        shares = {"train": draw(SHARES), "validation": draw(st.sampled_from([0.0, 0.1, 0.3]))}
        return labels, stratified(labels, **shares, seed=seed, window=window)
    train, validation = draw(st.integers(1, 9)), draw(st.integers(0, 4))
    split = per_class(labels, train=train, validation=validation, seed=seed, window=window)
    return labels, split


@given(random_splits())
def test_a_random_split_puts_every_labelled_pixel_into_one_part(made: tuple[Labels, Split]) -> None:
    labels, split = made
    assert_parts(labels, split)
    assert split.counts.guard_share == 0


@given(random_splits())
def test_a_random_split_has_every_class_or_says_that_it_is_missing(
    made: tuple[Labels, Split],
) -> None:
    labels, split = made
    assert_missing_is_said(labels, split)
    for number, count in enumerate(split.counts.labelled, 1):
        if count > 1:
            assert number not in split.missing("train")
            assert number not in split.missing("test")


@given(label_maps(), SHARES, st.sampled_from([0.0, 0.1, 0.45]), SEEDS)
def test_shares_of_each_class_are_met_within_rounding(
    labels: Labels, train: float, validation: float, seed: int
) -> None:
    assume(np.bincount(labels[labels > 0]).max() > 1)
    counts = stratified(labels, train=train, validation=validation, seed=seed, window=1).counts
    for total, trained, validated in zip(
        counts.labelled, counts.train, counts.validation, strict=True
    ):
        if total > 1:
            assert abs(trained - train * total) <= 0.5 or trained == 1
            assert abs(validated - validation * total) <= 0.5 or validated in (
                1,
                total - trained - 1,
            )


@given(label_maps(), st.integers(1, 9), st.integers(0, 9), SEEDS)
def test_counts_a_class_are_met_where_it_has_twice_as_many(
    labels: Labels, train: int, validation: int, seed: int
) -> None:
    assume(np.bincount(labels[labels > 0]).max() > 1)
    counts = per_class(labels, train=train, validation=validation, seed=seed, window=1).counts
    for total, trained, validated in zip(
        counts.labelled, counts.train, counts.validation, strict=True
    ):
        assert trained == (train if total >= 2 * train else total // 2)
        rest = total - trained
        assert validated == (validation if rest >= 2 * validation else rest // 2)


def test_the_only_pixel_of_a_class_is_in_one_part_and_missing_in_the_others() -> None:
    labels = np.ones((6, 6), dtype=np.uint8)
    labels[2, 3] = 4  # and no pixel of the classes 2 and 3: these are not missing
    by_share = stratified(labels, train=0.5, validation=0.1, seed=0, window=3)
    assert [by_share.missing(part) for part in PARTS] == [(), (4,), (4,)]
    by_count = per_class(labels, train=5, seed=0, window=3)
    assert [by_count.missing(part) for part in PARTS] == [(4,), (), ()]
    assert by_count.counts.labelled == (35, 0, 0, 1)


@given(random_splits())
def test_leakage_is_what_counting_window_by_window_finds(made: tuple[Labels, Split]) -> None:
    assert_leakage(*made)


def test_how_much_a_random_split_of_indian_pines_leaks(
    indian_pines_truth: NDArray[np.uint8],
) -> None:
    leakage = stratified(indian_pines_truth, train=0.1, window=25, seed=1).leakage
    assert round(leakage.windows, 3) == 0.998
    assert round(leakage.overlap, 3) == 0.956
    # What is missing of 100 % lies beyond the border.
    assert leakage.overlap_inside > 0.999


@pytest.mark.parametrize("make", [stratified, blocks])
def test_a_seed_is_a_split(make: Callable[..., Split]) -> None:
    one, same, other = (make(FIELDS, train=0.1, window=5, seed=seed) for seed in (1, 1, 2))
    assert one.to_json() == same.to_json()
    assert all(np.array_equal(getattr(one, part), getattr(same, part)) for part in PARTS)
    assert not np.array_equal(one.train, other.train)
    assert one.to_json()["sha256"] != other.to_json()["sha256"]


@pytest.mark.parametrize(
    ("make", "digest"), [(stratified, "e4017403aa01"), (blocks, "457782d45583")]
)
def test_a_seed_is_the_same_split_on_every_machine(make: Callable[..., Split], digest: str) -> None:
    card = make(FIELDS, train=0.1, validation=0.1, window=5, seed=2024).to_json()
    assert card["sha256"].startswith(digest)


def test_more_training_pixels_of_a_seed_are_the_fewer_ones_and_others() -> None:
    labels = np.random.default_rng(0).integers(0, 4, (30, 30))
    few = stratified(labels, train=0.05, seed=3)
    many = stratified(labels, train=0.2, seed=3)
    assert np.isin(few.train, many.train).all()
    assert np.isin(per_class(labels, train=5, seed=3).train, many.train).all()


def test_a_split_goes_into_a_card_with_its_seed_and_statistics() -> None:
    labels = np.kron(np.array([[1, 2], [0, 3]], dtype=np.uint8), np.ones((8, 8), dtype=np.uint8))
    arguments: dict[str, Any] = {"train": np.float32(0.25), "seed": np.int64(5)}
    split = blocks(labels, **arguments, window=np.int64(3), side=np.int64(4))
    card = split.to_json()
    assert json.loads(json.dumps(card)) == card
    assert card["kind"] == "blocks"
    assert card["seed"] == 5
    assert card["settings"] == {"train": 0.25, "validation": 0.0, "window": 3, "side": 4}
    assert card["shape"] == [16, 16]
    assert card["counts"]["train"] == [16, 16, 16]
    assert card["leakage"]["windows"] == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"train": 0.0}, "training share must be between 0 and 1, not 0.0"),
        ({"train": 1.0}, "training share must be between 0 and 1"),
        ({"train": float("nan")}, "training share must be between 0 and 1"),
        ({"validation": -0.1}, "validation share must be 0 or more"),
        ({"validation": 1.0}, "validation share must be 0 or more and below 1"),
        ({"train": 0.5, "validation": 0.5}, "nothing is left for the test"),
        ({"window": 4}, "odd number of pixels, 1 or more, not 4"),
        ({"window": -1}, "odd number of pixels"),
        ({"window": 9}, "larger than the scene, 8 by 12 pixels"),
        ({"seed": -1}, "seed must be 0 or more, not -1"),
        ({"labels": np.zeros((8, 12), dtype=np.int64)}, "No pixel of the scene is labelled"),
        ({"labels": np.full((8, 12), 7)}, "Only class 7 is labelled"),
        ({"labels": np.full((8, 12), -1)}, "whole numbers"),
        ({"labels": np.full((8, 12), 1.5)}, "whole numbers"),
    ],
)
@pytest.mark.parametrize("make", [stratified, blocks])
def test_what_cannot_be_divided_is_said_in_a_sentence(
    make: Callable[..., Split], changes: dict[str, Any], sentence: str
) -> None:
    labels = np.repeat([1, 2], 48).reshape(8, 12)
    arguments = {"labels": labels, "train": 0.1, "validation": 0.0, "seed": 0, "window": 3}
    arguments |= changes
    with pytest.raises(UserError, match=sentence):
        make(arguments.pop("labels"), **arguments)


def test_numbers_and_sides_that_cannot_be_are_said_in_a_sentence() -> None:
    labels = np.repeat([1, 2], 48).reshape(8, 12)
    with pytest.raises(UserError, match="at least 1 pixel of each class, not 0"):
        per_class(labels, train=0, seed=0, window=3)
    with pytest.raises(UserError, match="0 or more pixels of each class, not -1"):
        per_class(labels, train=1, validation=-1, seed=0, window=3)
    with pytest.raises(UserError, match="side must be at least 1 pixel, not 0"):
        blocks(labels, train=0.1, window=3, seed=0, side=0)
    with pytest.raises(UserError, match="Every class has a single pixel"):
        stratified(np.arange(9).reshape(3, 3), train=0.1, seed=0, window=3)
