"""Where data comes from. Image sets by name; photos live in ``cnnviz.data.photos``."""

from cnnviz.data import cifar10, digits
from cnnviz.data.images import ImageSet
from cnnviz.errors import UserError

#: Labelled image sets, by the name that a command line, a card or a link gives them.
IMAGE_SETS = {"cifar10": cifar10.load, "digits": digits.load}


def load_images(name: str, split: str, source: str | None = None) -> ImageSet:
    """Read one split of a labelled image set.

    Args:
        name: a key of ``IMAGE_SETS``.
        split: "train" or "test".
        source: a folder to read it from; None looks in the data folders.

    Raises:
        UserError: where the set or the split is unknown, or its files are not there.
    """
    if name not in IMAGE_SETS:
        raise UserError(
            "There is no image set named {name}. There are: {names}.",
            name=name,
            names=", ".join(IMAGE_SETS),
        )
    if split not in ("train", "test"):
        raise UserError("A split is train or test, not {split}.", split=split)
    return IMAGE_SETS[name](split, source)
