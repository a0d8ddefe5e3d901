"""A photo's way through MobileNetV2's blocks, beside the same blocks run by hand."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from torch import Tensor, nn

from cnnviz.explain import mobilenet_v2_maps as explain
from cnnviz.explain.mobilenet_v2_maps import Stage, Way, effective_rank, ways
from cnnviz.models.mobilenet_v2 import MobileNetV2

# (expansion, output channels, repeats, stride of the first): blocks of every kind.
STAGES = ((1, 16, 1, 1), (3, 24, 2, 1), (2, 24, 2, 2))
ALL = 1000  # more channels than there are

Make = Callable[..., MobileNetV2]


@pytest.fixture
def make() -> Make:
    """Build a small network that looks trained: batch norms that are no identities, values of 6."""

    def build(**arguments: Any) -> MobileNetV2:
        torch.manual_seed(0)
        chosen = {"stages": STAGES, "stem_channels": 8, "last_channels": 16, "num_classes": 4}
        model = MobileNetV2(**{**chosen, **arguments})
        for norm in model.modules():
            if isinstance(norm, nn.BatchNorm2d):
                nn.init.uniform_(norm.weight, 1, 4)
                nn.init.uniform_(norm.bias, -1, 2)
                nn.init.uniform_(norm.running_var, 0.1, 0.5)
        return model.eval()

    return build


@pytest.fixture
def model(make: Make) -> MobileNetV2:
    return make()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 3, 14, 17, generator=torch.Generator().manual_seed(1))


def stages_of(way: Way) -> list[Stage]:
    found = (getattr(way, field.name) for field in fields(way))
    return [each for each in found if isinstance(each, Stage)]


@pytest.mark.parametrize("arguments", [{}, {"variant": "course"}, {"linear": False}], ids=str)
def test_the_maps_are_what_each_layer_computes(
    make: Make, x: Tensor, arguments: dict[str, Any]
) -> None:
    model = make(**arguments)
    relu: Callable[[Tensor], Tensor] = torch.relu if "variant" in arguments else relu6
    found = ways(model, x, ALL)
    assert len(found) == 5
    with torch.inference_mode():
        at = relu(model.stem_norm(model.stem(x)))
        for way, block in zip(found, model.blocks, strict=True):
            assert_array_equal(way.inputs.maps, at[0])
            wide = at
            if isinstance(block.expand, nn.Conv2d):
                wide = relu(block.expand_norm(block.expand(at)))
                assert way.expanded is not None
                assert_array_equal(way.expanded.maps, wide[0])
            else:
                assert way.expanded is None
            filtered = relu(block.depthwise_norm(block.depthwise(wide)))
            assert_array_equal(way.filtered.maps, filtered[0])
            branch = block.project_norm(block.project(filtered))
            branch = branch if arguments.get("linear", True) else relu(branch)
            assert_array_equal(way.projected.maps, branch[0])
            if block.joined:
                beside = block.shortcut(at)
                assert way.shortcut is not None
                assert_array_equal(way.shortcut.maps, beside[0])
                at = branch + beside
            else:
                assert way.shortcut is None
                at = branch
            assert_array_equal(way.outputs.maps, at[0])


def relu6(values: Tensor) -> Tensor:
    return values.clamp(0, 6)


def test_blocks_are_told_as_they_are_built(model: MobileNetV2, x: Tensor) -> None:
    found = ways(model, x, 2)
    assert [way.block for way in found] == list(range(5))
    assert [way.expansion for way in found] == [1, 3, 3, 2, 2]
    assert [way.stride for way in found] == [1, 1, 1, 2, 1]
    assert [way.barrier for way in found] == ["widths", "widths", "", "stride", ""]
    assert [way.shortcut is None for way in found] == [True, True, False, True, False]


@pytest.mark.parametrize("variant", ["paper", "course"])
def test_each_stage_names_the_activation_that_has_just_been_applied(
    make: Make, x: Tensor, variant: str
) -> None:
    name = {"paper": "ReLU6", "course": "ReLU"}[variant]
    for way in ways(make(variant=variant), x, 1):
        assert way.inputs.activation == (name if way.block == 0 else "")
        assert way.filtered.activation == name
        assert way.expanded is None or way.expanded.activation == name
        assert way.projected.activation == way.outputs.activation == ""


def test_numbers_are_of_all_channels_also_where_few_are_kept(model: MobileNetV2, x: Tensor) -> None:
    for whole, part in zip(ways(model, x, ALL), ways(model, x, 3), strict=True):
        for all_of_it, some in zip(stages_of(whole), stages_of(part), strict=True):
            assert_array_equal(some.maps, all_of_it.maps[:3])
            assert some.shape == all_of_it.maps.shape
            assert (some.zeros, some.rank, some.norm) == (
                all_of_it.zeros, all_of_it.rank, all_of_it.norm
            )  # fmt: skip
            assert_array_equal(some.counts, all_of_it.counts)


def test_shares_are_counted_from_the_values(model: MobileNetV2, x: Tensor) -> None:
    cut = set()
    for stage in (stage for way in ways(model, x, ALL) for stage in stages_of(way)):
        assert stage.zeros == pytest.approx((stage.maps == 0).mean())
        assert stage.ceiling == pytest.approx((stage.maps == 6).mean())
        assert stage.norm == pytest.approx(np.linalg.norm(stage.maps.astype(float)))
        if stage.activation:
            cut.add((stage.zeros > 0, stage.ceiling > 0))
    assert (True, True) in cut


@pytest.mark.parametrize("arguments", [{}, {"variant": "course"}, {"linear": False}], ids=str)
def test_a_histogram_has_every_value_that_no_activation_has_cut(
    make: Make, x: Tensor, arguments: dict[str, Any]
) -> None:
    for way in ways(make(**arguments), x, ALL):
        for stage in stages_of(way):
            values = stage.maps
            if stage.activation:
                values = values[values > 0]
            if stage.activation == "ReLU6":
                assert stage.span == (0, 6)
                values = values[values < 6]
            expected = np.histogram(values.astype(np.float64), explain.BINS, stage.span)[0]
            assert stage.counts.sum() == values.size
            # A value at the border of two intervals may be counted in either.
            assert np.abs(stage.counts - expected).sum() <= 4


def test_what_is_added_and_what_comes_of_it_have_one_axis(model: MobileNetV2, x: Tensor) -> None:
    for way in ways(model, x, 1):
        ends = {way.projected.span, way.outputs.span}
        ends |= {way.shortcut.span} if way.shortcut and not way.shortcut.activation else set()
        assert len(ends) == 1
        [(low, high)] = ends
        assert low == -high < 0


def test_branch_and_shortcut_are_compared_by_norm_and_angle(model: MobileNetV2, x: Tensor) -> None:
    for way in ways(model, x, ALL):
        if way.shortcut is None:
            assert way.ratio is None
            assert way.cosine is None
            continue
        branch, beside = (s.maps.astype(float).ravel() for s in (way.projected, way.shortcut))
        sizes = np.linalg.norm(branch), np.linalg.norm(beside)
        assert way.ratio == pytest.approx(sizes[0] / sizes[1])
        assert way.cosine == pytest.approx(branch @ beside / (sizes[0] * sizes[1]))


def test_the_effective_rank_is_that_of_the_stage_s_matrix(model: MobileNetV2, x: Tensor) -> None:
    for stage in (stage for way in ways(model, x, ALL) for stage in stages_of(way)):
        singular = np.linalg.svd(
            stage.maps.reshape(len(stage.maps), -1).astype(float), compute_uv=False
        )
        shares = singular[singular > 0] / singular.sum()
        assert stage.rank == pytest.approx(np.exp(-(shares * np.log(shares)).sum()), rel=1e-5)
        assert 1 <= stage.rank <= stage.largest_rank == len(singular)
        assert stage.rank_share == stage.rank / stage.largest_rank


@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (5, 5)])
def test_equal_singular_values_have_the_rank_as_effective_rank(shape: tuple[int, int]) -> None:
    assert effective_rank(torch.eye(*shape)) == pytest.approx(5)


def test_one_direction_has_the_effective_rank_one() -> None:
    assert effective_rank(torch.outer(torch.arange(1.0, 8), torch.randn(30))) == pytest.approx(1)


def test_unequal_singular_values_count_by_their_entropy() -> None:
    # Shares 3/4 and 1/4: 4 / 3 ** (3 / 4).
    assert effective_rank(torch.diag(torch.tensor([3.0, 1, 0]))) == pytest.approx(4 / 3**0.75)


def test_a_matrix_of_zeros_has_no_direction() -> None:
    assert effective_rank(torch.zeros(4, 7)) == 0


def test_a_branch_of_zeros_changes_nothing(model: MobileNetV2, x: Tensor) -> None:
    for part in ("weight", "bias"):
        nn.init.zeros_(getattr(model.blocks[2].project_norm, part))
    way = ways(model, x, ALL)[2]
    assert (way.ratio, way.cosine, way.projected.rank) == (0, 0, 0)
    assert_array_equal(way.outputs.maps, way.inputs.maps)


def test_nothing_is_left_behind_and_nothing_can_be_written_to(
    model: MobileNetV2, x: Tensor
) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = ways(model, x, 4)
    assert not any(module.training or module._forward_hooks for module in model.modules())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(stage.maps.flags.writeable for way in found for stage in stages_of(way))


def test_shortcuts_between_expansions_are_refused(make: Make, x: Tensor) -> None:
    with pytest.raises(ValueError, match="no way of its own"):
        ways(make(shortcut="expansion"), x, 4)


def test_without_shortcuts_every_block_says_why(make: Make, x: Tensor) -> None:
    found = ways(make(shortcut="none"), x, 4)
    assert all(way.barrier for way in found)


def test_only_one_picture_at_a_time_is_taken(model: MobileNetV2) -> None:
    with pytest.raises(ValueError, match="one input"):
        ways(model, torch.zeros(2, 3, 8, 8), 4)


def test_a_network_in_training_mode_is_refused(model: MobileNetV2, x: Tensor) -> None:
    with pytest.raises(ValueError, match="training mode"):
        ways(model.train(), x, 4)
