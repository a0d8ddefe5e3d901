"""The counter against the paper (Howard et al. 2017) and against counting by hand."""

import threading
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnviz.cost import Cost, cost_of, count, kind_of
from cnnviz.models.mobilenet_v1 import (
    IMAGENET,
    SHALLOW_BLOCKS,
    MobileNetV1,
    SeparableBlock,
    StandardBlock,
)

MILLION = 1e6


def paper_cost(pixels: int = 224, **arguments: Any) -> Cost:
    return cost_of(MobileNetV1, (3, pixels, pixels), **{**IMAGENET, **arguments})


def of_kind(cost: Cost, kind: str) -> Cost:
    return Cost(tuple(layer for layer in cost.layers if layer.kind == kind))


@pytest.mark.parametrize(
    ("arguments", "madds", "parameters"),
    [
        ({}, 569, 4.2),
        ({"alpha": 0.75}, 325, 2.6),
        ({"alpha": 0.5}, 149, 1.3),
        ({"alpha": 0.25}, 41, 0.5),
        ({"blocks": SHALLOW_BLOCKS}, 307, 2.9),
    ],
)
def test_the_papers_networks_cost_what_it_says(
    arguments: dict[str, Any], madds: int, parameters: float
) -> None:
    cost = paper_cost(**arguments)
    assert round(cost.madds / MILLION) == madds
    assert round(cost.parameters / MILLION, 1) == parameters


def test_the_default_of_the_paper_to_four_digits() -> None:
    cost = paper_cost()
    assert round(cost.madds / MILLION, 1) == 568.7
    assert round(cost.parameters / MILLION, 3) == 4.232


def test_full_convolutions_cost_what_the_paper_says_without_the_classifier() -> None:
    # Our count with the fully connected layer is 4867.3 M; the paper's 4866 leaves its 1.0 M out.
    cost = paper_cost(separable=False)
    classifier = of_kind(cost, "linear").madds
    assert round((cost.madds - classifier) / MILLION) == 4866
    assert round(cost.madds / MILLION) == 4867
    assert round(cost.parameters / MILLION, 1) == 29.3


@pytest.mark.parametrize(
    ("pixels", "paper", "counted"), [(192, 418, 418), (160, 290, 291), (128, 186, 186)]
)
def test_smaller_pictures_cost_what_the_paper_says(pixels: int, paper: int, counted: int) -> None:
    # The paper scales the whole network by rho squared; the classifier does not shrink with the
    # picture, so that at 160 pixels the true count (290.7 M) rounds to one more.
    rho = pixels / 224
    assert round(paper_cost().madds * rho**2 / MILLION) == paper
    assert round(paper_cost(pixels).madds / MILLION) == counted
    assert paper_cost(pixels).parameters == paper_cost().parameters


@pytest.mark.parametrize(
    ("block", "channels", "pixels", "madds", "parameters"),
    [
        (StandardBlock, 512, 14, 462, 2.36),
        (SeparableBlock, 512, 14, 52.3, 0.27),
        (SeparableBlock, 384, 14, 29.6, 0.15),  # alpha 0.75
        (SeparableBlock, 384, 10, 15.1, 0.15),  # rho 0.714
    ],
)
def test_the_papers_layer_example(
    block: type[nn.Module], channels: int, pixels: int, madds: float, parameters: float
) -> None:
    layer = block(channels, channels, stride=1, kernel_size=3)
    cost = count(layer, (channels, pixels, pixels))
    assert round(cost.madds / MILLION, 0 if madds > 100 else 1) == madds
    assert round(cost.parameters / MILLION, 2) == parameters
    assert round(cost.weights / MILLION, 2) == parameters


@pytest.mark.parametrize(
    ("kind", "madds", "weights"),
    [("pointwise", 94.86, 74.59), ("depthwise", 3.06, 1.06), ("linear", 0.18, 24.33)],
)
def test_where_the_cost_is_as_the_paper_says(kind: str, madds: float, weights: float) -> None:
    whole = paper_cost()
    part = of_kind(whole, kind)
    assert round(100 * part.madds / whole.madds, 2) == madds
    # Of the weights: without biases and batch norm.
    assert round(100 * part.weights / whole.weights, 2) == weights


@pytest.mark.parametrize(("kernel", "outputs"), [(3, 64), (5, 96), (7, 1)])
def test_separable_over_standard_is_one_over_n_plus_one_over_the_kernel(
    kernel: int, outputs: int
) -> None:
    madds = [
        count(block(16, outputs, stride=1, kernel_size=kernel), (16, 9, 9)).madds
        for block in (SeparableBlock, StandardBlock)
    ]
    assert madds[0] / madds[1] == pytest.approx(1 / outputs + 1 / kernel**2)


def test_layers_are_named_and_sized_in_the_order_they_run() -> None:
    layers = count(MobileNetV1(num_classes=7), (3, 32, 32)).layers
    assert [layer.name for layer in layers[:4]] == [
        "stem",
        "stem_norm",
        "stem_relu",
        "blocks.0.depthwise",
    ]
    assert layers[3].output_shape == (32, 32, 32)
    assert layers[3].activations == 32**3
    assert layers[3].madds == 9 * 32**3
    assert (layers[-1].name, layers[-1].output_shape) == ("classifier", (7,))
    assert (layers[-1].parameters, layers[-1].weights) == (7 * 1025, 7 * 1024)


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        (nn.Conv2d(8, 8, 3, groups=8), "depthwise"),
        (nn.Conv2d(8, 16, 3, groups=8), "depthwise"),
        (nn.Conv2d(8, 8, 1), "pointwise"),
        (nn.Conv2d(8, 8, 1, groups=2), "convolution"),
        (nn.Conv2d(1, 8, 3), "convolution"),
        (nn.Conv3d(1, 8, 3), "convolution"),
        (nn.Linear(2, 2), "linear"),
        (nn.BatchNorm2d(2), "norm"),
        (nn.ReLU(), "activation"),
        (nn.MaxPool2d(2), "pooling"),
        (nn.AdaptiveAvgPool2d(1), "pooling"),
        (nn.Flatten(), "other"),
    ],
)
def test_layers_are_called_by_their_kind(module: nn.Module, kind: str) -> None:
    assert kind_of(module) == kind


def test_arithmetic_outside_of_the_leaves_is_counted_where_it_happens() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.matrix = nn.Parameter(torch.zeros(5, 3))
            self.layer = nn.Linear(3, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.layer(x @ self.matrix)

    cost = count(nn.Sequential(Own()), (5,))
    assert [(a.name, a.madds, a.parameters) for a in cost.layers] == [
        ("0", 15, 15),
        ("0.layer", 6, 8),
    ]


def test_a_module_that_runs_twice_computes_twice_and_has_its_parameters_once() -> None:
    layer = nn.Linear(4, 4, bias=False)
    cost = count(nn.Sequential(layer, nn.ReLU(), layer), (4,))
    assert (cost.madds, cost.parameters) == (32, 16)


@pytest.mark.parametrize("training", [True, False])
def test_counting_leaves_the_network_and_the_random_numbers_alone(training: bool) -> None:
    model = MobileNetV1(alpha=0.125).train(training)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    attributes = {name: set(vars(module)) for name, module in model.named_modules()}
    state = torch.get_rng_state()
    count(model, (3, 32, 32))
    cost_of(MobileNetV1, (3, 32, 32))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(module.training is training for module in model.modules())
    assert {name: set(vars(module)) for name, module in model.named_modules()} == attributes


def test_counting_sets_no_hooks_that_other_threads_would_run_into() -> None:
    class Looks(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            seen.append(dict(nn.modules.module._global_forward_pre_hooks))
            return x

    seen: list[dict[int, Any]] = []
    count(nn.Sequential(nn.Linear(2, 2), Looks()), (2,))
    assert seen == [{}]


def test_a_hook_on_the_network_does_not_see_the_count() -> None:
    model = MobileNetV1(alpha=0.125).eval()
    seen: list[Tensor] = []
    handle = model.stem.register_forward_hook(lambda module, inputs, output: seen.append(output))
    count(model, (3, 32, 32))
    handle.remove()
    assert seen == []


def test_a_network_in_use_by_another_thread_is_counted_right() -> None:
    model = MobileNetV1(alpha=0.125).eval()
    alone = count(model, (3, 32, 32))
    done = threading.Event()

    def visitor() -> None:
        with torch.inference_mode():
            while not done.is_set():
                model(torch.zeros(1, 3, 32, 32))

    thread = threading.Thread(target=visitor)
    thread.start()
    try:
        assert all(count(model, (3, 32, 32)) == alone for _ in range(10))
    finally:
        done.set()
        thread.join()


def test_count_and_cost_of_agree() -> None:
    assert cost_of(MobileNetV1, (3, 48, 48), alpha=0.5) == count(
        MobileNetV1(alpha=0.5), (3, 48, 48)
    )


def test_what_the_constructor_refuses_is_refused() -> None:
    with pytest.raises(ValueError, match="alpha"):
        cost_of(MobileNetV1, (3, 32, 32), alpha=0)
