"""MobileNetV2 with one thing changed, and MobileNetV1 of the same cost: all trained alike."""

from functools import cache
from typing import Any

from cnnviz.training import recipes
from cnnviz.training.spec import RunSpec

MODEL, BEFORE = "mobilenet_v2", "mobilenet_v1"
#: By question, the networks that answer it: what is changed in each. The first is the paper's.
QUESTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "linear": {"linear": {}, "relu6": {"linear": False}},
    "shortcut": {
        "bottleneck": {}, "expansion": {"shortcut": "expansion"}, "none": {"shortcut": "none"},
    },
    "expansion": {
        "6": {}, "1": {"expansion": 1}, "2": {"expansion": 2}, "4": {"expansion": 4},
        "8": {"expansion": 8},
    },
    "before": {MODEL: {}, BEFORE: {}},
}  # fmt: skip
#: What each run on a set of images has beside its recipe, so that it takes no longer than half a
#: minute, or some minutes on photos.
DATA: dict[str, dict[str, Any]] = {
    "digits": {"images": 1000},
    "cifar10": {"alpha": 0.25, "images": 5000, "validation": 1000, "epochs": 5},
}
#: Channels, and pixels a side.
SHAPES = {"digits": (1, 8, 8), "cifar10": (3, 32, 32)}
_STEP = 0.01  # between two widths of MobileNetV1 that are tried


def base(data: str) -> RunSpec:
    """MobileNetV2 as it is trained here on a set of images, of ``DATA``."""
    return recipes.base(MODEL, data).with_settings(DATA[data])


def specs(question: str, data: str, seeds: int) -> dict[str, RunSpec]:
    """The runs that answer a question, by labels ``code-seed``; seeds from 0 on.

    Args:
        question: of ``QUESTIONS``.
        data: of ``DATA``.
        seeds: how many.
    """
    found = {}
    for seed in range(seeds):
        for code in QUESTIONS[question]:
            found[f"{code}-{seed}"] = spec_of(question, code, data).with_settings({"seed": seed})
    return found


def spec_of(question: str, code: str, data: str) -> RunSpec:
    """One network of a question, with the recipe's seed."""
    if code != BEFORE:
        return base(data).with_settings(QUESTIONS[question][code])
    settings = {**DATA[data], "alpha": equal_width(data)}
    # Rates and epochs are the same: what differs is the network.
    shared = ("learning_rate", "epochs", "batch_size")
    settings |= {name: getattr(base(data), name) for name in shared}
    return recipes.base(BEFORE, data).with_settings(settings)


@cache
def equal_width(data: str) -> float:
    """The width multiplier at which MobileNetV1 has the multiply-adds of MobileNetV2."""
    aim = cost(base(data))[1]
    narrow = recipes.base(BEFORE, data)
    low, high = _STEP, 4.0
    while high - low > _STEP / 2:  # the wider, the more
        middle = (low + high) / 2
        more = cost(narrow.with_settings({"alpha": middle}))[1] > aim
        low, high = (low, middle) if more else (middle, high)
    return round(low, 2)


def cost(spec: RunSpec) -> tuple[int, int]:
    """Parameters of a run's network, and multiply-adds of one image."""
    from cnnviz.cost import cost_of
    from cnnviz.models.registry import MODELS

    channels, side, _side = SHAPES[spec.data]
    side = spec.data_args.get("size") or side
    shape = (channels, side, side)
    found = cost_of(MODELS[spec.model], shape, in_channels=channels, **spec.model_args)
    return found.parameters, found.madds
