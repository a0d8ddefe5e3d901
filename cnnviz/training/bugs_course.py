"""The training loop that planted mistakes are made in: short enough to see what is missing."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from cnnviz.models.registry import build
from cnnviz.term_names import UNWEIGHTED
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import Batch, Task, in_one_go
from cnnviz.training.tasks import task_of

Spoil = Callable[[Batch, torch.Generator], Batch]
Look = Callable[[nn.Module], dict[str, float]]


@dataclass
class Course:
    """A network while it is trained, and after.

    Attributes:
        task: what it trains on.
        model: in eval mode between the epochs.
        columns: by name, a number for each epoch: the mean "loss", the metrics on validation, and
            what else was looked at.
    """

    task: Task
    model: nn.Module
    columns: dict[str, list[float]] = field(default_factory=dict)


def built(spec: RunSpec, task: Task) -> nn.Module:
    """The network of a run, with random weights of the run's seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed)
        return build(spec.model, {**spec.model_args, **task.arguments})


def trained(
    spec: RunSpec, *, task: Task | None = None, spoil: Spoil | None = None,
    forgetful: bool = False, look: Look | None = None,
) -> Course:  # fmt: skip
    """Train at a constant learning rate.

    Args:
        spec: model, data, epochs, optimiser, learning rate, seed.
        task: what to train on, where it is not that of ``spec``.
        spoil: changes each batch.
        forgetful: gradients of a step are not set to zero before the next.
        look: is asked after each epoch for more columns.
    """
    task = task or task_of(spec)
    course = Course(task, built(spec, task))
    model, optimizer = course.model, _optimizer(spec, course.model)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed)  # of dropout
        generator = torch.Generator().manual_seed(spec.seed)
        for _epoch in range(spec.epochs):
            model.train()
            losses = []
            for batch in task.batches(generator, torch.device("cpu"), 0):
                if not forgetful:
                    optimizer.zero_grad()
                loss = _total(task, model, spoil(batch, generator) if spoil else batch)
                loss.backward()
                optimizer.step()
                losses.append(float(loss.detach()))
            model.eval()
            found = {**in_one_go(task.validate(model)), **(look(model) if look else {})}
            for name, value in {"loss": sum(losses) / len(losses), **found}.items():
                course.columns.setdefault(name, []).append(value)
    return course


def _total(task: Task, model: nn.Module, batch: Batch) -> Tensor:
    """The loss that is minimised."""
    terms = task.losses(model, batch)
    return torch.stack([v for name, v in terms.items() if not name.startswith(UNWEIGHTED)]).sum()


def _optimizer(spec: RunSpec, model: nn.Module) -> torch.optim.Optimizer:
    if spec.optimizer == "adam":
        return torch.optim.Adam(model.parameters(), spec.learning_rate)
    return torch.optim.SGD(model.parameters(), spec.learning_rate, spec.momentum)
