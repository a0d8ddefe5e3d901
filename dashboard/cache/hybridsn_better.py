"""What could be better than the network as it is: each thing tried by itself, over several seeds.

A seed is that of the run and of its split, so that a thing is compared with the plain network on
the same pixels. Runs are found by their settings; what is computed here is there for all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.explain.hybridsn_network import components
from cnnviz.training.run_files import Record
from cnnviz.training.spec import RunSpec
from dashboard.cache import hybridsn_train as train
from dashboard.cache import run_sets
from dashboard.cache.hybridsn_variance import cost
from dashboard.cache.jobs import Job, jobs

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cnnviz.data.scene import Scene
    from cnnviz.explain.hybridsn_better import Classifier, Features, Report

PLAIN = "plain"
#: What is trained: the settings in which it differs from the plain network, by code.
TRAINED: Mapping[str, Mapping[str, Any]] = {
    PLAIN: {},
    "norm": {"batch_norm": True},
    "turned": {"augment": True},
    "jitter": {"jitter": 0.1},
    "balanced": {"balanced": True},
    "smoothed": {"label_smoothing": 0.1},
    "components": {"components": 30},
    "se": {"se": True},
    "residual": {"residual": True},
    "dilated": {"dilation": 2},
}
#: A filter over the plain network's map.
FILTERED = "majority"
#: Classifiers of spectra: what classifies, and what it reads.
CLASSIFIERS: "Mapping[str, tuple[Classifier, Features]]" = {
    "svm": ("svm", "spectra"), "svm_means": ("svm", "means"),
    "forest": ("forest", "spectra"), "forest_means": ("forest", "means"),
}  # fmt: skip
CODES = (*TRAINED, FILTERED, *CLASSIFIERS)
_METRICS = ("oa", "aa", "kappa")


@dataclass(frozen=True, slots=True)
class Tried:
    """What one thing has come to so far.

    Attributes:
        code: of ``CODES``.
        oa, aa, kappa: on test pixels, 0 to 1 (kappa -1 to 1), by seed.
        seconds: of the training, on average; None where nothing is trained.
        parameters, madds: of the network, and of one window; None where there is no network.
    """

    code: str
    oa: dict[int, float]
    aa: dict[int, float]
    kappa: dict[int, float]
    seconds: float | None
    parameters: int | None
    madds: int | None

    def against(self, plain: "Tried") -> list[float]:
        """How much higher the overall accuracy is, in points, for each seed that both have."""
        return [100 * (self.oa[s] - plain.oa[s]) for s in sorted(self.oa) if s in plain.oa]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all of a table have in common.

    Attributes:
        split: "blocks" or "random".
        window: the side of the windows.
        seeds: how many, from 0 on.
    """

    split: str
    window: int
    seeds: int


def refused(code: str, setting: Setting, scene: "Scene") -> UserError | None:
    """Why a thing cannot be tried with these windows or on this scene; None where it can."""
    if code not in TRAINED:
        return None
    spec = _spec(code, setting, scene, 0)
    classes = len(scene.class_names)
    try:
        cost(spec.model, dict(train.arguments(spec, classes)))
        train.split_of(spec, scene)
    except UserError as error:
        return error
    return None


def specs(codes: Sequence[str], setting: Setting, scene: "Scene") -> dict[str, RunSpec]:
    """The runs that these take, by labels ``code-seed``; the plain network is always among them."""
    wanted = [code for code in TRAINED if code in codes or code == PLAIN]
    return {
        f"{code}-{seed}": _spec(code, setting, scene, seed)
        for seed in range(setting.seeds)
        for code in wanted
    }


def _spec(code: str, setting: Setting, scene: "Scene", seed: int) -> RunSpec:
    common = {"split": setting.split, "window": setting.window, "seed": seed, "split_seed": seed}
    plain = train.preset(train.QUICK, scene.name).with_settings(common)
    return plain.with_settings(TRAINED[code])


def computed(
    codes: Sequence[str], setting: Setting, scene: "Scene", records: Mapping[str, Record]
) -> dict[str, Job]:
    """The computations that were asked for, by labels ``code-seed``."""
    keys = _keys(codes, setting, scene, records)
    return {label: job for label, (key, _) in keys.items() if (job := jobs().get(key)) is not None}


def lacking(
    codes: Sequence[str], setting: Setting, scene: "Scene", records: Mapping[str, Record]
) -> bool:
    """Whether there is anything to compute that was not asked for, or went wrong."""
    known = [jobs().get(key) for key, _make in _keys(codes, setting, scene, records).values()]
    return any(job is None or job.error is not None for job in known)


def compute(
    codes: Sequence[str], setting: Setting, scene: "Scene", records: Mapping[str, Record]
) -> None:
    """Ask for what can be computed: classifiers, and filters over the maps that there are."""
    for key, make in _keys(codes, setting, scene, records).values():
        jobs().start(key, make)


_Make = Callable[["Report"], Any]


def _keys(
    codes: Sequence[str], setting: Setting, scene: "Scene", records: Mapping[str, Record]
) -> "dict[str, tuple[Hashable, _Make]]":
    found: dict[str, tuple[Hashable, _Make]] = {}
    for seed in range(setting.seeds):
        spec = _spec(PLAIN, setting, scene, seed)
        for code in codes:
            if code in CLASSIFIERS:
                key = ("spectra", scene.name, code, setting.split, setting.window, seed)
                found[f"{code}-{seed}"] = key, _classifier(scene, code, spec)
            plain = records.get(f"{PLAIN}-{seed}")
            if code == FILTERED and plain is not None and plain.state == "done":
                key = (FILTERED, scene.name, plain.id, plain.created)
                found[f"{code}-{seed}"] = key, _filter(scene, plain.id, spec)
    return found


def _classifier(scene: "Scene", code: str, spec: RunSpec) -> _Make:
    def make(report: "Report") -> Any:
        from cnnviz.explain.hybridsn_better import classified

        window, split = train.data_settings(spec).window, train.split_of(spec, scene)
        classifier, what = CLASSIFIERS[code]
        return classified(
            scene, split, classifier, what, window=window, seed=spec.seed, report=report
        )

    return make


def _filter(scene: "Scene", network: str, spec: RunSpec) -> _Make:
    def make(report: "Report") -> Any:
        from cnnviz.explain.hybridsn_better import on_test, smoothed
        from cnnviz.explain.hybridsn_variance import repeated

        model: Any = checkpoints.load(network)[0]
        cube, pixels = components(network, scene), np.arange(scene.labels.size)
        said = repeated(model, cube, pixels, "eval", count=1, report=report).predicted[0]
        return on_test(smoothed(said.reshape(scene.labels.shape)), scene,
                       train.split_of(spec, scene))  # fmt: skip

    return make


def tried(
    codes: Sequence[str], setting: Setting, scene: "Scene",
    records: Mapping[str, Record], done: Mapping[str, Job],
) -> list[Tried]:  # fmt: skip
    """What has been run of these, the plain network first; nothing of what was not.

    Args:
        codes: what is asked for.
        setting: of the table.
        scene: that it is tried on.
        records: of ``run_sets.found`` for ``specs``.
        done: of ``computed``.
    """
    shown = [code for code in CODES if code in codes or code == PLAIN]
    rows = [_row(code, setting, scene, records, done) for code in shown]
    return [row for row in rows if row.oa]


def _row(
    code: str, setting: Setting, scene: "Scene",
    records: Mapping[str, Record], done: Mapping[str, Job],
) -> Tried:  # fmt: skip
    labels = {seed: f"{code}-{seed}" for seed in range(setting.seeds)}
    if code in TRAINED:
        runs = {seed: records[label] for seed, label in labels.items() if label in records}
        values = {
            metric: {
                seed: value
                for seed, run in runs.items()
                if (value := run_sets.on_test(run, metric)) is not None
            }
            for metric in _METRICS
        }
        spec = _spec(code, setting, scene, 0)
        parameters, madds = cost(spec.model, dict(train.arguments(spec, len(scene.class_names))))
        return Tried(code, **values, seconds=run_sets.mean_seconds(runs.values()),
                     parameters=parameters, madds=madds)  # fmt: skip
    results = {
        s: job.result() for s, n in labels.items() if (job := done.get(n)) and job.finished_well
    }
    scores = {s: r.scores if code in CLASSIFIERS else r for s, r in results.items()}
    values = {
        metric: {s: float(getattr(each, metric)) for s, each in scores.items()}
        for metric in _METRICS
    }
    timed = code in CLASSIFIERS and results
    seconds = fmean(result.seconds for result in results.values()) if timed else None
    return Tried(code, **values, seconds=seconds, parameters=None, madds=None)
