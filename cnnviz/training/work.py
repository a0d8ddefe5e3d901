"""What Dask's workers do for runs, and what its scheduler is asked about them."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.text import N_
from cnnviz.training import cluster, run_files
from cnnviz.training.run_files import Record
from cnnviz.training.spec import Progress

if TYPE_CHECKING:
    from distributed import Scheduler

#: Of Dask's events: what runs report.
TOPIC = "cnnviz runs"
SCHEDULER_LOST = N_("The scheduler was lost while it ran. What it had kept is here.")


def work(run: str, steps: int | None) -> dict[str, Any]:
    """Carry a run out on this worker; it is reported by events.

    Returns:
        The record as it was left, as plain data.

    Raises:
        UserError: where the run is not to be found, or another process is at it.
        Reschedule: where the worker ends; another one is to go on with the run.
    """
    from distributed import Reschedule, get_worker
    from distributed.core import Status

    from cnnviz.training import execution, memory, orders

    worker = get_worker()
    ending = (Status.closing_gracefully, Status.closing, Status.closed, Status.failed)
    if not (checkpoints.RUNS / run).is_dir():
        raise UserError(
            "The worker finds no run {run} in {folder}: CNNVIZ_RUNS is to name the same folder on "
            "all machines.", run=run, folder=checkpoints.RUNS,
        )  # fmt: skip

    def announce(record: Record, progress: Progress | None) -> None:
        if worker.status in ending:
            orders.order(run, "leave")
        plain = None if progress is None else vars(replace(progress, result=None))
        worker.log_event(TOPIC, {"record": record.to_json(), "progress": plain})

    try:
        record = execution.carry_out(run, steps=steps, announce=announce)
    finally:
        memory.release()
    if record.state == "running":
        if cluster.answers(worker.scheduler.address):
            raise Reschedule
        lost = replace(record, state="failed", ended=time.time())
        run_files.write(lost.because(UserError(SCHEDULER_LOST)))
    return record.to_json()


def pass_on(run: str, what: str, value: float | bool | None) -> bool:
    """Pass an order on to a run, if it goes on this worker."""
    from cnnviz.training import orders

    return orders.order(run, what, value)


def workers_of(run: str, dask_scheduler: "Scheduler") -> list[str]:
    """Addresses of the workers that the scheduler has given a run to; they may not be at it yet."""
    return [
        task.processing_on.address
        for key, task in dask_scheduler.tasks.items()
        if task.processing_on is not None and _run_of(key) == run
    ]


def standing(dask_scheduler: "Scheduler") -> dict[str, Any]:
    """How many runs go at once, and which runs the scheduler has, going or waiting."""
    slots = sum(w.resources.get(cluster.RESOURCE, 0) for w in dask_scheduler.workers.values())
    ended = ("memory", "erred")
    runs = [
        _run_of(key)
        for key, task in dask_scheduler.tasks.items()
        if cluster.RESOURCE in (task.resource_restrictions or ()) and task.state not in ended
    ]
    return {"slots": int(slots), "runs": runs}


def _run_of(key: object) -> str:
    """The run that one of Dask's tasks is for."""
    return str(key).partition(" ")[0]
