"""Projections to two and three dimensions: what they keep, and where they start."""

import sys
from types import ModuleType

import numpy as np
import pytest

from cnnviz import projections
from cnnviz.errors import UserError
from cnnviz.projections import Axes, tsne, tsne_film, umap
from cnnviz.ranking import unit

RANDOM = np.random.default_rng(0)
#: Three groups of directions, far apart.
GROUPS = np.repeat(np.arange(3), 20)
ROWS = unit((np.eye(3, 8)[GROUPS] + 0.1 * RANDOM.normal(size=(60, 8))).astype(np.float32))


def test_axes_are_the_directions_of_the_largest_variance_in_order() -> None:
    axes = Axes.of(ROWS)
    np.testing.assert_allclose(axes.directions @ axes.directions.T, np.eye(3), atol=1e-5)
    values = np.linalg.eigvalsh(np.cov(ROWS.astype(np.float64).T))[::-1]
    np.testing.assert_allclose(axes.shares, values[:3] / values.sum(), rtol=1e-5)
    places = axes(ROWS)
    np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(places.var(axis=0, ddof=1), values[:3], rtol=1e-4)


def test_fewer_dimensions_than_axes_give_as_many_as_there_are() -> None:
    assert Axes.of(ROWS[:, :2]).directions.shape == (2, 2)


@pytest.mark.parametrize("start", [None, "from"])
def test_t_sne_keeps_groups_together_and_has_one_size(start: str | None) -> None:
    begin = None if start is None else RANDOM.normal(size=(60, 2)).astype(np.float32)
    layout = tsne(ROWS, begin)
    np.testing.assert_allclose(layout.mean(axis=0), 0, atol=1e-4)
    assert np.square(layout).sum(axis=1).mean() == pytest.approx(1, rel=1e-4)
    if start is None:
        near = np.linalg.norm(layout[:, None] - layout[None], axis=2) + 9 * np.eye(60)
        assert (GROUPS[near.argmin(axis=1)] == GROUPS).all()


def test_a_layout_of_the_same_points_stays_where_it_was() -> None:
    first = tsne(ROWS)
    again = tsne(ROWS, first, thorough=False)
    other = tsne(ROWS, first[::-1].copy(), thorough=False)
    moved = np.linalg.norm(again - first, axis=1).mean()
    assert moved < 0.5 * np.linalg.norm(other - first, axis=1).mean()


def test_a_stage_knows_nothing_of_a_later_one() -> None:
    mixed = ROWS[RANDOM.permutation(60)]
    alone = tsne_film([ROWS])
    np.testing.assert_array_equal(alone[0], tsne_film([ROWS, mixed])[0])


def test_umap_is_drawn_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("umap")

    class Half:
        def __init__(self, **settings: object) -> None:
            assert settings["n_components"] == 2

        def fit_transform(self, rows: np.ndarray) -> np.ndarray:
            return 7 + 3 * rows[:, :2]

    module.UMAP = Half  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "umap", module)
    monkeypatch.setattr(projections, "umap_is_here", lambda: True)
    centred = ROWS[:, :2] - ROWS[:, :2].mean(axis=0)
    size = np.sqrt(np.square(centred).sum(axis=1).mean())
    np.testing.assert_allclose(umap(ROWS), centred / size, atol=1e-5)


def test_where_umap_is_not_installed_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "umap_is_here", lambda: False)
    with pytest.raises(UserError, match="umap-learn"):
        umap(ROWS)
