"""A run that was stopped goes on to the same bits; runs do not disturb one another."""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from cnnviz.models.registry import MODELS
from cnnviz.training import fit as fitting
from cnnviz.training.fit import fit
from cnnviz.training.setting_types import RATE
from cnnviz.training.spec import Progress, RunSpec, Steering
from tests.training.dropping import (
    DROPPING,
    EPOCH,
    SEPARABLE,
    SPECS,
    Dropping,
    header,
    last,
    outcome,
    prepare,
)


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(monkeypatch)


def kept(file: Path) -> dict[str, bytes]:
    """All tensors of a kept state: last weights, momentum, best weights, random numbers."""
    return {name: tensor.numpy().tobytes() for name, tensor in load_file(file).items()}


# In the first epoch, at its end before validation, in the second, after the last step.
@pytest.mark.parametrize("stop", [0, 1, 5, EPOCH, EPOCH + 1, 2 * EPOCH - 1, 2 * EPOCH])
@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_run_stopped_at_any_step_goes_on_to_the_same_bits(
    spec: RunSpec, stop: int, tmp_path: Path
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    expected = last(spec, whole)
    left = last(spec, parts, steering=Steering(steps=stop))
    assert left.step == stop
    torch.manual_seed(stop)  # what else goes on in the process has no part in it
    assert outcome(last(spec, parts)) == outcome(expected)
    assert kept(parts) == kept(whole)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_run_taken_in_single_steps_is_the_same_run(spec: RunSpec, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    expected, steps = last(spec, whole), []
    while not steps or len(header(parts)["history"]) < spec.epochs:
        progress = last(spec, parts, steering=Steering(steps=1))
        steps.append(progress.step)
    assert steps == [*range(1, 2 * EPOCH + 1), 2 * EPOCH]  # at last, the last epoch is measured
    assert outcome(progress) == outcome(expected)
    assert kept(parts) == kept(whole)


def test_a_run_stopped_during_validation_measures_that_epoch_again(tmp_path: Path) -> None:
    asked = []

    def measuring() -> bool:  # in the middle of the first epoch's six parts
        asked.append(1)
        return len(asked) > EPOCH + 3

    left = last(DROPPING, tmp_path / "parts", should_stop=measuring)
    assert (left.step, left.result) == (EPOCH, None)
    assert outcome(last(DROPPING, tmp_path / "parts")) == outcome(last(DROPPING))


def test_a_network_with_dropout_has_random_numbers_of_its_own_in_every_step() -> None:
    # Were none drawn, or the same in every step, then the tests above would show nothing.
    drawn = set()

    class Telling(Dropping):
        def forward(self, x: Tensor) -> Tensor:
            drawn.add(self.drop(torch.ones(64)).numpy().tobytes())
            return super().forward(x)

    MODELS["dropping"] = Telling
    last(replace(DROPPING, epochs=1))
    assert len(drawn) == EPOCH + 1  # in validation nothing is dropped


def steered(spec: RunSpec, keep: Path, stops: tuple[int, ...]) -> Progress:
    """A run whose learning rate is changed after 5 and 15 steps, stopped now and then."""
    rates, progress = {5: 0.5, 15: 0.02}, None
    for stop in (*stops, None):
        steering = Steering(steps=stop and stop - (progress.step if progress else 0))
        for progress in fit(spec, keep=keep, steering=steering):
            if rate := rates.pop(progress.step, None):
                steering.asked.append((RATE, rate))
    assert progress is not None
    return progress


@pytest.mark.parametrize("stops", [(), (3,), (5,), (6,), (EPOCH, 15), (16, 20)])
def test_a_run_whose_learning_rate_was_changed_can_be_run_again_in_one_go(
    stops: tuple[int, ...], tmp_path: Path
) -> None:
    found = steered(DROPPING, tmp_path / "steered", stops)
    assert found.changes == ((5, RATE, 0.5), (15, RATE, 0.02))
    again = last(replace(DROPPING, changes=found.changes), tmp_path / "again")
    assert outcome(again) == outcome(found)
    assert kept(tmp_path / "again") == kept(tmp_path / "steered")
    assert outcome(again)[0] != outcome(last(DROPPING))[0]


def test_a_rate_that_is_asked_for_as_the_run_stops_holds_when_it_goes_on(tmp_path: Path) -> None:
    steering = Steering(steps=0, asked=deque([(RATE, 0.5)]))
    left = last(DROPPING, tmp_path / "parts", steering=steering)
    assert (left.changes, len(steering.asked)) == (((0, RATE, 0.5),), 0)
    recorded = replace(DROPPING, changes=left.changes)
    assert outcome(last(DROPPING, tmp_path / "parts")) == outcome(last(recorded))


def test_changes_that_are_still_to_come_outlast_a_pause(tmp_path: Path) -> None:
    planned = replace(DROPPING, changes=((4, RATE, 0.5), (15, RATE, 0.02)))
    left = last(planned, tmp_path / "parts", steering=Steering(steps=8))
    assert left.changes == planned.changes
    assert outcome(last(planned, tmp_path / "parts")) == outcome(last(planned))


def test_a_paused_run_goes_on_with_a_change_that_its_spec_was_given_meanwhile(
    tmp_path: Path,
) -> None:
    left = last(DROPPING, tmp_path / "parts", steering=Steering(steps=8))
    changed = replace(DROPPING, changes=(*left.changes, (8, RATE, 0.5)))
    assert outcome(last(changed, tmp_path / "parts")) == outcome(last(changed))


def test_of_changes_at_the_same_step_the_last_one_holds() -> None:
    both = last(replace(DROPPING, changes=((4, RATE, 0.5), (4, RATE, 0.02))))
    one = last(replace(DROPPING, changes=((4, RATE, 0.02),)))
    assert outcome(both)[:-1] == outcome(one)[:-1]


def test_a_run_that_has_ended_gives_its_result_again_without_a_step(tmp_path: Path) -> None:
    ended = last(DROPPING, tmp_path / "run")
    again = list(fit(DROPPING, keep=tmp_path / "run"))
    assert len(again) == 1
    assert (again[0].step, again[0].epoch) == (2 * EPOCH, 2)
    assert outcome(again[0]) == outcome(ended)


@pytest.mark.parametrize("stop", [0, 5, EPOCH, EPOCH + 5])
def test_a_run_goes_on_from_the_progress_it_was_left_at(stop: int, tmp_path: Path) -> None:
    left = last(DROPPING, tmp_path / "run", steering=Steering(steps=stop))
    again = next(fit(DROPPING, keep=tmp_path / "run"))
    assert (again.step, again.epoch, again.learning_rate) == (stop, left.epoch, left.learning_rate)
    assert (again.losses, again.metrics) == ({}, {})
    assert (again.result is None) == (left.result is None)


def test_wall_time_is_that_of_all_parts_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(fitting, "time", SimpleNamespace(monotonic=lambda: now[0]))
    told = 0.0
    for progress in fit(DROPPING, keep=tmp_path / "run", steering=Steering(steps=4)):
        told = progress.seconds
        now[0] += 1.0
    now[0] += 1000.0  # paused
    first, *_, end = fit(DROPPING, keep=tmp_path / "run")
    assert first.seconds == end.seconds == told > 0


def test_the_callers_random_numbers_are_left_alone_by_dropout() -> None:
    torch.manual_seed(7)
    expected = torch.rand(2 * EPOCH)
    torch.manual_seed(7)
    reports = fit(DROPPING)
    found = [torch.rand(1) for _ in zip(range(2 * EPOCH), reports, strict=False)]
    assert torch.equal(torch.cat(found), expected)


def in_turns(*runs: Iterator[Progress]) -> list[Progress]:
    """The last progress of each run, their steps taken in turns."""
    ends: list[Progress | None] = [None] * len(runs)
    for turn in zip_longest(*runs):
        ends = [now or before for now, before in zip(turn, ends, strict=True)]
    return [end for end in ends if end is not None]


@pytest.mark.parametrize("other", [replace(DROPPING, seed=1), SEPARABLE], ids=["dropout", "none"])
def test_runs_whose_steps_are_taken_in_turns_do_not_disturb_one_another(other: RunSpec) -> None:
    found = in_turns(fit(DROPPING), fit(other), fit(DROPPING))
    expected = [last(spec) for spec in (DROPPING, other, DROPPING)]
    assert [outcome(end) for end in found] == [outcome(end) for end in expected]


def test_runs_in_threads_do_not_disturb_one_another() -> None:
    class Slowly(Dropping):
        def __init__(self, *, in_channels: int, num_classes: int) -> None:
            time.sleep(0.05)  # the other threads go on
            super().__init__(in_channels=in_channels, num_classes=num_classes)

    MODELS["dropping"] = Slowly
    specs = [replace(DROPPING, seed=seed) for seed in (0, 1, 2, 0)]
    with ThreadPoolExecutor(len(specs)) as pool:
        found = list(pool.map(last, specs))
    assert [outcome(end) for end in found] == [outcome(last(spec)) for spec in specs]
