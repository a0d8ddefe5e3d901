"""Training on windows of a scene, each of the class of the pixel in its middle."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.checkpoints import Card
from cnnviz.data.preprocessing import PrincipalComponents
from cnnviz.errors import UserError
from cnnviz.metrics import classification, recalls
from cnnviz.models.hybridsn_windows import WindowNetwork
from cnnviz.training import scene_data
from cnnviz.training.scene_data import Prepared
from cnnviz.training.scene_windows import logits_at, predict, turned
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import (
    Batch,
    Measured,
    Tested,
    check_classes,
    check_eval,
    check_finite,
    in_one_go,
)
from cnnviz.training.task_settings import WindowSettings


@dataclass(frozen=True)
class Windows:
    """A run's windows, as a ``cnnviz.training.task.Task``.

    A batch is the scene, varied as a whole where the run asks for it, and places in it; windows
    that are turned apart come with their turns.

    Attributes:
        spec: the run.
        settings: what it says of windows.
        scene: that they are of. Runs share it: to be read only.
    """

    spec: RunSpec
    settings: WindowSettings
    scene: Prepared

    score = "accuracy"

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Window, components and classes."""
        return {
            "window": self.settings.window,
            "components": self.settings.components,
            "num_classes": len(self.class_names),
        }

    @property
    def about(self) -> dict[str, Any]:
        """The numbers of the scene, and its parts."""
        split = self.scene.split.to_json()["sha256"]
        return {"scene": self.scene.digest, "split": split, "classes": list(self.class_names)}

    @property
    def epoch_steps(self) -> int:
        """Batches of about the batch size; together they have every training window once."""
        return max(1, round(self.epoch_examples / self.spec.batch_size))

    @property
    def epoch_examples(self) -> int:
        """Training windows."""
        return len(self.scene.split.train)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the logits: label k is logit k - 1."""
        return self.scene.class_names

    @property
    def data(self) -> dict[str, Any]:
        """For the card."""
        scene, split = self.scene, self.scene.split
        return {
            "name": self.spec.data,
            "source": scene.source,
            "verified": scene.verified,
            "training": len(split.train),
            "validation": len(split.validation),
            "test": len(split.test),
            "split": split.to_json(),
            "split_seed": self.spec.split_seed,
        }

    @property
    def preprocessing(self) -> dict[str, Any]:
        """The windows' side, and how the principal components were made."""
        return {"window": self.settings.window, "components": self.scene.reduced.to_json()}

    @property
    def tensors(self) -> dict[str, Tensor]:
        """The principal components."""
        arrays = self.scene.reduced.arrays()
        return {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}

    def batches(
        self, generator: torch.Generator, place: torch.device, skip: int
    ) -> Iterator[Batch]:
        """The scene (components, H, W), (B,) rows and (B,) columns of windows, (B,) labels; (B,)
        turns, where each window has its own.
        """
        scene = self.scene.maps.to(place)
        pixels = torch.from_numpy(self.scene.split.train.copy())
        labels = torch.from_numpy(self.scene.labels).flatten()[pixels] - 1
        height, width = self.scene.labels.shape
        numbers = torch.arange(height * width).view(height, width)
        order = torch.randperm(len(pixels), generator=generator)
        augment = self.spec.augment
        apart = augment and self.settings.turned_apart
        for index, chosen in enumerate(order.tensor_split(self.epoch_steps)):
            turns = torch.zeros(1, dtype=torch.int64)
            if augment:
                turns = torch.randint(8, (len(chosen) if apart else 1,), generator=generator)
            turn = 0 if apart else int(turns)  # of the scene, and with it of all windows
            noise = torch.randn(2, len(scene), 1, 1, generator=generator) * self.settings.jitter
            if index < skip:  # its random numbers are drawn all the same
                continue
            # Where each pixel is once the scene is turned.
            now_at = turned(numbers, turn).flatten().argsort()[pixels[chosen]]
            across = height if turn & 1 else width
            varied = self._jittered(turned(scene, turn), noise.to(place))
            own = [turns] if apart else []
            places = (now_at // across, now_at % across, labels[chosen], *own)
            yield varied.contiguous(), *(tensor.to(place) for tensor in places)

    def _jittered(self, scene: Tensor, noise: Tensor) -> Tensor:
        """Each component multiplied and shifted a little."""
        if not self.settings.jitter:
            return scene
        reduced = self.scene.reduced
        spread = np.sqrt(reduced.variance) / reduced.scale
        return scene * (1 + noise[0]) + noise[1] * torch.from_numpy(spread).to(scene)[:, None, None]

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """The cross-entropy with the labels, smoothed where the run asks for it."""
        scene, rows, columns, labels, *turns = batch
        logits = logits_at(_windowed(model), scene, rows, columns, *turns)
        weights = self._class_weights().to(logits.device) if self.settings.balanced else None
        loss = nn.functional.cross_entropy(
            logits, labels, weights, label_smoothing=self.settings.label_smoothing
        )
        return {"cross_entropy": loss}

    def _class_weights(self) -> Tensor:
        """(classes,) so that each class of the training pixels counts the same."""
        counts = torch.zeros(len(self.class_names))
        found = self.scene.split.counts.train
        counts[: len(found)] = torch.tensor(found, dtype=counts.dtype)
        return torch.where(counts > 0, counts.sum() / counts.clamp(min=1), 0.0)

    def validate(self, model: nn.Module) -> Generator[None, None, dict[str, float]]:
        """Classification metrics on the validation pixels."""
        pixels = self.scene.split.validation
        found = check_finite((yield from _predicted(model, self.scene.maps, pixels)))
        return classification(self.scene.labels.flat[pixels] - 1, found.argmax(1).numpy())

    def test(self, model: nn.Module) -> Generator[None, None, Tested]:
        """Classification metrics on the test pixels, and what is known of each class."""
        return _tested(model, self.scene.maps, self.scene.labels, self.scene.split.test,
                       self.class_names)  # fmt: skip


def make(spec: RunSpec, source: str | None = None) -> Windows:
    """Read, divide and reduce the scene that a run asks for.

    Raises:
        UserError: where it is not there, cannot be used like that, or is to come from a folder.
    """
    if source is not None:
        raise UserError("A scene is read from the data folders or by its own path.")
    if spec.epochs < 1 or spec.batch_size < 1:
        raise UserError("A run needs at least one epoch, and batches of at least one window.")
    settings = WindowSettings(**spec.data_args)
    if not 0 <= settings.label_smoothing < 1:
        raise UserError("label_smoothing is a share of each label: at least 0, and below 1.")
    return Windows(spec, settings, scene_data.prepared(spec.data, settings, spec.split_seed))


def measure(
    model: nn.Module,
    card: Card,
    stored: Mapping[str, NDArray[np.generic]],
    data: str | None,
    split: str,
) -> Measured:
    """As ``cnnviz.training.tasks.measure``: the scene goes through the stored components."""
    spec = RunSpec.from_json(card.recipe)
    settings = WindowSettings(**spec.data_args)
    if data is not None and data != spec.data:
        spec, settings = replace(spec, data=data), replace(settings, labels="")
    scene = scene_data.read(spec.data, settings.labels)
    check_classes(card, scene.class_names, spec.data)
    reduced = PrincipalComponents.stored(card.preprocessing["components"], stored)
    if len(reduced.mean) != scene.cube.shape[2]:
        raise UserError(
            "{name} reads {known} bands; {data} has {bands}.",
            name=card.model,
            known=len(reduced.mean),
            data=spec.data,
            bands=scene.cube.shape[2],
        )
    parts = scene_data.divided(scene.labels, settings, spec.split_seed)
    maps = scene_data.maps_of(reduced, scene.cube)
    pixels = parts.train if split == "train" else parts.test
    tested = in_one_go(_tested(model, maps, scene.labels, pixels, scene.class_names))
    return Measured(tested, len(pixels), scene.verified)


def example_shapes(card: Card) -> tuple[tuple[int, ...]]:
    """(1, C, W, W): a window of components."""
    side = card.preprocessing["window"]
    return ((1, card.preprocessing["components"]["count"], side, side),)


def _tested(
    model: nn.Module,
    maps: Tensor,
    labels: NDArray[np.int64],
    pixels: NDArray[np.int64],
    class_names: tuple[str, ...],
) -> Generator[None, None, Tested]:
    check_eval(model)
    truth = labels.flat[pixels] - 1
    predicted = (yield from _predicted(model, maps, pixels)).argmax(1).numpy()
    known = recalls(truth, predicted)
    return Tested(
        classification(truth, predicted), {class_names[k]: share for k, share in known.items()}
    )


def _predicted(
    model: nn.Module, maps: Tensor, pixels: NDArray[np.int64]
) -> Generator[None, None, Tensor]:
    """Logits (N, classes) of pixels, given by rising indices; yields between parts."""
    rows, columns = (torch.from_numpy(place) for place in np.divmod(pixels, maps.shape[2]))
    logits = list[Tensor]()
    for some in predict(_windowed(model), maps, rows, columns):
        if logits:
            yield
        logits.append(some)
    return torch.cat(logits)


def _windowed(model: nn.Module) -> WindowNetwork:
    if not isinstance(model, WindowNetwork):
        raise TypeError(f"{type(model).__name__} does not read windows")
    return model
