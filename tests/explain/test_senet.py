"""One block's SE, step by step."""

import numpy as np
import pytest
import torch
from torch import Tensor

from cnnviz.explain.prediction import predict
from cnnviz.explain.senet import look, se_of, stages, steps
from cnnviz.models.senet import SENet
from tests.senet_made import BLOCKS, network


@pytest.fixture(scope="module")
def model() -> SENet:
    return network()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_steps_are_what_their_formulas_say(model: SENet, x: Tensor, block: int) -> None:
    found = steps(model, x, block)
    se = se_of(model, block)
    count, height, width = found.before.shape
    np.testing.assert_allclose(
        found.squeezed, found.before.sum(axis=(1, 2)) / (height * width), atol=1e-5
    )
    reduce = se.reduce.weight.numpy()
    np.testing.assert_allclose(found.hidden, np.maximum(reduce @ found.squeezed, 0), atol=1e-5)
    np.testing.assert_allclose(found.excited, found.expand @ found.hidden, atol=1e-5)
    np.testing.assert_allclose(found.gates, 1 / (1 + np.exp(-found.excited)), atol=1e-5)
    np.testing.assert_allclose(found.after, found.before * found.gates[:, None, None], atol=1e-5)
    assert found.weights == 2 * count * (count // 4)


def test_the_probabilities_are_those_of_a_plain_pass(model: SENet, x: Tensor) -> None:
    found, plain = look(model, x, 1, 2).probabilities, predict(model, x)
    np.testing.assert_array_equal(found[plain.classes], plain.probabilities)
    assert found.argmax() == plain.classes[0]


def test_a_look_has_the_extreme_gates_and_their_maps(model: SENet, x: Tensor) -> None:
    found, whole = look(model, x, 2, 3), steps(model, x, 2)
    np.testing.assert_array_equal(found.gates, whole.gates)
    np.testing.assert_array_equal(found.channels[:3], whole.order[:3])
    np.testing.assert_array_equal(found.channels[3:], whole.order[-3:])
    assert whole.gates[found.channels[0]] == whole.gates.max()
    assert whole.gates[found.channels[-1]] == whole.gates.min()
    np.testing.assert_array_equal(found.before, whole.before[found.channels])
    np.testing.assert_array_equal(found.after, whole.after[found.channels])
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_blocks_of_one_width_are_a_stage(model: SENet) -> None:
    assert stages(model) == ((0, 1), (2, 3))


@pytest.mark.parametrize(
    ("arguments", "block"),
    [({"reduction": 0}, 0), ({"position": "post"}, 0), ({}, BLOCKS), ({}, -1)],
)
def test_a_block_without_se_before_the_addition_is_refused(
    x: Tensor, arguments: dict[str, object], block: int
) -> None:
    with pytest.raises(ValueError, match="no block"):
        steps(network(**arguments), x, block)


@pytest.mark.parametrize("call", [lambda m, x: steps(m, x, 0), lambda m, x: look(m, x, 0, 2)])
def test_two_pictures_are_refused(model: SENet, x: Tensor, call) -> None:
    with pytest.raises(ValueError, match="one input"):
        call(model, torch.cat([x, x]))
