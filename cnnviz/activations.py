"""What layers put out, what is put in its place, and how long they take: the only forward hooks.

A server shares one model between the threads of all its visitors. A hook sees every visitor's pass,
so each hook here looks at the thread it was made in and at no other.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from statistics import median
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

# PyTorch numbers hooks with a counter that two threads may read at once; two hooks of one number on
# one module are one hook. Held while hooks are set and removed, never while a network runs.
_SETTING_HOOKS = threading.Lock()


class _AllRecorded(Exception):  # noqa: N818 - a signal, not an error
    """The last layer asked for has put out its tensor."""


@contextmanager
def record(
    model: nn.Module, names: Iterable[str], *, stop_early: bool = False
) -> Iterator[dict[str, Tensor]]:
    """Record what named modules put out during the forward passes inside the ``with`` block.

    Passes of other threads are not seen. The model's mode is left as it is. The hooks are gone
    after the block, also when it ends with an error.

    Args:
        model: the network; ``names`` are names of its ``named_modules()``.
        names: modules whose output is a tensor.
        stop_early: end the ``with`` block, silently, as soon as each module has been recorded: the
            layers behind are not computed. What the pass would have returned does not exist then.

    Yields:
        module name -> output, a detached copy. It fills during the pass; where a module runs more
        than once, the last output stands.

    Raises:
        ValueError: where the model has no module of a name.
    """
    wanted = _named(model, names)
    recorded: dict[str, Tensor] = {}

    def keep(name: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
            recorded[name] = output.detach().clone()
            if stop_early and len(recorded) == len(wanted):
                raise _AllRecorded

        return _of_this_thread(hook)

    hooks = [(module.register_forward_hook, keep(name)) for name, module in wanted.items()]
    with _hooks(hooks), suppress(_AllRecorded):
        yield recorded


@contextmanager
def replaced(
    model: nn.Module, replacements: Mapping[str, Callable[[Tensor], Tensor]]
) -> Iterator[None]:
    """Put something else in the place of what named modules put out, inside the ``with`` block.

    Passes of other threads stay as they are. The hooks are gone after the block, also when it ends
    with an error. What is recorded (``record``) inside the block is what was put in.

    Args:
        model: the network.
        replacements: name of a module of its ``named_modules()`` whose output is a tensor -> what
            makes another tensor of that output, which it leaves as it is.

    Raises:
        ValueError: where the model has no module of a name.
    """
    modules = _named(model, replacements)

    def putting(replace: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
        return _of_this_thread(lambda module, inputs, output: replace(output))

    hooks = [
        (module.register_forward_hook, putting(replacements[name]))
        for name, module in modules.items()
    ]
    with _hooks(hooks):
        yield


def outputs(model: nn.Module, x: Tensor, names: Iterable[str]) -> dict[str, Tensor]:
    """Run a network as far as the last of the named modules and return what they put out.

    Args:
        model: a network in evaluation mode; it may be in use by other threads.
        x: its input.
        names: modules whose output is a tensor, at least one.

    Returns:
        module name -> output, an inference tensor.

    Raises:
        ValueError: where the model is in training mode, or has no module of a name.
    """
    require_evaluation_mode(model)
    with torch.inference_mode(), record(model, names, stop_early=True) as recorded:
        model(x)
    return recorded


def time_layers(model: nn.Module, x: Tensor, repeats: int = 10) -> dict[str, float]:
    """Measure how long each leaf module takes, inside passes of the whole network.

    Args:
        model: a network in evaluation mode, on the device of ``x``.
        x: its input.
        repeats: passes that count, at least 1; one more goes ahead to warm up.

    Returns:
        leaf module name, in the order of running -> median milliseconds a pass. A leaf that runs
        twice in a pass counts with both; one that does not run is not there. The few microseconds
        of the hooks themselves lie between the layers, not in them.

    Raises:
        ValueError: where the model is in training mode or ``repeats`` is below 1.
    """
    require_evaluation_mode(model)
    if repeats < 1:
        raise ValueError(f"repeats must be at least 1, not {repeats}")
    started: dict[str, float] = {}
    spent: dict[str, float] = {}

    def now() -> float:
        if x.is_cuda:
            torch.cuda.synchronize(x.device)
        return perf_counter()

    def start(name: str) -> Callable[[nn.Module, Any], None]:
        def hook(module: nn.Module, inputs: Any) -> None:
            started[name] = now()

        return _of_this_thread(hook)

    def stop(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(module: nn.Module, inputs: Any, output: Any) -> None:
            spent[name] = spent.get(name, 0.0) + now() - started[name]

        return _of_this_thread(hook)

    leaves = [(name, module) for name, module in model.named_modules() if not [*module.children()]]
    starts = [(leaf.register_forward_pre_hook, start(name)) for name, leaf in leaves]
    stops = [(leaf.register_forward_hook, stop(name)) for name, leaf in leaves]
    passes: defaultdict[str, list[float]] = defaultdict(list)
    with torch.inference_mode(), _hooks([*starts, *stops]):
        model(x)
        for _ in range(repeats):
            spent.clear()
            model(x)
            for name, seconds in spent.items():
                passes[name].append(1000 * seconds)
    return {name: median(milliseconds) for name, milliseconds in passes.items()}


def require_evaluation_mode(model: nn.Module) -> None:
    """Refuse a model that drops units or moves its batch-norm statistics while it is looked at.

    The mode of a shared model is nobody's to switch: the caller hands in the right one.

    Raises:
        ValueError: where any module of the model is in training mode.
    """
    for name, module in model.named_modules():
        if module.training:
            part = f"its module {name!r}" if name else "the model"
            raise ValueError(f"{part} is in training mode: call model.eval() before sharing it")


def _named(model: nn.Module, names: Iterable[str]) -> dict[str, nn.Module]:
    """The modules of these names, each once.

    Raises:
        ValueError: where the model has no module of a name.
    """
    modules = dict(model.named_modules())
    found = {}
    for name in names:
        if name not in modules:
            raise ValueError(f"the model has no module named {name!r}")
        found[name] = modules[name]
    return found


def _of_this_thread(hook: Callable[..., Any]) -> Callable[..., Any]:
    """A hook that other threads pass by; what it returns, if anything, takes the output's place."""
    owner = threading.get_ident()

    def filtered(*arguments: Any) -> Any:
        return hook(*arguments) if threading.get_ident() == owner else None

    return filtered


@contextmanager
def _hooks(
    registrations: Iterable[tuple[Callable[[Callable[..., Any]], Any], Callable[..., Any]]],
) -> Iterator[None]:
    """Set hooks by (register method, hook) and remove every one of them at the end."""
    with ExitStack() as handles:
        try:
            with _SETTING_HOOKS:
                for register, hook in registrations:
                    handles.callback(register(hook).remove)
            yield
        finally:
            with _SETTING_HOOKS:
                handles.close()
