"""The numbers in what each lesson says of itself: what of paper and course comes out here.

A text names a number by its kind and its key, as in ``{ours[mobilenet_v1 accuracy]}``: what it says
then changes with the card.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.explain import dscmr_epoch_choice
from cnnviz.figures.numbers import THIN, percent, unbroken, whole
from cnnviz.figures.seeds import change_text
from cnnviz.papers import Published
from cnnviz.printed.course import COURSE
from cnnviz.printed.dscmr import DSCMR_PASCAL
from cnnviz.printed.mobilenet_v1 import MOBILENET_V1_ROWS
from cnnviz.printed.mobilenet_v2 import MOBILENET_V2_ROWS
from cnnviz.printed.senet import SENET_RATIOS
from cnnviz.results.measures import DECIBELS
from cnnviz.results.rows import Row, from_cards
from cnnviz.training.task_settings import PictureSettings

#: Two checkpoints whose difference says something: the first minus the second, by metric.
PAIRS: Mapping[str, tuple[str, str, str]] = {
    "se": ("senet", "senet_without_se", "accuracy"),
    "v2": ("mobilenet_v2", "mobilenet_v1", "accuracy"),
    "half width": ("mobilenet_v1_050", "mobilenet_v1", "accuracy"),
    "quarter width": ("mobilenet_v1_025", "mobilenet_v1", "accuracy"),
    "residual, norm": ("dncnn_small", "dncnn_small_direct", "psnr"),
    "residual, plain": ("dncnn_small_plain", "dncnn_small_direct_plain", "psnr"),
    "norm, residual": ("dncnn_small", "dncnn_small_plain", "psnr"),
}

_REDUCTION = 16  # of SE where nothing else is said
_TEST_IMAGES = 10_000  # of CIFAR-10


class Named(dict[str, str]):
    """Texts by key, where a key begins with a checkpoint's name.

    Raises:
        UserError: where the checkpoint that a key names is not here.
    """

    def __missing__(self, key: str) -> str:
        checkpoints.locate(key.split()[0])
        raise KeyError(key)


@dataclass(frozen=True)
class Statement:
    """What a lesson says of its results.

    Attributes:
        rows: the lesson's part of the results table, from the cards.
        fields: for the lesson's text: texts by kind and key.
    """

    rows: tuple[Row, ...]
    fields: Mapping[str, Mapping[str, str]]


def statement(lesson: str) -> Statement:
    """The numbers of a lesson.

    Args:
        lesson: its name.
    """
    rows = from_cards()
    fields = _of_rows(rows) | {"printed": _printed(lesson)}
    if lesson in _COUNTED:
        fields["counted"] = _COUNTED[lesson]()
    if lesson == "dscmr":
        fields |= _of_epochs()
    return Statement(tuple(row for row in rows if row.lesson == lesson), fields)


def _of_rows(rows: Sequence[Row]) -> dict[str, Mapping[str, str]]:
    """By checkpoint and metric: ours, course, paper, how far ours is from these, seeds."""
    found = defaultdict[str, Named](Named)
    for row in rows:
        key, measure = f"{row.checkpoint} {row.measure.metric}", row.measure
        assert row.card is not None
        texts = {
            "ours": unbroken(measure.text(row.card)), "epochs": str(row.epochs),
            "parameters": whole(row.parameters),
        }  # fmt: skip
        for kind, other in (("course", row.course), ("paper", row.paper)):
            if other is not None:
                texts[kind] = unbroken(measure.text(other.value))
                texts[f"from_{kind}"] = signed(row, row.card - other.value)
        if row.measure.unit == DECIBELS:
            texts["patches"] = whole(_patches(row.checkpoint))
        if row.seeds is not None:
            texts["seeds"] = unbroken(measure.spread_text(row.seeds))
        for kind, text in texts.items():
            found[kind][key] = text
    return {**found, "difference": _differences(rows)}


def _differences(rows: Sequence[Row]) -> Named:
    known = {(row.checkpoint, row.measure.metric): row for row in rows}
    found = _Pairs()
    for name, (first, second, metric) in PAIRS.items():
        one, other = known.get((first, metric)), known.get((second, metric))
        if one is not None and other is not None:
            assert one.card is not None
            assert other.card is not None
            found[name] = signed(one, one.card - other.card)
    return found


class _Pairs(Named):
    def __missing__(self, key: str) -> str:
        for name in PAIRS[key][:2]:
            checkpoints.locate(name)
        raise KeyError(key)


def signed(row: Row, difference: float) -> str:
    """A difference with its sign, without the percent sign: points are no percent."""
    unit = "" if row.measure.unit == "%" else f" {row.measure.unit}".rstrip()
    sign = "+" if difference >= 0 else "\N{MINUS SIGN}"
    return unbroken(f"{sign}{row.measure.bare(abs(difference))}{unit}")


def _printed(lesson: str) -> Mapping[str, str]:
    """Numbers of papers and of the course that no row has beside it."""
    if lesson == "dscmr":
        row = next(row for row in DSCMR_PASCAL if row.method == "DSCMR")
        return {
            "paper": f"{row.mean.value:.3f}",
            "course last": f"{COURSE['dscmr', 'map'].value:.3f}",
            "course best": f"{COURSE['dscmr', 'map_best'].value:.3f}",
        }
    if lesson == "senet":
        errors = {row.r: row.top1.value for row in SENET_RATIOS}
        return {"se": f"+{errors[0] - errors[16]:.2f}"}
    top1 = {row.name: row.top1 for row in (*MOBILENET_V1_ROWS, *MOBILENET_V2_ROWS)}
    return {
        "v1": _percent(top1["1.0 MobileNet-224"]), "half": _percent(top1["0.5 MobileNet-224"]),
        "quarter": _percent(top1["0.25 MobileNet-224"]), "v2": _percent(top1["MobileNetV2"]),
    }  # fmt: skip


def _percent(number: Published) -> str:
    return f"{number.value:.1f}{THIN}%"


def _counted_v1() -> Mapping[str, str]:
    from cnnviz.explain.mobilenet_v1_saving import paper_layer, paper_networks

    return _agreement((*paper_layer(), *paper_networks()))


def _counted_v2() -> Mapping[str, str]:
    from cnnviz.explain.mobilenet_v2_cost import paper_rows

    return _agreement(paper_rows())


def _agreement(rows: Sequence[Any]) -> Mapping[str, str]:
    """How many printed costs, multiply-adds and parameters, are what is counted here, and how far
    the farthest of each is from it.
    """
    agree = sum(row.madds_agree + row.parameters_agree for row in rows)
    madds = max(_apart(row.madds, row.printed.madds) for row in rows)
    parameters = max(_apart(row.parameters, row.printed.parameters) for row in rows)
    return {
        "agree": str(agree), "all": str(2 * len(rows)), "madds": percent(madds),
        "parameters": percent(parameters),
    }  # fmt: skip


def _apart(count: int, printed: Published) -> float:
    """How far a count is from a number of millions, as a share of that."""
    return abs(count / 1e6 / printed.value - 1)


def _counted_senet() -> Mapping[str, str]:
    """What SE gains in the small network of many seeds, and how far chance may part two accuracies
    on test images: the standard deviation of the difference of two such shares.
    """
    from cnnviz.explain import senet_reduction

    grid = senet_reduction.read()
    usual = next(each for each in grid.settings if each.r == _REDUCTION)
    gains = usual.against(grid.without)
    shares = [
        checkpoints.read_card(name).metrics["test"]["accuracy"]
        for name in ("senet", "senet_without_se")
    ]
    chance = sum(share * (1 - share) / _TEST_IMAGES for share in shares) ** 0.5
    return {
        "chance": f"{100 * chance:.1f}",
        "small": change_text(gains) if gains else "",
        "seeds": str(len(gains)),
    }  # fmt: skip


_COUNTED: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "mobilenet_v1": _counted_v1,
    "mobilenet_v2": _counted_v2,
    "senet": _counted_senet,
}


def _of_epochs() -> dict[str, Mapping[str, str]]:
    """What DSCMR gains by the choice of an epoch, means over seeds, by set of pairs.

    By choosing on test data rather than on validation (``flattered``), by choosing on validation
    rather than taking the last (``early``), and both together (``beyond_last``).
    """
    fields: dict[str, dict[str, str]] = {
        "flattered": {}, "early": {}, "beyond_last": {}, "test_pairs": {},
    }  # fmt: skip
    for data in ("captioned_digits", "wikipedia"):
        runs = dscmr_epoch_choice.read(data)
        if runs is None:
            raise UserError("There is no run {run}.", run=data)
        gains = {"flattered": runs.flattered, "early": runs.stopped_early}
        gains["beyond_last"] = runs.flattered + runs.stopped_early
        for kind, gain in gains.items():
            fields[kind][data] = f"{gain.mean():.3f}".replace("-", "\N{MINUS SIGN}")
        fields["test_pairs"][data] = str(runs.test_pairs)
    return dict(fields)


def _patches(name: str) -> int:
    """Patches that a denoiser has seen, and what it began with before it."""
    recipe = checkpoints.read_card(name).recipe
    own = recipe["epochs"] * PictureSettings(**recipe["data_args"]).patches
    before = recipe.get("weights_from")
    return int(own + (_patches(before) if before else 0))
