"""SENet's gates over a whole test set: numbers from a file, or measured beside the page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz import checkpoints
from cnnviz.data import cifar10
from dashboard.cache.jobs import Job, jobs
from dashboard.cache.senet import NETWORK

if TYPE_CHECKING:
    from cnnviz.explain.arrays import Array, Indices
    from cnnviz.explain.senet_classes import ClassGates
    from cnnviz.explain.senet_hands_table import Accuracies

CLASSES, ACCURACIES = "classes", "accuracies"


def class_gates() -> "ClassGates | None":
    """The gates by class, of the weights that are here; None where nobody has measured them.

    Raises:
        UserError: where the network is not here.
    """
    return _known(CLASSES, *_stamp())


def accuracies() -> "Accuracies | None":
    """The accuracies with other gates, of the weights that are here; None where nobody has
    measured them.

    Raises:
        UserError: where the network is not here.
    """
    return _known(ACCURACIES, *_stamp())


def mean_gates() -> "tuple[Array, ...]":
    """For each block (C,) the mean gates over the test set; empty where they are not measured."""
    found = class_gates()
    return found.means if found else ()


def channels_shown(count: int) -> "Indices":
    """The channels that the paper's figure would show of so many."""
    from cnnviz.explain.senet_classes import channels_shown as shown

    return shown(count)


def can_measure() -> bool:
    """Whether the test images are here."""
    return cifar10.find() is not None


def measuring(kind: str) -> Job | None:
    """The measurement of what is missing, if it was asked for."""
    return jobs().get(_key(kind))


def measure(kind: str) -> Job:
    """Measure what is missing, beside the page; what is measured is kept in the data folder."""
    return jobs().start(_key(kind), _make(kind))


def command(kind: str) -> str:
    """What measures the shipped network again."""
    text: str = _module(kind).COMMAND
    return text


def _key(kind: str) -> tuple[str, str, str]:
    return ("senet", kind, checkpoints.digest_of(NETWORK))


def _make(kind: str) -> Callable[[Callable[[float], None]], Any]:
    def make(report: Callable[[float], None]) -> Any:
        from cnnviz.explain.senet_images import file_here

        module = _module(kind)
        return module.measure(NETWORK, file_here(module.SHIPPED.name), report)

    return make


def _module(kind: str) -> Any:
    from cnnviz.explain import senet_classes, senet_hands_table

    return {CLASSES: senet_classes, ACCURACIES: senet_hands_table}[kind]


def _stamp() -> tuple[str, tuple[tuple[str, int], ...]]:
    """What the numbers depend on: the weights, and the files that may hold them."""
    from cnnviz.explain.senet_images import file_here

    shipped = [_module(kind).SHIPPED for kind in (CLASSES, ACCURACIES)]
    files = [*shipped, *(file_here(file.name) for file in shipped)]
    stamps = tuple((str(file), file.stat().st_mtime_ns) for file in files if file.is_file())
    return _digest(checkpoints.locate(NETWORK).stat().st_mtime_ns), stamps


@st.cache_resource(max_entries=2, show_spinner=False)
def _digest(changed: int) -> str:
    return checkpoints.digest_of(NETWORK)


@st.cache_resource(max_entries=4, show_spinner=False)
def _known(kind: str, digest: str, stamps: tuple[tuple[str, int], ...]) -> Any:
    return _module(kind).known(digest)
