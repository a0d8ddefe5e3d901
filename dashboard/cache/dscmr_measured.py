"""DSCMR: how well pairs are found, by the network and by methods that it is compared with."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz import checkpoints
from dashboard.cache import dscmr_train
from dashboard.cache.dscmr import CHECKPOINTS, Looked, check_here, network, test_pairs, version
from dashboard.cache.jobs import Job, Jobs

if TYPE_CHECKING:
    from cnnviz.data.feature_scaling import FeatureScaling
    from cnnviz.explain.dscmr_epoch_choice import EpochChoice
    from cnnviz.explain.dscmr_measured import Measured, Parts

DSCMR, CLASSIFIERS, CCA = "dscmr", "classifiers", "cca"
#: Methods that the network is compared with; the second takes seconds.
OTHERS = (CLASSIFIERS, CCA)


def by_network(looked: Looked) -> "Measured | None":
    """The network on the set's test pairs; None where there is none of that set.

    Raises:
        UserError: where set or network is not here or is damaged.
    """
    if not looked.network:
        return None
    check_here(looked.data)
    return _by_network(looked.data, looked.network, version(looked))


@st.cache_resource(max_entries=4, show_spinner=False)
def _by_network(data: str, name: str, digest: str) -> "Measured":
    from cnnviz.explain.dscmr_measured import by_network as measured

    model, _card, scaling = network(name)
    return measured(model, scaling, test_pairs(data))


def others(data: str) -> dict[str, Job]:
    """What the other methods have come to, or will: ``Job.result`` is a ``Measured``.

    Raises:
        UserError: as of ``by_network``.
    """
    check_here(data)
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
        _model, card, scaling = network(CHECKPOINTS[data])
        division = card.data["validation"], card.data["split_seed"]
        return divided(data, *division), scaling
    settings = dscmr_train.settings(dscmr_train.recipe(data))
    found = divided(data, settings.held_out, 0)
    return found, FeatureScaling.of(found[0], settings.scaling)


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
