"""Why each test differs: one network tested many times, and many networks trained with one change.

Training runs are found by their settings, tests by the network's file: what one visitor has asked
for is there for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from cnnviz import checkpoints
from cnnviz.explain.hybridsn_network import components
from cnnviz.figures.hybridsn_variance import Cause, disagreement_picture, enlarged
from cnnviz.training.run_files import Record
from cnnviz.training.spec import RunSpec
from dashboard.cache import hybridsn_train as train
from dashboard.cache import run_sets
from dashboard.cache.jobs import Job, jobs
from dashboard.components.scene_layers import Layers, layers

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from cnnviz.data.scene import Scene
    from cnnviz.explain.hybridsn_variance import Mode, Repeated, Report

TESTS = 20
#: What a test can differ by: two causes at the test, three at the training.
AT_TEST, AT_TRAINING = ("dropout", "statistics"), ("weights", "order", "split")
CAUSES = (*AT_TEST, *AT_TRAINING)
BASE = "base"  # label of the run that all others differ from
_SEEDS = {"weights": "init_seed", "order": "order_seed", "split": "split_seed"}
_WHOLE = 50_000  # pixels of a scene that is tested as a whole; of a larger one the labelled ones
# Multiply-adds that go into tests window by window, and how many pixels these are at least, at most
_BUDGET, _LEAST, _MOST = 150e9, 128, 1000
# The same for tests of all test pixels, and how many tests these are at least.
_BUDGET_OF_ALL, _FEWEST = 400e9, 5


# One network, tested many times


@dataclass(frozen=True, slots=True)
class Tests:
    """A network, tested many times in one mode.

    Attributes:
        name: tells it from all others.
        repeated: what each test said.
        accuracy: (T,) overall accuracy of each test, 0 to 1.
        measured: on how many pixels that is.
        on_test: whether these are test pixels; else it is not known which pixels the network was
            trained on in this scene, and they are all labelled ones.
        differing: the share of the tested pixels, 0 to 1, that got different classes.
        flipped: the share, 0 to 1, of single answers that are not the majority's.
        whole: whether all pixels of the scene were tested.
    """

    name: str
    repeated: "Repeated"
    accuracy: "NDArray[np.float64]"
    measured: int
    on_test: bool
    differing: float
    flipped: float
    whole: bool


def job_of(network: str, scene: "Scene", mode: "Mode") -> Job | None:
    """The tests of a network on a map; None where nobody has asked for them yet."""
    return jobs().get(_key(network, scene, mode, all_pixels=True))


def start_tests(network: str, scene: "Scene", mode: "Mode", *, all_pixels: bool = True) -> Job:
    """Ask for the tests of a network; the job's result is a ``Tests``.

    Args:
        network: a checkpoint's name.
        scene: that it is tested on.
        mode: what is left to chance.
        all_pixels: of the scene, for a map; else the test pixels alone. A network with batch norm
            has to be tested window by window in train mode: then a map has, in all modes alike, a
            sample of the test pixels, and all test pixels are tested fewer times.
    """
    key = _key(network, scene, mode, all_pixels)
    # The job must not keep a visitor's scene longer than it takes.
    return jobs().start(key, lambda report: _tested(str(key), network, scene, mode, all_pixels,
                                                    report))  # fmt: skip


def _key(network: str, scene: "Scene", mode: "Mode", all_pixels: bool) -> "Hashable":
    # A run that goes on keeps better weights under its name.
    written = checkpoints.locate(network).stat().st_mtime_ns
    return ("tests", network, written, scene.name, mode, all_pixels)


def _tested(
    name: str, network: str, scene: "Scene", mode: "Mode", all_pixels: bool, report: "Report"
) -> Tests:
    from cnnviz.explain.hybridsn_results import split_again
    from cnnviz.explain.hybridsn_variance import repeated

    model, card = checkpoints.load(network)
    cube = components(network, scene)
    split = split_again(card.data.get("split", {}), scene.labels)
    test = np.flatnonzero(scene.labels) if split is None else split.test
    pixels, count = _pixels(scene, test, card, all_pixels), TESTS
    if not all_pixels and mode in ("train", "statistics") and card.model_args.get("batch_norm"):
        # The spread is smaller the more pixels it is measured on: fewer tests, not fewer pixels.
        one = cost(card.model, card.model_args)[1]
        count = int(np.clip(_BUDGET_OF_ALL / len(test) / one, _FEWEST, TESTS))
    found = repeated(model, cube, pixels, mode, count=count, report=report)  # type: ignore[arg-type]
    disagreement = found.disagreement
    return Tests(
        name=name,
        repeated=found,
        accuracy=found.accuracy(scene.labels, test),
        measured=int(np.isin(pixels, test).sum()),
        on_test=split is not None,
        differing=float(np.mean(disagreement > 0)),
        flipped=float(disagreement.mean()),
        whole=len(pixels) == scene.labels.size,
    )


def _pixels(
    scene: "Scene", test: "NDArray[np.int64]", card: checkpoints.Card, all_pixels: bool
) -> "NDArray[np.int64]":
    if not all_pixels:
        return test
    if card.model_args.get("batch_norm"):
        one = cost(card.model, card.model_args)[1]
        most = int(np.clip(_BUDGET / TESTS / one, _LEAST, _MOST))
        return np.sort(test[np.random.default_rng(0).permutation(len(test))[:most]])
    if scene.labels.size <= _WHOLE:
        return np.arange(scene.labels.size)
    return np.flatnonzero(scene.labels)


def cost(model: str, arguments: Mapping[str, Any]) -> tuple[int, int]:
    """Parameters of a network, and its multiply-adds for one window."""
    return _cost(model, repr(sorted(arguments.items())), arguments)


@st.cache_data(max_entries=256, show_spinner=False)
def _cost(model: str, key: str, _arguments: Mapping[str, Any]) -> tuple[int, int]:
    from cnnviz.cost import cost_of
    from cnnviz.models.registry import MODELS

    side = _arguments["window"]
    shape = (1, _arguments["components"], side, side)
    found = cost_of(MODELS[model], shape, **_arguments)
    return found.parameters, found.madds


def disagreement_layers(found: Tests, scene: "Scene") -> Layers:
    """How much the tests differ in each pixel, with the truth and the majority in words."""
    return _disagreement_layers(found.name, found, scene)


@st.cache_resource(max_entries=32, show_spinner=False)
def _disagreement_layers(name: str, _found: Tests, _scene: "Scene") -> Layers:
    shares = np.full(_scene.labels.size, np.nan)
    majority = np.zeros(_scene.labels.size, dtype=np.uint8)
    shares[_found.repeated.pixels] = _found.repeated.disagreement
    majority[_found.repeated.pixels] = _found.repeated.majority
    shape = _scene.labels.shape
    seen = shares.reshape(shape) if _found.whole else enlarged(shares.reshape(shape))
    return layers(
        name, overlay=disagreement_picture(seen), truth=_scene.labels,
        prediction=majority.reshape(shape),
    )  # fmt: skip


# One change at a time


def specs(
    scene: "Scene", causes: Sequence[str], count: int, batch_norm: bool
) -> dict[str, RunSpec]:
    """The runs that it takes: one that all causes share, and ``count - 1`` for each at training.

    Raises:
        UserError: where there is no recipe for the scene.
    """
    base = train.preset(train.QUICK, scene.name).with_settings({"batch_norm": batch_norm})
    return {BASE: base} | {
        f"{cause}-{i}": base.with_settings({_SEEDS[cause]: i})
        for cause in AT_TRAINING
        if cause in causes
        for i in range(1, count)
    }


def start_base_tests(base: Record, scene: "Scene", causes: Sequence[str]) -> dict[str, Job]:
    """The tests of the first network, by the causes at the test that are asked for."""
    return {
        cause: start_tests(base.id, scene, cause, all_pixels=False)  # type: ignore[arg-type]
        for cause in AT_TEST
        if cause in causes
    }


def measured(
    causes: Sequence[str], records: Mapping[str, Record], jobs_of_tests: Mapping[str, Job]
) -> dict[str, Cause]:
    """What is known so far, by cause: the accuracy of each run or test."""
    found = {}
    for cause in causes:
        if cause in AT_TEST:
            job = jobs_of_tests.get(cause)
            values = list(job.result().accuracy) if job is not None and job.done else []
            found[cause] = Cause(tuple(map(float, values)), at_test=True)
        else:
            runs = [r for label, r in records.items() if label.partition("-")[0] in (BASE, cause)]
            done = [oa for run in runs if (oa := run_sets.on_test(run, "oa")) is not None]
            found[cause] = Cause(tuple(done), at_test=False)
    return found
