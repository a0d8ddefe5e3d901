"""Cost by block, and what must be kept in memory, against counting by hand."""

from itertools import pairwise

import pytest

from cnnviz.explain.mobilenet_v1_cost import network_cost as cost_of_v1
from cnnviz.explain.mobilenet_v2_block import network_cost as cost_of_v2
from cnnviz.explain.mobilenet_v2_cost import Part, paper_rows, parts, times


def part_of(found: tuple[Part, ...], number: int) -> Part:
    return next(part for part in found if part.block == number)


@pytest.mark.parametrize("network", ["mobilenet_v1", "mobilenet_v2"])
def test_parts_sum_up_to_the_network(network: str) -> None:
    counted = {"mobilenet_v1": cost_of_v1, "mobilenet_v2": cost_of_v2}[network]
    cost = counted("paper", alpha=0.5, size=96)
    found = parts(network, "paper", alpha=0.5, size=96)
    for quantity in ("madds", "parameters", "activations"):
        assert sum(getattr(part, quantity) for part in found) == getattr(cost, quantity)


def test_each_part_begins_with_what_the_last_one_put_out() -> None:
    found = parts("mobilenet_v2", "paper", alpha=1, size=224)
    assert found[0].input_shape == (3, 224, 224)
    for before, after in pairwise(found):
        assert after.input_shape == before.layers[-1].output_shape
    assert [part.block for part in found] == [None, *range(17), None, None]


def test_a_joined_block_keeps_its_input_while_it_runs_layer_by_layer() -> None:
    third = part_of(parts("mobilenet_v2", "paper", alpha=1, size=224), 2)  # 24 -> 144 -> 24 at 56
    pixels = 56 * 56
    assert third.whole == (24 + 144 + 144) * pixels
    assert third.split == (24 + 24 + 1 + 1) * pixels


def test_a_block_without_a_shortcut_keeps_two_maps_at_a_time() -> None:
    second = part_of(parts("mobilenet_v2", "paper", alpha=1, size=224), 1)  # 16 -> 96 -> 24
    large, small = 112 * 112, 56 * 56
    assert second.whole == max((16 + 96) * large, 96 * large + 96 * small, (96 + 24) * small)
    assert second.split == 16 * large + 24 * small + large + small


def test_a_single_layer_keeps_its_input_and_its_output() -> None:
    stem = parts("mobilenet_v1", "course", alpha=1, size=32)[0]
    assert stem.whole == stem.split == (3 + 32) * 32 * 32


@pytest.mark.parametrize("network", ["mobilenet_v1", "mobilenet_v2"])
def test_splitting_never_keeps_more(network: str) -> None:
    assert all(part.split <= part.whole for part in parts(network, "paper", alpha=1, size=224))


def test_split_v2_keeps_less_than_v1_and_layer_by_layer_more() -> None:
    v1, v2 = (parts(f"mobilenet_v{n}", "paper", alpha=1, size=224) for n in (1, 2))
    assert max(part.split for part in v2) < max(part.split for part in v1)
    assert max(part.whole for part in v2) > max(part.whole for part in v1)


def test_the_papers_table_is_counted_again() -> None:
    rows = {row.printed.name: row for row in paper_rows()}
    assert {name: (row.madds, row.parameters) for name, row in rows.items()} == {
        "MobileNetV1": (568_740_352, 4_231_976),
        "MobileNetV2": (300_774_272, 3_504_872),
        "MobileNetV2 1.4": (582_195_824, 6_108_776),
    }
    assert [name for name, row in rows.items() if row.parameters_agree] == ["MobileNetV1"]
    assert not any(row.madds_agree for row in rows.values())


def test_both_networks_are_timed_by_kind_of_layer() -> None:
    found = times("course", 1)
    assert set(found) == {"mobilenet_v1", "mobilenet_v2"}
    for kinds in found.values():
        assert set(kinds) == {"convolution", "depthwise", "pointwise", "linear"}
        assert all(milliseconds > 0 for milliseconds in kinds.values())
