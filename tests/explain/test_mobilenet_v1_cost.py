"""The cost of MobileNetV1 by layer, against the counter and against counting by hand."""

from collections.abc import Callable

import pytest
import torch

from cnnviz.cost import cost_of, count
from cnnviz.explain.mobilenet_v1_cost import LAYOUTS, network_cost, stand_in
from cnnviz.explain.network_cost import Layout, by_layer, layer_times
from cnnviz.models.mobilenet_v1 import MobileNetV1


@pytest.mark.parametrize("layout", ["course", "paper"])
@pytest.mark.parametrize("separable", [True, False])
def test_layers_sum_up_to_the_whole_network(layout: Layout, separable: bool) -> None:
    whole = cost_of(MobileNetV1, (3, 48, 48), **LAYOUTS[layout], separable=separable)
    found = network_cost(layout, size=48, separable=separable)
    assert (found.madds, found.parameters) == (whole.madds, whole.parameters)


def test_a_layer_is_a_convolution_with_its_norm() -> None:
    first = network_cost("course", size=32).layers[:3]
    assert [(layer.name, layer.kind, layer.block) for layer in first] == [
        ("stem", "convolution", None),
        ("blocks.0.depthwise", "depthwise", 0),
        ("blocks.0.pointwise", "pointwise", 0),
    ]
    # By hand: kernels, then the batch norm's scale and shift.
    assert [layer.parameters for layer in first] == [
        27 * 32 + 2 * 32,
        9 * 32 + 2 * 32,
        32 * 64 + 2 * 64,
    ]
    assert [layer.madds for layer in first] == [27 * 32**3, 9 * 32**3, 32 * 64 * 32**2]
    assert first[2].output_shape == (64, 32, 32)


@pytest.mark.parametrize(("separable", "each"), [(True, 2), (False, 1)])
def test_every_block_has_its_layers_and_the_classifier_comes_last(
    separable: bool, each: int
) -> None:
    layers = network_cost("course", size=32, separable=separable).layers
    blocks = [layer.block for layer in layers]
    assert blocks == [None, *(block for block in range(9) for _ in range(each)), None]
    assert (layers[-1].kind, layers[-1].output_shape) == ("linear", (10,))


def test_activations_are_what_convolutions_put_out_counted_once() -> None:
    found = network_cost("course", size=32)
    # Stem, then of each block M maps behind the depthwise and N behind the pointwise convolution.
    widths = [(32, 64), (64, 128), (128, 128), (128, 256), (256, 256), (256, 512), (512, 512)]
    widths += [(512, 1024), (1024, 1024)]
    sides = [32, 16, 16, 8, 8, 4, 4, 2, 2]
    by_hand = sum((m + n) * side**2 for (m, n), side in zip(widths, sides, strict=True))
    assert found.activations == 32 * 32**2 + by_hand + 10


def test_kinds_are_summed_up_and_timed_by_the_million() -> None:
    cost = network_cost("paper", size=224)
    # Paper: table 2.
    assert round(100 * cost.madds_shares["pointwise"], 2) == 94.86
    assert sum(cost.madds_shares.values()) == pytest.approx(1)
    times = {layer.name: float(i) for i, layer in enumerate(cost.layers)}
    assert cost.by_kind(times) == {
        "convolution": 0, "depthwise": sum(range(1, 27, 2)), "pointwise": sum(range(2, 27, 2)),
        "linear": 27,
    }  # fmt: skip
    pace = cost.milliseconds_per_million(times)
    assert pace["linear"] == pytest.approx(27 / 1.024)
    depthwise = sum(layer.madds for layer in cost.layers if layer.kind == "depthwise")
    assert pace["depthwise"] == pytest.approx(169e6 / depthwise)


def test_alpha_and_resolution_thin_and_shrink_the_network() -> None:
    full, thin = network_cost("paper", size=224), network_cost("paper", size=224, alpha=0.5)
    assert round(thin.madds / 1e6) == 149
    large, small = network_cost("paper", size=128), network_cost("paper", size=64)
    assert small.parameters == large.parameters == full.parameters
    convolutions = [each.madds - each.layers[-1].madds for each in (large, small)]
    assert convolutions[0] == 4 * convolutions[1]


@pytest.mark.parametrize("separable", [True, False])
def test_times_are_told_by_layer(make: Callable[..., MobileNetV1], separable: bool) -> None:
    model = make(separable=separable)
    times = layer_times(model, 16, repeats=1)
    layers = by_layer(count(model, (3, 16, 16))).layers
    assert list(times) == [layer.name for layer in layers]
    assert all(milliseconds > 0 for milliseconds in times.values())


def test_the_network_to_be_timed_has_the_shape_asked_for_and_ordinary_numbers() -> None:
    state = torch.get_rng_state()
    model = stand_in("course", alpha=0.25, kernel_size=5, separable=False)
    assert torch.equal(torch.get_rng_state(), state)
    wanted = network_cost("course", size=32, alpha=0.25, kernel_size=5, separable=False)
    assert by_layer(count(model, (3, 32, 32))) == wanted
    assert not any(module.training for module in model.modules())
    x = torch.ones(1, 3, 32, 32)
    for name, values in model.state_dict().items():
        assert bool(values.isfinite().all()), name
    for block in (model.stem, *model.blocks):
        x = block(x)
        # Neither zeros nor denormal numbers, which take longer.
        assert 0.01 < float(x.min()) <= float(x.max()) < 1.01
    assert model.stem.weight.is_contiguous(memory_format=torch.channels_last)


def test_an_even_kernel_is_refused() -> None:
    with pytest.raises(ValueError, match="kernel_size"):
        network_cost("course", size=32, kernel_size=4)
