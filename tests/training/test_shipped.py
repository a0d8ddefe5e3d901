"""Every shipped checkpoint has its recipe as plain data, and its card has the same."""

import json
from pathlib import Path

import pytest

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.training.shipped import SHIPPED, check_data, in_order, spec_in
from cnnviz.training.spec import RunSpec


@pytest.mark.parametrize("name", checkpoints.names())
def test_a_card_has_the_recipe_of_the_table(name: str) -> None:
    assert RunSpec.from_json(checkpoints.read_card(name).recipe) == SHIPPED[name]


def test_every_recipe_has_its_checkpoint() -> None:
    assert set(SHIPPED) == set(checkpoints.names())


def test_no_two_checkpoints_are_the_same_run() -> None:
    recipes = [json.dumps(spec.to_json(), sort_keys=True) for spec in SHIPPED.values()]
    assert len(set(recipes)) == len(recipes)


def test_the_cheapest_comes_first_and_nothing_before_what_it_begins_with() -> None:
    order = in_order(SHIPPED)
    assert sorted(order) == sorted(SHIPPED)
    for name, spec in SHIPPED.items():
        if spec.weights_from:
            assert order.index(spec.weights_from) < order.index(name)
    costs = [
        checkpoints.read_card(name).seconds
        for name in order
        if name in checkpoints.names() and not SHIPPED[name].weights_from
    ]
    assert costs == sorted(costs)


def test_a_run_begins_with_weights_made_in_its_own_folder_where_there_are_any(
    tmp_path: Path,
) -> None:
    assert spec_in("dncnn_15", tmp_path) == SHIPPED["dncnn_15"]
    assert spec_in("dncnn_25", tmp_path) == SHIPPED["dncnn_25"]
    for ending in (".safetensors", ".json"):
        (tmp_path / "dncnn_25").with_suffix(ending).touch()
    assert spec_in("dncnn_15", tmp_path).weights_from == str(tmp_path / "dncnn_25.safetensors")
    assert spec_in("dncnn_15", checkpoints.SHIPPED) == SHIPPED["dncnn_15"]


@pytest.mark.parametrize("name", ["mobilenet_v1", "hybridsn_indian_pines", "dncnn_small"])
def test_a_set_that_is_not_here_is_named(name: str, no_data: Path) -> None:
    with pytest.raises(UserError, match="is not here"):
        check_data(SHIPPED[name])


@pytest.mark.parametrize("name", ["hybridsn_synthetic_quick", "dscmr_captioned_digits"])
def test_what_is_embedded_is_always_here(name: str, no_data: Path) -> None:
    check_data(SHIPPED[name])
