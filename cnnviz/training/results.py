"""What a run's state amounts to, as a checkpoint and its card need it."""

from copy import deepcopy

from cnnviz.training.spec import Result
from cnnviz.training.state import State


def result_of(state: State, seconds: float) -> Result | None:
    """The best epoch so far; None before the first one has ended.

    Args:
        state: of the run.
        seconds: wall time so far.
    """
    if not state.best_epoch:
        return None
    model = deepcopy(state.model).cpu().eval()
    model.load_state_dict(state.best)
    return Result(
        model=model,
        epoch=state.best_epoch,
        metrics=dict(state.best_metrics),
        history=list(state.history),
        task=state.task,
        seconds=seconds,
        changes=tuple(state.changes),
    )
