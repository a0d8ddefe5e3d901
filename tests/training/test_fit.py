"""fit() learns, repeats itself to the bit, chooses on validation, stops when asked."""

import math
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from cnnviz.data import load_images
from cnnviz.errors import UserError
from cnnviz.models.registry import MODELS
from cnnviz.training import fit as fitting
from cnnviz.training.batches import Scaling
from cnnviz.training.fit import fit
from cnnviz.training.recipes import BASES
from cnnviz.training.spec import Progress, RunSpec, Steering
from cnnviz.training.task_images import evaluate

DIGITS = BASES["mobilenet_v1", "digits"]
SHORT = replace(DIGITS, epochs=2)


def last(spec: RunSpec) -> Progress:
    *_, progress = fit(spec)
    return progress


@pytest.fixture(scope="module")
def short() -> list[Progress]:
    return list(fit(SHORT))


def test_the_digits_recipe_learns_the_digits() -> None:
    result = last(DIGITS).result
    assert result is not None
    assert result.metrics["accuracy"] > 0.95
    test = evaluate(
        result.model,
        Scaling.from_card(result.task.preprocessing),
        load_images("digits", "test"),
    )
    assert test["accuracy"] > 0.93


def test_the_same_spec_gives_the_same_weights_to_the_last_bit(short: list[Progress]) -> None:
    first, again = short[-1].result, last(SHORT).result
    assert first is not None
    assert again is not None
    for name, tensor in first.model.state_dict().items():
        assert torch.equal(tensor, again.model.state_dict()[name]), name


def test_another_seed_gives_other_weights(short: list[Progress]) -> None:
    other = last(replace(SHORT, seed=1)).result
    assert other is not None
    assert short[-1].result is not None
    pairs = zip(other.model.parameters(), short[-1].result.model.parameters(), strict=True)
    assert not all(torch.equal(a, b) for a, b in pairs)


def test_the_callers_random_numbers_are_left_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    last(replace(SHORT, epochs=1))
    assert torch.equal(torch.rand(3), expected)


def test_progress_counts_up_to_all_steps_and_carries_metrics_at_each_epoch(
    short: list[Progress],
) -> None:
    steps = [progress.step for progress in short]
    assert steps == sorted(steps)
    assert steps[-1] == short[-1].steps == 2 * (1000 // 32)
    assert [p.epoch for p in short if p.metrics] == [1, 2]
    assert all(p.losses["cross_entropy"] > 0 for p in short if p.metrics)


def test_the_losses_of_an_epoch_are_told_up_to_its_last_step(short: list[Progress]) -> None:
    reported = {p.step for p in short if p.losses and not p.metrics}
    assert {1000 // 32, 2 * (1000 // 32)} <= reported


def test_the_first_progress_comes_before_the_first_step(short: list[Progress]) -> None:
    first = short[0]
    assert (first.step, first.epoch, first.losses, first.metrics) == (0, 1, {}, {})
    assert first.learning_rate == pytest.approx(SHORT.learning_rate / 25)
    assert first.result is None


def test_every_epochs_end_carries_the_best_result_so_far(short: list[Progress]) -> None:
    ends = [progress for progress in short if progress.metrics]
    assert [p.result is not None for p in short] == [bool(p.metrics) for p in short]
    for count, progress in enumerate(ends, 1):
        assert progress.result is not None
        history = progress.result.history
        assert len(history) == count
        assert progress.result.metrics["accuracy"] == max(e["accuracy"] for e in history)
        assert progress.losses["cross_entropy"] == history[-1]["cross_entropy"]


class Slow(nn.Module):
    """A network that takes 0.3 seconds of a clock that goes for nothing else."""

    now = 0.0

    def __init__(self, *, in_channels: int, num_classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(8 * 8 * in_channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        Slow.now += 0.3
        return self.linear(x.flatten(1))


SLOW = RunSpec(model="slow", data="digits", validation=297, batch_size=125, epochs=2)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "slow", Slow)
    monkeypatch.setattr(Slow, "now", 100.0)
    monkeypatch.setattr(fitting, "time", SimpleNamespace(monotonic=lambda: Slow.now))


def test_there_is_progress_after_every_step_and_every_part_of_validation(slow: None) -> None:
    times, steps, silent = [], [], 0
    for progress in fit(SLOW):
        times.append(Slow.now)
        steps.append(progress.step)
        silent += not progress.losses and not progress.metrics
    # Eight steps and six parts of 50 images, twice.
    assert Slow.now == pytest.approx(100 + 2 * (8 + 6) * 0.3)
    assert max(b - a for a, b in pairwise(times)) == pytest.approx(0.3)
    assert sorted(set(steps)) == list(range(17))
    assert silent > 2 * 5


def test_time_and_pace_are_told_in_seconds(slow: None) -> None:
    reports = list(fit(SLOW))
    assert [reports[i].seconds for i in (0, 1, 2, -1)] == pytest.approx([0, 0.3, 0.6, 8.4])
    assert reports[2].examples_per_second == pytest.approx(125 / 0.3)
    assert reports[2].seconds_left == pytest.approx(14 * 0.3)
    assert (reports[0].seconds_left, reports[-1].seconds_left) == (0, 0)


def test_losses_are_the_mean_of_the_steps_since_the_last_report(
    slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    single = [p.losses["cross_entropy"] for p in fit(SLOW) if p.losses and not p.metrics]
    monkeypatch.setattr(fitting, "REPORT_SECONDS", 0.5)  # two steps
    paired = [p.losses["cross_entropy"] for p in fit(SLOW) if p.losses and not p.metrics]
    assert paired[0] == single[0]
    assert paired[1] == pytest.approx(sum(single[1:3]) / 2)
    assert paired[2] == pytest.approx(sum(single[3:5]) / 2)


def test_a_run_can_be_stopped_between_parts_of_validation(slow: None) -> None:
    seen: list[Progress] = []

    def validating() -> bool:
        return len(seen) > 10 and not seen[-1].losses

    for progress in fit(SLOW, should_stop=validating):
        seen.append(progress)
    assert [p.step for p in seen[-3:]] == [8, 8, 8]
    assert not any(p.metrics or p.result for p in seen)


def test_a_run_stopped_in_validation_tells_the_pace_of_its_steps_alone(
    slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "REPORT_SECONDS", 0.5)  # the eighth step is yet to be reported
    *_, end = fit(SLOW, should_stop=lambda: Slow.now > 100 + (8 + 4) * 0.3)
    assert (end.step, end.metrics, list(end.losses)) == (8, {}, ["cross_entropy"])
    assert end.examples_per_second == pytest.approx(125 / 0.3)


@pytest.mark.parametrize("steps", [0, 1, 5])
def test_a_run_takes_as_many_steps_as_it_is_told_to(steps: int) -> None:
    seen = list(fit(SHORT, steering=Steering(steps=steps)))
    assert (seen[-1].step, seen[-1].result) == (steps, None)
    assert {p.step for p in seen if p.losses} >= {1, steps} - {0} if steps else not seen[0].losses


def test_the_learning_rate_goes_once_up_and_down_and_changes_when_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fitting, "REPORT_SECONDS", 0.0)
    steering, found = Steering(), {}
    for progress in fit(SHORT, steering=steering):
        found[progress.step] = progress.learning_rate
        if progress.step == 20:
            steering.asked.append(("learning_rate", 0.02))
    assert progress.changes == ((20, "learning_rate", 0.02),)
    assert progress.result is not None
    assert progress.result.changes == ((20, "learning_rate", 0.02),)
    total = SHORT.epochs * 31 + 1
    for step in range(1, total):
        peak = SHORT.learning_rate if step <= 20 else 0.02
        assert found[step] == pytest.approx(one_cycle(step - 1, total, peak))


def one_cycle(step: int, total: int, peak: float) -> float:
    """Smith and Topin's schedule as torch has it: up for 0.3 of the steps, then down."""
    top = 0.3 * total - 1
    if step <= top:
        low, share = peak / 25, 1 - step / top
    else:
        low, share = peak / 25e4, (step - top) / (total - 1 - top)
    return low + (peak - low) * (1 + math.cos(math.pi * share)) / 2


def test_the_best_epoch_on_validation_is_kept(short: list[Progress]) -> None:
    result = short[-1].result
    assert result is not None
    accuracies = [entry["accuracy"] for entry in result.history]
    assert result.epoch == accuracies.index(max(accuracies)) + 1
    scaling = Scaling.from_card(result.task.preprocessing)
    assert evaluate(result.model, scaling, result.task.held_out) == result.metrics


def test_stopping_ends_the_run_at_once_and_keeps_the_best_epoch() -> None:
    seen: list[Progress] = []
    for progress in fit(replace(DIGITS, epochs=50), should_stop=lambda: len(seen) >= 3):
        seen.append(progress)
    assert len(seen) == 4
    assert seen[-1].step < seen[-1].steps


def test_evaluating_a_network_in_training_mode_is_refused(short: list[Progress]) -> None:
    result = short[-1].result
    assert result is not None
    scaling = Scaling.from_card(result.task.preprocessing)
    result.model.train()
    with pytest.raises(ValueError, match="eval"):
        evaluate(result.model, scaling, result.task.held_out)
    result.model.eval()


# The loss becomes no number, or the weights do after a step whose loss was one still.
@pytest.mark.parametrize(("rate", "batch_size"), [(1e30, 32), (1e60, 1000)])
def test_a_diverging_run_says_so(rate: float, batch_size: int) -> None:
    diverging = replace(SHORT, epochs=1, learning_rate=rate, batch_size=batch_size)
    with pytest.raises(UserError, match="lower the learning rate"):
        last(diverging)


def test_an_infinite_loss_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sure(nn.Module):
        """So sure of a class that every other one has an infinite loss."""

        def __init__(self, *, in_channels: int, num_classes: int) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.full((num_classes,), -math.inf))
            self.weight.data[0] = 0

        def forward(self, x: Tensor) -> Tensor:
            return self.weight.expand(len(x), -1)

    monkeypatch.setitem(MODELS, "sure", Sure)
    with pytest.raises(UserError, match="no longer a number after 0 steps"):
        last(replace(SHORT, model="sure", model_args={}))


@pytest.mark.parametrize(
    "settings",
    [
        {"validation": 0},
        {"validation": 5000},
        {"epochs": 0},
        {"batch_size": 0},
        {"batch_size": 9999},
        {"images": 20},
        {"images": 5000},
        {"alpha": -1},
        {"colour": "red"},
        {"kernel_size": 4},
    ],
)
def test_impossible_settings_are_one_sentence(settings: dict[str, object]) -> None:
    with pytest.raises(UserError):
        next(fit(SHORT.with_settings(settings)))


def test_decay_can_spare_the_depthwise_kernels() -> None:
    # With a decay this strong, what is decayed has all but gone; what is spared has not.
    strong = replace(SHORT, epochs=1, weight_decay=20.0, learning_rate=0.01)
    norms = {}
    for decayed in (True, False):
        result = last(replace(strong, decay_depthwise=decayed)).result
        assert result is not None
        weights = result.model.get_parameter("blocks.3.depthwise.weight")
        norms[decayed] = float(weights.detach().norm())
    assert norms[True] < norms[False] / 5
