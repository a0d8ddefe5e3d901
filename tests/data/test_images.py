"""Held-out images are really held out, and the digits are scikit-learn's."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from cnnviz.data import load_images
from cnnviz.data.images import hold_out
from cnnviz.errors import UserError


def test_digits_are_scikit_learns_own_pixels() -> None:
    both = [load_images("digits", split) for split in ("train", "test")]
    ours = np.concatenate([part.images for part in both])[..., 0]
    theirs = np.rint(load_digits().images * 255 / 16).astype(np.uint8)
    assert len(ours) == 1797
    assert sorted(map(bytes, ours)) == sorted(map(bytes, theirs))


def test_digits_are_not_read_from_a_folder() -> None:
    with pytest.raises(UserError):
        load_images("digits", "train", "/tmp")


def test_holding_out_divides_every_class_and_shares_no_image() -> None:
    data = load_images("digits", "train")
    rest, held = hold_out(data, 100, seed=3)
    assert (len(rest), len(held)) == (1197, 100)
    shares = np.bincount(held.labels) / np.bincount(data.labels)
    assert shares.min() > 0.06
    assert shares.max() < 0.1
    # Every image of the set is in one part, as often as it was in the whole.
    parts = sorted(map(bytes, np.concatenate([rest.images, held.images])))
    assert parts == sorted(map(bytes, data.images))


def test_the_same_seed_holds_out_the_same_images() -> None:
    data = load_images("digits", "train")
    first, again, other = (hold_out(data, 100, seed=s)[1] for s in (1, 1, 2))
    np.testing.assert_array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)
