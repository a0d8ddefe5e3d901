"""Embeddings of pairs, epoch by epoch, in a small file: places to draw, and what is nearest.

A film holds no embeddings, which would take megabytes an epoch: of each image and each text it has
its places in pictures of two or three dimensions and its nearest neighbours of the other modality.
"""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.projections import Axes, tsne_film
from cnnviz.ranking import ranked, similarities, unit
from cnnviz.whole_files import whole

Rows = NDArray[np.float32]
Integers = NDArray[np.int64]
#: Neighbours that are kept of each point.
NEAREST = 10
#: Terms of the loss, as a run names them.
TERMS = ("j1", "alpha_j2", "beta_j3")
PCA, TSNE = "pca", "tsne"
# Stored integers of a place at the edge, and of the largest distance, which is 2.
_EDGE, _FAR = 8_000, 2_000


@dataclass(frozen=True)
class Film:
    """N pairs at E stages; of two modalities images come first, then texts.

    Attributes:
        labels: (N,) class indices.
        places: by the kind of picture (E, 2, N, dimensions). "pca" has three and the axes of the
            last stage at all of them; "tsne" has two.
        neighbours: (E, 2, N, k) indices of what is nearest in the other modality, the nearest
            first.
        distances: (E, 2, N, k) cosine distances to them, 0 to 2.
        maps: (E, 2) mean average precision of images that look for texts, and of texts that look
            for images.
        losses: (E, 3) mean terms of the epoch that led there, weighted; NaN before training.
        axes: of "pca".
        recipe: the run's settings; empty where it is no run's film.
    """

    labels: Integers
    places: Mapping[str, Rows]
    neighbours: Integers
    distances: Rows
    maps: NDArray[np.float64]
    losses: NDArray[np.float64]
    axes: Axes
    recipe: Mapping[str, Any]

    @property
    def stages(self) -> int:
        """E, the last one being the network as it is kept."""
        return len(self.maps)

    def with_places(self, kind: str, places: Rows) -> "Film":
        """The same with one more picture, (2 N, dimensions); only where it has one stage.

        Raises:
            ValueError: where it has more.
        """
        if self.stages != 1:
            raise ValueError(f"a picture of one stage for a film of {self.stages}")
        return replace(self, places={**self.places, kind: _by_modality(places)[None]})


def film_of(
    stages: Sequence[tuple[Rows, Rows]],
    labels: Integers,
    *,
    losses: Sequence[Sequence[float]] = (),
    recipe: Mapping[str, Any] | None = None,
    pictures: bool = True,
) -> Film:
    """Make a film.

    Args:
        stages: embeddings (N, d) of images and of texts, stage by stage.
        labels: (N,) class indices.
        losses: three terms for each stage.
        recipe: of the run.
        pictures: whether t-SNE is drawn, which takes seconds a stage.
    """
    points = [np.concatenate([unit(images), unit(texts)]) for images, texts in stages]
    axes = Axes.of(points[-1])
    places = {PCA: np.stack([_by_modality(axes(rows)) for rows in points])}
    if pictures:
        places[TSNE] = np.stack([_by_modality(layout) for layout in tsne_film(points)])
    nearest = [_nearest_both(images, texts) for images, texts in stages]
    return Film(
        labels=labels,
        places=places,
        neighbours=np.stack([found for found, _far in nearest]),
        distances=np.stack([far for _found, far in nearest]),
        maps=np.array([_maps(images, texts, labels) for images, texts in stages]),
        losses=np.array(losses or [[np.nan] * len(TERMS)] * len(stages), dtype=np.float64),
        axes=axes,
        recipe=dict(recipe or {}),
    )


def nearest(queries: Rows, items: Rows, count: int = NEAREST) -> tuple[Integers, Rows]:
    """What lies nearest by cosine: (Q, k) indices of the items, and (Q, k) distances, 0 to 2.

    Args:
        queries: (Q, d).
        items: (N, d).
        count: k; all items where there are fewer.
    """
    found, far = [], []
    for _part, scores in similarities(queries, items):
        order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
        found.append(order)
        far.append(1 - np.take_along_axis(scores, order, axis=1))
    return np.concatenate(found), np.concatenate(far).clip(0, 2)


def save(file: Path, film: Film) -> None:
    """Write a film; ``load`` reads it."""
    limits = {kind: float(np.abs(places).max()) or 1.0 for kind, places in film.places.items()}
    stored = {
        f"places_{kind}": np.rint(places * (_EDGE / limits[kind])).astype("<i2")
        for kind, places in film.places.items()
    }
    with whole(file) as partial, partial.open("wb") as stream:
        np.savez_compressed(
            stream,
            limits=json.dumps(limits),
            recipe=json.dumps(film.recipe),
            labels=film.labels.astype("<u2"),
            neighbours=film.neighbours.astype("<u2"),
            distances=np.rint(film.distances * (_FAR / 2)).astype("<u2"),
            maps=film.maps,
            losses=film.losses,
            mean=film.axes.mean,
            directions=film.axes.directions,
            shares=film.axes.shares,
            **stored,
        )


def load(file: Path) -> Film | None:
    """A film; None where the file cannot be read or is not there."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            limits: dict[str, float] = json.loads(str(found["limits"]))
            return Film(
                labels=found["labels"].astype(np.int64),
                places={
                    kind: found[f"places_{kind}"].astype(np.float32) * np.float32(limit / _EDGE)
                    for kind, limit in limits.items()
                },
                neighbours=found["neighbours"].astype(np.int64),
                distances=found["distances"].astype(np.float32) * np.float32(2 / _FAR),
                maps=found["maps"],
                losses=found["losses"],
                axes=Axes(found["mean"], found["directions"], found["shares"]),
                recipe=json.loads(str(found["recipe"])),
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _by_modality(places: Rows) -> Rows:
    """(2, N, dimensions) of (2 N, dimensions)."""
    return np.stack(np.split(places, 2))


def _nearest_both(images: Rows, texts: Rows) -> tuple[Integers, Rows]:
    ways = (nearest(images, texts), nearest(texts, images))
    return np.stack([found for found, _far in ways]), np.stack([far for _found, far in ways])


def _maps(images: Rows, texts: Rows, labels: Integers) -> tuple[float, float]:
    across = ranked(images, texts, labels, labels).map
    return across, ranked(texts, images, labels, labels).map
