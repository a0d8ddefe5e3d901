"""Planted mistakes in the training and the test of image classifiers, on the 8x8 digits."""

import copy
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.activations import outputs
from cnnviz.data import load_images
from cnnviz.training.bugs_course import Course, built, trained
from cnnviz.training.recipes import base
from cnnviz.training.task import Batch
from cnnviz.training.task_images import Images
from cnnviz.training.tasks import task_of

EPOCHS, RATE = 6, 0.05
#: What the test of "batches" is given at a time: so many images, mixed or sorted by class.
BATCHES = (("mixed", 100), ("mixed", 10), ("mixed", 1), ("sorted", 100), ("sorted", 10))
#: Reduction ratios of "gates", and how many pictures of each class show their gates.
NARROW, USUAL, PICTURES = 128, 4, 4
#: The learning rate of a second try of "rising", as a share of the first.
SLOWER = 0.1
_CURVES = ("loss", "accuracy")


def batches(seed: int) -> dict[str, dict[str, Any]]:
    """Test accuracy by what a batch is made of."""
    course = _digits("mobilenet_v2", seed, epochs=8)
    images, labels = _test(course)
    return {
        # PLANTED: eval() is not called: batch norm takes mean and deviation of the batch.
        "wrong": {"accuracy": _by_batch(course.model.train(), images, labels, seed)},
        "right": {"accuracy": _by_batch(course.model.eval(), images, labels, seed)},
    }


def _by_batch(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> list[float]:
    generator = torch.Generator().manual_seed(seed)
    orders = {
        "mixed": torch.randperm(len(labels), generator=generator),
        "sorted": torch.argsort(labels, stable=True),
    }
    return [_accuracy(model, images, labels, orders[how], size) for how, size in BATCHES]


@torch.inference_mode()
def _accuracy(model: nn.Module, images: Tensor, labels: Tensor, order: Tensor, size: int) -> float:
    # A copy: a pass in training mode changes what batch norm keeps.
    model = copy.deepcopy(model)
    right = sum(int((model(images[at]).argmax(1) == labels[at]).sum()) for at in order.split(size))
    return right / len(order)


def rising(seed: int) -> dict[str, dict[str, Any]]:
    """Loss and accuracy by epoch, at the usual learning rate and at a smaller one."""
    # PLANTED: zero_grad() is not called: every step adds its gradient to those before.
    wrong = _digits("mobilenet_v2", seed, forgetful=True)
    slower = _digits("mobilenet_v2", seed, forgetful=True, learning_rate=RATE * SLOWER)
    ways = {"wrong": wrong, "slower": slower, "right": _digits("mobilenet_v2", seed)}
    return {way: _columns(course, *_CURVES) for way, course in ways.items()}


def chance(seed: int) -> dict[str, dict[str, Any]]:
    """Loss, accuracy, and how far the weights have moved, by epoch."""

    def spoil(batch: Batch, generator: torch.Generator) -> Batch:
        images, labels = batch
        # PLANTED: labels are shuffled, and the images are not shuffled with them.
        return images, labels[torch.randperm(len(labels), generator=generator)]

    spec = base("mobilenet_v1", "digits").with_settings({"seed": seed})
    first = _weights(built(spec, task_of(spec)))

    def moved(model: nn.Module) -> dict[str, float]:
        return {"moved": float((_weights(model) - first).norm() / first.norm())}

    ways = {"wrong": spoil, "right": None}
    return {
        way: _columns(_digits("mobilenet_v1", seed, spoil=each, look=moved), *_CURVES, "moved")
        for way, each in ways.items()
    }


def _weights(model: nn.Module) -> Tensor:
    """All kernels in a row."""
    return torch.cat([p.detach().flatten() for p in model.parameters() if p.ndim > 1])


def gates(seed: int) -> dict[str, dict[str, Any]]:
    """The last block's gates of some pictures, and how the gates of all pictures vary."""
    # PLANTED: r is larger than the number of channels C: one hidden unit is left of C / r.
    ways = {"wrong": NARROW, "right": USUAL}
    return {way: _gates(seed, reduction) for way, reduction in ways.items()}


def _gates(seed: int, reduction: int) -> dict[str, Any]:
    course = _digits("senet", seed, reduction=reduction)
    images, labels = _test(course)
    last = f"blocks.{len(course.model.get_submodule('blocks')) - 1}.se.gate"  # type: ignore[arg-type]
    found = outputs(course.model, images, [last])[last]  # (N, C)
    shown = [(labels == number).nonzero()[:PICTURES, 0] for number in range(10)]
    return {
        "gates": found[torch.cat(shown)].tolist(),
        "half": float((found == 0.5).all(dim=1).float().mean()),
        "directions": int(torch.linalg.matrix_rank(found.double().logit(), rtol=1e-4)),
        "accuracy": course.columns["accuracy"][-1],
    }


def _digits(model: str, seed: int, **settings: Any) -> Course:
    """A network trained on digits; settings of the run, or of ``trained``."""
    ours = {name: settings.pop(name) for name in ("spoil", "forgetful", "look") if name in settings}
    usual = {"seed": seed, "epochs": EPOCHS, "learning_rate": RATE}
    return trained(base(model, "digits").with_settings({**usual, **settings}), **ours)


def _test(course: Course) -> tuple[Tensor, Tensor]:
    """The test digits as the network takes them, (N, 1, 8, 8), and their labels."""
    assert isinstance(course.task, Images)
    found = load_images("digits", "test")
    images = course.task.scaling(torch.from_numpy(found.images))
    return images, torch.from_numpy(found.labels)


def _columns(course: Course, *names: str) -> dict[str, list[float]]:
    return {name: course.columns[name] for name in names}
