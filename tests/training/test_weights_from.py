"""Runs that begin with a checkpoint's weights."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training.finish import command, keep_best
from cnnviz.training.fit import fit
from cnnviz.training.state import State
from cnnviz.training.task_images import make
from tests.training.conftest import SMALL


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoint of a short run."""
    *_, last = fit(replace(SMALL, epochs=1))
    assert last.result is not None
    file = tmp_path_factory.mktemp("trained") / "first.safetensors"
    keep_best(SMALL, last.result, file)
    return file


def test_a_run_begins_with_all_of_a_checkpoints_weights_and_statistics(trained: Path) -> None:
    spec = SMALL.with_settings({"weights_from": str(trained)})
    begun = State.start(spec, make(spec), torch.device("cpu")).model.state_dict()
    kept = checkpoints.load(str(trained))[0].state_dict()
    assert begun.keys() == kept.keys()
    assert all(torch.equal(begun[name], kept[name]) for name in kept)


def test_it_learns_on_from_there(trained: Path) -> None:
    spec = SMALL.with_settings({"weights_from": str(trained)})
    fresh, further = (next(p.losses for p in fit(s) if p.losses) for s in (SMALL, spec))
    assert further["cross_entropy"] < fresh["cross_entropy"]


def test_weights_that_do_not_fit_are_refused_in_a_sentence(trained: Path) -> None:
    spec = SMALL.with_settings({"weights_from": str(trained), "alpha": 0.75})
    with pytest.raises(UserError, match="do not fit the network"):
        State.start(spec, make(spec), torch.device("cpu"))


def test_a_checkpoint_that_is_not_there_is_named(trained: Path) -> None:
    spec = SMALL.with_settings({"weights_from": "nowhere"})
    with pytest.raises(UserError, match="no checkpoint nowhere"):
        State.start(spec, make(spec), torch.device("cpu"))


def test_the_command_says_what_it_begins_with() -> None:
    spec = SMALL.with_settings({"weights_from": "dncnn_25"})
    assert "weights_from=" in command(spec)
