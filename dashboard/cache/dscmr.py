"""DSCMR: pairs in the common space, and what a text of one's own finds there."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.projections import umap_is_here
from dashboard.cache.jobs import Job, jobs
from dashboard.cache.trained import load

if TYPE_CHECKING:
    from cnnviz.checkpoints import Card
    from cnnviz.data.feature_scaling import FeatureScaling
    from cnnviz.data.pairs import PairedSet
    from cnnviz.explain.dscmr import Asked, Part
    from cnnviz.film import Film
    from cnnviz.models.dscmr import DSCMR

DIGITS, WIKIPEDIA = "captioned_digits", "wikipedia"
#: The trained network of each set of pairs.
CHECKPOINTS = {DIGITS: "dscmr_captioned_digits", WIKIPEDIA: "dscmr_wikipedia"}
PCA, TSNE, UMAP = "pca", "tsne", "umap"


@st.cache_resource(max_entries=2, show_spinner=False)
def network(data: str) -> "tuple[DSCMR, Card, FeatureScaling]":
    """The trained network of a set of pairs, in evaluation mode; its card; its features' scaling.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    from cnnviz.explain.dscmr import scaling_of

    name = CHECKPOINTS[data]
    model, card = load(name)
    return model, card, scaling_of(card, checkpoints.load_preprocessing(name))


def test_pairs(data: str) -> "PairedSet":
    """The test pairs of a set.

    Raises:
        UserError: where it is not here or is damaged.
    """
    from cnnviz.data.finding import needed

    if data != DIGITS:
        needed(data)  # files may have gone since they were read
    return _test_pairs(data)


@st.cache_resource(max_entries=2, show_spinner=False)
def _test_pairs(data: str) -> "PairedSet":
    from cnnviz.data.retrieval import load_pairs

    return load_pairs(data)[1]


def film(data: str, kind: str = PCA) -> "Film | Job":
    """A set's test pairs in the common space: of the captioned digits in all epochs.

    Args:
        data: the set.
        kind: of the picture that is looked at. UMAP and, of other sets, t-SNE are drawn of the
            last epoch alone, which takes seconds.

    Returns:
        The film, or the job that draws the picture.

    Raises:
        UserError: where the set, its network, its film or umap-learn is not here.
    """
    if data == DIGITS and kind in (PCA, TSNE):
        return _shipped()
    test_pairs(data)
    digest = checkpoints.digest_of(CHECKPOINTS[data])
    whole = _still(data, digest)
    if kind == PCA:
        return whole
    key = ("dscmr picture", data, kind, digest)
    job = jobs().get(key) or jobs().start(key, _drawing(data, kind, whole))
    return job.result() if job.done else job


@st.cache_resource(max_entries=1, show_spinner=False)
def _shipped() -> "Film":
    from cnnviz.explain.dscmr import MADE_BY, SHIPPED
    from cnnviz.film import load as load_film

    found = load_film(SHIPPED)
    if found is None:
        raise UserError(
            "The film of the common space is not here or is damaged: {command} makes it again.",
            command=MADE_BY,
        )
    return found


@st.cache_resource(max_entries=4, show_spinner=False)
def _still(data: str, digest: str) -> "Film":
    from cnnviz.explain.dscmr import still

    model, _card, scaling = network(data)
    return still(model, scaling, test_pairs(data))


def _drawing(
    data: str, kind: str, whole: "Film"
) -> "Callable[[Callable[[float], None]], Film]":  # fmt: skip
    def draw(_report: "Callable[[float], None]") -> "Film":
        from cnnviz.explain.dscmr import with_picture

        model, _card, scaling = network(data)
        return with_picture(whole, kind, model, scaling, test_pairs(data))

    return draw


def ask(caption: str) -> "Asked":
    """What a typed caption finds among the captioned digits' test images.

    Raises:
        UserError: where it has no word that the set knows, or the network is not here.
    """
    from cnnviz.data.captioned_digits import vectorize
    from cnnviz.explain.dscmr import ask as ask_of

    pairs = test_pairs(DIGITS)
    features = vectorize(caption, pairs)
    model, _card, scaling = network(DIGITS)
    return ask_of(model, scaling, pairs, features, _shipped().axes)


def parts(data: str) -> "tuple[Part, ...]":
    """What the network of a set learns, from the features up."""
    from cnnviz.explain.dscmr import parts as parts_of

    return parts_of(network(data)[0])


def kinds() -> tuple[str, ...]:
    """Kinds of picture that can be drawn here."""
    return (PCA, TSNE, UMAP) if umap_is_here() else (PCA, TSNE)
