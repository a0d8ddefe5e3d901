"""Training runs: started, told, looked at, for the visitor who asks."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz import checkpoints
from cnnviz.figures.training import RunCurves
from cnnviz.training import cluster, recipes, run_files
from cnnviz.training.run_files import CAN_GO_ON, CHECKPOINT, CURVES, GOING, Limits, Record
from cnnviz.training.runs import engine
from cnnviz.training.spec import RunSpec

if TYPE_CHECKING:
    from distributed import Client

    from cnnviz.errors import UserError
    from cnnviz.explain.weights import LayerKernels

#: What of a run can be downloaded: the file's name in its folder, by what it is.
FILES = {
    "checkpoint": f"{CHECKPOINT}.safetensors",
    "card": f"{CHECKPOINT}.json",
    "curves": CURVES,
    "record": run_files.RECORD,
}


def shared_client() -> "Client | None":
    """The client of the scheduler that is set; None where runs stay on this machine.

    Raises:
        UserError: where the scheduler does not answer.
    """
    return None if cluster.address() is None else engine().client()


def recipe(model: str, data: str) -> RunSpec:
    """What a run of a network on a data set starts from."""
    return recipes.base(model, data)


def prepare_runs() -> None:
    """Start what runs need in the background, so that the first one begins at once."""
    engine().warm()


def start_runs(
    specs: Mapping[str, RunSpec], *, owner: str, lesson: str, link: Mapping[str, str],
    source: str | None = None, limits: Limits | None = None, steps: int | None = None,
    instead_of: Collection[str] = (),
) -> str:  # fmt: skip
    """Start runs together; returns their group. Arguments as of ``Engine.submit``."""
    return engine().submit(
        specs, owner=owner, lesson=lesson, link=link, source=source,
        limits=limits or run_files.LECTURE, steps=steps, instead_of=instead_of,
    )  # fmt: skip


def all_runs() -> list[Record]:
    """All runs whose records can be read, the newest first."""
    return engine().listed()


def damaged_runs() -> "dict[str, UserError]":
    """The runs whose records cannot be read: why, by id; the latest ids first."""
    return run_files.damaged()


def delete_damaged_run(run: str) -> None:
    """Take a run away whose record cannot be read; no other one."""
    run_files.delete_damaged(run)


def run_record(run: str) -> Record:
    """A run as it stands.

    Raises:
        UserError: where there is none of this id.
    """
    return engine().record(run)


def run_group(group: str) -> list[Record]:
    """The runs started together; none where there is no such group."""
    return engine().group(group) if group else []


def queue() -> list[str]:
    """Ids of the runs that wait for a worker, the first one first."""
    return engine().queue()


def is_going(record: Record) -> bool:
    """Whether a run waits or runs."""
    return record.state in GOING


def can_go_on(record: Record) -> bool:
    """Whether a run can go on from where it was left."""
    return record.state in CAN_GO_ON


def pause_run(record: Record) -> None:
    """Let a run of this visitor's leave off; the page has checked that it is theirs."""
    engine().pause(record.id, record.owner)


def stop_run(record: Record) -> None:
    """End a run of this visitor's."""
    engine().stop(record.id, record.owner)


def go_on_with_run(record: Record) -> None:
    """Let a run of this visitor's go on to its end."""
    engine().go_on(record.id, record.owner)


def step_run(record: Record) -> None:
    """Let a run of this visitor's take one step."""
    engine().go_on(record.id, record.owner, steps=1)


def change_run(record: Record, setting: str, value: float | bool) -> None:
    """Give a run of this visitor's another value of a setting from the next step on."""
    engine().change(record.id, setting, value, record.owner)


def delete_run(record: Record) -> None:
    """Take a run of this visitor's away with its files."""
    engine().delete(record.id, record.owner)


def run_curves(record: Record, name: str) -> RunCurves:
    """The curves of a run as far as it has come, under a name for the figure."""
    reports, measured = engine().curves(record.id).columns()
    return RunCurves(name, reports, measured)


def run_file(record: Record, what: str) -> Callable[[], bytes] | None:
    """What of ``FILES`` can be downloaded, read when it is asked for; None where a run has none."""
    file = record.folder / FILES[what]
    return file.read_bytes if file.is_file() else None


def run_kernels(record: Record) -> "tuple[LayerKernels, ...]":
    """The spatial kernels of a run as last kept; none before anything was."""
    names = (run_files.STATE, f"{CHECKPOINT}.safetensors")
    for modified, name in sorted(_kept(record.folder, names), reverse=True):
        with suppress(FileNotFoundError):  # it has just been done, and its state is of no more use
            return _kernels(record.id, modified, name)
    return ()


def _kept(folder: Path, names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """When each of these files was written, where it is there."""
    for name in names:
        with suppress(FileNotFoundError):
            yield (folder / name).stat().st_mtime_ns, name


def common_limit(layers: "Sequence[LayerKernels]") -> float:
    """The largest absolute weight of these layers: one colour scale for all of them."""
    from cnnviz.explain.weights import common_limit as largest

    return largest(*layers)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kernels(run: str, modified: int, name: str) -> "tuple[LayerKernels, ...]":
    from cnnviz.explain.weights import spatial_kernels
    from cnnviz.training.state_file import kept_model

    if name == run_files.STATE:
        return spatial_kernels(kept_model(checkpoints.RUNS / run / name))
    return spatial_kernels(checkpoints.load(run)[0])


def run_cost(record: Record) -> tuple[int, int] | None:
    """Parameters and multiply-adds for one example; None before the run has kept a checkpoint."""
    # The network of a run never changes; a name from the command line may be given again.
    return _cost(record.id, record.created) if record.epoch else None


@st.cache_data(max_entries=512, show_spinner=False)
def _cost(run: str, created: float) -> tuple[int, int]:
    from cnnviz.cost import cost_of
    from cnnviz.models.registry import MODELS
    from cnnviz.training.tasks import example_shapes

    card = checkpoints.read_card(run)
    cost = cost_of(MODELS[card.model], *example_shapes(card), **card.model_args)
    return cost.parameters, cost.madds
