"""The snippets of the HybridSN lesson compute what its page shows."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cnnviz.data.synthetic_scene import cached_scene
from cnnviz.explain.hybridsn_results import TEST
from cnnviz.training import fit, whole_run
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_settings import WindowSettings
from dashboard import snippets
from dashboard.cache import hybridsn_better as better
from dashboard.cache import hybridsn_dimensions as dimensions
from dashboard.cache import hybridsn_dimensions_runs as runs
from dashboard.cache import hybridsn_kernels as kernels
from dashboard.cache import hybridsn_leakage as leakage
from dashboard.cache import hybridsn_leakage_pair as pair
from dashboard.cache import hybridsn_pca as pca
from dashboard.cache import hybridsn_results as results
from dashboard.cache import hybridsn_scene as scenes
from dashboard.cache import hybridsn_variance as variance
from tests.dashboard import pages
from tests.dashboard.test_snippets import run

NETWORK = "hybridsn_synthetic_quick"
Specs = list[RunSpec]


def left(section: str, **link: str) -> dict[str, Any]:
    """What the snippet of a section leaves."""
    code = snippets.present("hybridsn", section, link)
    assert code is not None
    return run(code)


def test_the_scene_is_seen_as_on_the_page() -> None:
    scene = cached_scene()
    plain = scenes.picture(scene, (9, scene.rgb[1], scene.rgb[2]), 5)
    found = left("hero", red_customary="10", stretch="5", truth="70")["seen"]
    assert np.array_equal(found, scenes.with_classes(plain, scene, 0.7))
    component = pca.component_picture(scene, 3, 2)
    found = left("hero", view="component", component="4", truth="0")["seen"]
    assert np.array_equal(found, component)
    found = left("hero", preset="infrared", truth="0")["seen"]
    assert np.array_equal(found, scenes.picture(scene, scenes.presets(scene)["infrared"], 2))


def test_components_keep_as_much_as_on_the_page() -> None:
    found, shown = left("pca", components="7"), pca.components(cached_scene())
    assert np.array_equal(found["found"].kept, shown.kept)
    values = pca.rebuilt(cached_scene(), found["row"], found["column"], 7)
    assert np.array_equal(found["figure"].data[-1].y, values)


@pytest.mark.parametrize("area", [kernels.WINDOW, kernels.SCENE])
def test_a_kernel_answers_as_on_the_page(area: str) -> None:
    link = {"place": "10.140", "kernel_area": area, "kernel_layer": "1", "kernel_out": "5"}
    layer = kernels.layers(NETWORK)[1].name
    shown = kernels.volume(NETWORK, cached_scene(), 10, 140, area, layer)[4]
    assert np.array_equal(left("kernels", **link)["answers"], shown)


def test_a_number_by_hand_is_the_page_s() -> None:
    found = left("hand", place="10.140", hand_band="5", hand_kernel="4")
    assert found["three"].total == dimensions.voxel(NETWORK, cached_scene(), 10, 140, 3, 4).total
    flat = kernels.flat_network(NETWORK, cached_scene())
    assert flat is not None, "one comes with the project"
    assert found["two"].total == dimensions.voxel(flat, cached_scene(), 10, 140, 3, 0).total


def test_a_window_becomes_logits_as_on_the_page() -> None:
    found = left("shape", flow_window="21", flow_hybridsn_2="4")
    assert found["flow"] == dimensions.flow("hybridsn", 30, 21, 16, (7, 4, 3))
    found = left("shape", flow_net="hybridsn_3d", flow_hybridsn_3d_4="2")
    assert found["flow"] == dimensions.flow("hybridsn_3d", 30, 25, 16, (3, 3, 3, 2))
    assert left("shape", flow_net="hybridsn_2d")["flow"] == dimensions.flow(
        "hybridsn_2d", 30, 25, 16, ()
    )


def test_a_layer_costs_as_much_as_on_the_page() -> None:
    found = left("cost", dims_components="5", dims_maps="16")["found"]
    assert found == dimensions.first_layers(5, 25, 16, 5)


@pytest.mark.parametrize(
    ("link", "how", "amount"),
    [({"leak_random": "20"}, "random", 0.2),
     ({"leak_how": "per_class", "leak_per_class": "15"}, "per_class", 15)],
)  # fmt: skip
def test_splits_share_as_much_as_on_the_page(
    link: dict[str, str], how: Any, amount: float
) -> None:  # fmt: skip
    scene = cached_scene()
    found = left("meter", leak_window="13", leak_seed="4", **link)
    random = leakage.random(scene, how, amount, 4, 13)
    blocks = leakage.blocks(scene, found["share"], 4, 13)
    assert blocks is not None
    for each, shown in zip(found["found"], (random, blocks), strict=True):
        assert each.own_class == shown.meter.own_class
        assert np.array_equal(each.kinds, shown.meter.kinds)


def test_the_map_and_its_numbers_are_the_page_s() -> None:
    found = left("numbers", map="errors", map_pixels="test", classes="2.7")
    shown = results.job(NETWORK, cached_scene()).result.result()
    assert np.array_equal(found["score"].confusion, shown.scores.confusion)
    picture = results.picture(shown, cached_scene(), "errors", (2, 7), TEST)
    drawn = found["figures"].restricted(found["pictures"]["errors"], found["shown"])
    assert np.array_equal(drawn, picture)


# Trainings: the same runs are asked for as on the page


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Specs:
    """The settings of all runs that are begun; none of them runs."""
    specs: Specs = []

    def recorded(spec: RunSpec, file: Path | None = None) -> Any:
        specs.append(spec)
        return SimpleNamespace(metrics={"test": {"oa": 0.9, "aa": 0.8, "kappa": 0.7}})

    monkeypatch.setattr(whole_run, "whole_run", recorded)
    monkeypatch.setattr(fit, "fit", lambda spec: specs.append(spec) or iter(()))
    return specs


def whole(spec: RunSpec) -> str:
    """All settings of a run, also those that it leaves as usual."""
    data = WindowSettings(**spec.data_args)
    network = {"dropout": 0.4, "batch_norm": False, **spec.model_args}
    plain = replace(spec, model_args=dict(sorted(network.items())), data_args={})
    return f"{json.dumps(plain.to_json())} {data}"


def panel() -> None:
    import json

    import streamlit as st

    from cnnviz.data.synthetic_scene import cached_scene
    from dashboard import address
    from dashboard.lessons.hybridsn_train import controls_for

    address.page_begins("hybridsn")
    common, own = controls_for(cached_scene())
    st.code(json.dumps(own(common(), "a", "").to_json()))


QUICK = {
    "split_seed": "5", "kind_a": "hybridsn_3d", "batch_quick": "32", "net_window_quick_a": "15",
    "net_learning_rate_quick_a": "0.001", "net_dropout_quick_a": "0", "whiten_a": "0",
    "augment_a": "1", "jitter_a": "1", "fitted_on_a": "1",
}  # fmt: skip
PAPER = {
    "begin": "paper", "split": "per_class", "train_count": "20", "epochs_paper": "7",
    "batch_norm_a": "1", "balanced_a": "1", "net_components_paper_a": "20",
}  # fmt: skip


@pytest.mark.parametrize("link", [{}, QUICK, PAPER])
def test_the_panel_s_run_is_trained(asked: Specs, link: dict[str, str]) -> None:
    [page] = pages.opened(panel, **link).code
    left("train", **link)
    assert [whole(spec) for spec in asked] == [whole(RunSpec.from_json(json.loads(page.value)))]


def same(asked: Specs, wanted: dict[str, RunSpec]) -> None:
    assert sorted(map(whole, asked)) == sorted(map(whole, wanted.values()))


def test_the_networks_compared_are_those_of_the_page(asked: Specs) -> None:
    left("trained", dims_split="blocks", dims_seeds="2")
    same(asked, runs.specs(cached_scene(), "blocks", 2))


def test_the_pair_is_that_of_the_page(asked: Specs) -> None:
    left("pair")
    same(asked, pair._specs(cached_scene()))


def test_the_causes_at_the_training_are_those_of_the_page(asked: Specs) -> None:
    left("causes", causes="weights.split", cause_runs="3", cause_norm="0")
    same(asked, variance.specs(cached_scene(), ("weights", "split"), 3, batch_norm=False))


def test_nothing_ticked_is_nothing_more_than_the_first_network(asked: Specs) -> None:
    left("causes", causes="0")
    left("better", **{"try": "0"}, better_seeds="1")
    base = variance.specs(cached_scene(), (), 3, batch_norm=True)[variance.BASE]
    plain = better.specs((), better.Setting("blocks", 13, 1), cached_scene())
    same(asked, {variance.BASE: base, **plain})


def test_what_is_tried_is_what_the_page_tries(asked: Specs) -> None:
    left("better", **{"try": "norm.dilated"}, better_split="random", better_window="15",
         better_seeds="2")  # fmt: skip
    setting = better.Setting("random", 15, 2)
    same(asked, better.specs(("norm", "dilated"), setting, cached_scene()))
    every = left("better", **{"try": "plain"}, better_seeds="1")["trained"]
    assert every == dict(better.TRAINED)
