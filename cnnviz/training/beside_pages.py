"""What a worker does before its first run, where it shares the machine with the pages.

Named to Dask as ``--preload cnnviz.training.beside_pages``.
"""

from typing import Any

from cnnviz.starter import give_way


def dask_setup(worker: Any) -> None:
    """Let the worker's thread for runs give way to the pages, and load torch in it.

    The worker itself does not wait for that, nor give way: on a busy machine, too, it is there soon
    and passes orders on at once.
    """
    worker.executor.submit(_prepare)


def _prepare() -> None:
    give_way()
    import cnnviz.training.execution  # noqa: F401
