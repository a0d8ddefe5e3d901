"""The numbers that the course itself came to, beside those printed in papers."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CourseNumber:
    """A number of the course.

    Attributes:
        value: in percent, or a mean average precision of 0 to 1.
        unit: "%" or "".
        how: how the course came to it.
    """

    value: float
    unit: str
    how: str


_CIFAR10 = "10 epochs, Adam 1e-3, batches of 128, crops and mirroring, tested without eval()"

#: By checkpoint that stands beside it, or by network where none does; then by metric.
COURSE: Mapping[tuple[str, str], CourseNumber] = {
    ("mobilenet_v1", "accuracy"): CourseNumber(77.85, "%", _CIFAR10),
    ("mobilenet_v2", "accuracy"): CourseNumber(82.13, "%", _CIFAR10),
    ("hybridsn_indian_pines", "oa"): CourseNumber(
        96.53, "%", "published scene, 10 % for training, 100 epochs, tested without eval()"
    ),
    ("dscmr", "map"): CourseNumber(0.656, "", "Pascal Sentence, last epoch"),
    ("dscmr", "map_best"): CourseNumber(0.702, "", "Pascal Sentence, the epoch best on test"),
}
