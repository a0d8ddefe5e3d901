"""What a run trains on, as far as training needs to know it."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import torch
from torch import Tensor, nn

from cnnviz.checkpoints import Card
from cnnviz.data.images import ImageSet
from cnnviz.data.pairs import PairedSet
from cnnviz.errors import UserError
from cnnviz.training.spec import RunSpec

Batch = tuple[Tensor, ...]
Outcome = TypeVar("Outcome")
Examples = TypeVar("Examples", ImageSet, PairedSet)


@dataclass(frozen=True)
class Tested:
    """What a network comes to on the test data.

    Attributes:
        metrics: by name.
        per_class: the share of each class that it knows, by the class's name; classes that are not
            in the test data are not here. Empty where nothing is classified.
    """

    metrics: dict[str, float]
    per_class: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """A checkpoint, measured again.

    Attributes:
        tested: what it comes to.
        count: on how many examples.
        verified: whether the data are the published ones.
    """

    tested: Tested
    count: int
    verified: bool


class Task(Protocol):
    """Data, loss and measure of a run. It knows no optimiser and no epoch.

    Nothing is ever chosen by what ``test`` says.
    """

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Constructor arguments of the network that follow the data."""

    @property
    def about(self) -> dict[str, Any]:
        """What tells these training data from others, as plain data."""

    @property
    def epoch_steps(self) -> int:
        """Batches of an epoch."""

    @property
    def epoch_examples(self) -> int:
        """Examples in all batches of an epoch."""

    @property
    def score(self) -> str | None:
        """The metric by which the epoch is chosen, the larger the better; None: the last epoch."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the logits; empty where nothing is classified."""

    @property
    def data(self) -> dict[str, Any]:
        """For the card: name, source, verified, how many examples, how they were divided."""

    @property
    def preprocessing(self) -> dict[str, Any]:
        """For the card: what is done to the data before the network sees it."""

    @property
    def tensors(self) -> dict[str, Tensor]:
        """Numbers of the preprocessing that are too many for a card: stored with the weights."""

    def batches(
        self, generator: torch.Generator, place: torch.device, skip: int
    ) -> Iterator[Batch]:
        """One epoch of batches.

        Args:
            generator: on the CPU; decides order and augmentation, the same for any device.
            place: the device that the batches are to lie on.
            skip: begin after so many; those that follow are the same as without.
        """

    def losses(self, model: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """Terms of the loss by name, whose sum is minimised; a number each.

        Without a gradient a term is told and not minimised.
        """

    def validate(self, model: nn.Module) -> Generator[None, None, dict[str, float]]:
        """Metrics of a network in eval mode on the validation data.

        Yields between parts, each well under a second: the run reports, or is stopped.

        Raises:
            FloatingPointError: where what the network gives is not finite.
        """

    def test(self, model: nn.Module) -> Generator[None, None, Tested]:
        """How good a network in eval mode is on the test data.

        Yields between parts, as ``validate`` does.
        """


@runtime_checkable
class Steerable(Task, Protocol):
    """A task of which a run is given other settings while it goes: ``STEERED`` of its settings."""

    def steered(self, settings: Mapping[str, Any]) -> Task:
        """The same with other values of these settings."""


@dataclass(frozen=True)
class WholeBatches(Generic[Examples]):
    """What tasks have in common that train on a set of labelled examples, batch by batch.

    Attributes:
        spec: the run.
        training: the examples it trains on.
    """

    spec: RunSpec
    training: Examples

    @property
    def epoch_steps(self) -> int:
        """The incomplete last batch is left out."""
        return len(self.training) // self.spec.batch_size

    @property
    def epoch_examples(self) -> int:
        """Those of whole batches."""
        return self.epoch_steps * self.spec.batch_size

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the logits."""
        return self.training.class_names


def in_one_go(parts: Generator[None, None, Outcome]) -> Outcome:
    """What ``Task.validate`` or ``Task.test`` come to, where nothing is asked between the parts."""
    while True:
        try:
            next(parts)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome


def check_classes(card: Card, class_names: Sequence[str], data: str | None) -> None:
    """Make sure that data have the classes that a checkpoint knows.

    Args:
        card: the checkpoint's.
        class_names: of the data, in order.
        data: their name or path, for the message.

    Raises:
        UserError: where they have others.
    """
    if list(class_names) != card.class_names:
        raise UserError(
            "{name} knows the classes {classes}; {data} has others.",
            name=card.model, classes=", ".join(card.class_names), data=data,
        )  # fmt: skip


def check_finite(values: Tensor) -> Tensor:
    """The same values.

    Raises:
        FloatingPointError: where one of them is not finite.
    """
    if not values.isfinite().all():
        raise FloatingPointError("the network's output is not finite")
    return values


def check_eval(model: nn.Module) -> None:
    """Make sure that a test gives the same result each time.

    Raises:
        ValueError: where the network is in training mode.
    """
    if model.training:
        raise ValueError("the network is in training mode: call eval() first")
