"""Many numbers a point made two or three, to be looked at: PCA, t-SNE, and UMAP where it is there.

Points are directions here: what is found in the common space is found by cosine, so rows come with
length 1 and points that are near one another have a large cosine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.errors import UserError

Rows = NDArray[np.float32]
SEED = 0
# What scikit-learn does at least. A layout that starts near its end needs no more of it.
_FEW, _MANY = 250, 500


@dataclass(frozen=True)
class Axes:
    """Directions in which points spread most.

    Attributes:
        mean: (d,) of the points.
        directions: (k, d), of length 1 and at right angles, the widest first.
        shares: (k,) of the points' variance, 0 to 1.
    """

    mean: Rows
    directions: Rows
    shares: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Rows, count: int = 3) -> "Axes":
        """The principal axes of (n, d) points; fewer where there are no more dimensions."""
        from sklearn.decomposition import PCA

        found = PCA(min(count, *rows.shape), svd_solver="full").fit(rows.astype(np.float64))
        return cls(
            found.mean_.astype(np.float32),
            found.components_.astype(np.float32),
            found.explained_variance_ratio_,
        )

    def __call__(self, rows: Rows) -> Rows:
        """(n, k) places of (n, d) points along the axes."""
        return ((rows - self.mean) @ self.directions.T).astype(np.float32)


def tsne(rows: Rows, start: Rows | None = None, *, thorough: bool = True) -> Rows:
    """t-SNE of points, of middle 0 and root mean square distance 1: its size means nothing.

    Args:
        rows: (n, d), four points at least.
        start: (n, 2) layout of nearly the same points, from which theirs goes on, so that points
            move from one to the other; PCA's where left out.
        thorough: whether it takes 500 steps, or 250.
    """
    from sklearn.manifold import TSNE

    steps = _MANY if thorough else _FEW
    if start is None:
        # Exaggerated attraction at first is what gathers points that lie anywhere.
        begin: dict[str, Any] = {"init": "pca"}
    else:
        begin = {"init": _spread(start), "early_exaggeration": 1.0}
    perplexity = min(30.0, (len(rows) - 1) / 3)
    found = TSNE(2, perplexity=perplexity, max_iter=steps, random_state=SEED, **begin)
    return _normal(found.fit_transform(rows))


def umap(rows: Rows) -> Rows:
    """UMAP of (n, d) points, as ``tsne``.

    Raises:
        UserError: where umap-learn is not installed.
    """
    if not umap_is_here():
        raise UserError("UMAP needs the package umap-learn, which is not installed.")
    from umap import UMAP

    return _normal(
        np.asarray(UMAP(n_components=2, random_state=SEED, n_jobs=1).fit_transform(rows))
    )


def umap_is_here() -> bool:
    """Whether umap-learn is installed."""
    return find_spec("umap") is not None


def tsne_film(stages: Sequence[Rows]) -> list[Rows]:
    """t-SNE of the same points at one stage after the other, each starting from the last layout.

    Nothing of a later stage is known to an earlier one.
    """
    layouts = [tsne(stages[0])]
    for number, rows in enumerate(stages[1:], start=1):
        # The first stages change most.
        layouts.append(tsne(rows, layouts[-1], thorough=number <= 3))
    return layouts


def _spread(layout: Rows) -> Rows:
    """As wide as t-SNE's layouts are: at 1 all points would push one another away at once."""
    wide: Rows = layout * np.float32(np.sqrt(len(layout)))
    return wide


def _normal(layout: NDArray[np.floating]) -> Rows:
    centred = layout - layout.mean(axis=0)
    size = np.sqrt(np.square(centred).sum(axis=1).mean())
    normal: Rows = (centred / (size or 1)).astype(np.float32)
    return normal
