"""The recipes of the shipped checkpoints, as plain data, and the settings other runs start from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cnnviz.errors import UserError
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_settings import PairSettings, WindowSettings, settings_of

#: What ``train MODEL --data DATA`` starts from.
BASES = {
    ("mobilenet_v1", "cifar10"): RunSpec(
        model="mobilenet_v1", data="cifar10", epochs=30, learning_rate=0.2
    ),
    ("mobilenet_v1", "digits"): RunSpec(
        model="mobilenet_v1",
        data="digits",
        # Two strides of two: the digits are 8 pixels a side.
        model_args={
            "stem_channels": 16,
            "blocks": ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1)),
        },
        epochs=12,
        batch_size=32,
        mirror=False,
        validation=297,
    ),
    ("mobilenet_v2", "cifar10"): RunSpec(
        model="mobilenet_v2", data="cifar10", epochs=12, learning_rate=0.1
    ),
    ("mobilenet_v2", "digits"): RunSpec(
        model="mobilenet_v2",
        data="digits",
        model_args={
            "stem_channels": 16,
            "stages": ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2)),
            "last_channels": 128,
        },
        epochs=12,
        batch_size=32,
        mirror=False,
        validation=297,
    ),
    ("senet", "cifar10"): RunSpec(
        model="senet", data="cifar10", model_args={"width": 0.5}, epochs=16, learning_rate=0.1
    ),
    ("senet", "digits"): RunSpec(
        model="senet",
        data="digits",
        model_args={"stages": ((16, 1, 1), (32, 1, 2), (64, 1, 2))},
        epochs=12,
        batch_size=32,
        mirror=False,
        validation=297,
    ),
    **{
        ("dncnn", data): RunSpec(
            model="dncnn",
            data=data,
            epochs=50,
            optimizer="adam",
            learning_rate=0.001,
            weight_decay=0.0,
            validation=8,
        )
        for data in ("bundled", "train400")
    },
}


BASES |= {
    # The quick set in a lecture's time; the other one longer, and with the weights of the losses
    # that are best on its validation part. Paper: Adam with these momenta, batches of 100.
    ("dscmr", "captioned_digits"): RunSpec(
        model="dscmr",
        data="captioned_digits",
        model_args={"hidden": 512, "common": 256},
        epochs=20,
        batch_size=100,
        optimizer="adam",
        schedule="constant",
        learning_rate=0.001,
        momentum=0.5,
        weight_decay=0.0,
    ),
    ("dscmr", "wikipedia"): RunSpec(
        model="dscmr",
        data="wikipedia",
        data_args={"alpha": 1.0, "beta": 0.1, "scaling": "root"},
        model_args={"hidden": 1024, "common": 256},
        epochs=80,
        batch_size=100,
        optimizer="adam",
        schedule="constant",
        learning_rate=0.0001,
        momentum=0.5,
        weight_decay=0.0,
    ),
}


_PASCAL = "pascal"
QUICK, PAPER = "quick", "paper"
#: What a preset for windows of a scene sets, beside the components of the paper's.
_WINDOWS: Mapping[str, Mapping[str, Any]] = {
    QUICK: {
        "window": 13, "components": 15, "epochs": 20, "batch_size": 64,
        "learning_rate": 0.002, "schedule": "one_cycle",
    },
    PAPER: {
        "window": 25, "components": 15, "epochs": 100, "batch_size": 256, "learning_rate": 0.001,
        "schedule": "constant",
    },
}  # fmt: skip
# What the paper does not do is off.
_BOTH: Mapping[str, Any] = {
    "whiten": True, "optimizer": "adam", "weight_decay": 0.0, "augment": False,
}  # fmt: skip
#: Scenes of which the paper keeps 30 components; the generated one is of the same kind.
_THIRTY = ("indian_pines", "synthetic_scene")


def on_scene(model: str, data: str, preset: str = QUICK) -> RunSpec:
    """The settings of a run on windows of a scene.

    Args:
        model: HybridSN or one of its counterparts.
        data: name of a scene, or the path of a cube.
        preset: ``QUICK``, which fits a lecture, or ``PAPER``, as the HybridSN paper has it.
    """
    settings = {**_BOTH, **_WINDOWS[preset]}
    if preset == PAPER and data in _THIRTY:
        settings["components"] = 30
    return RunSpec(model=model, data=data).with_settings(settings)


def on_pairs(data: str) -> RunSpec:
    """The settings that a run of DSCMR on a set of pairs starts from on a page.

    Raises:
        UserError: where there is no such set and no such file.
    """
    spec = base("dscmr", data)
    # As many of Pascal's training pairs are held out as the paper has for validation.
    return spec.with_settings({"scaling": "standard", "held_out": 100}) if data == _PASCAL else spec


def base(model: str, data: str) -> RunSpec:
    """The settings a run starts from; on scenes those of the quick preset.

    Raises:
        UserError: where there is no recipe for the pair, no such scene, or no such file.
    """
    if settings_of(model) is WindowSettings:
        from cnnviz.data.scenes import check_name

        check_name(data)
        return on_scene(model, data)
    if settings_of(model) is PairSettings and (model, data) not in BASES:
        from cnnviz.data.retrieval import check_name as check_pairs

        check_pairs(data)
        return replace(BASES[model, "wikipedia"], data=data)
    if (model, data) not in BASES:
        raise UserError(
            "There is no recipe to train {model} on {data}. There are: {pairs}.",
            model=model,
            data=data,
            pairs=", ".join(f"{m} on {d}" for m, d in BASES),
        )
    return BASES[model, data]


def usual_data(model: str) -> str:
    """What a network is trained on where nothing else is said."""
    if settings_of(model) is WindowSettings:
        return "synthetic_scene"
    return next((data for known, data in BASES if known == model), "cifar10")
