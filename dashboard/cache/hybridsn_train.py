"""The settings that HybridSN is trained with from pages, and how long that takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz.data import scenes
from cnnviz.training import recipes
from cnnviz.training.spec import RunSpec
from cnnviz.training.task_settings import WindowSettings
from dashboard.cache import training
from dashboard.cache.step_time import timed

if TYPE_CHECKING:
    from cnnviz.data.parts import Split
    from cnnviz.data.scene import Scene

MODEL = "hybridsn"
QUICK, PAPER = recipes.QUICK, recipes.PAPER
#: What the panel has controls for, said even where it is as usual.
_USUAL: Mapping[str, Any] = {
    "dropout": 0.4, "batch_norm": False, "jitter": 0.0, "balanced": False, "fitted_on": "scene",
    "split": "random", "train_share": 0.1, "whiten": True,
}  # fmt: skip
_TIMED = 8  # windows of the step that is timed; or pixels more than a window


def trainable(scene: "Scene") -> bool:
    """Whether runs can be started on a scene: a visitor's own has no name that workers know."""
    return scene.name in scenes.SCENES


def preset(name: str, scene: str) -> RunSpec:
    """The settings of a preset.

    Args:
        name: ``QUICK``, which fits a lecture, or ``PAPER``.
        scene: its name.
    """
    spec = recipes.on_scene(MODEL, scene, name)
    return spec.with_settings({**_USUAL, **spec.data_args})


def networks() -> tuple[str, ...]:
    """HybridSN and its counterparts, by their names in the registry."""
    return (MODEL, "hybridsn_2d", "hybridsn_3d")


def with_network(spec: RunSpec, model: str) -> RunSpec:
    """The same settings for another of ``networks``."""
    return replace(spec, model=model)


def data_settings(spec: RunSpec) -> WindowSettings:
    """What it trains on, with what is as usual."""
    return WindowSettings(**spec.data_args)


def split_of(spec: RunSpec, scene: "Scene") -> "Split":
    """The pixels that a run trains, validates and tests on.

    Raises:
        UserError: where the scene cannot be divided like that.
    """
    s = data_settings(spec)
    key = (s.window, s.split, s.train_share, s.train_per_class, s.validation_share, s.side)
    return _split(scene.name, key, spec.split_seed, scene, s)


@st.cache_resource(max_entries=64, show_spinner=False)
def _split(
    name: str, key: tuple[Any, ...], seed: int, _scene: "Scene", _settings: WindowSettings
) -> "Split":
    from cnnviz.training.scene_data import divided

    return divided(_scene.labels, _settings, seed)


# How long it takes


@dataclass(frozen=True, slots=True)
class Expected:
    """How long a run will take.

    Attributes:
        seconds: of training.
        from_run: whether that is the pace of an earlier run of this network; else it is that of
            parts of a step, timed in this process.
    """

    seconds: float
    from_run: bool


def expected(spec: RunSpec, scene: "Scene") -> Expected:
    """How long a run will take on this machine: an estimate.

    Raises:
        UserError: where the scene cannot be divided like that, or the network not be built.
    """
    trained = len(split_of(spec, scene).train)
    steps = max(1, round(trained / spec.batch_size)) * spec.epochs
    for record in training.all_runs():
        if record.spec.data == scene.name and _shape(record.spec) == _shape(spec):
            last = record.progress
            if last.get("measured", 0):
                return Expected(steps * last["seconds"] / last["step"], from_run=True)
    given = arguments(spec, len(scene.class_names))
    seconds = _seconds_a_step(spec.model, given, scene.labels.shape, min(spec.batch_size, trained))
    return Expected(steps * seconds, from_run=False)


def total(specs: Iterable[RunSpec], scene: "Scene") -> float:
    """Seconds that these runs will take one after the other."""
    return sum(expected(spec, scene).seconds for spec in specs)


def _shape(spec: RunSpec) -> tuple[Any, ...]:
    """What a step's time depends on."""
    s = data_settings(spec)
    arguments = {k: v for k, v in spec.model_args.items() if k != "dropout"}
    return spec.model, s.window, s.components, spec.batch_size, str(sorted(arguments.items()))


def arguments(spec: RunSpec, classes: int) -> tuple[tuple[str, Any], ...]:
    """The network's constructor arguments, with those that follow the data."""
    s = data_settings(spec)
    of_data = {"window": s.window, "components": s.components, "num_classes": classes}
    return tuple(sorted({**spec.model_args, **of_data}.items()))


@st.cache_data(max_entries=256, show_spinner=False)
def _seconds_a_step(
    model: str, given: tuple[tuple[str, Any], ...], shape: tuple[int, ...], batch: int
) -> float:
    """Of a step, from parts of one timed on one thread, as runs beside pages have it.

    Args:
        model: its name.
        given: its arguments.
        shape: of the scene, over which the convolutions run where that is quicker.
        batch: windows a step.
    """
    import torch

    from cnnviz.models.hybridsn_windows import WindowNetwork
    from cnnviz.models.registry import build, channels_last
    from cnnviz.training.scene_windows import shared

    torch.set_num_threads(1)
    network = channels_last(build(model, dict(given))).train()
    assert isinstance(network, WindowNetwork)
    components, window = network.components, network.window
    windows = torch.randn(_TIMED, 1, components, window, window)
    scene = torch.empty(components, *shape, device="meta")
    if not shared(network, scene, batch):
        return timed(network, windows) * batch / _TIMED
    side = window + _TIMED
    part = timed(network.over_scene, torch.randn(1, 1, components, side, side))
    maps = network.over_scene(windows).detach()
    pixels = (shape[0] + window - 1) * (shape[1] + window - 1)
    return part * pixels / side**2 + timed(network.per_window, maps) * batch / _TIMED
