"""DSCMR's branches and the common space that they end in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.checkpoints import Card
from cnnviz.cost import count
from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.pairs import PairedSet
from cnnviz.film import TSNE, Film, film_of, nearest
from cnnviz.models.dscmr import DSCMR
from cnnviz.projections import Axes, tsne, umap
from cnnviz.ranking import unit

Rows = NDArray[np.float32]
#: The captioned digits' test pairs in all epochs of the shipped network's recipe.
SHIPPED = Path(__file__).with_name("dscmr_epochs.npz")
MADE_BY = "python -m cnnviz.training.dscmr_epochs"
UMAP = "umap"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the network that is learned.

    Attributes:
        name: "image_branch", "text_branch", "shared" or "classifier".
        inputs, outputs: numbers that go in and come out.
        parameters: learned numbers.
        madds: multiply-adds for one pair; what both modalities go through counts twice.
    """

    name: str
    inputs: int
    outputs: int
    parameters: int
    madds: int


@dataclass(frozen=True)
class Asked:
    """A text of one's own, and what it finds.

    Attributes:
        place: (k,) along the axes of a film.
        neighbours: (n,) indices of the nearest images, the nearest first.
        distances: (n,) cosine distances to them, 0 to 2.
    """

    place: Rows
    neighbours: NDArray[np.int64]
    distances: Rows


def scaling_of(card: Card, stored: Mapping[str, NDArray[np.generic]]) -> FeatureScaling:
    """How a checkpoint's features are scaled.

    Args:
        card: the checkpoint's.
        stored: what ``checkpoints.load_preprocessing`` gives of it.
    """
    return FeatureScaling.stored(card.preprocessing["scaling"], stored)


def embed(model: DSCMR, scaling: FeatureScaling, pairs: PairedSet) -> tuple[Rows, Rows]:
    """Places (N, d) of the pairs' images and of their texts in the common space."""
    images, texts = (torch.from_numpy(features) for features in scaling(pairs))
    with torch.inference_mode():
        return model.embed_images(images).numpy(), model.embed_texts(texts).numpy()


def still(model: DSCMR, scaling: FeatureScaling, pairs: PairedSet) -> Film:
    """A film of one stage, the network as it is, with PCA alone: it takes a part of a second."""
    return film_of([embed(model, scaling, pairs)], pairs.labels, pictures=False)


def with_picture(
    film: Film, kind: str, model: DSCMR, scaling: FeatureScaling, pairs: PairedSet
) -> Film:  # fmt: skip
    """A still with t-SNE or UMAP beside PCA, which takes seconds.

    Args:
        film: what ``still`` gives.
        kind: "tsne" or "umap".
        model, scaling, pairs: as of ``still``.

    Raises:
        UserError: where UMAP is not installed.
        KeyError: where there is no such kind.
    """
    points = np.concatenate([unit(places) for places in embed(model, scaling, pairs)])
    return film.with_places(kind, {TSNE: tsne, UMAP: umap}[kind](points))


def ask(
    model: DSCMR, scaling: FeatureScaling, pairs: PairedSet, text: Rows, axes: Axes
) -> Asked:  # fmt: skip
    """Find the images of some pairs that are nearest to a text.

    Args:
        model: the network.
        scaling: its features'.
        pairs: whose images are looked at.
        text: (V,) features, before scaling.
        axes: of a film.
    """
    images, _texts = embed(model, scaling, pairs)
    one = replace(pairs.take(np.array([0])), texts=text[None])
    _image, place = embed(model, scaling, one)
    found, far = nearest(place, images)
    return Asked(axes(unit(place))[0], found[0], far[0])


def parts(model: DSCMR) -> tuple[Part, ...]:
    """What the network learns, from the features up."""
    layers = {
        "image_branch": _linear(model.image_branch[0]),
        "text_branch": _linear(model.text_branch[0]),
        "shared": model.shared,
        "classifier": model.classifier,
    }
    read = (layers[name].in_features for name in ("image_branch", "text_branch"))
    cost = count(model, *((features,) for features in read))
    counted = {layer.name.removesuffix(".0"): layer for layer in cost.layers}
    return tuple(
        Part(
            name, layer.in_features, layer.out_features,
            counted[name].parameters, counted[name].madds,
        )
        for name, layer in layers.items()
    )  # fmt: skip


def _linear(module: Tensor | nn.Module) -> nn.Linear:
    assert isinstance(module, nn.Linear)
    return module
