"""The snippets of the lessons on images: they compute what their pages show.

MobileNetV1, MobileNetV2 and SENet. That each runs with its defaults is in ``test_snippets.py``.
"""

import ast
import json
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnviz.data import cifar10
from cnnviz.data.images import ImageSet
from cnnviz.training.batches import divide
from cnnviz.training.spec import RunSpec
from dashboard import cache, snippets
from dashboard.cache import mobilenet_v2 as cached_v2
from dashboard.cache import (
    mobilenet_v2_maps,
    senet,
    senet_any,
    senet_hands,
    senet_measured,
    senet_place,
)
from dashboard.photo_input import Photo
from tests.dashboard.pages import opened
from tests.dashboard.test_snippets import run

LESSONS = Path(__file__).resolve().parents[2] / "dashboard" / "lessons"
IMAGES = ("mobilenet_v1", "mobilenet_v2", "senet")
ALL = [(lesson, section) for lesson, section in snippets.all_names() if lesson in IMAGES]
#: The question in which a section stands, where it is not called so.
TABS = {"quantities": "cost", "saving": "save", "narrow": "r"}
PHOTO = {"photo": "retina", "size": "96"}
TRAINED = {
    "images_digits": "200", "epochs_digits": "1", "batch_digits": "16", "seed": "3",
    "rate_a": "0.2",
}  # fmt: skip
#: Other settings than the defaults, as in links of the page.
LINKS: dict[tuple[str, str], dict[str, str]] = {
    ("mobilenet_v1", "hero"): {"net": "mobilenet_v1_050", "block": "5", "turn": "90", **PHOTO},
    ("mobilenet_v1", "block"): {"net": "mobilenet_v1_025", "step": "4", **PHOTO},
    ("mobilenet_v1", "mix"): {"net": "mobilenet_v1_050", "mix": "5", "out": "7", **PHOTO},
    ("mobilenet_v1", "hand"): {
        "net": "mobilenet_v1_050", "conv": "pointwise", "hand": "3", "channel": "9",
        "pixel": "5.12", **PHOTO,
    },
    ("mobilenet_v1", "quantities"): {
        "net": "mobilenet_v1_050", "cost_layout": "paper", "cost_blocks": "standard",
        "cost_alpha": "0.75", "cost_size_224": "160", "cost_kernel": "5", "cost_flops": "1",
        "cost_quantity": "parameters",
    },
    ("mobilenet_v1", "saving"): {
        "layer_m": "64", "layer_n": "128", "layer_k": "5", "layer_f": "28",
    },
    ("mobilenet_v1", "empty"): {
        "net": "mobilenet_v1_050", "empty": "6", "threshold": "35", "measure": "response",
    },
    ("mobilenet_v1", "train"): {**TRAINED, "conv_a": "standard", "alpha_digits_a": "0.5"},
    ("mobilenet_v2", "hero"): {
        "points": "disc", "activation": "relu6", "deviation": "3", "matrix": "7", "fit": "0",
        "channels": "12",
    },
    ("mobilenet_v2", "block"): {
        "block_layout": "paper", "variant": "course", "v2_block": "5", "t": "3",
    },
    ("mobilenet_v2", "maps"): {"way": "6", **PHOTO},
    ("mobilenet_v2", "cost"): {
        "cost_layout": "course", "cost_alpha": "0.5", "cost_size_32": "48",
        "cost_quantity": "memory",
    },
    ("mobilenet_v2", "ablations"): {"ablation": "shortcut", "ablation_seeds": "2"},
    ("mobilenet_v2", "empty"): {"threshold": "35", "measure": "response"},
    ("mobilenet_v2", "train"): {
        **TRAINED, "end_a": "relu6", "expansion_a": "2", "shortcut_a": "none",
        "alpha_digits_a": "0.5",
    },
    ("senet", "hero"): {"photo": "retina", "other": "coffee", "block": "3", "mix": "40"},
    ("senet", "steps"): {"photo": "retina", "steps_block": "7", "order": "gate"},
    ("senet", "classes"): {"class_block": "3", "class_map": "gates"},
    ("senet", "hands"): {
        "photo": "retina", "other": "coffee", "instead": "swapped", "gates_in": "stage",
        "hands_block": "5", "from": "4", "many": "20", "gate": "10",
    },
    ("senet", "narrow"): {"r_network": "our_senet", "r": "5"},
    ("senet", "where"): {
        "place_depth": "32", "place_moment": "steps", "place_way": "trunk", "place_lines": "all",
    },
    ("senet", "any"): {"any_module": "inception", "any_r": "7"},
    ("senet", "train"): {
        **TRAINED, "reduction_a": "8", "position_a": "pre", "gate_a": "tanh",
        "squeeze_a": "max", "width_digits_a": "0.5",
    },
}  # fmt: skip
ON_PHOTOS = {
    "train_data": "cifar10", "images_cifar10": "10000", "epochs_cifar10": "7",
    "batch_cifar10": "128",
}  # fmt: skip
A_PHOTO = {"photo": "cifar10", "image": "2", "cifar_size": "64"}
#: What those rule out.
BESIDE: dict[tuple[str, str], dict[str, str]] = {
    ("mobilenet_v1", "hero"): A_PHOTO,
    ("mobilenet_v1", "quantities"): {"cost_size": "16"},
    ("mobilenet_v1", "train"): {**ON_PHOTOS, "alpha_cifar10_a": "0.5"},
    ("mobilenet_v2", "block"): {"block_view": "whole"},
    ("mobilenet_v2", "maps"): A_PHOTO,
    ("mobilenet_v2", "cost"): {"cost_size_224": "160"},
    ("mobilenet_v2", "ablations"): {"ablation_data": "cifar10"},
    ("mobilenet_v2", "train"): {**ON_PHOTOS, "alpha_cifar10_a": "0.5"},
    ("senet", "hero"): {"photo": "cifar10", "image": "2"},
    ("senet", "train"): {**ON_PHOTOS, "width_cifar10_a": "0.25"},
}  # fmt: skip
#: Where the control is there, its default depends on others; the snippet has a word for it.
OF_OTHERS = {"cost_alpha", "pixel"}


@pytest.fixture
def few_photos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """CIFAR-10 with five test images: what pages offer where it is."""
    images = np.arange(5 * 32 * 32 * 3).reshape(5, 32, 32, 3).astype(np.uint8)
    few = ImageSet(images, np.arange(5), cifar10.CLASSES, source="made", verified=True)
    monkeypatch.setattr(cifar10, "find", lambda source=None: tmp_path)
    monkeypatch.setattr(cifar10, "load", lambda split, source=None: few)
    monkeypatch.setattr(cache.pictures, "_cifar10_test", lambda: few)  # without Streamlit's cache


def settings(lesson: str, section: str, link: dict[str, str]) -> dict[str, str]:
    """The settings that a page's controls have from a link; those at their defaults left out."""
    tab = {} if section == "hero" else {"tab": TABS.get(section, section)}
    at = opened(LESSONS / f"{lesson}.py", **link, **tab)
    assert not at.warning
    found: dict[str, str] = at.session_state["settings by page"].get("", {})
    return {key: text for key, text in found.items() if key != "tab"}


@pytest.mark.parametrize(("lesson", "section"), ALL)
def test_each_setting_is_a_control_of_its_page(few_photos: None, lesson: str, section: str) -> None:
    link, other = LINKS[lesson, section], BESIDE.get((lesson, section), {})
    assert settings(lesson, section, link) == link
    assert not other or settings(lesson, section, other) == other


def test_no_setting_is_left_out_of_these_links() -> None:
    for lesson in IMAGES:
        sections = [section for name, section in ALL if name == lesson]
        keys = {key for section in sections for key in snippets.keys(lesson, section)}
        links = [
            each.get((lesson, section), {}) for each in (LINKS, BESIDE) for section in sections
        ]
        assert keys == {key for link in links for key in link}


@pytest.mark.parametrize(("lesson", "section"), ALL)
def test_each_default_is_that_of_the_control(few_photos: None, lesson: str, section: str) -> None:
    # A control's own default is not among the settings of a page, though a link says it.
    assert settings(lesson, section, defaults(lesson, section)) == {}


def defaults(lesson: str, section: str) -> dict[str, str]:
    """The defaults of a snippet's settings as a link would have them."""
    code = snippets.present(lesson, section, {})
    assert code is not None
    head = [node for node in ast.parse(code).body if isinstance(node, ast.Assign)]
    values = [ast.literal_eval(node.value) for node in head[: len(snippets.keys(lesson, section))]]
    texts = [
        f"{v:g}" if isinstance(v, float) else str(int(v) if v is True or v is False else v)
        for v in values
    ]
    found = dict(zip(snippets.keys(lesson, section), texts, strict=True))
    return {key: text for key, text in found.items() if key not in OF_OTHERS}


def left(lesson: str, section: str, **link: str) -> dict[str, Any]:
    """What a snippet leaves, with the settings that are tried here, or with others."""
    code = snippets.present(lesson, section, link or LINKS[lesson, section])
    assert code is not None
    return run(code)


def same(found: Any, expected: Any) -> None:
    """Results of the library are equal, field by field, but for rounding on more threads."""
    assert type(found) is type(expected)
    for field in fields(expected):
        one, other = (getattr(each, field.name) for each in (found, expected))
        if is_dataclass(other):
            same(one, other)
        elif isinstance(other, np.ndarray | float):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


RETINA = "retina"  # a large photo, which pages keep reduced


def retina() -> Photo:
    return Photo(RETINA, RETINA, cache.bundled_photo(RETINA))


def test_mobilenet_v1_s_maps_are_those_of_the_page() -> None:
    found = left("mobilenet_v1", "hero")
    pixels, seen = cache.look("mobilenet_v1_050", retina(), 96, 90, 4, 24)
    np.testing.assert_array_equal(found["pixels"], pixels)
    same(found["seen"], seen)
    same(left("mobilenet_v1", "block")["maps"],
         cache.block_maps("mobilenet_v1_025", retina(), 96, 3))  # fmt: skip
    same(left("mobilenet_v1", "mix")["parts"],
         cache.pointwise_sum("mobilenet_v1_050", retina(), 96, 4, 7))  # fmt: skip


@pytest.mark.parametrize("place", [(5, 12), None])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("depthwise", "blocks.2.depthwise"), ("pointwise", "blocks.2.pointwise"), ("stem", "stem")],
)
def test_mobilenet_v1_s_pixel_is_that_of_the_page(
    kind: str, name: str, place: tuple[int, int] | None
) -> None:
    link = {"hand": "3", "channel": "9", "conv": kind, **PHOTO}
    if place:
        link["pixel"] = "{}.{}".format(*place)
    layer = cache.layer_maps("mobilenet_v1", retina(), 96, name)
    middle = (layer.outputs.shape[1] // 2, layer.outputs.shape[2] // 2)
    found = left("mobilenet_v1", "hand", **link)
    same(found["pixel"], cache.pixel_sum(layer, 9, *(place or middle)))
    assert sum(found["figure"].data[0].y) == pytest.approx(found["pixel"].total)


def test_mobilenet_v1_s_cost_is_that_of_the_page() -> None:
    found = left("mobilenet_v1", "quantities")
    cost = cache.network_layers("paper", 0.75, 160, 5, False)
    assert list(found["figure"].data[0].y) == [layer.parameters for layer in cost.layers]
    narrow = left("mobilenet_v1", "quantities", net="mobilenet_v1_025", cost_flops="1")
    cost = cache.network_layers("course", 0.25, 32, 3, True)
    assert list(narrow["figure"].data[0].y) == [2 * layer.madds for layer in cost.layers]
    timed = left("mobilenet_v1", "quantities", net="mobilenet_v1_025", cost_quantity="latency")
    assert set(timed["values"]) == {layer.name for layer in cost.layers}


def test_what_mobilenet_v1_saves_and_leaves_empty_is_that_of_the_page() -> None:
    assert left("mobilenet_v1", "saving")["found"] == cache.compare_layer(64, 128, 5, 28)
    found = left("mobilenet_v1", "empty")
    dead = cache.dead_share("mobilenet_v1_050", 0.35, "response")
    assert found["dead"].share == dead.share
    assert found["here"].tolist() == dead.by_block[5].tolist()
    found = left("mobilenet_v2", "empty")
    for line, name in zip(found["figure"].data, ("mobilenet_v1", "mobilenet_v2"), strict=True):
        shares = cache.dead_share(name, 0.35, "response").shares
        np.testing.assert_allclose(line.y, 100 * shares, rtol=1e-6)


def test_mobilenet_v2_s_points_come_back_as_on_the_page() -> None:
    found = left("mobilenet_v2", "hero")
    sent = cached_v2.sent("disc", "relu6", 7, 3.0)
    at = cached_v2.COUNTS.index(12)
    assert found["error"] == sent.way.plain_error[at]
    np.testing.assert_array_equal(found["returned"], sent.way.returned[at])


def test_mobilenet_v2_s_blocks_are_those_of_the_page() -> None:
    block = cached_v2.blocks("paper", 3, "course")[4]
    widths = [block.input_shape[0], *(layer.output_shape[0] for layer in block.layers)]
    assert list(left("mobilenet_v2", "block")["figure"].data[0].y) == widths
    whole = left("mobilenet_v2", "block", block_view="whole", block_layout="paper", t="4")
    assert whole["own"] == cached_v2.network("paper", 1.0, 224, 4, "paper")
    assert len(whole["figure"].data) == 3
    course = left("mobilenet_v2", "block", block_view="course")
    more = [each.parameters for each in cached_v2.differences("course")]
    assert list(course["figure"].data[0].y) == more


def test_mobilenet_v2_s_way_is_that_of_the_page() -> None:
    found = left("mobilenet_v2", "maps")
    way = mobilenet_v2_maps.ways("mobilenet_v2", retina(), 96)[5]
    same(found["way"], way)
    without = left("mobilenet_v2", "maps", way="1")
    assert without["way"].shortcut is None
    assert len(without["stages"]) == 2


@pytest.mark.parametrize("quantity", ["madds", "parameters", "activations", "memory"])
def test_mobilenet_v2_s_cost_is_that_of_the_page(quantity: str) -> None:
    link = LINKS["mobilenet_v2", "cost"] | {"cost_quantity": quantity}
    found = left("mobilenet_v2", "cost", **link)
    for bars, name in zip(found["figure"].data, ("mobilenet_v1", "mobilenet_v2"), strict=True):
        parts = cached_v2.parts(name, "course", 0.5, 48)
        values = [4 * p.split if quantity == "memory" else getattr(p, quantity) for p in parts]
        assert list(bars.y) == values


def test_senet_s_gates_are_those_of_the_page() -> None:
    coffee = Photo("coffee", "", cache.bundled_photo("coffee"))
    found = left("senet", "hero")
    _pixels, seen = senet.look(retina(), coffee, 0.4, 2, 6)
    same(found["seen"], seen)
    np.testing.assert_allclose(found["alone"].gates, senet.gates(retina())[2], atol=1e-5)
    found = left("senet", "steps")
    same(found["found"], senet.steps(retina(), 6))
    assert list(found["figure"].data[2].y) == sorted(found["found"].gates, reverse=True)


@pytest.mark.parametrize("gates", ["learned", "off", "mean", "swapped", "shuffled"])
@pytest.mark.parametrize("where", ["block", "stage", "all"])
def test_senet_s_answer_to_other_gates_is_that_of_the_page(gates: str, where: str) -> None:
    coffee = Photo("coffee", "", cache.bundled_photo("coffee"))
    link = LINKS["senet", "hands"] | {"instead": gates, "gates_in": where}
    found = left("senet", "hands", **link)
    answer = senet_hands.with_gates(
        retina(), coffee, 4, code=gates, where=where, hand=(3, 20, 0.2), shown=1
    )
    np.testing.assert_allclose(found["now"], answer.probabilities, atol=1e-5)
    np.testing.assert_allclose(found["own"], senet.probabilities(retina()), atol=1e-5)


def test_what_was_measured_of_senet_is_that_of_the_page() -> None:
    gates = senet_measured.class_gates()
    assert gates is not None
    found = left("senet", "classes")
    mean = gates.mean[2]
    np.testing.assert_array_equal(np.sort(found["figure"].data[0].z), np.sort(mean))
    apart = left("senet", "classes", class_block="3")["figure"].data[0].z
    np.testing.assert_allclose(np.sort(apart), np.sort(mean - mean.mean(axis=0)))
    found = left("senet", "where")
    flows = senet_place.measured().flows
    for line, place in zip(found["figure"].data, senet_place.PLACES, strict=True):
        np.testing.assert_array_equal(line.y, flows[32, place, "steps", "trunk"].middle)


def test_what_se_adds_is_that_of_the_page() -> None:
    found = left("senet", "narrow")
    for bars, ratio in zip(found["figure"].data, (5, 0), strict=True):
        assert list(bars.y) == [each[2] for each in senet_any.blocks("our_senet", ratio)]
    found = left("senet", "any")
    assert found["module"] == senet_any.module("inception", 7)
    shares = [100 * each.added(7) / each.parameters for each in senet_any.networks().values()]
    assert list(found["figure"].data[0].x)[1:] == shares


def asked(lesson: str) -> None:
    """A page of a lesson's training settings alone; says what they ask for."""
    import importlib
    import json

    import streamlit as st

    train = importlib.import_module(f"dashboard.lessons.{lesson}_train")
    st.code(json.dumps(train.own(train.common(), "a", "").to_json()))


def spec_of(lesson: str, link: dict[str, str]) -> RunSpec:
    """What a snippet would train."""
    code = snippets.present(lesson, "train", link)
    assert code is not None
    spec: RunSpec = run(code.partition("\ncurves = ")[0])["spec"]
    return spec


@pytest.mark.parametrize("lesson", IMAGES)
def test_the_training_is_what_the_page_asks_for(few_photos: None, lesson: str) -> None:
    for link in (LINKS[lesson, "train"], BESIDE[lesson, "train"], {"train_data": "cifar10"}):
        page = json.loads(opened(asked, lesson, **link).code[0].value)
        assert spec_of(lesson, link) == RunSpec.from_json(page)


@pytest.mark.parametrize("lesson", IMAGES)
def test_the_training_learns_from_the_images_of_the_page_s(lesson: str) -> None:
    page = RunSpec.from_json(json.loads(opened(asked, lesson).code[0].value))
    spec = spec_of(lesson, {})
    for one, other in zip(divide(spec), divide(page), strict=True):
        np.testing.assert_array_equal(one.images, other.images)
    # The page writes all that there are as 0.
    assert replace(spec, images=page.images) == page
