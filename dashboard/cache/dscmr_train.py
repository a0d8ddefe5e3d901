"""What DSCMR's training panel needs to know: the pairs that are there, how long a run takes."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from cnnviz.data.finding import state
from cnnviz.data.table import data_set
from cnnviz.training import recipes
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_settings import PairSettings
from dashboard.cache import dscmr
from dashboard.cache.dscmr import DIGITS
from dashboard.cache.step_time import timed

MODEL = dscmr.MODEL
#: Sets that must be fetched before they can be trained on.
_FETCHED = (dscmr.WIKIPEDIA, dscmr.PASCAL)
_SHARE = 0.15  # of a visitor's own pairs


def sets_here() -> tuple[str, ...]:
    """Sets of pairs that can be trained on; the captioned digits need no file."""
    return (DIGITS, *(name for name in _FETCHED if state(data_set(name)).complete))


def recipe(data: str) -> RunSpec:
    """What a run on a set of pairs starts from.

    Raises:
        UserError: where a visitor's own pairs are gone.
    """
    spec = recipes.on_pairs(data)
    if dscmr.is_own(data):
        return spec.with_settings({"scaling": "standard", "held_out": _own_held_out(data)})
    return spec


@st.cache_data(max_entries=8, show_spinner=False)
def _own_held_out(data: str) -> int:
    """How many training pairs are held out: one of each class at least, and not too many."""
    from cnnviz.data.retrieval import load_pairs

    training, _test = load_pairs(data)
    least = len(training.class_names)
    return max(least, min(settings(RunSpec(model=MODEL, data=data)).held_out,
                          round(_SHARE * len(training))))  # fmt: skip


def training_pairs(spec: RunSpec) -> int:
    """How many pairs a run trains on.

    Raises:
        UserError: where they are not here.
    """
    return _known(spec.data, settings(spec).held_out, spec.split_seed)[0]


def settings(spec: RunSpec) -> PairSettings:
    """A run's losses and pairs, as it says or as is usual."""
    return PairSettings(**spec.data_args)


def seconds(specs: Iterable[RunSpec]) -> float:
    """How long trainings take one after the other: an estimate."""
    return sum(map(_expected, specs))


def _expected(spec: RunSpec) -> float:
    training, arguments = _known(spec.data, settings(spec).held_out, spec.split_seed)
    steps = spec.epochs * (training // spec.batch_size)
    given = tuple(sorted({**arguments, **spec.model_args}.items()))
    return steps * _seconds_a_step(given, spec.batch_size)


@st.cache_data(max_entries=8, show_spinner=False)
def _known(data: str, held_out: int, seed: int) -> tuple[int, dict[str, int]]:
    """The number of training pairs of a set, and the network's sizes that follow from them."""
    from cnnviz.data.retrieval import divided

    training, _held, _test = divided(data, held_out, seed)
    sizes = {
        "image_features": training.images.shape[1], "text_features": training.texts.shape[1],
        "num_classes": len(training.class_names),
    }  # fmt: skip
    return len(training), sizes


@st.cache_data(max_entries=16, show_spinner=False)
def _seconds_a_step(given: tuple[tuple[str, Any], ...], batch: int) -> float:
    """Of a step on one thread, as runs beside pages have it, timed on this machine."""
    import torch

    from cnnviz.models.registry import build

    torch.set_num_threads(1)
    network = build(MODEL, dict(given)).train()
    sizes = dict(given)
    texts = torch.randn(batch, sizes["text_features"])

    def scores(images: torch.Tensor) -> torch.Tensor:
        found = network(images, texts)
        return torch.cat((found.image_scores, found.text_scores))

    return _OTHERS * timed(scores, torch.randn(batch, sizes["image_features"]))


#: A whole step, with losses and optimiser, to forward and backward pass, measured on both sets.
_OTHERS = 1.5
