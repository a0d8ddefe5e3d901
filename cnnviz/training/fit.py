"""fit(): train a network as a generator that reports while it goes."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.data import load_images
from cnnviz.data.images import ImageSet, hold_out
from cnnviz.errors import UserError
from cnnviz.metrics import classification
from cnnviz.models.registry import build, channels_last
from cnnviz.training.batches import Scaling, shuffled
from cnnviz.training.spec import Progress, Result, RunSpec

REPORT_SECONDS = 0.5


def fit(
    spec: RunSpec,
    *,
    source: str | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Progress]:
    """Train. Same spec, same machine, same thread count: the same numbers to the last bit on a CPU.

    Args:
        spec: what to train, on what, how.
        source: a folder to read the data from; None looks in the data folders.
        should_stop: asked after every step; True ends the run, keeping the best epoch so far.

    Yields:
        Progress at least twice a second; the last one carries the result.

    Raises:
        UserError: where the spec cannot be carried out, or the loss is no longer a number.
    """
    training, held_out = _divide(spec, load_images(spec.data, "train", source))
    run = _Run.start(spec, training, held_out)
    for epoch in range(1, spec.epochs + 1):
        for progress in run.train_epoch(epoch, should_stop):
            if run.stopped:
                yield replace(progress, result=run.result())
                return
            yield progress
        yield run.end_epoch(epoch)


def _divide(spec: RunSpec, data: ImageSet) -> tuple[ImageSet, ImageSet]:
    try:
        training, held_out = hold_out(data, spec.validation, spec.split_seed)
    except ValueError as error:
        raise UserError(
            "{count} of {total} images cannot be held out for validation.",
            count=spec.validation,
            total=len(data),
        ) from error
    if spec.epochs < 1 or not 1 <= spec.batch_size <= len(training):
        raise UserError(
            "A run needs at least one epoch, and batches of 1 to {count} images.",
            count=len(training),
        )
    return training, held_out


def _divide_parameters(
    model: nn.Module, decay_depthwise: bool
) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Parameters with weight decay, and those without: biases, batch norms, perhaps depthwise."""
    spared = {
        id(module.weight)
        for module in model.modules()
        if isinstance(module, nn.Conv2d) and module.groups > 1 and not decay_depthwise
    }
    parameters = list(model.parameters())
    decayed = [p for p in parameters if p.dim() > 1 and id(p) not in spared]
    kept = {id(p) for p in decayed}
    return decayed, [p for p in parameters if id(p) not in kept]


def device() -> torch.device:
    """Where networks are trained: the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def predict_all(
    model: nn.Module, scaling: Scaling, data: ImageSet, batch_size: int = 500
) -> tuple[Tensor, Tensor]:
    """Logits (N, classes) and labels (N,) of all images, in eval mode, on the CPU."""
    place = next(model.parameters()).device
    images = torch.from_numpy(data.images)
    with torch.inference_mode():
        logits = [model(scaling(batch.to(place))).cpu() for batch in images.split(batch_size)]
    return torch.cat(logits), torch.from_numpy(data.labels)


def evaluate(model: nn.Module, scaling: Scaling, data: ImageSet) -> dict[str, float]:
    """Classification metrics (``cnnviz.metrics.classification``) of a network in eval mode.

    Raises:
        ValueError: where the network is in training mode: each test would give another result.
    """
    if model.training:
        raise ValueError("the network is in training mode: call eval() first")
    logits, labels = predict_all(model, scaling, data)
    return classification(labels.numpy(), logits.argmax(1).numpy())


@dataclass
class _Run:
    """The state of one run."""

    spec: RunSpec
    training: ImageSet
    held_out: ImageSet
    scaling: Scaling
    model: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    steps: int
    started: float
    step: int = 0
    stopped: bool = False
    history: list[dict[str, float]] = field(default_factory=list)
    best: tuple[float, int, dict[str, Any]] = (-1.0, 0, {})

    @classmethod
    def start(cls, spec: RunSpec, training: ImageSet, held_out: ImageSet) -> "_Run":
        arguments = {
            "in_channels": training.images.shape[-1],
            "num_classes": len(training.class_names),
            **spec.model_args,
        }
        with torch.random.fork_rng():
            torch.manual_seed(spec.seed)
            model = build(spec.model, arguments)
        model = channels_last(model).to(device())
        decayed, others = _divide_parameters(model, spec.decay_depthwise)
        groups: list[dict[str, Any]] = [
            {"params": decayed, "weight_decay": spec.weight_decay},
            {"params": others},
        ]
        optimizer = torch.optim.SGD(
            groups,
            lr=spec.learning_rate,
            momentum=spec.momentum,
            nesterov=spec.momentum > 0,
        )
        steps = spec.epochs * (len(training) // spec.batch_size)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, spec.learning_rate, total_steps=steps + 1, cycle_momentum=False
        )
        return cls(
            spec, training, held_out, Scaling.of(training), model, optimizer, schedule, steps,
            time.monotonic(),
        )  # fmt: skip

    def train_epoch(self, epoch: int, should_stop: Callable[[], bool]) -> Iterator[Progress]:
        spec = self.spec
        # A generator of its own for each epoch: batches do not depend on what ran before.
        generator = torch.Generator().manual_seed(spec.seed * 1_000_003 + epoch)
        place = device()
        self.model.train()
        self.sums: defaultdict[str, float] = defaultdict(float)
        since, reported, seen = time.monotonic(), dict[str, float](), 0
        for images, labels in shuffled(
            torch.from_numpy(self.training.images).to(place),
            torch.from_numpy(self.training.labels).to(place),
            batch_size=spec.batch_size,
            generator=generator,
            crop=spec.augment,
            mirror=spec.augment and spec.mirror,
        ):
            loss = self._take_step(images, labels)
            self.sums["cross_entropy"] += loss
            seen += 1
            now, self.stopped = time.monotonic(), should_stop()
            if self.stopped or now - since >= REPORT_SECONDS or self.step == 1:
                count = seen * spec.batch_size
                losses = {k: (v - reported.get(k, 0.0)) / seen for k, v in self.sums.items()}
                yield self._progress(epoch, losses, {}, count / (now - since))
                since, reported, seen = now, dict(self.sums), 0
            if self.stopped:
                return

    def _take_step(self, images: Tensor, labels: Tensor) -> float:
        logits = self.model(self.scaling(images))
        loss = nn.functional.cross_entropy(logits, labels)
        value = float(loss.detach())
        if value != value:  # NaN
            raise UserError(
                "The loss is no longer a number after {steps} steps: lower the learning rate.",
                steps=self.step,
            )
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.step += 1
        return value

    def end_epoch(self, epoch: int) -> Progress:
        """Measure on validation, keep the best weights; on the last epoch, the result."""
        self.model.eval()
        metrics = evaluate(self.model, self.scaling, self.held_out)
        per_epoch = len(self.training) // self.spec.batch_size
        losses = {name: total / per_epoch for name, total in self.sums.items()}
        seconds = time.monotonic() - self.started
        self.history.append({"epoch": epoch, **losses, **metrics, "seconds": round(seconds, 1)})
        if metrics["accuracy"] > self.best[0]:
            self.best = (metrics["accuracy"], epoch, deepcopy(self.model.state_dict()))
        progress = self._progress(
            epoch, losses, metrics, self.step * self.spec.batch_size / seconds
        )
        return replace(progress, result=self.result()) if epoch == self.spec.epochs else progress

    def result(self) -> Result | None:
        """The best epoch so far; None before the first one has ended."""
        _, epoch, weights = self.best
        if not epoch:
            return None
        model = deepcopy(self.model).cpu().eval()
        model.load_state_dict(weights)
        entry = self.history[epoch - 1]
        return Result(
            model=model,
            epoch=epoch,
            metrics={k: entry[k] for k in ("accuracy", "oa", "aa", "kappa")},
            history=self.history,
            held_out=self.held_out,
            preprocessing={
                "size": self.training.images.shape[1],
                "mean": list(self.scaling.mean),
                "std": list(self.scaling.std),
            },
            class_names=self.training.class_names,
            data={
                "name": self.spec.data,
                "source": self.training.source,
                "verified": self.training.verified,
                "training": len(self.training),
                "validation": len(self.held_out),
                "split": "stratified random",
                "split_seed": self.spec.split_seed,
            },
            seconds=time.monotonic() - self.started,
        )

    def _progress(
        self, epoch: int, losses: dict[str, float], metrics: dict[str, float], pace: float
    ) -> Progress:
        elapsed = time.monotonic() - self.started
        return Progress(
            step=self.step,
            steps=self.steps,
            epoch=epoch,
            epochs=self.spec.epochs,
            losses=losses,
            metrics=metrics,
            learning_rate=float(self.schedule.get_last_lr()[0]),
            examples_per_second=pace,
            seconds_left=elapsed / max(self.step, 1) * (self.steps - self.step),
        )
