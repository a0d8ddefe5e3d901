"""MobileNetV2 and what becomes of it with one thing changed, trained alike over several seeds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz.training import recipes
from cnnviz.training.spec import RunSpec
from dashboard.cache import run_sets
from dashboard.cache.step_time import timed

if TYPE_CHECKING:
    from cnnviz.training.run_files import Record

MODEL, BEFORE = "mobilenet_v2", "mobilenet_v1"
#: By question, the networks that answer it: what is changed in each. The first is the paper's.
QUESTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "linear": {"linear": {}, "relu6": {"linear": False}},
    "shortcut": {
        "bottleneck": {}, "expansion": {"shortcut": "expansion"}, "none": {"shortcut": "none"},
    },
    "expansion": {
        "6": {}, "1": {"expansion": 1}, "2": {"expansion": 2}, "4": {"expansion": 4},
        "8": {"expansion": 8},
    },
    "before": {MODEL: {}, BEFORE: {}},
}  # fmt: skip
#: What each run on a set of images has beside its recipe, so that it takes no longer than half a
#: minute, or some minutes on photos.
DATA: dict[str, dict[str, Any]] = {
    "digits": {"images": 1000},
    "cifar10": {"alpha": 0.25, "images": 5000, "validation": 1000, "epochs": 5},
}
#: Pixels a side and channels.
SHAPES = {"digits": (1, 8, 8), "cifar10": (3, 32, 32)}
_STEP = 0.01  # between two widths of MobileNetV1 that are tried


@dataclass(frozen=True, slots=True)
class Compared:
    """One network's results.

    Attributes:
        code: in ``QUESTIONS``.
        accuracy: on the test images, 0 to 1, by seed.
        seconds: of a training, on average; None before the first.
        parameters, madds: of the network, and of one image.
        alpha: its width multiplier.
    """

    code: str
    accuracy: dict[int, float]
    seconds: float | None
    parameters: int
    madds: int
    alpha: float

    def against(self, other: "Compared") -> list[float]:
        """How much higher its accuracy is than another's, in points, seed by seed."""
        both = sorted(self.accuracy.keys() & other.accuracy.keys())
        return [100 * (self.accuracy[seed] - other.accuracy[seed]) for seed in both]


def base(data: str) -> RunSpec:
    """MobileNetV2 as it is trained here on a set of images."""
    return recipes.base(MODEL, data).with_settings(DATA[data])


def specs(question: str, data: str, seeds: int) -> dict[str, RunSpec]:
    """The runs that answer a question, by labels ``code-seed``; seeds from 0 on."""
    found = {}
    for seed in range(seeds):
        for code in QUESTIONS[question]:
            found[f"{code}-{seed}"] = _spec(question, code, data).with_settings({"seed": seed})
    return found


def _spec(question: str, code: str, data: str) -> RunSpec:
    if code != BEFORE:
        return base(data).with_settings(QUESTIONS[question][code])
    settings = {**DATA[data], "alpha": equal_width(data)}
    # Rates and epochs are the same: what differs is the network.
    shared = ("learning_rate", "epochs", "batch_size")
    settings |= {name: getattr(base(data), name) for name in shared}
    return recipes.base(BEFORE, data).with_settings(settings)


@st.cache_data(max_entries=4, show_spinner=False)
def equal_width(data: str) -> float:
    """The width multiplier at which MobileNetV1 has the multiply-adds of MobileNetV2."""
    aim = _cost(base(data), data)[1]
    narrow = recipes.base(BEFORE, data)
    low, high = _STEP, 4.0
    while high - low > _STEP / 2:  # the wider, the more
        middle = (low + high) / 2
        more = _cost(narrow.with_settings({"alpha": middle}), data)[1] > aim
        low, high = (low, middle) if more else (middle, high)
    return round(low, 2)


def _cost(spec: RunSpec, data: str) -> tuple[int, int]:
    """Parameters, and multiply-adds of one image."""
    from cnnviz.cost import cost_of
    from cnnviz.models.registry import MODELS

    shape = SHAPES[data]
    found = cost_of(MODELS[spec.model], shape, in_channels=shape[0], **spec.model_args)
    return found.parameters, found.madds


def compared(
    question: str, data: str, wanted: Mapping[str, RunSpec], records: "Mapping[str, Record]"
) -> list[Compared]:
    """What has come of the runs, network by network.

    Args:
        question: in ``QUESTIONS``.
        data: a set of images.
        wanted: of ``specs``.
        records: of ``run_sets.found`` for these.
    """
    rows = []
    for code in QUESTIONS[question]:
        accuracy, mine = dict[int, float](), []
        for label, record in records.items():
            value = run_sets.on_test(record, "accuracy")
            if label.rpartition("-")[0] == code and value is not None:
                accuracy[int(label.rpartition("-")[2])] = value
                mine.append(record)
        spec = wanted[f"{code}-0"]
        seconds, width = run_sets.mean_seconds(mine), spec.model_args.get("alpha", 1.0)
        rows.append(Compared(code, accuracy, seconds, *_kept_cost(question, code, data), width))
    return rows


@st.cache_data(max_entries=64, show_spinner=False)
def _kept_cost(question: str, code: str, data: str) -> tuple[int, int]:
    return _cost(_spec(question, code, data), data)


def seconds(data: str, missing: Iterable[RunSpec]) -> float:
    """How long runs on a set of images take one after the other: an estimate."""
    total = 0.0
    for spec in missing:
        arguments = tuple(sorted(spec.model_args.items()))
        steps = spec.epochs * (spec.images // spec.batch_size)
        total += steps * _seconds_a_step(spec.model, arguments, data, spec.batch_size)
    return total


@st.cache_data(max_entries=64, show_spinner=False)
def _seconds_a_step(
    model: str, arguments: tuple[tuple[str, Any], ...], data: str, batch: int
) -> float:
    """Of a step on one thread, as runs beside pages have it, timed on this machine."""
    import torch

    from cnnviz.models.registry import build, channels_last

    torch.set_num_threads(1)
    shape = SHAPES[data]
    network = channels_last(build(model, {"in_channels": shape[0], **dict(arguments)})).train()
    return timed(network, torch.randn(batch, *shape))
