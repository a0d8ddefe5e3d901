"""Runs a network without data and notes what each module does: the engine of ``cnnviz.cost``."""

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

_ELEMENTWISE = (
    nn.modules.batchnorm._NormBase,
    nn.LayerNorm,
    nn.GroupNorm,
    nn.ReLU,
    nn.ReLU6,
    nn.Sigmoid,
    nn.Tanh,
    nn.Softmax,
)


class LayerCounter(FlopCounterMode):
    """Counts the floating-point operations of each module, besides those of its children.

    Works on a copy without data: the network may be in use by other threads, and stays as it is.

    Args:
        model: any network that takes one tensor.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__(display=False)
        self._path = _Path()
        tracker: Any = self._path  # not of the type that torch gives its own
        self.mod_tracker = tracker
        self._twin = _meta_twin(model, {}).eval()
        self._modules = dict(self._twin.named_modules())
        self._shapes: dict[str, list[torch.Size]] = {}
        for name, module in self._modules.items():
            # The twin is ours alone, so that its forward can be replaced where a hook would do.
            run = _identity if isinstance(module, _ELEMENTWISE) else module.forward
            object.__setattr__(module, "forward", partial(self._watch, name, run))

    def run(self, *input_shapes: Sequence[int]) -> None:
        """Pass one input of this shape (without the batch) through the network."""
        with torch.no_grad(), self:
            self._twin(*(torch.empty(1, *shape, device="meta") for shape in input_shapes))

    def ran(self) -> Iterator[tuple[str, nn.Module, int, list[torch.Size]]]:
        """(name, module, operations, shapes put out) of each module that ran, in that order."""
        for name, shapes in self._shapes.items():
            operations = sum(self.flop_counts[name].values()) if name in self.flop_counts else 0
            yield name, self._modules[name], operations, shapes

    def _watch(self, name: str, forward: Callable[..., Any], *inputs: Any, **arguments: Any) -> Any:
        shapes = self._shapes.setdefault(name, [])
        self._path.stack.append(name)
        try:
            output = forward(*inputs, **arguments)
        finally:
            self._path.stack.pop()
        tensors = output if isinstance(output, (tuple, list)) else (output,)
        shapes += [part.shape for part in tensors if isinstance(part, Tensor)]
        return output


class _Path:
    """The names of the modules at work, innermost last.

    Stands in for FlopCounterMode's own tracker, which sets hooks on every module of the process:
    the other threads of a server would run into them.
    """

    def __init__(self) -> None:
        self.stack = [""]

    @property
    def parents(self) -> set[str]:
        return {self.stack[-1]}

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def _identity(x: Tensor) -> Tensor:
    """Stand in for a module that keeps the shape and has nothing to count.

    Batch norms without data would otherwise take four fifths of the time.
    """
    return x


def _meta_twin(module: nn.Module, made: dict[int, nn.Module]) -> nn.Module:
    """Copy a network's structure: shapes without data, and no hooks.

    ``copy.deepcopy`` would copy the weights, and fail where another thread sets a hook meanwhile.

    Args:
        module: what to copy.
        made: twins by ``id`` of their original: a module in two places stays one module.
    """
    if id(module) not in made:
        twin = made[id(module)] = copy.copy(module)
        for name, value in vars(twin).items():
            if isinstance(value, OrderedDict) and name.endswith(("_hooks", "_kwargs", "_called")):
                vars(twin)[name] = OrderedDict()
        twin._parameters = {
            name: None if tensor is None else nn.Parameter(tensor.to("meta"), requires_grad=False)
            for name, tensor in module._parameters.items()
        }
        twin._buffers = {
            name: None if tensor is None else tensor.to("meta")
            for name, tensor in module._buffers.items()
        }
        twin._modules = {
            name: None if child is None else _meta_twin(child, made)
            for name, child in module._modules.items()
        }
    return made[id(module)]
