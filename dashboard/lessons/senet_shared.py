"""What the parts of the SENet lesson share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.figures.numbers import percent
from dashboard import cache, controls
from dashboard.cache import senet as cached
from dashboard.i18n import _
from dashboard.photo_input import Photo

if TYPE_CHECKING:
    from dashboard.cache.senet import Array

_LIKELIEST = 5


def other_photo(default: str) -> Photo:
    """The control: which picture the first one is compared with. It stands in the sidebar.

    Args:
        default: name of a bundled photo.
    """
    titles = {name: _(title) for name, title in cache.photo_titles().items()}
    chosen = controls.select(_("Other photo"), titles, key="other", default=default)
    return Photo(chosen, titles[chosen], cache.bundled_photo(chosen))


def likeliest(probabilities: "Array") -> Sequence[tuple[str, float, str]]:
    """The most probable classes as rows of bars, the first one first."""
    names, order = cached.class_names(), np.argsort(-probabilities, kind="stable")
    return [
        (_(names[number]), float(probabilities[number]), percent(probabilities[number], 0))
        for number in order[:_LIKELIEST]
    ]


def gate_text(gate: float) -> str:
    """A gate, or a difference of two: 0.43."""
    return f"{gate:.2f}"
