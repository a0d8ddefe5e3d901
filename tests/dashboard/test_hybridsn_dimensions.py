"""The question "3-D or 2-D?" by Streamlit's own test runner."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from cnnviz import checkpoints
from cnnviz.figures.numbers import si, whole
from cnnviz.training import run_files
from cnnviz.training.run_files import Record
from cnnviz.training.spec import RunSpec
from dashboard import cache
from dashboard.cache import hybridsn_dimensions_runs as runs
from dashboard.cache import hybridsn_kernels as kernels
from dashboard.cache import hybridsn_scene, hybridsn_train
from tests.dashboard import hybridsn_dimensions_made as made
from tests.dashboard import pages
from tests.dashboard.pages import sound

MINUS = "\u2212"


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """One network for the small scene, no runs, and the time of runs not measured."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(checkpoints, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(hybridsn_train, "total", lambda specs, scene: 90.0)
    made.keep()
    yield
    made.forget()


def page(network: str, scene: str) -> None:
    from dashboard import address
    from dashboard.cache import hybridsn_scene
    from dashboard.lessons import hybridsn_dimensions
    from tests.dashboard import hybridsn_dimensions_made

    own = getattr(hybridsn_dimensions_made, scene, None)
    hybridsn_dimensions.dimensions(network, own or hybridsn_scene.load(scene))
    address.show_notes()


def opened(network: str = "hybridsn", scene: str = "SCENE", **link: str) -> AppTest:
    return pages.opened(page, network, scene, **link)


def pieces(at: AppTest, mark: str) -> list[str]:
    return [e.proto.body for e in at.get("html") if f"class='{mark}'" in e.proto.body]


def numbers(text: str) -> list[float]:
    """What is set in bold, as numbers."""
    return [float(n.replace(MINUS, "-")) for n in re.findall(r"<b>([\u2212\d.e-]+)</b>", text)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", ["hand", "shape", "cost"])
def test_each_part_opens_in_both_languages(part: str, lang: str) -> None:
    at = opened(dims=part, lang=lang)
    assert not at.warning
    assert at.expander


def network_says(kernel: int, depth: int) -> float:
    """The number for the pixel (12, 10), by torch alone."""
    model = checkpoints.load("hybridsn")[0]
    x = kernels.tensor(kernels.part("hybridsn", made.SCENE, 12, 10, kernels.WINDOW))
    with torch.no_grad():
        return float(model.conv3d[0].conv(x)[0, kernel, depth, 4, 4])


@pytest.mark.parametrize(("kernel", "band"), [(1, 1), (1, 3), (5, 8)])
def test_by_hand_the_products_sum_up_to_the_networks_number(kernel: int, band: int) -> None:
    at = opened(hand_kernel=str(kernel), hand_band=str(band))
    three, _two = pieces(at, "dims")
    *sums, total, value = numbers(three)
    assert len(sums) == 7
    assert value == pytest.approx(network_says(kernel - 1, band - 1), rel=5e-5)
    assert total == pytest.approx(value, rel=1e-4)
    bias = float(kernels.layers("hybridsn")[0].bias[kernel - 1])
    assert sum(sums) + bias == pytest.approx(value, abs=0.05)
    assert f"components {band} to {band + 6}" in three


def test_the_slider_moves_the_3d_kernel_and_not_the_2d_one() -> None:
    at = opened()
    three, two = pieces(at, "dims")
    at.slider(key="hand_band").set_value(8).run()
    moved, same = pieces(sound(at), "dims")
    assert numbers(moved) != numbers(three)
    assert same == two
    assert "all 14 components at once" in two
    assert dict(at.query_params) == {"hand_band": "8"}


def test_without_a_trained_2d_network_an_untrained_kernel_is_shown_and_said_to_be() -> None:
    at = opened()
    assert any("untrained" in each.value for each in at.caption)
    made.keep("hybridsn_2d")
    at = opened()
    assert not any("untrained" in each.value for each in at.caption)
    total, value = numbers(pieces(at, "dims")[1])
    model = checkpoints.load("hybridsn_2d")[0]
    x = kernels.part("hybridsn_2d", made.SCENE, 12, 10, kernels.WINDOW)
    with torch.no_grad():
        said = float(model.conv2d[0].conv(torch.tensor(x)[None])[0, 0, 4, 4])
    assert value == pytest.approx(said, rel=1e-5)
    assert total == pytest.approx(said, rel=1e-4)


def test_another_pixel_has_another_number() -> None:
    first, second = (opened(**link) for link in ({}, {"place": "3.4"}))
    assert numbers(pieces(first, "dims")[0])[-1] != numbers(pieces(second, "dims")[0])[-1]


def test_without_a_network_all_but_the_numbers_by_hand_is_there() -> None:
    assert "Train it" in opened("").info[0].value
    assert pieces(opened("", dims="shape"), "flow")
    assert pieces(opened("", dims="cost"), "pairs")


def test_the_papers_network_has_the_papers_parameters_layer_by_layer() -> None:
    [flow] = pieces(opened(dims="shape"), "flow")
    for parameters in (512, 5_776, 13_856, 331_840, 4_735_232, 32_896, 2_064):
        assert f"</div>{whole(parameters)}</div>" in flow
    assert f"<b>{whole(5_122_176)}</b>" in flow
    for shape in ("24 23 23", "20 21 21", "18 19 19", "17 17"):
        assert "\u202f×\u202f".join(shape.split()) in flow
    assert flow.count("class='cube'") == 6


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"flow_components": "10"}, "10 components are too few: the kernels' depths need 13."),
        ({"flow_window": "7"}, "A window of 7 pixels is too small: the convolutions need 9."),
        ({"flow_hybridsn_1": "9", "flow_components": "14"}, "need 15."),
        ({"flow_net": "hybridsn_3d", "flow_components": "8"}, "need 9."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_under_the_sliders(
    link: dict[str, str], said: str
) -> None:
    at = opened(dims="shape", **link)
    assert at.warning[0].value.endswith(said)
    assert not pieces(at, "flow")
    at.slider(key="flow_components").set_value(30).run()
    at.slider(key="flow_window").set_value(25).run()
    assert not sound(at).warning


def test_the_networks_are_drawn_with_their_own_kernels() -> None:
    at = opened(dims="shape")
    assert [s.key for s in at.slider if "hybridsn" in s.key] == [
        f"flow_hybridsn_{i}" for i in (1, 2, 3)
    ]
    at = opened(dims="shape", flow_net="hybridsn_2d")
    assert [s.key for s in at.slider] == ["flow_window", "flow_components"]
    at = opened(dims="shape", flow_net="hybridsn_3d")
    assert len(at.slider) == 6


def test_a_layer_costs_both_ways_what_arithmetic_says() -> None:
    at = opened(dims="cost", dims_components="20", dims_depth="5", dims_maps="4", dims_window="13")
    layer, whole_networks = pieces(at, "pairs")
    told = re.findall(r"class='number'>([^<]*)<", layer)
    weights, pixels = (4 * 5 * 9, 4 * 20 * 9), 11 * 11
    assert told[:2] == [whole(4 * 5 * 9 + 4), whole(4 * 20 * 9 + 4)]
    assert told[2:4] == [si(weights[0] * 16 * pixels), si(weights[1] * pixels)]
    assert told[4:] == [si(4 * 16 * pixels), si(4 * pixels)]
    assert len(re.findall("class='number'", whole_networks)) == 6


# The trained comparison, on the embedded scene, whose runs are not carried out here.
SCENE = "synthetic_scene"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> dict[str, RunSpec]:
    """What was handed over to be trained."""
    found: dict[str, RunSpec] = {}

    def start(specs: dict[str, RunSpec], **about: Any) -> str:
        found.update(specs)
        return "group"

    monkeypatch.setattr(cache, "prepare_runs", lambda: None)
    monkeypatch.setattr(cache, "start_runs", start)
    return found


def done(label: str, spec: RunSpec, oa: float) -> None:
    run_files.write(
        Record(
            id=label, group="group", label=label, spec=spec, owner="me", lesson="hybridsn",
            state="done", epoch=1, metrics={"validation": {"oa": oa}, "test": {"oa": oa}},
            progress={"step": 9, "steps": 9, "seconds": 20.0, "measured": 1},
        )
    )  # fmt: skip


def table(at: AppTest) -> list[list[str]]:
    [found] = pieces(at, "cost-table")
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", found)
    return [re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row) for row in rows]


def test_before_a_run_the_table_has_what_is_known(started: dict[str, RunSpec]) -> None:
    at = opened("", SCENE, dims="trained", dims_split="random", dims_seeds="2")
    _heads, hybrid, flat, deep = table(at)
    assert [row[0] for row in (hybrid, flat, deep)] == ["Hybrid", "2-D\u00a0only", "3-D\u00a0only"]
    assert hybrid[1:5] == ["–"] * 4
    assert hybrid[5].endswith("M")
    assert "Missing: 12 of 12 trainings, about 90 s" in at.caption[0].value
    assert not started


def test_the_button_starts_each_network_by_seed_with_and_without_another_order(
    started: dict[str, RunSpec],
) -> None:
    at = opened("", SCENE, dims="trained", dims_split="random", dims_seeds="2")
    at.button(key="dims_start").click().run()
    assert len(started) == 3 * 2 * 2
    assert {spec.model for spec in started.values()} == {"hybridsn", "hybridsn_2d", "hybridsn_3d"}
    for label, spec in started.items():
        _model, order, seed = label.rsplit("-", 2)
        assert (spec.seed, spec.split_seed) == (int(seed), 0)
        assert spec.data_args["split"] == "random"
        assert spec.data_args.get("permute", 0) == (int(seed) + 1 if order == "other" else 0)
    # But for network and order all of a seed are trained alike.
    alike = {
        (str(sorted(s.data_args.items() - {("permute", s.data_args.get("permute"))})), s.epochs,
         s.batch_size, s.learning_rate)
        for s in started.values()
    }  # fmt: skip
    assert len(alike) == 1


def test_results_are_found_by_their_settings_and_compared_seed_by_seed(
    started: dict[str, RunSpec],
) -> None:
    scene = hybridsn_scene.load(SCENE)
    results = {
        "hybridsn": ((0.90, 0.94), (0.88, 0.93)),
        "hybridsn_2d": ((0.85, 0.90), (0.85, 0.90)),
        "hybridsn_3d": ((0.91, 0.95), ()),
    }
    for label, spec in runs.specs(scene, "random", 2).items():
        model, order, seed = label.rsplit("-", 2)
        values = results[model][order == "other"]
        if values:
            done(label, spec, values[int(seed)])
    at = opened("", SCENE, dims="trained", dims_split="random", dims_seeds="2")
    _heads, hybrid, flat, deep = table(at)
    assert hybrid[1:5] == ["92.0\u202f% ± 2.8", "–", "90.5\u202f% ± 3.5", f"{MINUS}1.5 ± 0.7"]
    assert flat[2:5] == [f"{MINUS}4.5 ± 0.7", "87.5\u202f% ± 3.5", "0.0 ± 0.0"]
    assert deep[2:5] == ["+1.0 ± 0.0", "–", "–"]
    assert hybrid[7] == "20 s"
    assert "Missing: 2 of 12 trainings" in at.caption[0].value
    at.button(key="dims_start").click().run()
    assert set(started) == {"hybridsn_3d-other-0", "hybridsn_3d-other-1"}


def test_on_ones_own_scene_the_page_says_how_to_train(started: dict[str, RunSpec]) -> None:
    at = opened("", dims="trained")
    assert "command line" in at.warning[0].value
    assert not at.button
