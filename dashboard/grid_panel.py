"""What lessons show of networks that were trained ahead over several seeds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import whole
from cnnviz.figures.tradeoff import Network, tradeoff_figure
from dashboard import frame
from dashboard.cache import grids
from dashboard.i18n import _

if TYPE_CHECKING:
    from cnnviz.papers import Published
    from dashboard.cache.grids import Trained

HEIGHT = 340
CIFAR10 = 50_000  # its training images
#: For each setting of a grid: what it is called, its colour, its shape; both as the legend has it.
Looks = Mapping[str, tuple[str, str, str]]


def tradeoff(
    grid: "Trained", looks: Looks, words: Mapping[str, str], *, key: str,
    of: str, printed: Sequence[Network] = (), cited: "Sequence[Published]" = (),
) -> None:  # fmt: skip
    """Accuracy against multiply-adds: what was trained, and beside it what the paper prints.

    Args:
        grid: of networks trained alike.
        looks: of each setting.
        words: as of ``tradeoff_figure``, but "deviation".
        key: of the picture.
        of: as of ``caption``.
        printed: the paper's networks.
        cited: where their numbers are from.
    """
    trained = [
        Network(looks[each.code][0], grids.madds(grid, each), tuple(each.values.values()),
                *looks[each.code][1:])
        for each in grid.results
    ]  # fmt: skip
    said = {**words, "deviation": _("standard deviation")}
    figure = tradeoff_figure(trained, printed, said, height=HEIGHT)
    st.plotly_chart(figure, config=frame.PLOT, key=key)
    caption(grid, of)
    if cited:
        frame.cite(*cited)


def caption(grid: "Trained", of: str) -> None:
    """How long the networks of a grid were trained, and with how many seeds.

    Args:
        of: on what, as a sentence's beginning: "10 000 images of CIFAR-10".
    """
    few, many = grid.seeds
    text = _(
        "Trained ahead on one thread of a CPU: {of}, {epochs} epochs, not the full training; "
        "{seeds} seeds each. ± and bars: standard deviation over the seeds. "
        "`{command}` trains what is missing."
    )
    seeds = str(few) if few == many else f"{few}–{many}"
    st.caption(text.format(of=of, epochs=grid.recipe.epochs, seeds=seeds, command=grid.made_by))


def part_of_cifar10(grid: "Trained") -> str:
    """On how many images of CIFAR-10 the networks of a grid were trained."""
    text = _("{images} images of CIFAR-10, not all {all}")
    return text.format(images=whole(grid.recipe.images), all=whole(CIFAR10))
