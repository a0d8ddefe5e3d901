"""Seeds of one thing alone: initial weights, or the order of the batches."""

from dataclasses import replace

import pytest
import torch

from cnnviz.training.fit import fit
from cnnviz.training.spec import RunSpec
from cnnviz.training.state import State
from cnnviz.training.task_images import make
from tests.training.conftest import SMALL


def started(spec: RunSpec) -> State:
    return State.start(spec, make(spec), torch.device("cpu"))


def weights(state: State) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in state.model.parameters()])


def first_loss(spec: RunSpec) -> float:
    return next(p.losses["cross_entropy"] for p in fit(spec) if p.losses)


def test_the_seed_of_the_weights_changes_these_alone() -> None:
    plain, other = started(SMALL), started(replace(SMALL, init_seed=1))
    assert not torch.equal(weights(plain), weights(other))
    assert torch.equal(plain.random, other.random)  # what dropout will draw
    assert torch.equal(weights(started(replace(SMALL, seed=1))), weights(other))


def test_the_seed_of_the_order_leaves_the_weights_and_dropout_alone() -> None:
    plain, other = started(SMALL), started(replace(SMALL, order_seed=1))
    assert torch.equal(weights(plain), weights(other))
    assert torch.equal(plain.random, other.random)
    assert first_loss(SMALL) != first_loss(replace(SMALL, order_seed=1))


@pytest.mark.parametrize("name", ["init_seed", "order_seed"])
def test_both_are_part_of_what_names_a_run(name: str) -> None:
    spec = SMALL.with_settings({name: 5})
    assert RunSpec.from_json(spec.to_json()) == spec != SMALL
    old = {n: value for n, value in SMALL.to_json().items() if n != name}
    assert RunSpec.from_json(old) == SMALL  # of before there was such a thing
