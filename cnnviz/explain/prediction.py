"""What a classifier thinks of one picture."""

from dataclasses import dataclass

from torch import Tensor, nn

from cnnviz.activations import outputs
from cnnviz.explain.arrays import Array, Indices, array, one_input


@dataclass(frozen=True, slots=True)
class Prediction:
    """The most probable classes, the first one first.

    Attributes:
        classes: (k,) their numbers.
        probabilities: (k,) by softmax over all classes, 0 to 1.
    """

    classes: Indices
    probabilities: Array


def predict(model: nn.Module, x: Tensor, k: int = 5) -> Prediction:
    """Classify one picture.

    Args:
        model: a classifier in evaluation mode, which may be shared between threads.
        x: (1, C, H, W) normalised input.
        k: how many classes; all where there are fewer.

    Raises:
        ValueError: where ``x`` is not one picture or the model is in training mode.
    """
    return ranked(outputs(model, one_input(x), [""])[""][0], k)


def ranked(logits: Tensor, k: int = 5) -> Prediction:
    """The most probable classes of one picture.

    Args:
        logits: (classes,).
        k: how many classes; all where there are fewer.
    """
    probabilities, classes = logits.softmax(0).sort(descending=True, stable=True)
    return Prediction(classes[:k].cpu().numpy().copy(), array(probabilities[:k]))
