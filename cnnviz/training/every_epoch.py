"""What a run looks like after each of its epochs, and not after the best one alone."""

from collections.abc import Iterator

from cnnviz.training.fit import fit
from cnnviz.training.spec import Progress, Result, RunSpec


def every_epoch(spec: RunSpec) -> Iterator[tuple[Progress, Result]]:
    """Train, and stop by at the end of each epoch.

    Args:
        spec: which epoch it keeps does not matter.

    Yields:
        The progress, and a result whose model has the weights of that epoch. The model is a copy:
        what is done with it does not change the run.

    Raises:
        UserError: as of ``fit``.
    """
    for progress in fit(spec.with_settings({"keep": "last"})):
        if progress.metrics and progress.result:
            yield progress, progress.result
