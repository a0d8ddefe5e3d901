"""Training on labelled images: cross-entropy, and accuracy on images that were held out."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.checkpoints import Card
from cnnviz.data import IMAGE_SETS, load_images
from cnnviz.data.images import ImageSet
from cnnviz.metrics import classification
from cnnviz.training.batches import Scaling, divide, shuffled
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
from cnnviz.training.task_settings import ImageSettings

# Images that go through the network together when it is measured: well under a step's time.
MEASURED = 50


@dataclass(frozen=True)
class Images(WholeBatches[ImageSet]):
    """A run's images, as a ``cnnviz.training.task.Task``.

    Attributes:
        held_out: images on which its epochs are measured. Runs share them and those it trains on:
            to be read only.
        source: a folder that the data is read from; None for the data folders.
        scaling: fitted to the training images.
    """

    held_out: ImageSet
    source: str | None
    scaling: Scaling

    score = "accuracy"

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Input channels and classes."""
        channels = self.training.images.shape[-1]
        return {"in_channels": channels, "num_classes": len(self.class_names)}

    @property
    def about(self) -> dict[str, Any]:
        """Their number, their classes, and the numbers that scale them."""
        return {
            "images": len(self.training),
            "classes": list(self.class_names),
            "mean": list(self.scaling.mean),
            "std": list(self.scaling.std),
        }

    @property
    def data(self) -> dict[str, Any]:
        """For the card."""
        return {
            "name": self.spec.data,
            "source": self.training.source,
            "verified": self.training.verified,
            "training": len(self.training),
            "validation": len(self.held_out),
            "split": "stratified random",
            "split_seed": self.spec.split_seed,
        }

    @property
    def preprocessing(self) -> dict[str, Any]:
        """Size in pixels; mean and standard deviation by channel, in units of 0..1."""
        return {
            "size": self.training.images.shape[1],
            "mean": list(self.scaling.mean),
            "std": list(self.scaling.std),
        }

    @property
    def tensors(self) -> dict[str, Tensor]:
        """None: the card has all."""
        return {}

    def batches(
        self, generator: torch.Generator, place: torch.device, skip: int
    ) -> Iterator[Batch]:
        """(B, H, W, C) uint8 images, cropped and mirrored as the run asks, and (B,) labels."""
        return shuffled(
            torch.from_numpy(self.training.images).to(place),
            torch.from_numpy(self.training.labels).to(place),
            batch_size=self.spec.batch_size,
            generator=generator,
            crop=self.spec.augment,
            mirror=self.spec.augment and self.spec.mirror,
            skip=skip,
        )

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """The cross-entropy."""
        images, labels = batch
        logits = model(self.scaling(images))
        return {"cross_entropy": nn.functional.cross_entropy(logits, labels)}

    def validate(self, model: nn.Module) -> Generator[None, None, dict[str, float]]:
        """Classification metrics on the images held out."""
        found = check_finite((yield from _predicted(model, self.scaling, self.held_out)))
        return classification(self.held_out.labels, found.argmax(1).numpy())

    def test(self, model: nn.Module) -> Generator[None, None, Tested]:
        """Classification metrics on the test images."""
        check_eval(model)
        images = _in_size(load_images(self.spec.data, "test", self.source), self.spec.data_args)
        found = yield from _predicted(model, self.scaling, images)
        return Tested(classification(images.labels, found.argmax(1).numpy()))


def make(spec: RunSpec, source: str | None = None) -> Images:
    """Read and divide the images that a run asks for.

    Raises:
        UserError: where the data are not there, or are too few for what the run asks.
    """
    training, held_out = (_in_size(images, spec.data_args) for images in divide(spec, source))
    return Images(spec, training, held_out, source, Scaling.of(training))


def evaluate(model: nn.Module, scaling: Scaling, data: ImageSet) -> dict[str, float]:
    """Classification metrics (``cnnviz.metrics.classification``) of a network in eval mode.

    Raises:
        ValueError: where the network is in training mode.
    """
    check_eval(model)
    logits = in_one_go(_predicted(model, scaling, data))
    return classification(data.labels, logits.argmax(1).numpy())


def measure(
    model: nn.Module,
    card: Card,
    stored: Mapping[str, NDArray[np.generic]],
    data: str | None,
    split: str,
) -> Measured:
    """As ``cnnviz.training.tasks.measure``."""
    known = data is None or data in IMAGE_SETS
    images = (
        load_images(data or card.data["name"], split)
        if known
        else load_images(card.data["name"], split, data)
    )
    check_classes(card, images.class_names, data)
    images = _in_size(images, card.recipe.get("data_args", {}))
    metrics = evaluate(model, Scaling.from_card(card.preprocessing), images)
    return Measured(Tested(metrics), len(images), images.verified)


def example_shapes(card: Card) -> tuple[tuple[int, ...]]:
    """(C, H, W): an image."""
    side = card.preprocessing["size"]
    return ((card.model_args["in_channels"], side, side),)


def _in_size(data: ImageSet, settings: Mapping[str, Any]) -> ImageSet:
    """The images as large as a run's settings ask for."""
    side = ImageSettings(**settings).size
    return data.scaled_to(side) if side else data


def _predicted(model: nn.Module, scaling: Scaling, data: ImageSet) -> Generator[None, None, Tensor]:
    """Logits (N, classes) of all images, on the CPU; yields between parts."""
    logits = list[Tensor]()
    for images in torch.from_numpy(data.images).split(MEASURED):
        if logits:
            yield
        logits.append(_predict(model, scaling, images))
    return torch.cat(logits)


@torch.inference_mode()
def _predict(model: nn.Module, scaling: Scaling, images: Tensor) -> Tensor:
    logits: Tensor = model(scaling(images.to(next(model.parameters()).device)))
    return logits.cpu()
