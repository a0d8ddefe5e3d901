"""A run's settings are checked, written as JSON, and read again as they were."""

import json
import subprocess
import sys
from collections import deque
from dataclasses import replace
from typing import Any

import pytest

from cnnviz.errors import UserError
from cnnviz.training.recipes import BASES
from cnnviz.training.spec import RunSpec, Steering, parse_setting

SPEC = replace(BASES["mobilenet_v1", "digits"], epochs=2)
CHANGED = replace(
    SPEC, images=500, seed=3, changes=((4, "learning_rate", 0.5), (9, "learning_rate", 0.25))
)
PAIRS = BASES["dscmr", "captioned_digits"]
STEERED = replace(PAIRS, changes=((4, "alpha", 0.5), (4, "discriminate", False), (9, "beta", 0.0)))


def test_a_spec_is_made_without_loading_torch() -> None:
    script = "import sys; import cnnviz.training.spec; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


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
        ("images=-1", "images takes a whole number"),
        (
            "changes=5",
            "changes takes a list of [step, setting, value], where setting is one of "
            "learning_rate; not 5.",
        ),
        ("changes=[5]", "changes takes a list of"),
        ("changes=[[5]]", "changes takes a list of"),
        ("changes=[[5, 0.1, 2]]", "changes takes a list of"),
        ("changes=[[5, [], 2]]", "changes takes a list of"),
        ('changes=[[5, "alpha", 0.1]]', "changes takes a list of"),  # of pairs, not of images
        ('changes=[[0.5, "learning_rate", 0.1]]', "changes takes a whole number"),
        ('changes=[[5, "learning_rate", -1]]', "learning_rate takes a number"),
        ('changes=[[5, "learning_rate", "fast"]]', "learning_rate takes a number"),
        ("rate_changes=[[5, -1]]", "learning_rate takes a number"),
    ],
)
def test_a_setting_of_the_wrong_kind_is_one_sentence(setting: str, expected: str) -> None:
    with pytest.raises(UserError) as refused:
        SPEC.with_settings(dict([parse_setting(setting)]))
    assert str(refused.value).startswith(expected)


def test_a_whole_number_stands_for_a_number() -> None:
    spec = SPEC.with_settings({"weight_decay": 0, "seed": 2**32 - 1, "data": "cifar10"})
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


@pytest.mark.parametrize(
    "text", ["rate_changes=[[4, 1], [9, 0.25]]",
             'changes=[[4, "learning_rate", 1], [9, "learning_rate", 0.25]]'],
)  # fmt: skip
def test_changes_of_the_learning_rate_are_read_as_they_are_written_and_once_were(text: str) -> None:
    spec = SPEC.with_settings(dict([parse_setting(text)]))
    assert spec.changes == ((4, "learning_rate", 1.0), (9, "learning_rate", 0.25))
    assert type(spec.changes[0][2]) is float
    old = SPEC.to_json() | {"rate_changes": [[4, 1], [9, 0.25]]}
    del old["changes"]
    assert RunSpec.from_json(old) == spec


def test_weights_of_losses_can_be_changed_and_take_what_they_take_at_the_start() -> None:
    assert PAIRS.with_settings({"changes": [list(each) for each in STEERED.changes]}) == STEERED
    for wrong in (["alpha", -1], ["alpha", True], ["discriminate", 1], ["scaling", "root"]):
        with pytest.raises(UserError, match="takes"):
            PAIRS.with_settings({"changes": [[5, *wrong]]})


def test_settings_go_to_the_run_or_to_the_network() -> None:
    spec = SPEC.with_settings({"alpha": 0.5, "epochs": 7})
    assert (spec.epochs, spec.model_args["alpha"]) == (7, 0.5)


@pytest.mark.parametrize("spec", [*BASES.values(), SPEC, CHANGED, STEERED], ids=str)
def test_a_spec_comes_back_from_json_as_it_was(spec: RunSpec) -> None:
    plain = spec.to_json()
    text = json.dumps(plain)
    assert json.loads(text) == plain  # lists, not tuples, however deep
    assert RunSpec.from_json(json.loads(text)) == spec


def test_equal_settings_are_equal_whether_given_as_lists_or_as_tuples() -> None:
    given = [SPEC.with_settings({"blocks": blocks}) for blocks in ([[8, 1]], ((8, 1),))]
    assert given[0] == given[1] == RunSpec.from_json(given[0].to_json())


@pytest.mark.parametrize("name", ["model", "data"])
def test_a_description_without_model_or_data_is_refused(name: str) -> None:
    plain = SPEC.to_json()
    del plain[name]
    with pytest.raises(UserError, match="described by model, data"):
        RunSpec.from_json(plain)


def test_what_a_description_does_not_know_yet_has_its_default() -> None:
    plain = CHANGED.to_json()
    for name in ("images", "changes"):
        del plain[name]
    assert RunSpec.from_json(plain) == replace(CHANGED, images=0, changes=())
    bare = {"model": "mobilenet_v1", "data": "digits"}
    assert RunSpec.from_json(bare) == RunSpec(model="mobilenet_v1", data="digits")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("colour", "red", "described by model, data"),
        ("model", 5, "model takes a name"),
        ("data", None, "data takes a name"),
        ("model_args", [], "model_args takes settings by name"),
        ("model_args", {1: 2}, "model_args takes settings by name"),
        ("epochs", "2", "epochs takes a whole number"),
        ("learning_rate", float("nan"), "learning_rate takes a number"),
        ("augment", 1, "augment takes true or false"),
        ("changes", None, "changes takes a list of"),
        ("rate_changes", None, "changes takes a list of"),
    ],
)
def test_a_description_that_is_wrong_is_one_sentence(name: str, value: Any, expected: str) -> None:
    with pytest.raises(UserError, match=expected):
        RunSpec.from_json({**SPEC.to_json(), name: value})


@pytest.mark.parametrize("content", [None, [], "spec", 5])
def test_what_is_no_description_is_refused(content: Any) -> None:
    with pytest.raises(UserError, match="described by model, data"):
        RunSpec.from_json(content)


def test_what_was_asked_for_is_taken_once_in_its_order() -> None:
    steering = Steering(asked=deque([("learning_rate", 0.5), ("alpha", 1.0)]))
    found = []
    for each in steering.taken():
        if not found:  # another thread, meanwhile
            steering.asked.append(("learning_rate", 0.25))
        found.append(each)
    assert found == [("learning_rate", 0.5), ("alpha", 1.0), ("learning_rate", 0.25)]
    assert not [*steering.taken()]


@pytest.mark.parametrize("steps", [-1, 1.5])
def test_no_such_number_of_steps_can_be_asked_for(steps: Any) -> None:
    with pytest.raises(UserError, match="steps"):
        Steering(steps=steps)
