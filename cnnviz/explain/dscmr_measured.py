"""How well pairs are found: the trained network, and two methods that need none of its losses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.pairs import PairedSet
from cnnviz.explain.dscmr import embed
from cnnviz.models.dscmr import DSCMR
from cnnviz.ranking import Rows, curves, ranked

#: Canonical directions that are tried at most.
MOST_DIRECTIONS = 20
# Canonical correlation fits noise where features are as many as pairs: more than WIDE of them are
# reduced to KEPT principal components first.
WIDE, KEPT = 300, 100

Parts = tuple[PairedSet, PairedSet, PairedSet]
Embeddings = tuple[Rows, Rows]


@dataclass(frozen=True)
class Way:
    """What the items of one modality find among those of the other.

    Attributes:
        map: mean average precision over the whole list, 0 to 1.
        map_at: the same of the first ``cut`` that are found.
        cut: how many that are.
        precision, recall: (N,) after the first k, k = 1 .. N, means over the queries, 0 to 1.
        by_class: (K,) mean average precision of a class's queries; NaN where it has none.
    """

    map: float
    map_at: float
    cut: int
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    by_class: NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """A method, measured on the test pairs.

    Attributes:
        across: images look for texts.
        back: texts look for images.
        directions: canonical directions that were best on validation; 0 for other methods.
    """

    across: Way
    back: Way
    directions: int = 0

    @property
    def map(self) -> float:
        """The mean of both ways."""
        return (self.across.map + self.back.map) / 2

    @property
    def map_at(self) -> float:
        """The mean of both ways, of the first that are found."""
        return (self.across.map_at + self.back.map_at) / 2

    def ahead_of(self, other: "Measured") -> float:
        """The share by which its mean is above another's; negative below."""
        return self.map / other.map - 1


def measured(
    images: Rows, texts: Rows, labels: NDArray[np.int64], classes: int, directions: int = 0
) -> Measured:
    """Rank and measure, both ways.

    Args:
        images, texts: (N, d) what stands for the items of pairs; they are compared by cosine.
        labels: (N,) class indices.
        classes: how many there are.
        directions: as of ``Measured``.

    Raises:
        ValueError: where shapes do not fit.
    """
    return Measured(
        _way(images, texts, labels, classes), _way(texts, images, labels, classes), directions
    )


def by_network(model: DSCMR, scaling: FeatureScaling, test: PairedSet) -> Measured:
    """The trained network on test pairs."""
    return measured(*embed(model, scaling, test), test.labels, len(test.class_names))


def by_correlation(parts: Parts, scaling: FeatureScaling) -> Measured:
    """Canonical correlation analysis: directions along which the two modalities go together.

    It knows which image and which text are a pair, and no classes.

    Args:
        parts: training pairs, to which it is fitted; validation pairs, which choose the number of
            directions; test pairs.
        scaling: of the features.
    """
    from sklearn.cross_decomposition import CCA

    training, validation, test = (_narrowed(scaling, parts[0], part) for part in parts)
    most = min(MOST_DIRECTIONS, *(features.shape[1] for features in training))
    fitted = CCA(n_components=most, max_iter=1000).fit(*training)
    # They are found one after the other: the first k are those of a fit with k.
    held = fitted.transform(*validation)
    best = max(range(1, most + 1), key=lambda k: _mean_map(held, parts[1].labels, k))
    images, texts = (found[:, :best] for found in fitted.transform(*test))
    return measured(images, texts, parts[2].labels, len(parts[2].class_names), best)


def by_classifiers(parts: Parts, scaling: FeatureScaling) -> Measured:
    """A classifier for each modality, and what it says of an item in place of an embedding.

    They know classes, and not which image and which text are a pair.

    Args:
        parts: training pairs, which logistic regression is fitted to; validation pairs, which
            are not needed; test pairs.
        scaling: of the features.
    """
    from sklearn.linear_model import LogisticRegression

    training, _validation, test = parts
    images, texts = (
        LogisticRegression(max_iter=2000).fit(known, training.labels).predict_proba(asked)
        for known, asked in zip(scaling(training), scaling(test), strict=True)
    )
    return measured(images, texts, test.labels, len(test.class_names))


def _way(queries: Rows, items: Rows, labels: NDArray[np.int64], classes: int) -> Way:
    found = ranked(queries, items, labels, labels)
    precision, recall = curves(queries, items, labels, labels)
    by_class = np.full(classes, np.nan)
    for each in np.unique(labels):  # each has an item that is right: a query's own partner
        by_class[each] = found.average_precision[labels == each].mean()
    return Way(found.map, found.map_at, found.cut, precision, recall, by_class)


def _mean_map(held: Embeddings, labels: NDArray[np.int64], directions: int) -> float:
    images, texts = (found[:, :directions] for found in held)
    across, back = (
        ranked(*ways, labels, labels).map for ways in ((images, texts), (texts, images))
    )
    return across + back


def _narrowed(scaling: FeatureScaling, training: PairedSet, part: PairedSet) -> Embeddings:
    """A part's scaled features, the wide ones along the training pairs' principal components."""
    from sklearn.decomposition import PCA

    narrow = []
    for known, features in zip(scaling(training), scaling(part), strict=True):
        if features.shape[1] > WIDE:
            features = PCA(min(KEPT, len(known)), svd_solver="full").fit(known).transform(features)
        narrow.append(features)
    return narrow[0], narrow[1]
