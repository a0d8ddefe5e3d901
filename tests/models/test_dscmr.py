"""DSCMR's branches, and its three losses against numpy in float64."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnviz.models.dscmr import DSCMR
from cnnviz.models.dscmr_losses import cosines, discrimination, invariance, likelihood

SIZES = {"image_features": 7, "text_features": 5, "num_classes": 3, "hidden": 6, "common": 4}
Array = NDArray[np.float64]


def batch(seed: int, count: int = 9) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Embeddings of both modalities, their scores, and labels."""
    generator = torch.Generator().manual_seed(seed)
    u, v, scores, others = (
        3 * torch.randn(count, size, generator=generator, dtype=torch.float64)
        for size in (4, 4, 3, 3)
    )
    return u, v, scores, others, torch.randint(3, (count,), generator=generator)


def log_likelihood(one: Array, other: Array, labels: NDArray[np.int64]) -> float:
    """A part of J2, pair by pair."""
    total = 0.0
    for u, label in zip(one, labels, strict=True):
        for v, another in zip(other, labels, strict=True):
            theta = (u @ v) / np.sqrt(u @ u) / np.sqrt(v @ v) / 2
            total += np.log(1 + np.exp(theta)) - (theta if label == another else 0)
    return total / len(one) / len(other)


@pytest.mark.parametrize("seed", range(3))
def test_the_losses_are_their_formulas(seed: int) -> None:
    u, v, scores, others, labels = batch(seed)
    one_hot = np.eye(3)[labels.numpy()]
    j1 = sum(np.sqrt(((s.numpy() - one_hot) ** 2).sum()) for s in (scores, others)) / len(labels)
    assert float(discrimination(scores, others, labels)) == pytest.approx(j1, abs=1e-6)
    j2 = [log_likelihood(a.numpy(), b.numpy(), labels.numpy()) for a, b in ((u, v), (u, u), (v, v))]
    assert [float(part) for part in likelihood(u, v, labels)] == pytest.approx(j2, abs=1e-6)
    j3 = np.sqrt(((u.numpy() - v.numpy()) ** 2).sum()) / len(labels)
    assert float(invariance(u, v)) == pytest.approx(j3, abs=1e-6)


LOSSES: dict[str, Callable[..., Tensor]] = {
    "j1": lambda u, v, s, o, y: discrimination(s, o, y),
    "j2": lambda u, v, s, o, y: torch.stack(likelihood(u, v, y)).sum(),
    "j3": lambda u, v, s, o, y: invariance(u, v),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_the_gradients_are_right(loss: Callable[..., Tensor]) -> None:
    *inputs, labels = batch(0)
    inputs = [each.requires_grad_() for each in inputs]
    assert torch.autograd.gradcheck(lambda *x: loss(*x, labels), inputs)


@pytest.mark.parametrize("size", [0.0, 1e-30, 1e30])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_no_size_of_embeddings_makes_a_loss_or_its_gradient_lose_its_number(
    loss: Callable[..., Tensor], size: float
) -> None:
    *inputs, labels = batch(1)
    # In float32 the square of 1e30 is too large: what is compared is scaled down before.
    scaled = [(each.float() * min(size, 1e15)).requires_grad_() for each in inputs]
    found = loss(*scaled, labels)
    found.backward()
    assert found.isfinite()
    assert all(each.grad is None or each.grad.isfinite().all() for each in scaled)


def test_the_likelihood_falls_where_those_of_one_class_come_together() -> None:
    labels = torch.tensor([0, 0, 1, 1])
    apart = torch.tensor([[1.0, 0], [0, 1], [1, 0], [0, 1]])
    together = torch.tensor([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    for before, after in zip(
        likelihood(apart, apart, labels), likelihood(together, together, labels), strict=True
    ):
        assert after < before


def test_a_zero_embedding_has_no_direction() -> None:
    rows = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    assert torch.equal(cosines(rows, rows), torch.tensor([[0.0, 0.0], [0.0, 1.0]]))


def test_both_branches_end_in_one_layer_and_one_classifier() -> None:
    model = DSCMR(**SIZES)
    images, texts = torch.randn(3, 7), torch.randn(3, 5)
    found = model(images, texts)
    assert found.images.shape == found.texts.shape == (3, 4)
    assert found.image_scores.shape == found.text_scores.shape == (3, 3)
    assert torch.equal(found.images, model.shared(model.image_branch(images)))
    assert torch.equal(found.texts, model.shared(model.text_branch(texts)))
    assert torch.equal(found.text_scores, model.classifier(found.texts))
    sum(part.sum() for part in found).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())
    assert [type(m) for m in model.image_branch] == [nn.Linear, nn.ReLU]


@pytest.mark.parametrize("name", SIZES)
def test_a_size_below_one_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        DSCMR(**{**SIZES, name: 0})
