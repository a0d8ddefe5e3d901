"""A run from its first step to its model card, where nothing is asked or shown between."""

from pathlib import Path
from tempfile import TemporaryDirectory

from cnnviz.checkpoints import Card
from cnnviz.training.finish import finish
from cnnviz.training.fit import fit
from cnnviz.training.spec import RunSpec
from cnnviz.training.task import in_one_go


def whole_run(spec: RunSpec, file: Path | None = None) -> Card:
    """Train, store and test a network: the numbers of a run that a page starts.

    Args:
        spec: what to train, on what, how.
        file: where the checkpoint is kept, without an ending; None: nowhere.

    Returns:
        The model card: its ``metrics`` are those of the network as it is stored.

    Raises:
        UserError: where the spec cannot be carried out, or the loss is no longer a number.
    """
    result = None
    for progress in fit(spec):
        result = progress.result or result
    assert result is not None  # a run that ends has had an epoch
    if file is not None:
        return in_one_go(finish(spec, result, file))
    with TemporaryDirectory(prefix="cnnviz_") as folder:
        return in_one_go(finish(spec, result, Path(folder) / "run"))
