"""Training on pairs of an image and a text, each as features: three losses, and retrieval."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.checkpoints import Card
from cnnviz.data.feature_scaling import FeatureScaling
from cnnviz.data.pairs import PairedSet
from cnnviz.data.retrieval import divided
from cnnviz.errors import UserError
from cnnviz.models import dscmr_losses
from cnnviz.models.dscmr import DSCMR
from cnnviz.ranking import ranked
from cnnviz.term_names import UNWEIGHTED
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import (
    Batch,
    Measured,
    Tested,
    WholeBatches,
    check_classes,
    check_eval,
    check_finite,
    in_one_go,
)
from cnnviz.training.task_settings import PairSettings

#: The terms of the loss as they are minimised.
WEIGHTED = ("j1", "alpha_j2", "beta_j3")
# Pairs that go through the network together when it is measured.
_MEASURED = 1000


@dataclass(frozen=True)
class Pairs(WholeBatches[PairedSet]):
    """A run's pairs, as a ``cnnviz.training.task.Task``.

    Attributes:
        settings: what the run says of pairs.
        held_out: those on which its epochs are measured.
        tested: those of the test.
        scaling: fitted to the training pairs.
    """

    settings: PairSettings
    held_out: PairedSet
    tested: PairedSet
    scaling: FeatureScaling

    score = "map"

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Features of both modalities, and classes."""
        return {
            "image_features": self.training.images.shape[1],
            "text_features": self.training.texts.shape[1],
            "num_classes": len(self.class_names),
        }

    @property
    def about(self) -> dict[str, Any]:
        """Their number, their classes, and sums of their features."""
        sums = [float(part.sum(dtype=np.float64)) for part in self.scaling(self.training)]
        return {"pairs": len(self.training), "classes": list(self.class_names), "sums": sums}

    @property
    def data(self) -> dict[str, Any]:
        """For the card."""
        return {
            "name": self.spec.data,
            "source": self.training.source,
            "verified": self.training.verified,
            "training": len(self.training),
            "validation": len(self.held_out),
            "test": len(self.tested),
            "split": "the set's own test pairs; validation stratified random",
            "split_seed": self.spec.split_seed,
        }

    @property
    def preprocessing(self) -> dict[str, Any]:
        """How the features are scaled."""
        return {"scaling": self.scaling.kind}

    @property
    def tensors(self) -> dict[str, Tensor]:
        """What the features are scaled by."""
        return {name: torch.from_numpy(a.copy()) for name, a in self.scaling.arrays().items()}

    def batches(
        self, generator: torch.Generator, place: torch.device, skip: int
    ) -> Iterator[Batch]:
        """(B, image_features) and (B, text_features) float32, and (B,) labels."""
        images, texts = (torch.from_numpy(f).to(place) for f in self.scaling(self.training))
        labels = torch.from_numpy(self.training.labels).to(place)
        order = torch.randperm(len(labels), generator=generator)
        for chosen in order.split(self.spec.batch_size)[skip : self.epoch_steps]:
            at = chosen.to(place)
            yield images[at], texts[at], labels[at]

    def steered(self, settings: Mapping[str, Any]) -> "Pairs":
        """The same pairs with other weights of the losses."""
        return replace(self, settings=replace(self.settings, **settings))

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """J1, alpha J2 and beta J3, 0 where switched off; and what each is without its weight."""
        images, texts, labels = batch
        found, settings = embedder(model)(images, texts), self.settings
        terms = {
            "j1": dscmr_losses.discrimination(found.image_scores, found.text_scores, labels),
            "j2": torch.stack(dscmr_losses.likelihood(found.images, found.texts, labels)).sum(),
            "j3": dscmr_losses.invariance(found.images, found.texts),
        }
        weights = (float(settings.discriminate), settings.alpha, settings.beta)
        counted = {
            name: weight * term if weight else torch.zeros_like(term, requires_grad=False)
            for name, weight, term in zip(WEIGHTED, weights, terms.values(), strict=True)
        }
        return counted | {UNWEIGHTED + name: term.detach() for name, term in terms.items()}

    def validate(self, model: nn.Module) -> Generator[None, None, dict[str, float]]:
        """Mean average precision on the pairs held out, both ways and their mean."""
        return retrieval(*(yield from embedded(model, self.scaling, self.held_out)))

    def test(self, model: nn.Module) -> Generator[None, None, Tested]:
        """The same on the test pairs."""
        return (yield from _tested(model, self.scaling, self.tested))


def make(spec: RunSpec, source: str | None = None) -> Pairs:
    """Read, divide and scale the pairs that a run asks for.

    Raises:
        UserError: where they are not there, are too few, or the run has no loss.
    """
    if source is not None:
        raise UserError("Pairs are read from the data folders or by their own path.")
    settings = PairSettings(**spec.data_args)
    if not (settings.discriminate or settings.alpha or settings.beta):
        raise UserError("A run needs one of the three losses at least.")
    training, held_out, tested = divided(spec.data, settings.held_out, spec.split_seed)
    if spec.epochs < 1 or not 1 <= spec.batch_size <= len(training):
        raise UserError(
            "A run needs at least one epoch, and batches of 1 to {count} pairs.",
            count=len(training),
        )
    scaling = FeatureScaling.of(training, settings.scaling)
    return Pairs(spec, training, settings, held_out, tested, scaling)


def measure(
    model: nn.Module,
    card: Card,
    stored: Mapping[str, NDArray[np.generic]],
    data: str | None,
    split: str,
) -> Measured:
    """As ``cnnviz.training.tasks.measure``: the features go through the stored scaling."""
    spec = RunSpec.from_json(card.recipe)
    name = data or spec.data
    training, _held_out, test = divided(
        name, PairSettings(**spec.data_args).held_out, spec.split_seed
    )
    pairs = training if split == "train" else test
    check_classes(card, pairs.class_names, name)
    known = card.model_args["image_features"], card.model_args["text_features"]
    if known != (pairs.images.shape[1], pairs.texts.shape[1]):
        raise UserError(
            "{name} reads {images} and {texts} features; {data} has others.",
            name=card.model, images=known[0], texts=known[1], data=name,
        )  # fmt: skip
    scaling = FeatureScaling.stored(card.preprocessing["scaling"], stored)
    tested = in_one_go(_tested(model, scaling, pairs))
    return Measured(tested, len(pairs), pairs.verified)


def example_shapes(card: Card) -> tuple[tuple[int, ...], ...]:
    """(image_features,) and (text_features,)."""
    return (card.model_args["image_features"],), (card.model_args["text_features"],)


def retrieval(
    images: NDArray[np.float32], texts: NDArray[np.float32], labels: NDArray[np.int64]
) -> dict[str, float]:
    """Mean average precision, 0..1, of images that look for texts, of texts that look for images.

    Args:
        images, texts: (N, d) embeddings of pairs.
        labels: (N,) class indices.

    Returns:
        map, the mean of both ways; map_image_text and map_text_image; and the same of the first 50
        that are found.
    """
    across = ranked(images, texts, labels, labels)
    back = ranked(texts, images, labels, labels)
    return {
        "map": (across.map + back.map) / 2,
        "map_image_text": across.map,
        "map_text_image": back.map,
        "map_50": (across.map_at + back.map_at) / 2,
        "map_50_image_text": across.map_at,
        "map_50_text_image": back.map_at,
    }


def embedder(model: nn.Module) -> DSCMR:
    """The model, as one that embeds pairs.

    Raises:
        TypeError: where it does not.
    """
    if not isinstance(model, DSCMR):
        raise TypeError(f"{type(model).__name__} does not embed pairs")
    return model


def embedded(
    model: nn.Module, scaling: FeatureScaling, pairs: PairedSet
) -> Generator[None, None, tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]]:
    """Take all pairs to the common space; yields between parts.

    Returns:
        (N, d) embeddings of images and of texts, and (N,) labels.

    Raises:
        FloatingPointError: where an embedding is not finite.
    """
    place = next(model.parameters()).device
    features = [torch.from_numpy(f).to(place) for f in scaling(pairs)]
    found: tuple[list[Tensor], list[Tensor]] = ([], [])
    for start in range(0, len(pairs), _MEASURED):
        if start:
            yield
        with torch.inference_mode():
            some = embedder(model)(*(f[start : start + _MEASURED] for f in features))
        for parts, part in zip(found, some[:2], strict=True):
            parts.append(check_finite(part).cpu())
    images, texts = (torch.cat(parts).numpy() for parts in found)
    return images, texts, pairs.labels


def _tested(
    model: nn.Module, scaling: FeatureScaling, pairs: PairedSet
) -> Generator[None, None, Tested]:
    check_eval(model)
    return Tested(retrieval(*(yield from embedded(model, scaling, pairs))))
