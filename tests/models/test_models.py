"""Every network in one table: what holds for all of them."""

from dataclasses import dataclass, field
from inspect import Parameter, signature
from typing import Any

import pytest
import torch
from torch import nn

from cnnviz.models.mobilenet_v1 import IMAGENET, MobileNetV1
from cnnviz.models.mobilenet_v2 import IMAGENET as IMAGENET_V2
from cnnviz.models.registry import MODELS, channels_last
from cnnviz.models.senet import POSITIONS, cifar_resnet


@dataclass(frozen=True)
class Case:
    name: str
    variant: str
    input_shape: tuple[int, ...]
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def classifies(self) -> bool:
        """Whether it gives logits; a picture of the same size otherwise."""
        return "num_classes" in signature(MODELS[self.name]).parameters

    def build(self, **more: Any) -> nn.Module:
        torch.manual_seed(0)
        return MODELS[self.name](**{**self.arguments, **more})


SMALL = {"alpha": 0.125}
THIN = {"alpha": 0.25, "last_channels": 64}
QUICK = {"components": 15, "window": 13}
FEW = {"components": 4, "window": 11}
# With a single hidden unit a gate may have nothing to learn from.
EIGHT: dict[str, Any] = {"reduction": 4, **cifar_resnet(8)}
CASES = [
    Case("mobilenet_v1", "course", (3, 32, 32)),
    Case("mobilenet_v1", "paper", (3, 64, 64), {**IMAGENET, **SMALL}),
    Case("mobilenet_v1", "standard convolutions", (3, 32, 32), {"separable": False, **SMALL}),
    Case("mobilenet_v1", "wide kernels", (3, 32, 32), {"kernel_size": 5, **SMALL}),
    Case("mobilenet_v1", "grey digits", (1, 16, 16), {"in_channels": 1, **SMALL}),
    Case("mobilenet_v1", "odd picture", (3, 33, 47), SMALL),
    Case("mobilenet_v2", "CIFAR-10", (3, 32, 32)),
    Case("mobilenet_v2", "paper", (3, 64, 64), {**IMAGENET_V2, "alpha": 0.25}),
    Case("mobilenet_v2", "course", (3, 32, 32), {"variant": "course", **THIN}),
    Case("mobilenet_v2", "ReLU6 at the bottleneck", (3, 32, 32), {"linear": False, **THIN}),
    Case("mobilenet_v2", "wide shortcuts", (3, 32, 32), {"shortcut": "expansion", **THIN}),
    Case("mobilenet_v2", "no shortcuts", (3, 32, 32), {"shortcut": "none", **THIN}),
    Case("mobilenet_v2", "nothing expanded", (1, 16, 16), {"expansion": 1, "in_channels": 1}),
    Case("mobilenet_v2", "odd picture", (3, 33, 47), THIN),
    Case("senet", "course, narrow", (3, 32, 32), {"width": 0.125}),
    Case("senet", "thin", (3, 33, 47), EIGHT),
    *(
        Case("senet", position, (3, 16, 16), {"position": position, **EIGHT})
        for position in POSITIONS[1:]
    ),
    Case("senet", "single layer", (1, 16, 16), {"single": True, "in_channels": 1, **EIGHT}),
    Case(
        "senet",
        "tanh of maxima",
        (3, 16, 16),
        {"gate": "tanh", "squeeze": "max", **EIGHT},
    ),
    Case("senet", "without SE", (3, 16, 16), {**EIGHT, "reduction": 0}),
    Case("hybridsn", "paper", (1, 30, 25, 25)),
    Case("hybridsn", "quick", (1, 15, 13, 13), QUICK),
    Case("hybridsn", "smallest window", (1, 13, 9, 9), {"components": 13, "window": 9}),
    Case("hybridsn", "batch norm", (1, 15, 13, 13), {**QUICK, "batch_norm": True}),
    Case("hybridsn", "squeeze and excitation", (1, 15, 13, 13), {**QUICK, "se": True}),
    Case("hybridsn", "residual", (1, 15, 13, 13), {**QUICK, "residual": True}),
    Case("hybridsn", "dilated", (1, 15, 17, 17), {**QUICK, "window": 17, "dilation": 2}),
    Case("hybridsn_2d", "quick", (1, 15, 13, 13), QUICK),
    Case("hybridsn_2d", "batch norm", (1, 4, 11, 11), {**FEW, "batch_norm": True}),
    Case("hybridsn_3d", "quick", (1, 15, 13, 13), QUICK),
    Case("hybridsn_3d", "batch norm", (1, 9, 11, 11), {**FEW, "components": 9, "batch_norm": True}),
    Case("dncnn", "paper", (1, 40, 40)),
    Case("dncnn", "blind, odd picture", (1, 33, 47), {"depth": 20, "maps": 8}),
    Case("dncnn", "colour", (3, 16, 16), {"depth": 5, "maps": 8, "in_channels": 3}),
    Case(
        "dncnn",
        "direct, no batch norm",
        (1, 16, 16),
        {"depth": 5, "maps": 8, "batch_norm": False, "residual": False},
    ),
]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.name}: {c.variant}")
every_classifier = pytest.mark.parametrize(
    "case", [c for c in CASES if c.classifies], ids=lambda c: f"{c.name}: {c.variant}"
)


def test_every_registered_model_is_in_the_table() -> None:
    # DSCMR reads two tensors and gives four: test_dscmr.py.
    assert {case.name for case in CASES} == set(MODELS) - {"dscmr"}


@every_classifier
@pytest.mark.parametrize("classes", [7, 10])
def test_logits_have_one_number_a_class_and_none_is_nan(case: Case, classes: int) -> None:
    logits = case.build(num_classes=classes)(torch.randn(2, *case.input_shape))
    assert logits.shape == (2, classes)
    assert logits.isfinite().all()


@every_case
def test_every_parameter_gets_a_gradient(case: Case) -> None:
    model = case.build(**({"num_classes": 7} if case.classifies else {}))
    output = model(torch.randn(4, *case.input_shape))
    if case.classifies:
        nn.functional.cross_entropy(output, torch.tensor([0, 2, 4, 6])).backward()
    else:
        assert output.shape == (4, *case.input_shape)
        nn.functional.mse_loss(output, torch.randn_like(output)).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


@every_case
def test_in_evaluation_a_picture_does_not_depend_on_its_batch(case: Case) -> None:
    model = case.build().eval()
    x = torch.randn(3, *case.input_shape)
    with torch.inference_mode():
        torch.testing.assert_close(model(x)[1:2], model(x[1:2]), rtol=1e-4, atol=1e-5)


@every_case
def test_channels_last_computes_the_same(case: Case) -> None:
    model = case.build().eval()
    x = torch.randn(2, *case.input_shape)
    layout = torch.channels_last if x.ndim == 4 else torch.channels_last_3d
    with torch.inference_mode():
        expected = model(x)
        model = channels_last(model)
        found = model(x.contiguous(memory_format=layout))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@every_case
def test_nothing_works_in_place_so_that_each_layer_can_be_looked_at(case: Case) -> None:
    assert not any(getattr(module, "inplace", False) for module in case.build().modules())


@every_case
def test_weights_load_into_a_second_network_of_the_same_arguments(case: Case) -> None:
    model, other = case.build().eval(), case.build().eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.1)
    other.load_state_dict(model.state_dict())
    x = torch.randn(1, *case.input_shape)
    with torch.inference_mode():
        assert torch.equal(model(x), other(x))


@pytest.mark.parametrize("name", MODELS)
def test_arguments_are_keyword_only_and_have_defaults(name: str) -> None:
    for parameter in signature(MODELS[name]).parameters.values():
        assert parameter.kind is Parameter.KEYWORD_ONLY
        assert parameter.default is not Parameter.empty


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ({}, 2_142_026),  # the course's
        ({"num_classes": 11}, 2_142_026 + 1025),
        (IMAGENET, 4_231_976),  # the paper's 4.2 M
    ],
)
def test_mobilenet_v1_has_the_known_number_of_parameters(
    arguments: dict[str, Any], parameters: int
) -> None:
    with torch.device("meta"):
        model = MobileNetV1(**arguments)
    assert sum(p.numel() for p in model.parameters()) == parameters


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"alpha": 0}, "alpha"), ({"alpha": -1.0}, "alpha"), ({"kernel_size": 2}, "kernel_size")],
)
def test_mobilenet_v1_refuses_impossible_arguments(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MobileNetV1(**arguments)


def test_mobilenet_v1_halves_the_picture_as_the_course_does() -> None:
    model = MobileNetV1().eval()
    with torch.inference_mode():
        assert model.blocks(model.stem(torch.randn(1, 3, 32, 32))).shape == (1, 1024, 2, 2)


def test_mobilenet_v1_is_never_thinner_than_one_channel() -> None:
    assert MobileNetV1(alpha=0.001).eval()(torch.randn(1, 3, 32, 32)).shape == (1, 10)
