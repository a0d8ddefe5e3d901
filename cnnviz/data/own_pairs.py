"""One's own pairs: a file with image features, text features and labels."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.data.cube_arrays import Array, ArrayInfo
from cnnviz.data.cubes import arrays_in, open_array
from cnnviz.data.pairs import PairedSet
from cnnviz.errors import UserError

MAX_PAIRS, MAX_FEATURES, MAX_CLASSES = 100_000, 10_000, 100
LEAST_OF_A_CLASS = 3
TEST_SHARE = 0.2
MEGABYTE = 1_000_000
# Bytes that each array may take: 100,000 pairs of 1,000 numbers.
_MOST = 400 * MEGABYTE


def read_pairs(
    path: str | Path, *, most_pairs: int = MAX_PAIRS, most_bytes: int = _MOST
) -> PairedSet:
    """Read all pairs of a file.

    The labels are the array of one number a pair. The other two have a row a pair; which one is of
    images says its name ("img" or "image" in it), else they come in the file's order.

    Args:
        path: a .mat or .npz file with three such arrays; it is not trusted.
        most_pairs: more are not read.
        most_bytes: of an array of features; a larger one is not read.

    Raises:
        UserError: where it is missing, of another format or damaged; where the arrays are not two
            of features and one of labels, of as many pairs; where a number is not finite, there are
            fewer than two classes, more than 100, or fewer than three pairs of a class.
    """
    path = Path(path)
    features, of_labels = _told_apart(arrays_in(path), path, most_pairs)
    for info in (*features, of_labels):
        if info.nbytes > most_bytes:
            raise UserError(
                "{name} in {file} takes {size} MB: up to {most} MB are read.",
                name=info.name, file=path.name, size=-(-info.nbytes // MEGABYTE),
                most=most_bytes // MEGABYTE,
            )  # fmt: skip
    images, texts = (_features(path, info, most_bytes) for info in features)
    labels, names = _labels(np.asarray(open_array(path, of_labels.name, most_bytes).array), path)
    return PairedSet(
        images=images,
        texts=texts,
        labels=labels,
        class_names=names,
        captions=None,
        pixels=None,
        vocabulary=None,
        verified=False,
        source=path.name,
    )


def train_test(pairs: PairedSet) -> tuple[PairedSet, PairedSet]:
    """Four fifths for training and the rest for the test, class shares kept, always the same."""
    from sklearn.model_selection import train_test_split

    test = max(round(TEST_SHARE * len(pairs)), len(pairs.class_names))
    training, tested = train_test_split(
        np.arange(len(pairs)), test_size=test, random_state=0, stratify=pairs.labels
    )
    return pairs.take(np.sort(training)), pairs.take(np.sort(tested))


def _told_apart(
    found: tuple[ArrayInfo, ...], path: Path, most_pairs: int
) -> tuple[tuple[ArrayInfo, ArrayInfo], ArrayInfo]:
    """The arrays of image and of text features, and that of labels."""
    single = [
        info for info in found
        if len(info.shape) in (1, 2) and max(info.shape) == int(np.prod(info.shape))
    ]  # fmt: skip
    tables = [info for info in found if len(info.shape) == 2 and info not in single]
    fitting = [
        info for info in single if all(max(info.shape) == table.shape[0] for table in tables)
    ]
    if len(tables) != 2 or len(fitting) != 1:
        raise UserError(
            "{file} needs three arrays of as many rows: image features, text features, and one "
            "label a pair. It has: {arrays}.",
            file=path.name,
            arrays=", ".join(f"{i.name} {' × '.join(map(str, i.shape))}" for i in found) or "-",
        )
    count, width = tables[0].shape[0], max(table.shape[1] for table in tables)
    if count > most_pairs or width > MAX_FEATURES:
        raise UserError(
            "{file} has {pairs} pairs of up to {features} features: up to {most_pairs} and {most} "
            "are read.",
            file=path.name, pairs=count, features=width, most_pairs=most_pairs, most=MAX_FEATURES,
        )  # fmt: skip
    tables.sort(key=lambda info: not any(word in info.name.lower() for word in ("img", "image")))
    return (tables[0], tables[1]), fitting[0]


def _features(path: Path, info: ArrayInfo, most_bytes: int) -> NDArray[np.float32]:
    array = np.asarray(open_array(path, info.name, most_bytes).array, dtype=np.float32)
    if not np.isfinite(array).all():
        raise UserError(
            "{name} in {file} has values that are no numbers, or too large ones.",
            name=info.name, file=path.name,
        )  # fmt: skip
    return array


def _labels(array: Array, path: Path) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(N,) class indices and the numbers that the classes have in the file, as their names."""
    numbers, labels = np.unique(array.ravel(), return_inverse=True)
    whole = np.isfinite(numbers).all() and (numbers == np.rint(numbers)).all()
    if not whole or not 2 <= len(numbers) <= MAX_CLASSES:
        raise UserError(
            "The labels in {file} must be whole numbers, of 2 to {most} classes.",
            file=path.name, most=MAX_CLASSES,
        )  # fmt: skip
    counts = np.bincount(labels)
    if counts.min() < LEAST_OF_A_CLASS:
        raise UserError(
            "{file} has {count} pairs of the class {name}: training, validation and test need "
            "{least} at least.",
            file=path.name,
            count=int(counts.min()),
            name=f"{numbers[counts.argmin()]:.0f}",
            least=LEAST_OF_A_CLASS,
        )
    return labels.astype(np.int64), tuple(f"{number:.0f}" for number in numbers)
