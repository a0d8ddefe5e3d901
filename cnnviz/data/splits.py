"""Which labelled pixels of a scene a network is trained, validated and tested on.

Three ways: ``stratified``, random by class with the same share of each, as hyperspectral papers do;
``per_class``, random with the same number of each; ``blocks``, apart from each other, so that no
test window touches a training pixel. The first two test a network on pixels it has seen in the
windows of their neighbours: ``Split.leakage`` says how much.

A seed means the same pixels on every machine and with every release of numpy: the order of a
class's pixels comes from the raw numbers of PCG64, which numpy keeps as they are. More
training pixels with the same seed are the fewer ones and others besides.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz.data import blocks as block_search
from cnnviz.data.leakage import Mask, near
from cnnviz.data.parts import Kind, Settings, Split, put_together
from cnnviz.errors import UserError

Labels = NDArray[np.integer[Any]]

#: The side of HybridSN's windows, in pixels.
WINDOW = 25


def stratified(
    labels: Labels, *, train: float, validation: float = 0.0, seed: int, window: int = WINDOW
) -> Split:
    """Divide at random, with the same share of each class: rounded, but at least one pixel.

    A class's only pixel goes to the training; of two, one is for training and one for the test.

    Args:
        labels: (H, W) whole numbers: 0 where nothing is known, classes from 1 on.
        train: the training share of each class, between 0 and 1.
        validation: the validation share, 0 for no such part; the rest is for the test.
        seed: from 0 on.
        window: the side of the windows of which the leakage is measured, odd.

    Raises:
        UserError: where the labels, the shares, the seed or the window cannot be used.
    """
    known = _checked(labels, window, seed)
    _check_shares(train, validation)

    def sizes(count: int) -> tuple[int, int]:
        return _sizes(count, train, validation)

    settings: Settings = {"train": float(train), "validation": float(validation)}
    return _random(known, sizes, "stratified", seed, {**settings, "window": int(window)})


def per_class(
    labels: Labels, *, train: int, validation: int = 0, seed: int, window: int = WINDOW
) -> Split:
    """Divide at random, with the same number of pixels of each class.

    A class with too few gives at most half of them to training, rounded down (so that the training
    misses a class of a single pixel), and at most half of the others to validation.

    Args:
        labels: (H, W) whole numbers: 0 where nothing is known, classes from 1 on.
        train: training pixels of each class, at least 1.
        validation: validation pixels of each class, 0 for no such part; the rest is for the test.
        seed: from 0 on.
        window: the side of the windows of which the leakage is measured, odd.

    Raises:
        UserError: where the labels, the numbers, the seed or the window cannot be used.
    """
    known = _checked(labels, window, seed)
    if train < 1:
        raise UserError("Training takes at least 1 pixel of each class, not {count}.", count=train)
    if validation < 0:
        raise UserError(
            "Validation takes 0 or more pixels of each class, not {count}.", count=validation
        )

    def sizes(count: int) -> tuple[int, int]:
        trained = min(train, count // 2)
        return trained, min(validation, (count - trained) // 2)

    settings: Settings = {"train": int(train), "validation": int(validation)}
    return _random(known, sizes, "per_class", seed, {**settings, "window": int(window)})


def blocks(
    labels: Labels,
    *,
    train: float,
    validation: float = 0.0,
    window: int,
    seed: int,
    side: int | None = None,
) -> Split:
    """Divide by blocks with a guard band: no window of one part touches a pixel of another.

    Training pixels, then validation pixels, are taken in blocks until each class has its share,
    rounded, where it can; what is nearer than half a window to them is guard, in no part; what
    remains is for the test. Every class gets training pixels where it can: one whose pixels all
    lie within half a window of each other is then missing in the test (``Split.missing``). The
    validation takes no class out of the test: it misses one without room for three parts.

    On Indian Pines at window 25 and 10 % these are three classes of 16; half of the labelled pixels
    remain for the test, and 40 % are guard. The scene leaves little choice: the training pixels of
    two seeds have two thirds in common, so that what differs between seeds says less than the
    same difference between random splits.

    Args:
        labels: (H, W) whole numbers: 0 where nothing is known, classes from 1 on.
        train: the training share of each class, between 0 and 1.
        validation: the validation share, 0 for no such part.
        window: the windows' side, odd.
        seed: from 0 on.
        side: the blocks' side in pixels; None chooses one by window and scene.

    Raises:
        UserError: where the labels, the shares, the seed, the window or the side cannot be used, or
            where a part that was asked for remains empty.
    """
    known = _checked(labels, window, seed)
    _check_shares(train, validation)
    side = block_search.default_side(known.shape, window) if side is None else side
    if side < 1:
        raise UserError("A block's side must be at least 1 pixel, not {side}.", side=side)
    present = np.unique(known[known > 0])
    index = np.where(known > 0, np.searchsorted(present, known), -1)
    totals = np.bincount(index[index >= 0])
    wanted = np.array([_sizes(int(total), train, validation) for total in totals])
    random = np.random.PCG64(seed)

    def choose(allowed: Mask, part: int) -> Mask:
        return block_search.choose(
            index,
            allowed,
            wanted[:, part],
            window=window,
            side=side,
            random=random,
            may_wipe=part == 0,
        )

    labelled = index >= 0
    trained = choose(labelled, 0)
    rest = labelled & ~near(trained, window)
    validated = choose(rest, 1)
    tested = rest & ~near(validated, window)
    _check_rest(trained, validated, tested, validation, window)
    settings: Settings = {"train": float(train), "validation": float(validation)}
    settings |= {"window": int(window), "side": int(side)}
    return put_together(known, (trained, validated, tested), "blocks", seed, settings)


def _sizes(count: int, train: float, validation: float) -> tuple[int, int]:
    """How many of a class's pixels are for training and validation; the test keeps one of two."""
    trained = min(max(1, int(count * train + 0.5)), max(1, count - 1))
    wanted = max(1, int(count * validation + 0.5)) if validation else 0
    return trained, max(0, min(wanted, count - trained - 1))


def _random(
    labels: NDArray[np.int64],
    sizes: Callable[[int], tuple[int, int]],
    kind: Kind,
    seed: int,
    settings: Settings,
) -> Split:
    """Shuffle each class; its first pixels are for training, the next ones for validation."""
    random = np.random.PCG64(seed)
    flat = labels.ravel()
    masks = np.zeros((3, flat.size), dtype=np.bool_)
    for number in np.unique(flat[flat > 0]):
        pixels = np.flatnonzero(flat == number)
        pixels = pixels[np.argsort(random.random_raw(len(pixels)), kind="stable")]
        trained, validated = sizes(len(pixels))
        ends = (trained, trained + validated)
        for mask, chosen in zip(masks, np.split(pixels, ends), strict=True):
            mask[chosen] = True
    train, validation, test = masks.reshape(3, *labels.shape)
    if not (train.any() and test.any()):
        raise UserError("Every class has a single pixel: there is nothing to divide.")
    return put_together(labels, (train, validation, test), kind, seed, settings)


def _checked(labels: Labels, window: int, seed: int) -> NDArray[np.int64]:
    """The labels as int64, (H, W)."""
    if labels.ndim != 2:
        raise ValueError(f"a label map is (H, W), not {labels.shape}")
    if not np.issubdtype(labels.dtype, np.integer) or (labels.size and labels.min() < 0):
        raise UserError(
            "Labels must be whole numbers: 0 for the unlabelled, 1 and up for the classes."
        )
    present = np.unique(labels[labels > 0])
    if not len(present):
        raise UserError("No pixel of the scene is labelled: choose another ground truth.")
    if len(present) == 1:
        raise UserError(
            "Only class {number} is labelled: it takes two classes to tell apart.",
            number=int(present[0]),
        )
    height, width = labels.shape
    if window < 1 or window % 2 == 0:
        raise UserError(
            "A window's side must be an odd number of pixels, 1 or more, not {window}.",
            window=window,
        )
    if window > min(height, width):
        raise UserError(
            "A window of {window} pixels is larger than the scene, {height} by {width} pixels: "
            "choose a smaller one.",
            window=window,
            height=height,
            width=width,
        )
    if seed < 0:
        raise UserError("A seed must be 0 or more, not {seed}.", seed=seed)
    return labels.astype(np.int64)


def _check_shares(train: float, validation: float) -> None:
    if not 0 < train < 1:
        raise UserError("The training share must be between 0 and 1, not {share}.", share=train)
    if not 0 <= validation < 1:
        raise UserError(
            "The validation share must be 0 or more and below 1, not {share}.", share=validation
        )
    if train + validation >= 1:
        raise UserError(
            "With shares of {train} for training and {validation} for validation nothing is left "
            "for the test: make them smaller.",
            train=train,
            validation=validation,
        )


def _check_rest(
    train: Mask, validation: Mask, test: Mask, validation_share: float, window: int
) -> None:
    if not (train.any() and test.any()):
        raise UserError(
            "With windows of {window} pixels the guard band leaves nothing to train or test on: "
            "choose a smaller window.",
            window=window,
        )
    if validation_share and not validation.any():
        raise UserError(
            "With windows of {window} pixels the guard band leaves nothing to validate on: "
            "choose a smaller window, or no validation.",
            window=window,
        )
