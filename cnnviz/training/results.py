"""What a run's state amounts to, as a checkpoint and its card need it."""

from copy import deepcopy

from cnnviz.data.images import ImageSet
from cnnviz.training.spec import Result
from cnnviz.training.state import State


def result_of(
    state: State, training: ImageSet, held_out: ImageSet, seconds: float
) -> Result | None:
    """The best epoch so far; None before the first one has ended.

    Args:
        state: of the run.
        training: the images it trains on.
        held_out: those on which its epochs are measured.
        seconds: wall time so far.
    """
    if not state.best_epoch:
        return None
    model = deepcopy(state.model).cpu().eval()
    model.load_state_dict(state.best)
    return Result(
        model=model,
        epoch=state.best_epoch,
        metrics={name: state.best_entry[name] for name in ("accuracy", "oa", "aa", "kappa")},
        history=list(state.history),
        held_out=held_out,
        preprocessing={
            "size": training.images.shape[1],
            "mean": list(state.scaling.mean),
            "std": list(state.scaling.std),
        },
        class_names=training.class_names,
        data={
            "name": state.spec.data,
            "source": training.source,
            "verified": training.verified,
            "training": len(training),
            "validation": len(held_out),
            "split": "stratified random",
            "split_seed": state.spec.split_seed,
        },
        seconds=seconds,
        rate_changes=tuple(state.changes),
    )
