"""A network tested again and again."""

from typing import Any

import numpy as np
import pytest
import torch

from cnnviz.explain.hybridsn_variance import BATCH, Mode, has_batch_norm, repeated
from cnnviz.models.hybridsn import HybridSN
from cnnviz.models.hybridsn_counterparts import HybridSN2D, HybridSN3D
from cnnviz.models.hybridsn_windows import WindowNetwork

SHAPE = (15, 40, 19)  # components, rows, columns: more rows than go through together
CUBE = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
EVERY = np.arange(SHAPE[1] * SHAPE[2])
ARGUMENTS: dict[str, Any] = {"num_classes": 5, "components": 15, "window": 11}


def network(kind: type[WindowNetwork] = HybridSN, **arguments: Any) -> WindowNetwork:
    torch.manual_seed(1)
    model = kind(**{**ARGUMENTS, **arguments}).eval()
    with torch.no_grad():  # as far from zero as trained ones: classes differ from pixel to pixel
        for parameter in model.parameters():
            parameter.mul_(2)
    return model


def by_windows(model: WindowNetwork, pixels: np.ndarray) -> np.ndarray:
    padded = np.pad(CUBE, ((0, 0), (5, 5), (5, 5)))
    rows, columns = np.divmod(pixels, SHAPE[2])
    windows = [padded[:, r : r + 11, c : c + 11] for r, c in zip(rows, columns, strict=True)]
    with torch.inference_mode():
        return model(torch.from_numpy(np.stack(windows))[:, None]).argmax(1).numpy() + 1


@pytest.mark.parametrize("kind", [HybridSN, HybridSN2D, HybridSN3D])
def test_in_eval_mode_all_tests_say_what_the_network_says(kind: type[WindowNetwork]) -> None:
    model = network(kind, batch_norm=True)
    found = repeated(model, CUBE, EVERY, "eval", count=3)
    assert (found.predicted == by_windows(model, EVERY)).all()
    assert len(np.unique(found.predicted)) > 1
    assert not found.disagreement.any()


@pytest.mark.parametrize("arguments", [{"se": True}, {"residual": True}, {"hidden": ()}])
def test_every_variant_of_the_network_can_be_tested(arguments: dict[str, Any]) -> None:
    model, some = network(**arguments), EVERY[::7]
    found = repeated(model, CUBE, some, "eval", count=2)
    assert (found.predicted == by_windows(model, some)).all()


def test_dropout_alone_makes_tests_differ() -> None:
    found = repeated(network(), CUBE, EVERY, "dropout", count=8)
    assert 0 < found.disagreement.max() <= 0.8
    alike = (found.predicted == found.majority).mean(axis=0)
    np.testing.assert_allclose(alike, 1 - found.disagreement)
    again = repeated(network(), CUBE, EVERY, "dropout", count=8)
    other = repeated(network(), CUBE, EVERY, "dropout", count=8, seed=1)
    assert (again.predicted == found.predicted).all()
    assert (other.predicted != found.predicted).any()


def test_dropout_draws_as_torch_does() -> None:
    """The share of tests for each class is that of torch's own training mode."""
    model, pixel, count = network(), EVERY[300:301], 4000
    found = repeated(model, CUBE, pixel, "dropout", count=count)
    padded = np.pad(CUBE, ((0, 0), (5, 5), (5, 5)))
    row, column = divmod(int(pixel[0]), SHAPE[2])
    window = torch.from_numpy(padded[None, None, :, row : row + 11, column : column + 11])
    with torch.inference_mode(), torch.random.fork_rng():
        torch.manual_seed(0)
        model.train()
        said = model.per_window(model.over_scene(window).expand(count, -1, -1, -1)).argmax(1) + 1
    mine, torchs = (np.bincount(v.ravel(), minlength=6) / count for v in (found.predicted, said))
    np.testing.assert_allclose(mine, torchs, atol=0.04)
    assert (torchs > 0).sum() > 1


def test_a_network_without_dropout_or_batch_norm_never_differs() -> None:
    found = repeated(network(dropout=0.0), CUBE, EVERY[::5], "train", count=3)
    assert not found.disagreement.any()
    assert not has_batch_norm(network())


def test_batch_statistics_depend_on_what_is_tested_together() -> None:
    model, some = network(batch_norm=True), EVERY[: BATCH + 50]
    assert has_batch_norm(model)
    found = repeated(model, CUBE, some, "statistics", count=4)
    assert found.disagreement.any()
    together = repeated(model, CUBE, some[:BATCH], "statistics", count=4)
    assert not together.disagreement.any()  # always with the same ones, in whatever order


@pytest.mark.parametrize("mode", ["eval", "train", "dropout", "statistics"])
def test_the_network_and_the_random_numbers_of_others_are_left_alone(mode: Mode) -> None:
    model, random = network(batch_norm=True), torch.get_rng_state()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    shares: list[float] = []
    repeated(model, CUBE, EVERY[:40], mode, count=2, report=shares.append)
    assert not model.training
    assert all(torch.equal(before[n], t) for n, t in model.state_dict().items())
    assert torch.equal(random, torch.get_rng_state())
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_accuracy_is_measured_on_the_pixels_that_were_asked_for() -> None:
    found = repeated(network(), CUBE, EVERY[:60], "dropout", count=3)
    labels = np.zeros(SHAPE[1:], dtype=np.int64)
    labels.ravel()[:60] = found.predicted[1]
    oa = found.accuracy(labels, EVERY[20:80])
    assert oa[1] == 1
    assert oa[0] == np.mean(found.predicted[0, 20:] == found.predicted[1, 20:])
    with pytest.raises(ValueError, match="tested"):
        found.accuracy(labels, EVERY[60:])
