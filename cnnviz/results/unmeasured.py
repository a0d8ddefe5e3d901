"""What papers and course print of these networks and no shipped checkpoint can be measured by."""

from dataclasses import dataclass

from cnnviz.papers import Published
from cnnviz.printed.course import COURSE
from cnnviz.printed.dscmr import DSCMR_PASCAL
from cnnviz.printed.hybridsn import HYBRIDSN_ROWS
from cnnviz.printed.mobilenet_v1 import MOBILENET_V1_ROWS
from cnnviz.printed.mobilenet_v2 import MOBILENET_V2_ROWS
from cnnviz.printed.senet import SENET_RATIOS


@dataclass(frozen=True)
class Unmeasured:
    """Numbers that have nothing of ours beside them.

    Attributes:
        lesson: whose.
        data: what they are of.
        numbers: in words.
        reason: why nothing of ours is beside them.
    """

    lesson: str
    data: str
    numbers: str
    reason: str


def _text(number: Published, digits: int) -> str:
    return f"{number.value:.{digits}f} {number.unit}".rstrip()


_UNTRAINED = "no checkpoint that comes with the project was trained on it"
_IMAGENET = "training on ImageNet is beyond what this project runs"


def unmeasured() -> tuple[Unmeasured, ...]:
    """In the order of the lessons."""
    v1 = next(row for row in MOBILENET_V1_ROWS if row.name == "1.0 MobileNet-224")
    v2 = next(row for row in MOBILENET_V2_ROWS if row.name == "MobileNetV2")
    ratios = {row.r: row.top1 for row in SENET_RATIOS}
    scenes = {
        row.scene: row.oa for row in HYBRIDSN_ROWS if (row.method, row.train) == ("HybridSN", 10)
    }
    dscmr = next(row for row in DSCMR_PASCAL if row.method == "DSCMR")
    last, best = COURSE["dscmr", "map"], COURSE["dscmr", "map_best"]
    return (
        Unmeasured("mobilenet_v1", "ImageNet", f"top-1 {_text(v1.top1, 1)}", _IMAGENET),
        Unmeasured("mobilenet_v2", "ImageNet", f"top-1 {_text(v2.top1, 1)}", _IMAGENET),
        Unmeasured(
            "senet", "ImageNet",
            f"top-1 error {_text(ratios[16], 2)} with SE, {_text(ratios[0], 2)} without", _IMAGENET,
        ),
        *(
            Unmeasured("hybridsn", title, f"OA {_text(scenes[scene], 2)} at 10 %", _UNTRAINED)
            for scene, title in (("pavia_university", "Pavia University"), ("salinas", "Salinas"))
        ),
        Unmeasured(
            "dscmr", "Pascal Sentence",
            f"mAP {_text(dscmr.mean, 3)}; the course {last.value:.3f} at the last epoch, "
            f"{best.value:.3f} at the one that is best on test", _UNTRAINED,
        ),
    )  # fmt: skip
