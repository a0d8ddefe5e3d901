"""MobileNetV2 and what becomes of it with one thing changed, trained alike over several seeds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz.training.mobilenet_v2_ablations import (
    BEFORE,
    DATA,
    MODEL,
    QUESTIONS,
    SHAPES,
    base,
    cost,
    spec_of,
    specs,
)
from cnnviz.training.spec import RunSpec
from dashboard.cache import run_sets
from dashboard.cache.step_time import timed

if TYPE_CHECKING:
    from cnnviz.training.run_files import Record

__all__ = ["BEFORE", "DATA", "MODEL", "QUESTIONS", "SHAPES", "base", "specs"]


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
    return cost(spec_of(question, code, data))


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
