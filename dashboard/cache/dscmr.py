"""DSCMR: pairs in the common space, and what a text of one's own finds there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.explain.dscmr_networks import NETWORKS
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
    from cnnviz.training.run_record import Record

MODEL = "dscmr"
DIGITS, WIKIPEDIA, PASCAL = "captioned_digits", "wikipedia", "pascal"
#: The shipped network of each set of pairs that has one.
CHECKPOINTS = NETWORKS
PCA, TSNE, UMAP = "pca", "tsne", "umap"
#: Of a visitor's file: pairs, and bytes of each array. What is sent is the lesser part of it.
OWN_PAIRS, OWN_BYTES = 20_000, 100_000_000
#: Pairs that have points.
MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Looked:
    """What the page looks at.

    Attributes:
        data: name of a set of pairs, or the path of a visitor's own.
        network: name of a checkpoint, shipped or of a run, that was trained on them; "" for none.
    """

    data: str
    network: str

    @property
    def shipped(self) -> bool:
        """Whether it is the network that comes with the set."""
        return CHECKPOINTS.get(self.data) == self.network


def networks(data: str) -> "dict[str, Record | None]":
    """Networks that were trained on a set: the shipped one, then runs, the newest first.

    Not cached: runs come and go.
    """
    from dashboard.cache.training import all_runs

    shipped: dict[str, Record | None] = {CHECKPOINTS[data]: None} if data in CHECKPOINTS else {}
    return shipped | {
        run.id: run for run in all_runs()
        if run.spec.model == MODEL and run.spec.data == data and run.epoch
    }  # fmt: skip


def network(name: str) -> "tuple[DSCMR, Card, FeatureScaling]":
    """A trained network in evaluation mode; its card; its features' scaling.

    Args:
        name: of a checkpoint.

    Raises:
        UserError: where the checkpoint is not there or is damaged.
    """
    return _network(name, checkpoints.digest_of(name))


@st.cache_resource(max_entries=4, show_spinner=False)
def _network(name: str, digest: str) -> "tuple[DSCMR, Card, FeatureScaling]":
    from cnnviz.explain.dscmr import scaling_of

    model, card = load(name)
    return model, card, scaling_of(card, checkpoints.load_preprocessing(name))


def check_here(data: str) -> None:
    """Make sure that a set is here still: files may have gone since they were read.

    Raises:
        UserError: where it is not.
    """
    from cnnviz.data.finding import needed

    if is_own(data):
        if not Path(data).is_file():
            raise UserError("The file with these pairs is gone: give it once more.")
    elif data != DIGITS:
        needed(data)


def is_own(data: str) -> bool:
    """Whether pairs are a visitor's."""
    return "/" in data


def test_pairs(data: str) -> "PairedSet":
    """The test pairs of a set.

    Raises:
        UserError: where it is not here, is damaged, or is too large for a page.
    """
    check_here(data)
    return _test_pairs(data)


@st.cache_resource(max_entries=3, show_spinner=False)
def _test_pairs(data: str) -> "PairedSet":
    from cnnviz.data.retrieval import load_pairs

    return load_pairs(data)[1]


@dataclass(frozen=True, slots=True)
class Own:
    """What is in a visitor's file: how many pairs, those of the test among them, and the rest."""

    pairs: int
    test: int
    image_features: int
    text_features: int
    classes: int


def own(path: str) -> Own:
    """Check a visitor's file.

    Raises:
        UserError: where it holds no pairs, or too many for a page.
    """
    from cnnviz.data.own_pairs import read_pairs, train_test

    pairs = read_pairs(path, most_pairs=OWN_PAIRS, most_bytes=OWN_BYTES)
    return Own(
        len(pairs), len(train_test(pairs)[1]), pairs.images.shape[1], pairs.texts.shape[1],
        len(pairs.class_names),
    )  # fmt: skip


def shown_pairs(data: str) -> "PairedSet":
    """The test pairs that have points: all, or some of very many, drawn at random once."""
    import numpy as np

    pairs = test_pairs(data)
    if len(pairs) <= MOST_SHOWN:
        return pairs
    return pairs.take(np.sort(np.random.default_rng(0).permutation(len(pairs))[:MOST_SHOWN]))


def version(looked: Looked) -> str:
    """Changes whenever a network's weights do."""
    return checkpoints.digest_of(looked.network)


def film(looked: Looked, kind: str = PCA) -> "Film | Job":
    """A set's test pairs in the common space: of the shipped captioned digits in all epochs.

    Args:
        looked: the set and its network.
        kind: of the picture that is looked at. UMAP and, of other networks, t-SNE are drawn of the
            last epoch alone, which takes seconds.

    Returns:
        The film, or the job that draws the picture.

    Raises:
        UserError: where the set, its network, its film or umap-learn is not here.
    """
    if looked.data == DIGITS and looked.shipped and kind in (PCA, TSNE):
        return _shipped()
    check_here(looked.data)
    digest = version(looked)
    whole = _still(looked, digest)
    if kind == PCA:
        return whole
    key = ("dscmr picture", looked, kind, digest)
    job = jobs().get(key) or jobs().start(key, _drawing(looked, kind, whole))
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
def _still(looked: Looked, digest: str) -> "Film":
    from cnnviz.explain.dscmr import still

    model, _card, scaling = network(looked.network)
    return still(model, scaling, shown_pairs(looked.data))


def _drawing(
    looked: Looked, kind: str, whole: "Film"
) -> "Callable[[Callable[[float], None]], Film]":  # fmt: skip
    def draw(_report: "Callable[[float], None]") -> "Film":
        from cnnviz.explain.dscmr import with_picture

        model, _card, scaling = network(looked.network)
        return with_picture(whole, kind, model, scaling, shown_pairs(looked.data))

    return draw


def ask(caption: str, name: str) -> "Asked":
    """What a typed caption finds among the captioned digits' test images, by a network.

    Raises:
        UserError: where it has no word that the set knows, or the network is not here.
    """
    from cnnviz.data.captioned_digits import vectorize
    from cnnviz.explain.dscmr import ask as ask_of

    pairs = test_pairs(DIGITS)
    features = vectorize(caption, pairs)
    model, _card, scaling = network(name)
    drawn = film(Looked(DIGITS, name))
    assert not isinstance(drawn, Job)  # PCA is drawn at once
    return ask_of(model, scaling, pairs, features, drawn.axes)


def parts(name: str) -> "tuple[Part, ...]":
    """What a network learns, from the features up."""
    from cnnviz.explain.dscmr import parts as parts_of

    return parts_of(network(name)[0])


def kinds() -> tuple[str, ...]:
    """Kinds of picture that can be drawn here."""
    return (PCA, TSNE, UMAP) if umap_is_here() else (PCA, TSNE)
