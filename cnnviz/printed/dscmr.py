"""Numbers printed in the DSCMR paper."""

from dataclasses import dataclass

from cnnviz.papers import DSCMR, Published


@dataclass(frozen=True)
class RetrievalRow:
    """What the DSCMR paper reports of a method on Pascal Sentence.

    Attributes:
        method: what the paper calls it.
        across: mean average precision of images that look for texts, over the whole list.
        back: of texts that look for images.
        mean: of both.
    """

    method: str
    across: Published
    back: Published
    mean: Published


DSCMR_PASCAL = tuple(
    RetrievalRow(method, *(Published(number, "", DSCMR, "") for number in numbers))
    for method, numbers in (
        ("DSCMR", (0.710, 0.722, 0.716)),
        ("ACMR", (0.671, 0.676, 0.673)),
        ("DCCA", (0.678, 0.677, 0.678)),
    )
)
