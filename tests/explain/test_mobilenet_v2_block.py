"""MobileNetV2's blocks as they are counted and drawn, and the blocks beside them."""

import pytest

from cnnviz.cost import cost_of
from cnnviz.explain.mobilenet_v2_block import (
    LAYOUTS,
    SIZES,
    block_at,
    blocks,
    counterparts,
    differences,
    network_cost,
    stand_in,
)
from cnnviz.explain.network_cost import Layout, layer_times
from cnnviz.models.mobilenet_v2 import MobileNetV2, Variant

both_layouts = pytest.mark.parametrize("layout", ["course", "paper"])


@both_layouts
@pytest.mark.parametrize("variant", ["paper", "course"])
def test_layers_sum_up_to_the_whole_network(layout: Layout, variant: Variant) -> None:
    whole = cost_of(MobileNetV2, (3, 48, 48), **LAYOUTS[layout], variant=variant)
    found = network_cost(layout, size=48, variant=variant)
    assert (found.madds, found.parameters) == (whole.madds, whole.parameters)


def test_a_block_is_counted_as_by_hand() -> None:
    third = blocks("course")[2]
    assert (third.input_shape, third.output_shape) == ((24, 32, 32), (24, 32, 32))
    assert [layer.kind for layer in third.layers] == ["pointwise", "depthwise", "pointwise"]
    # Weights, then the batch norm's scale and shift.
    assert [layer.parameters for layer in third.layers] == [
        24 * 144 + 288, 9 * 144 + 288, 144 * 24 + 48,
    ]  # fmt: skip
    assert [layer.madds for layer in third.layers] == [
        24 * 144 * 1024, 9 * 144 * 1024, 144 * 24 * 1024,
    ]  # fmt: skip
    assert third.joined
    assert third.shortcut is None
    assert third.activation == "ReLU6"


@both_layouts
def test_where_there_is_no_shortcut_the_reason_is_told(layout: Layout) -> None:
    for block in blocks(layout):
        same = block.input_shape == block.output_shape
        assert block.joined == same
        wanted = "" if same else "stride" if block.stride == 2 else "widths"
        assert block.barrier == wanted


def test_nothing_is_expanded_where_t_is_one() -> None:
    first = blocks("paper")[0]
    assert [layer.kind for layer in first.layers] == ["depthwise", "pointwise"]
    assert first.expansion == 1
    assert all(block.expansion == 1 for block in blocks("paper", expansion=1))


@pytest.mark.parametrize("t", [2, 10])
def test_the_expansion_widens_what_is_inside_and_nothing_between(t: int) -> None:
    for usual, wide in zip(blocks("course")[1:], blocks("course", expansion=t)[1:], strict=True):
        assert wide.output_shape == usual.output_shape
        assert wide.layers[0].output_shape[0] == t * wide.input_shape[0]


def test_the_course_has_layers_that_make_up_the_difference() -> None:
    found = differences("course")
    paper, course = (network_cost("course", size=32, variant=v) for v in ("paper", "course"))  # type: ignore[arg-type]
    assert (paper.parameters, course.parameters) == (2_236_682, 2_296_922)
    assert sum(each.parameters for each in found) == course.parameters - paper.parameters
    assert sum(each.madds for each in found) == course.madds - paper.madds
    assert [(each.number, each.layer, each.channels) for each in found] == [
        (0, "expand", (32, 32)), (0, "shortcut", (32, 16)), (1, "shortcut", (16, 24)),
        (10, "shortcut", (64, 96)), (16, "shortcut", (160, 320)),
    ]  # fmt: skip


def test_the_course_s_blocks_show_their_shortcut_s_convolution() -> None:
    second = blocks("course", variant="course")[1]
    assert second.joined
    assert second.barrier == ""
    assert second.shortcut is not None
    assert second.shortcut.parameters == 16 * 24 + 2 * 24
    assert second.activation == "ReLU"


def test_the_blocks_beside_it_are_of_the_same_resolution() -> None:
    found = {name: block_at(cost, 14) for name, cost in counterparts("paper").items()}
    v1, resnet = found["mobilenet_v1"], found["resnet"]
    assert v1 is not None
    assert (v1.number, v1.widths) == (10, (512, 512, 512))
    assert v1.kinds == ("depthwise", "pointwise")
    assert resnet is not None
    assert (resnet.number, resnet.widths) == (12, (1024, 256, 256, 1024))
    assert resnet.kinds == ("pointwise", "convolution", "pointwise")


def test_a_resolution_that_a_network_has_no_block_at_is_none() -> None:
    assert block_at(counterparts("paper")["resnet"], 112) is None


@both_layouts
def test_the_network_to_be_timed_has_the_counted_layers(layout: Layout) -> None:
    model = stand_in(layout, alpha=0.35)
    cost = network_cost(layout, alpha=0.35, size=32)
    assert sum(p.numel() for p in model.parameters()) == cost.parameters
    times = layer_times(model, 32, repeats=1)
    assert list(times) == [layer.name for layer in cost.layers]
    assert all(milliseconds > 0 for milliseconds in times.values())


def test_shortcuts_with_a_convolution_are_layers_of_their_own() -> None:
    names = [x.name for x in network_cost("course", size=32, variant="course").layers]
    assert names.count("blocks.1.shortcut") == 1
    assert "blocks.2.shortcut" not in names


def test_the_layouts_are_made_for_these_sizes() -> None:
    assert SIZES == {"course": 32, "paper": 224}
