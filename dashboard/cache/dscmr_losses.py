"""DSCMR's losses on a batch of test pairs, before and after the training."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.cache import dscmr

if TYPE_CHECKING:
    from cnnviz.explain.dscmr_losses import Batch, Terms

#: Weights that alpha and beta can be given, as they are written: two to a power of ten, and none.
WEIGHTS = ("0", "0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1")
PAIRS = 100


def batches(looked: dscmr.Looked) -> "tuple[Batch, Batch]":
    """A batch of a set's test pairs, before the network's training and after it.

    Raises:
        UserError: where the set or its network is not here.
    """
    dscmr.check_here(looked.data)
    return _batches(looked.data, looked.network, dscmr.version(looked))


@st.cache_resource(max_entries=2, show_spinner=False)
def _batches(data: str, name: str, digest: str) -> "tuple[Batch, Batch]":
    from cnnviz.explain.dscmr_losses import batch, chosen
    from cnnviz.training.fit import device
    from cnnviz.training.spec import RunSpec
    from cnnviz.training.state import State
    from cnnviz.training.tasks import task_of

    trained, card, scaling = dscmr.network(name)
    spec = RunSpec.from_json(card.recipe)
    # The weights with which that very training began: the same seed gives the same.
    untrained = State.start(spec, task_of(spec), device()).model.eval().cpu()
    pairs = dscmr.test_pairs(data)
    pairs = pairs.take(chosen(pairs.labels, PAIRS))
    before, after = (batch(model, scaling, pairs) for model in (untrained, trained))  # type: ignore[arg-type]
    return before, after


def classes(data: str) -> tuple[str, ...]:
    """The names of a set's classes."""
    return dscmr.test_pairs(data).class_names


def least_likelihood() -> float:
    """Below this J2 cannot be."""
    from cnnviz.explain.dscmr_losses import least_likelihood as least

    return least()


def recipe_weights(name: str) -> tuple[float, float]:
    """Alpha and beta with which a network's training began."""
    from cnnviz.training.spec import RunSpec
    from cnnviz.training.task_settings import PairSettings

    card = dscmr.network(name)[1]
    settings = PairSettings(**RunSpec.from_json(card.recipe).data_args)
    return settings.alpha, settings.beta


def weighted(terms: "Terms", alpha: float, beta: float, *, with_j1: bool) -> tuple[float, ...]:
    """J1, alpha J2 and beta J3, as they are added."""
    j1 = terms.discrimination if with_j1 else 0.0
    return j1, alpha * terms.likelihood, beta * terms.invariance
