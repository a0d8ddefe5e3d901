"""fit() learns, repeats itself to the bit, chooses on validation, stops when asked."""

from dataclasses import replace

import pytest
import torch

from cnnviz.data import load_images
from cnnviz.errors import UserError
from cnnviz.training.batches import Scaling
from cnnviz.training.fit import evaluate, fit
from cnnviz.training.recipes import BASES
from cnnviz.training.spec import Progress, RunSpec, parse_setting

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
        Scaling.from_card(result.preprocessing),
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
    assert all(p.losses["cross_entropy"] > 0 for p in short)
    assert [p.result is not None for p in short] == [False] * (len(short) - 1) + [True]


def test_the_best_epoch_on_validation_is_kept(short: list[Progress]) -> None:
    result = short[-1].result
    assert result is not None
    accuracies = [entry["accuracy"] for entry in result.history]
    assert result.epoch == accuracies.index(max(accuracies)) + 1
    scaling = Scaling.from_card(result.preprocessing)
    assert evaluate(result.model, scaling, result.held_out) == result.metrics


def test_stopping_ends_the_run_at_once_and_keeps_the_best_epoch() -> None:
    seen: list[Progress] = []
    for progress in fit(replace(DIGITS, epochs=50), should_stop=lambda: len(seen) >= 3):
        seen.append(progress)
    assert len(seen) == 4
    assert seen[-1].step < seen[-1].steps


def test_evaluating_a_network_in_training_mode_is_refused(short: list[Progress]) -> None:
    result = short[-1].result
    assert result is not None
    scaling = Scaling.from_card(result.preprocessing)
    result.model.train()
    with pytest.raises(ValueError, match="eval"):
        evaluate(result.model, scaling, result.held_out)
    result.model.eval()


def test_a_diverging_run_says_so() -> None:
    with pytest.raises(UserError, match="lower the learning rate"):
        last(replace(SHORT, learning_rate=1e30))


@pytest.mark.parametrize(
    "settings",
    [
        {"validation": 0},
        {"validation": 5000},
        {"epochs": 0},
        {"batch_size": 0},
        {"batch_size": 9999},
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


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("batch_size=abc", "batch_size takes a whole number from 0 to 4294967295, not abc."),
        ("batch_size=32.0", "batch_size takes a whole number from 0 to 4294967295, not 32.0."),
        ("epochs=true", "epochs takes a whole number"),
        ("epochs=-1", "epochs takes a whole number"),
        ("split_seed=-1", "split_seed takes a whole number"),
        ("seed=4294967296", "seed takes a whole number"),
        ("learning_rate=fast", "learning_rate takes a number from 0 to 4294967295, not fast."),
        ("learning_rate=NaN", "learning_rate takes a number"),
        ("learning_rate=Infinity", "learning_rate takes a number"),
        ("momentum=-0.5", "momentum takes a number"),
        ("momentum=true", "momentum takes a number"),
        (f"weight_decay=1{'0' * 400}", "weight_decay takes a number"),
        (f"weight_decay=-1{'0' * 400}", "weight_decay takes a number"),
        (f"weight_decay=1{'0' * 5000}", "weight_decay takes a number"),
        ("mirror=1", "mirror takes true or false, not 1."),
        ("augment=no", "augment takes true or false, not no."),
        ("data=5", "data takes a name, not 5."),
    ],
)
def test_a_setting_of_the_wrong_kind_is_one_sentence(setting: str, expected: str) -> None:
    with pytest.raises(UserError) as refused:
        SHORT.with_settings(dict([parse_setting(setting)]))
    assert str(refused.value).startswith(expected)


def test_a_whole_number_stands_for_a_number() -> None:
    spec = SHORT.with_settings({"weight_decay": 0, "seed": 2**32 - 1, "data": "cifar10"})
    assert (spec.weight_decay, spec.seed, spec.data) == (0, 2**32 - 1, "cifar10")
    assert type(spec.weight_decay) is float


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alpha=0.5", ("alpha", 0.5)),
        ("augment=false", ("augment", False)),
        ("blocks=[[8, 1]]", ("blocks", [[8, 1]])),
        ("name=plain text", ("name", "plain text")),
    ],
)
def test_settings_are_read_as_json_or_text(text: str, expected: tuple[str, object]) -> None:
    assert parse_setting(text) == expected


@pytest.mark.parametrize("text", ["alpha", "=1", "a b=1"])
def test_a_setting_without_name_or_value_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="name=value"):
        parse_setting(text)


def test_settings_go_to_the_run_or_to_the_network() -> None:
    spec = SHORT.with_settings({"alpha": 0.5, "epochs": 7})
    assert (spec.epochs, spec.model_args["alpha"]) == (7, 0.5)
