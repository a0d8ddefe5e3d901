"""The leakage meter against counting window by window, and on the published ground truth."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnviz.data.folders import ROOT, data_folders
from cnnviz.explain import hybridsn_leakage as leakage

FIELDS = np.kron(np.arange(1, 7).reshape(2, 3), np.ones((12, 12), dtype=np.int64))
FIELDS[5:9, 5:9] = 0


def counted(labels: NDArray[np.int64], split, window: int) -> tuple[float, float, float]:  # type: ignore[no-untyped-def]
    """The meter's numbers, with a loop over the test windows."""
    half, width = window // 2, labels.shape[1]
    train = np.zeros(labels.shape, dtype=bool)
    train.reshape(-1)[split.train] = True
    seen = np.zeros(labels.shape, dtype=bool)
    for row, column in np.argwhere(train):
        seen[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1] = True
    own, any_, overlap = [], [], []
    for pixel in split.test:
        row, column = divmod(int(pixel), width)
        box = np.s_[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1]
        own.append(bool((train[box] & (labels[box] == labels[row, column])).any()))
        any_.append(bool(train[box].any()))
        overlap.append(seen[box].sum() / window**2)
    return float(np.mean(own)), float(np.mean(any_)), float(np.mean(overlap))


@pytest.mark.parametrize("how", ["random", "per_class", "blocks"])
@pytest.mark.parametrize("window", [3, 7])
def test_the_meter_is_what_counting_window_by_window_finds(how: leakage.How, window: int) -> None:
    amount = 8 if how == "per_class" else 0.1
    split = leakage.made(FIELDS, how, amount=amount, seed=2, window=window)
    found = leakage.meter(FIELDS, split, window)
    expected = counted(FIELDS, split, window)
    assert (found.own_class, found.any_class, found.overlap) == pytest.approx(expected)
    assert (found.any_class == 0) == (how == "blocks")
    measured = split.leakage
    assert found.own_class == measured.windows
    assert (found.overlap, found.overlap_inside) == (measured.overlap, measured.overlap_inside)
    counts = np.bincount(found.kinds.ravel(), minlength=6)
    assert counts[leakage.TRAINED_ON] == len(split.train)
    assert counts[leakage.SEEN_OWN] / len(split.test) == pytest.approx(expected[0])
    assert counts[leakage.SEEN_OWN :].sum() + counts[leakage.SEEN_OTHERS] == pytest.approx(
        expected[1] * len(split.test)
    )
    assert counts[leakage.UNSEEN : leakage.SEEN_OWN + 1].sum() == len(split.test)
    assert counts[leakage.LEFT_OUT] == sum(split.counts.guard)


def test_a_random_split_is_measured_at_windows_it_was_not_made_for() -> None:
    split = leakage.made(FIELDS, "random", amount=0.05, seed=0, window=3)
    shares = [leakage.meter(FIELDS, split, window).any_class for window in (1, 3, 5, 9)]
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(counted(FIELDS, split, 9)[1])


@pytest.mark.parametrize("place", [(0, 0), (12, 20), (23, 35), (7, 7)])
def test_a_pixel_lies_in_the_windows_of_the_training_pixels_in_its_own(
    place: tuple[int, int],
) -> None:
    split = leakage.made(FIELDS, "random", amount=0.1, seed=1, window=9)
    found = leakage.covered(FIELDS, split, leakage.meter(FIELDS, split, 9), *place)
    train = np.stack(np.divmod(split.train, FIELDS.shape[1]), axis=1)
    near = train[np.abs(train - place).max(axis=1) <= 4]
    assert sorted(map(tuple, found.training)) == sorted(map(tuple, near))
    assert found.layers[place] == len(near) > 0
    assert found.layers.max() == len(near), "no pixel lies in more of them than there are"
    number = FIELDS[place]
    own = [FIELDS[tuple(pixel)] == number for pixel in near] if number else []
    assert found.own_class == sum(own)


def test_the_part_of_a_pixel_is_told() -> None:
    split = leakage.made(FIELDS, "blocks", amount=0.1, seed=0, window=5, validation=0.1)
    found = leakage.meter(FIELDS, split, 5)
    told = np.array(
        [[leakage.covered(FIELDS, split, found, r, c).part for c in range(36)] for r in range(24)]
    ).ravel()
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(np.flatnonzero(told == part), getattr(split, part))
    assert (told == "guard").sum() == sum(split.counts.guard)
    assert (told == "").sum() == (FIELDS == 0).sum()


def test_no_training_window_covers_a_test_pixel_of_blocks() -> None:
    split = leakage.made(FIELDS, "blocks", amount=0.1, seed=0, window=5)
    found = leakage.meter(FIELDS, split, 5)
    row, column = divmod(int(split.test[0]), FIELDS.shape[1])
    of_test = leakage.covered(FIELDS, split, found, row, column)
    assert len(of_test.training) == 0
    assert of_test.layers.max() == 0


def test_a_pixel_beyond_the_scene_is_an_error() -> None:
    split = leakage.made(FIELDS, "random", amount=0.1, seed=0, window=3)
    with pytest.raises(IndexError, match="not in a scene of 24 by 36"):
        leakage.covered(FIELDS, split, leakage.meter(FIELDS, split, 3), 24, 0)


@pytest.fixture(scope="module")
def indian_pines() -> NDArray[np.int64]:
    """The published ground truth, where a data folder has it."""
    from scipy.io import loadmat

    for folder in (*data_folders(), ROOT.parent / "shared" / "data"):
        file = folder / "indian_pines" / "Indian_pines_gt.mat"
        if file.is_file():
            return loadmat(file)["indian_pines_gt"].astype(np.int64)  # type: ignore[no-any-return]
    pytest.skip("Indian_pines_gt.mat is in none of the data folders")


def test_the_meter_reproduces_the_leakage_of_indian_pines(
    indian_pines: NDArray[np.int64],
) -> None:
    found = []
    for seed in range(6):
        split = leakage.made(indian_pines, "random", amount=0.1, seed=seed, window=25)
        found.append(leakage.meter(indian_pines, split, 25))
    assert all(0.998 <= each.own_class <= 1 for each in found)
    assert round(min(each.own_class for each in found), 3) == 0.998
    assert all(round(each.overlap, 3) in (0.955, 0.956) for each in found)
    assert 0.956 in {round(each.overlap, 3) for each in found}


def test_blocks_of_indian_pines_hold_no_training_pixel(indian_pines: NDArray[np.int64]) -> None:
    split = leakage.made(indian_pines, "blocks", amount=0.1, seed=0, window=25)
    found = leakage.meter(indian_pines, split, 25)
    assert (found.own_class, found.any_class) == (0, 0)
    # Pixels between the two parts lie in windows of both.
    assert 0 < found.overlap < 0.5
