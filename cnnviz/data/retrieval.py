"""Features of pictures and texts that belong together: Wikipedia, Pascal Sentence, and digits."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnviz.data import own_pairs
from cnnviz.data.cubes import open_array
from cnnviz.data.finding import State, needed
from cnnviz.data.pairs import PairedSet
from cnnviz.errors import UserError

CAPTIONED_DIGITS = "captioned_digits"


def load_pairs(name: str) -> tuple[PairedSet, PairedSet]:
    """Read the training and the test pairs of a cross-modal set.

    Args:
        name: "captioned_digits", "wikipedia" or "pascal", or the path of one's own features. The
            division is the published one; of the digits it is ``captioned_digits.train_test``
            without its validation part, of one's own ``own_pairs.train_test``.

    Raises:
        UserError: where there is none of that name, or its files are not here or damaged.
    """
    check_name(name)
    if name not in PAIRED_SETS:
        return own_pairs.train_test(own_pairs.read_pairs(name))
    return PAIRED_SETS[name]()


def check_name(name: str) -> None:
    """Make sure that it is the name of a set of pairs, or the path of a file.

    Raises:
        UserError: where it is neither.
    """
    if name not in PAIRED_SETS and not Path(name).is_file():
        raise UserError(
            "There is no set of pairs named {name}. There are: {names}.",
            name=name,
            names=", ".join(PAIRED_SETS),
        )


def divided(name: str, held_out: int, seed: int) -> tuple[PairedSet, PairedSet, PairedSet]:
    """The training, validation and test pairs of a cross-modal set.

    Args:
        name: as of ``load_pairs``.
        held_out: training pairs that become the validation part, class shares kept; the captioned
            digits have one of their own.
        seed: which ones.

    Raises:
        UserError: as of ``load_pairs``, or where so many cannot be held out.
    """
    if name == CAPTIONED_DIGITS:
        from cnnviz.data.captioned_digits import captioned_digits, train_test

        return train_test(captioned_digits())
    from sklearn.model_selection import train_test_split

    train, test = load_pairs(name)
    try:
        rest, held = train_test_split(
            np.arange(len(train)), test_size=held_out, random_state=seed, stratify=train.labels
        )
    except ValueError as error:
        raise UserError(
            "{count} of {total} pairs cannot be held out for validation.",
            count=held_out,
            total=len(train),
        ) from error
    return train.take(np.sort(rest)), train.take(np.sort(held)), test


def _digits() -> tuple[PairedSet, PairedSet]:
    from cnnviz.data.captioned_digits import captioned_digits, train_test

    train, _validation, test = train_test(captioned_digits())
    return train, test


def _wikipedia() -> tuple[PairedSet, PairedSet]:
    here = needed("wikipedia")
    features, training, testing, categories = (here.files[f.path] for f in here.data_set.files)
    names = tuple(categories.read_text(encoding="utf-8").split())
    arrays = (("I_tr", "T_tr", training), ("I_te", "T_te", testing))
    train, test = (
        _pairs(here, _array(features, images), _array(features, texts), _categories(file), names)
        for images, texts, file in arrays
    )
    return train, test


def _categories(file: Path) -> NDArray[np.int64]:
    """(N,) classes from 0 on, in the third column of a list of text, image and class."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
        return np.array([int(line.split()[2]) for line in lines if line.strip()]) - 1
    except (UnicodeDecodeError, ValueError, IndexError) as error:
        raise UserError(
            "{file} does not list a text, a picture and a class in each line: get it again.",
            file=file.name,
        ) from error


def _pascal() -> tuple[PairedSet, PairedSet]:
    here = needed("pascal")
    files = {Path(remote.path).stem: here.files[remote.path] for remote in here.data_set.files}
    parts = []
    for part in ("train", "test"):
        images, texts, labels = (
            _array(files[name], name) for name in (f"{part}_img", f"{part}_txt", f"{part}_img_lab")
        )
        numbers = labels.ravel().astype(np.int64)
        parts.append((images, texts, numbers - numbers.min()))
    # The set's files name the classes by numbers alone.
    names = tuple(f"{k + 1}" for k in range(int(max(p[2].max() for p in parts)) + 1))
    train, test = (_pairs(here, *part, names) for part in parts)
    return train, test


def _array(file: Path, name: str) -> NDArray[np.float32]:
    return np.asarray(open_array(file, name).array, dtype=np.float32)


def _pairs(
    here: State,
    images: NDArray[np.float32],
    texts: NDArray[np.float32],
    labels: NDArray[np.int64],
    names: tuple[str, ...],
) -> PairedSet:
    if not len(images) == len(texts) == len(labels) or not 0 <= labels.min() <= labels.max() < len(
        names
    ):
        raise UserError(
            "The files of {title} do not belong together: get them again.",
            title=here.data_set.title,
        )
    return PairedSet(
        images=images,
        texts=texts,
        labels=labels,
        class_names=names,
        captions=None,
        pixels=None,
        vocabulary=None,
        verified=here.verified,
        source=f"{here.data_set.title}, {here.copy}",
    )


#: All sets by name, the embedded one first.
PAIRED_SETS: dict[str, Callable[[], tuple[PairedSet, PairedSet]]] = {
    CAPTIONED_DIGITS: _digits,
    "wikipedia": _wikipedia,
    "pascal": _pascal,
}
