"""DSCMR: how well pairs are found, by the network and by methods that it is compared with."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz import checkpoints
from cnnviz.data.finding import needed
from dashboard.cache.dscmr import CHECKPOINTS, DIGITS, network, test_pairs
from dashboard.cache.jobs import Job, Jobs

if TYPE_CHECKING:
    from cnnviz.data.feature_scaling import FeatureScaling
    from cnnviz.explain.dscmr_epoch_choice import EpochChoice
    from cnnviz.explain.dscmr_measured import Measured, Parts

PASCAL = "pascal"
DSCMR, CLASSIFIERS, CCA = "dscmr", "classifiers", "cca"
#: Methods that the network is compared with; the second takes seconds.
OTHERS = (CLASSIFIERS, CCA)
# Of Pascal's training pairs, as the paper divides them.
_HELD_OUT = 100


def by_network(data: str) -> "Measured | None":
    """The trained network on a set's test pairs; None where there is none of that set.

    Raises:
        UserError: where set or network is not here or is damaged.
    """
    if data not in CHECKPOINTS:
        return None
    test_pairs(data)
    return _by_network(data, checkpoints.digest_of(CHECKPOINTS[data]))


@st.cache_resource(max_entries=4, show_spinner=False)
def _by_network(data: str, digest: str) -> "Measured":
    from cnnviz.explain.dscmr_measured import by_network as measured

    model, _card, scaling = network(data)
    return measured(model, scaling, test_pairs(data))


def others(data: str) -> dict[str, Job]:
    """What the other methods have come to, or will: ``Job.result`` is a ``Measured``.

    Raises:
        UserError: as of ``by_network``.
    """
    if data != DIGITS:
        needed(data)
    digest = checkpoints.digest_of(CHECKPOINTS[data]) if data in CHECKPOINTS else ""
    found = {}
    for method in OTHERS:
        key = ("dscmr measured", data, method, digest)
        found[method] = _jobs().get(key) or _jobs().start(key, _making(data, method))
    return found


def parts(data: str) -> "tuple[Parts, FeatureScaling]":
    """A set's training, validation and test pairs, as the network's, and how features are scaled.

    Raises:
        UserError: as of ``by_network``.
    """
    from cnnviz.data.feature_scaling import FeatureScaling
    from cnnviz.data.retrieval import divided

    if data in CHECKPOINTS:
        _model, card, scaling = network(data)
        division = card.data["validation"], card.data["split_seed"]
        return divided(data, *division), scaling
    found = divided(data, _HELD_OUT, 0)
    return found, FeatureScaling.of(found[0], "standard")


def epoch_choice(data: str) -> "EpochChoice | None":
    """The mAP of runs by epochs; None where there are none of that set."""
    from cnnviz.explain.dscmr_epoch_choice import read

    return read(data)


def _making(
    data: str, method: str
) -> "Callable[[Callable[[float], None]], Measured]":  # fmt: skip
    def make(_report: "Callable[[float], None]") -> "Measured":
        from cnnviz.explain.dscmr_measured import by_classifiers, by_correlation

        return {CLASSIFIERS: by_classifiers, CCA: by_correlation}[method](*parts(data))

    return make


@st.cache_resource(max_entries=1, show_spinner=False)
def _jobs() -> Jobs:
    """Those of this question: they wait for no picture that is being drawn."""
    return Jobs(8)
