"""What a network made of a whole scene, and how good that is: by class, by pixel, beside another.

Classes are counted from 1 as in ``Scene.labels``; a network's logits are in the same order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from cnnviz.data import splits
from cnnviz.data.parts import Split
from cnnviz.metrics import classification

#: Classes that are kept of each pixel, the likeliest first.
KEPT = 3
#: The parts of a scene as ``parts_map`` numbers them.
NO_PART, TRAIN, VALIDATION, TEST, GUARD = range(5)
#: What two networks say of a pixel, as ``compare`` numbers it.
ALIKE, ONLY_FIRST, ONLY_SECOND, OTHERWISE = range(4)

Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SceneMap:
    """What a network says of each pixel of a scene: 9 bytes a pixel, whatever the classes.

    Attributes:
        classes: (H, W, k) uint8: the likeliest classes, counted from 1, the first one first; k is
            ``KEPT``, or the number of classes where that is less.
        probabilities: (H, W, k) float16, by softmax over all classes.
    """

    classes: NDArray[np.uint8]
    probabilities: NDArray[np.float16]

    @property
    def predicted(self) -> NDArray[np.uint8]:
        """(H, W) the likeliest class."""
        return self.classes[:, :, 0]


def scene_map(logits: NDArray[np.floating[Any]]) -> SceneMap:
    """Keep of a scene's logits what is looked at.

    Args:
        logits: (H, W, K), K from 2 to 255. They are read row by row, so that no second array of
            their size is made.

    Raises:
        ValueError: where there are other numbers of classes, or a logit is not finite.
    """
    height, width, count = logits.shape
    if not 2 <= count <= np.iinfo(np.uint8).max:
        raise ValueError(f"a map takes 2 to 255 classes, not {count}")
    kept = min(KEPT, count)
    classes = np.empty((height, width, kept), dtype=np.uint8)
    probabilities = np.empty((height, width, kept), dtype=np.float16)
    for row, values in enumerate(logits):
        values = np.asarray(values, dtype=np.float64)
        if not np.isfinite(values).all():
            raise ValueError("a logit is not finite")
        order = np.argsort(-values, axis=1, kind="stable")[:, :kept]
        shares = np.exp(values - values.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        classes[row] = order + 1
        probabilities[row] = np.take_along_axis(shares, order, axis=1)
    for array in (classes, probabilities):
        array.setflags(write=False)
    return SceneMap(classes, probabilities)


def joined(strips: Sequence[SceneMap]) -> SceneMap:
    """Strips of a scene from top to bottom as one map."""
    classes = np.concatenate([strip.classes for strip in strips])
    probabilities = np.concatenate([strip.probabilities for strip in strips])
    for array in (classes, probabilities):
        array.setflags(write=False)
    return SceneMap(classes, probabilities)


def split_again(described: Mapping[str, Any], labels: Labels) -> Split | None:
    """Make the split of a model card again.

    Args:
        described: what ``Split.to_json`` gave.
        labels: (H, W) of the scene.

    Returns:
        The split; None where these labels or settings give another one, as on another scene: then
        it is not known which pixels a network was trained on.
    """
    makers = {"stratified": splits.stratified, "per_class": splits.per_class}
    try:
        kind, settings = described["kind"], dict(described["settings"])
        make = splits.blocks if kind == "blocks" else makers[kind]
        if tuple(described["shape"]) != labels.shape:
            return None
        split: Split = make(labels, seed=described["seed"], **settings)
    except (KeyError, TypeError, ValueError):
        return None
    return split if split.to_json()["sha256"] == described.get("sha256") else None


def parts_map(labels: Labels, split: Split) -> NDArray[np.uint8]:
    """(H, W) which part each pixel belongs to.

    ``NO_PART`` where nothing is known, ``GUARD`` where a labelled pixel is in no part.
    """
    # Row after row in memory: the labels of a MATLAB file are not, and would hand that on.
    parts = np.where(labels > 0, GUARD, NO_PART).astype(np.uint8, order="C")
    flat = parts.reshape(-1)
    numbers = ((split.train, TRAIN), (split.validation, VALIDATION), (split.test, TEST))
    for pixels, number in numbers:
        flat[pixels] = number
    parts.setflags(write=False)
    return parts


@dataclass(frozen=True, slots=True)
class Scores:
    """How good a map is on some pixels; shares are 0 to 1.

    Attributes:
        pixels: how many these are.
        oa: the share of them that is right: overall accuracy.
        aa: the mean of the classes' own accuracies, over the classes that occur.
        kappa: Cohen's; NaN where one class alone occurs and is all that is said.
        accuracy: (K,) the share of each class's pixels that is right; NaN where it has none.
        precision: (K,) the share of the pixels given to a class that are of it; NaN where none is.
        counts: (K,) the pixels of each class.
        confusion: (K, K) pixels by their class (row) and what the network says (column).
    """

    pixels: int
    oa: float
    aa: float
    kappa: float
    accuracy: NDArray[np.float64]
    precision: NDArray[np.float64]
    counts: Labels
    confusion: Labels

    @property
    def zero(self) -> tuple[int, ...]:
        """Classes, counted from 1, that have pixels here, none of which is right."""
        return tuple(int(k) for k in np.flatnonzero(self.accuracy == 0) + 1)

    @property
    def absent(self) -> tuple[int, ...]:
        """Classes, counted from 1, without a pixel here."""
        return tuple(int(k) for k in np.flatnonzero(self.counts == 0) + 1)


def scores(predicted: NDArray[np.integer[Any]], labels: Labels, chosen: Mask, count: int) -> Scores:
    """Measure a map on chosen pixels.

    Args:
        predicted: (H, W) classes, counted from 1.
        labels: (H, W) truth, 0 where nothing is known.
        chosen: (H, W) the pixels that are measured on; those without a label are left out.
        count: K, the number of classes.

    Raises:
        ValueError: where no labelled pixel is chosen.
    """
    chosen = chosen & (labels > 0)
    truth, said = labels[chosen], predicted[chosen].astype(np.int64)
    if not truth.size:
        raise ValueError("no labelled pixel to measure on")
    confusion = confusion_matrix(truth, said, labels=np.arange(1, count + 1))
    right, of_class, given = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    # Kappa of a single class that is all right is 0/0, which scikit-learn warns of.
    alone = len(np.union1d(truth, said)) == 1
    found = {"oa": 1.0, "aa": 1.0, "kappa": np.nan} if alone else classification(truth, said)
    return Scores(
        pixels=int(truth.size),
        oa=found["oa"],
        aa=found["aa"],
        kappa=found["kappa"],
        accuracy=_shares(right, of_class),
        precision=_shares(right, given),
        counts=of_class.astype(np.int64),
        confusion=confusion.astype(np.int64),
    )


def _shares(part: Labels, whole: Labels) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
    return shares


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two maps of one scene.

    Attributes:
        kinds: (H, W) uint8: ``ALIKE`` where both say the same; elsewhere ``ONLY_FIRST`` or
            ``ONLY_SECOND`` where that one alone is right, ``OTHERWISE`` where neither is or nothing
            is known.
        both, only_first, only_second, neither: how many of the measured pixels are right in both,
            one, or none.
    """

    kinds: NDArray[np.uint8]
    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def pixels(self) -> int:
        """How many were measured on."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def differing(self) -> float:
        """The share of the scene's pixels, 0 to 1, of which the two say different things."""
        return float(np.mean(self.kinds != ALIKE))


def compare(
    first: NDArray[np.integer[Any]],
    second: NDArray[np.integer[Any]],
    labels: Labels,
    chosen: Mask,
) -> Comparison:
    """Lay two maps over each other.

    Args:
        first, second: (H, W) predicted classes, counted from 1.
        labels: (H, W) truth, 0 where nothing is known.
        chosen: (H, W) the pixels that are counted; those without a label are left out.
    """
    known = labels > 0
    right = [(each == labels) & known for each in (first, second)]
    kinds = np.where(first != second, OTHERWISE, ALIKE).astype(np.uint8)
    kinds[right[0] & ~right[1]] = ONLY_FIRST
    kinds[right[1] & ~right[0]] = ONLY_SECOND
    kinds.setflags(write=False)
    counted = chosen & known
    one, two = (mask[counted] for mask in right)
    return Comparison(
        kinds=kinds,
        both=int(np.sum(one & two)),
        only_first=int(np.sum(one & ~two)),
        only_second=int(np.sum(two & ~one)),
        neither=int(np.sum(~one & ~two)),
    )
