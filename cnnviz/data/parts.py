"""The labelled pixels of a scene in parts: training, validation, test; guard lies between them."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.leakage import Leakage, Mask, measure

Kind = Literal["stratified", "per_class", "blocks"]
Part = Literal["train", "validation", "test"]
Settings = dict[str, int | float]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pixels there are of each of the classes 1 to K: (K,) each.

    Attributes:
        labelled: in the scene.
        train, validation, test: in each part.
        guard: in no part, since they lie too near to another one. They and the parts make up
            ``labelled``.
    """

    labelled: tuple[int, ...]
    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]
    guard: tuple[int, ...]

    @property
    def guard_share(self) -> float:
        """Of all labelled pixels, 0 to 1."""
        return sum(self.guard) / sum(self.labelled)


@dataclass(frozen=True, slots=True)
class Split:
    """Parts of a scene, with what is to be known of them wherever a result on them is shown.

    Attributes:
        train, validation, test: indices into ``labels.ravel()``, rising, read-only.
        shape: (H, W) of the label map.
        kind: the function that made it.
        seed: its seed.
        settings: its other arguments, plain data.
        counts: pixels by class.
        leakage: what test windows, of side ``settings["window"]``, share with the training.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    shape: tuple[int, int]
    kind: Kind
    seed: int
    settings: Settings
    counts: Counts
    leakage: Leakage

    def missing(self, part: Part) -> tuple[int, ...]:
        """The scene's classes, counted from 1, of which a part has no pixel.

        A part that was not asked for misses none.
        """
        if part == "validation" and not self.settings["validation"]:
            return ()
        pairs = zip(self.counts.labelled, getattr(self.counts, part), strict=True)
        return tuple(number for number, (all_, own) in enumerate(pairs, 1) if all_ and not own)

    def to_json(self) -> dict[str, Any]:
        """Plain data for model cards, ready for ``json.dumps``: all but the pixels themselves.

        ``sha256`` is that of the three parts' indices, one after the other, as little-endian int64:
        who makes the split again can see whether it is the same.
        """
        parts = (self.train, self.validation, self.test)
        digest = hashlib.sha256(b"".join(part.astype("<i8").tobytes() for part in parts))
        names: tuple[Part, ...] = ("train", "validation", "test")
        return {
            "kind": self.kind,
            "seed": self.seed,
            "settings": dict(self.settings),
            "shape": list(self.shape),
            "counts": {name: list(counts) for name, counts in asdict(self.counts).items()},
            "missing": {name: list(self.missing(name)) for name in names},
            "leakage": asdict(self.leakage),
            "sha256": digest.hexdigest(),
        }


def put_together(
    labels: NDArray[np.int64],
    masks: tuple[Mask, Mask, Mask],
    kind: Kind,
    seed: int,
    settings: Settings,
) -> Split:
    """Make a split of masks, and take its statistics.

    Args:
        labels: (H, W): 0 where nothing is known, classes from 1 on.
        masks: (H, W) each: training, validation and test; apart from each other, the test not
            empty.
        kind, seed, settings: as in ``Split``.
    """
    train, validation, test = masks
    labelled = labels > 0
    pixels = (labelled, *masks, labelled & ~(train | validation | test))
    counts = (np.bincount(labels[mask], minlength=int(labels.max()) + 1)[1:] for mask in pixels)
    height, width = labels.shape
    return Split(
        train=_indices(train),
        validation=_indices(validation),
        test=_indices(test),
        shape=(height, width),
        kind=kind,
        seed=int(seed),
        settings=settings,
        counts=Counts(*(tuple(count.tolist()) for count in counts)),
        leakage=measure(labels, train, test, int(settings["window"])),
    )


def _indices(mask: Mask) -> NDArray[np.int64]:
    found = np.flatnonzero(mask).astype(np.int64)
    found.flags.writeable = False
    return found
