"""Label maps of all kinds, and what every split of them must keep."""

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from cnnviz.data.parts import Split

Labels = NDArray[np.int64]
PARTS = ("train", "validation", "test")
SHARES = st.sampled_from([0.05, 0.1, 0.2, 0.35, 0.5])
SEEDS = st.integers(0, 2**32)

#: Nine square fields, (30, 30).
FIELDS: Labels = np.kron(np.arange(1, 10).reshape(3, 3), np.ones((10, 10), dtype=np.int64))


@st.composite
def label_maps(draw: st.DrawFn) -> Labels:
    """Mosaics of up to five classes and unlabelled ground, 4 to 24 pixels a side."""
    sides = st.integers(4, 8)
    tiles = draw(
        arrays(np.int64, (draw(sides), draw(sides)), elements=st.integers(0, 5), fill=st.nothing())
    )
    labels = np.kron(tiles, np.ones((draw(st.integers(1, 3)),) * 2, dtype=np.int64))
    assume(len(np.unique(labels[labels > 0])) > 1)
    return labels


def assert_parts(labels: Labels, split: Split) -> None:
    """Sorted, read-only, labelled, apart from each other, and counted."""
    for name in PARTS:
        part = getattr(split, name)
        assert part.dtype == np.int64
        assert not part.flags.writeable
        assert (np.diff(part) > 0).all()
        assert (labels.ravel()[part] > 0).all()
        counted = np.bincount(labels.ravel()[part], minlength=labels.max() + 1)[1:]
        assert getattr(split.counts, name) == tuple(counted)
    together = np.concatenate([split.train, split.validation, split.test])
    assert len(np.unique(together)) == len(together)
    labelled = np.bincount(labels.ravel())[1:]
    guard = labelled - np.bincount(labels.ravel()[together], minlength=len(labelled) + 1)[1:]
    assert split.counts.labelled == tuple(labelled)
    assert split.counts.guard == tuple(guard)
    assert split.counts.guard_share == pytest.approx(guard.sum() / labelled.sum())


def assert_missing_is_said(labels: Labels, split: Split) -> None:
    for name in PARTS:
        if name == "validation" and not split.settings["validation"]:
            assert split.missing("validation") == ()
            continue
        present = set(labels.ravel()[getattr(split, name)].tolist())
        assert present | set(split.missing(name)) == set(labels[labels > 0].tolist())
        assert not present & set(split.missing(name))


def assert_leakage(labels: Labels, split: Split) -> None:
    window = int(split.settings["window"])
    trained, seen = (np.zeros(labels.shape, dtype=np.bool_) for _ in range(2))
    trained.flat[split.train] = True

    def around(pixel: int) -> tuple[slice, slice]:
        row, column = np.unravel_index(pixel, labels.shape)
        first, last = window // 2, window // 2 + 1
        return (
            slice(max(0, int(row) - first), int(row) + last),
            slice(max(0, int(column) - first), int(column) + last),
        )

    for pixel in split.train:
        seen[around(pixel)] = True
    areas = [around(pixel) for pixel in split.test]
    own = [
        (trained[area] & (labels[area] == labels.flat[pixel])).any()
        for area, pixel in zip(areas, split.test, strict=True)
    ]
    assert split.leakage.windows == pytest.approx(np.mean(own))
    assert split.leakage.overlap == pytest.approx(
        np.mean([seen[a].sum() / window**2 for a in areas])
    )
    assert split.leakage.overlap_inside == pytest.approx(np.mean([seen[a].mean() for a in areas]))
