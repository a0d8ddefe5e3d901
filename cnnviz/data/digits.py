"""The 1,797 handwritten digits that scikit-learn bundles: real, and here without a network.

Source: Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998 (its test part).
"""

import numpy as np

from cnnviz.data.images import ImageSet
from cnnviz.errors import UserError

CLASSES = tuple(str(digit) for digit in range(10))
TEST = 500
SPLIT_SEED = 0  # the set has no published split: this one is part of its definition here


def load(split: str, source: str | None = None) -> ImageSet:
    """Read the 1,297 "train" or the 500 "test" digits: (N, 8, 8, 1), grey levels 0..16 as 0..255.

    Raises:
        UserError: where ``source`` is given: the set comes with scikit-learn, not from a folder.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    if source:
        raise UserError("The digits come with scikit-learn; they are not read from a folder.")
    bunch = load_digits()
    labels = bunch.target.astype(np.int64)
    indices = train_test_split(
        np.arange(len(labels)), test_size=TEST, random_state=SPLIT_SEED, stratify=labels
    )[split == "test"]
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., None]
    name = f"scikit-learn's digits ({split})"
    return ImageSet(images[indices], labels[indices], CLASSES, True, name)
