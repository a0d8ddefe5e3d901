"""The state of a run in one file: safetensors, the plain data in its header. Nothing is pickled."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as serialized
from torch import Tensor, nn

from cnnviz.errors import UserError
from cnnviz.models.registry import build
from cnnviz.training.setting_types import lists
from cnnviz.training.spec import RunSpec
from cnnviz.training.state import State, no_number
from cnnviz.whole_files import whole

# Fields of the state that are plain data.
_PLAIN = ("step", "rate", "seconds", "sums", "history", "best_epoch", "best_metrics")


def save(state: State, file: Path) -> None:
    """Write a state, whole or not at all.

    Raises:
        UserError: where a weight is no longer a number.
        OSError: where the disk refuses.
    """
    tensors = _tensors(state)
    if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
        raise no_number(state.step)
    run = {name: getattr(state, name) for name in _PLAIN}
    run |= {"spec": state.spec.to_json(), "changes": state.changes}
    run |= {"about": state.task.about, "arguments": dict(state.task.arguments)}
    # Each a copy in the default layout: other strides, and shared memory, are not stored.
    stored = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in tensors.items()
    }
    with whole(file) as partial:
        partial.write_bytes(serialized(stored, {"run": json.dumps(run)}))


def load(state: State, file: Path) -> None:
    """Let a state that has just been started go on from one that was saved.

    Changes of settings up to the saved step are those that were made; from there on they are the
    spec's.

    Raises:
        UserError: where the file is damaged, or is of another spec (changes of settings aside) or
            of other training data.
    """
    with _undamaged(file):
        with safe_open(file, framework="pt") as stored:
            run = json.loads(stored.metadata()["run"])
            # Copies: what safetensors gives lies in the file, which will be written again.
            tensors = {name: stored.get_tensor(name).clone() for name in stored.keys()}  # noqa: SIM118
        found = _without_changes(RunSpec.from_json(run["spec"])), run["about"]
    if found != (_without_changes(state.spec), lists(state.task.about)):
        raise UserError("{file} is the state of another run, or of other data.", file=file)
    with _undamaged(file):
        _restore(state, run, tensors)


def kept_model(file: Path) -> nn.Module:
    """The network with the weights that it had when its state was saved, in eval mode.

    Raises:
        UserError: where the file is damaged.
    """
    with _undamaged(file), safe_open(file, framework="pt") as stored:
        run = json.loads(stored.metadata()["run"])
        spec = RunSpec.from_json(run["spec"])
        model = build(spec.model, run["arguments"] | dict(spec.model_args))
        # The momentum and the best weights, two thirds of the file, are left unread.
        names = [name for name in stored.keys() if name.startswith("model.")]  # noqa: SIM118
        model.load_state_dict(_below("model.", {name: stored.get_tensor(name) for name in names}))
    return model.eval()


def _tensors(state: State) -> dict[str, Tensor]:
    found = {f"model.{name}": tensor for name, tensor in state.model.state_dict().items()}
    for name, parameter in state.model.named_parameters():
        # Nothing before the first step.
        for kind, tensor in state.optimizer.state.get(parameter, {}).items():
            if tensor is not None:
                found[f"optimizer.{kind}.{name}"] = tensor
    found |= {f"best.{name}": tensor for name, tensor in state.best.items()}
    return found | {"random": state.random}


def _restore(state: State, run: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    for name in _PLAIN:
        setattr(state, name, run[name])
    state.model.load_state_dict(_below("model.", tensors))
    parameters = dict(state.model.named_parameters())
    for path, tensor in _below("optimizer.", tensors).items():
        kind, _, name = path.partition(".")
        parameter = parameters[name]
        if tensor.shape == parameter.shape:
            # In the weight's own layout, as the optimiser would have made it.
            tensor = torch.empty_like(parameter, requires_grad=False).copy_(tensor)
        state.optimizer.state[parameter][kind] = tensor.to(state.place)
    state.best = {name: t.to(state.place) for name, t in _below("best.", tensors).items()}
    if tensors["random"].shape == state.random.shape:  # else it is that of another device
        state.random = tensors["random"]
    state.resume(state.spec.with_settings({"changes": run["changes"]}).changes)


def _without_changes(spec: RunSpec) -> dict[str, Any]:
    return {**spec.to_json(), "changes": []}


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names begin so, by the rest of their names."""
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


@contextmanager
def _undamaged(file: Path) -> Iterator[None]:
    """What goes wrong with a damaged file is said in one sentence."""
    try:
        yield
    except (OSError, SafetensorError, ValueError, LookupError, TypeError, RuntimeError) as error:
        raise UserError("{file} is damaged: it is not the state of a run.", file=file) from error
