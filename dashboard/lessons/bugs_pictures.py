"""The pictures of the exercises of "Find the bug": what went wrong, and the mended beside it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures.bugs import (
    BESIDE,
    MENDED,
    SHOWN,
    Panel,
    Series,
    bars_figure,
    curves_figure,
    gates_figure,
)
from cnnviz.figures.dncnn_classics import decibels, shown
from cnnviz.figures.numbers import THIN, as_printed, significant, written
from cnnviz.figures.seeds import mean_text, summary
from dashboard import frame
from dashboard.cache import bugs as cached
from dashboard.cache.bugs import RIGHT, WRONG
from dashboard.i18n import _

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from dashboard.cache.bugs import Values

CLASSES = 10  # of the digits


def paper(revealed: bool) -> None:
    """Multiply-adds at four widths, the paper's beside them."""
    rows = cached.counted()
    counts = {way: np.array([[each.madds[way] / 1e6 for each in rows]]) for way in (WRONG, RIGHT)}
    printed = np.array([[each.row.madds.value for each in rows]])
    series = [
        Series(_("Counted"), counts[WRONG], SHOWN),
        Series(_("In the paper"), printed, BESIDE),
        Series(_("Mended"), counts[RIGHT], MENDED, drawn=revealed),
    ]
    names = [f"α = {each.row.name.removesuffix(' MobileNet-224')}" for each in rows]
    _plot(bars_figure(names, series, _("multiply-adds (M)"), shares=False))
    told = (
        f"{as_printed(each.parameters / 1e6, 0.01)} / {each.row.parameters.value:g}"
        for each in rows
    )
    text = _("Parameters (M), counted / in the paper: {numbers}")
    st.caption(text.format(numbers=" · ".join(told)))
    frame.cite(*(number for each in rows for number in (each.row.madds, each.row.parameters)))


def chance(revealed: bool) -> None:
    """Loss and accuracy by epoch, and how far the weights have moved."""
    found = cached.trained("chance")
    level = (float(np.log(CLASSES)), f"ln{THIN}{CLASSES}")
    _learning(found, _pair(revealed), level=level)
    moved = mean_text(*summary(found[WRONG]["moved"][:, -1].tolist()), "accuracy")
    text = _("In the end the kernels are {share} of their first length away from where they began.")
    st.caption(text.format(share=moved))


def batches(revealed: bool) -> None:
    """Test accuracy by what a batch is made of."""
    words = {"mixed": _("mixed"), "sorted": _("by class")}
    names = [
        _("one at a time") if size == 1 else f"{size},<br>{words[how]}"
        for how, size in cached.batches()
    ]
    _accuracies("batches", names, revealed)


def rising(revealed: bool) -> None:
    """Loss and accuracy by epoch, at two learning rates."""
    ways = _pair(revealed)
    ways["slower"] = (_("A tenth of the rate"), BESIDE, True)
    _learning(cached.trained("rising"), ways, log=True)


def gates(revealed: bool) -> None:
    """The last block's gates, picture by picture."""
    found = cached.trained("gates")
    ways = [(way, name) for way, (name, _colour, drawn) in _pair(revealed).items() if drawn]
    pictures = [(name, found[way]["gates"][0]) for way, name in ways]
    _plot(gates_figure(pictures, (_("channel"), _("picture"), _("gate"))))
    text = _("{name}: all gates exactly ½ in {share} of the test pictures; accuracy {accuracy}.")
    for way, name in ways:
        half, accuracy = (
            mean_text(*summary(found[way][column].tolist())) for column in ("half", "accuracy")
        )
        st.caption(text.format(name=name, share=half, accuracy=accuracy))


def depth(revealed: bool) -> None:
    """The gradient along the trunk, block by block."""
    found = cached.trunk()
    series = [
        Series(name, found.shares[way], colour, drawn)
        for way, (name, colour, drawn) in _pair(revealed).items()
    ]
    panel = Panel(_("gradient, share of the last"), series, log=True)
    _plot(curves_figure([panel], _("block")))
    text = _("{name}: in 20 steps the loss went from {before} to {after}.")
    for way, (name, _colour, drawn) in _pair(revealed).items():
        if drawn:
            before, after = (
                mean_text(*summary(column.tolist()), "loss") for column in found.losses[way].T
            )
            st.caption(text.format(name=name, before=before, after=after))


def block(revealed: bool) -> None:
    """Accuracy on three parts of a scene."""
    _accuracies("block", [_("training"), _("validation"), _("test")], revealed)


def field(revealed: bool) -> None:
    """Accuracy on test pixels and on new fields."""
    _accuracies("field", [_("test pixels"), _("new fields")], revealed)


def dark(revealed: bool) -> None:
    """A noisy picture, and what is shown as its answer."""
    found = cached.denoised()
    pictures = [(_("Noisy"), found.noisy, "noisy"), (_("As it was"), found.shown[WRONG], WRONG)]
    if revealed:
        pictures.append((_("Mended"), found.shown[RIGHT], RIGHT))
    for place, (name, picture, way) in zip(st.columns(3, gap="small"), pictures, strict=False):
        with place:
            st.image(shown(picture), width="stretch")
            st.markdown(f"{name}, {decibels(found.psnr[way])}")
            if way != "noisy":
                text = _("mean {mean}, deviation {deviation}")
                st.caption(text.format(
                    mean=written(float(picture.mean())),
                    deviation=significant(float(picture.std())),
                ))  # fmt: skip
    text = _("Grey levels, 0 to 255. Noise of deviation {sigma} was added.")
    st.caption(text.format(sigma=f"{cached.noise_level():g}"))


def pairs(revealed: bool) -> None:
    """How near pairs are, and how good the search is, by epoch."""
    found = cached.trained("pairs")
    ways = _pair(revealed).items()
    near = [Series(name, found[w]["apart"], colour, drawn) for w, (name, colour, drawn) in ways]
    search = [Series(name, found[w]["map"], colour, drawn) for w, (name, colour, drawn) in ways]
    known = [
        Series(name, found[w]["map_training"], colour, drawn, "dot")
        for w, (name, colour, drawn) in ways
    ]
    panels = [
        Panel(_("distance of a pair"), near), Panel(_("mAP (%)"), search + known, percent=True)
    ]  # fmt: skip
    _plot(curves_figure(panels, _("epoch")))
    dotted = _("Dotted: a search among the training pairs.")
    st.caption(f"{dotted} {_seeds(found[WRONG]['map'])}")


#: By the codes of the texts: what draws it, its network, and where the mistake is written.
EXERCISES: Mapping[str, tuple[Callable[[bool], None], str, str]] = {
    "chance": (chance, "mobilenet_v1", "cnnviz.training.bugs_images:chance"),
    "paper": (paper, "mobilenet_v1", "cnnviz.explain.bugs:counted"),
    "batches": (batches, "mobilenet_v2", "cnnviz.training.bugs_images:batches"),
    "rising": (rising, "mobilenet_v2", "cnnviz.training.bugs_images:rising"),
    "gates": (gates, "senet", "cnnviz.training.bugs_images:gates"),
    "depth": (depth, "senet", "cnnviz.explain.bugs:trunk"),
    "block": (block, "hybridsn", "cnnviz.training.bugs_scene:block"),
    "field": (field, "hybridsn", "cnnviz.training.bugs_scene:field"),
    "dark": (dark, "dncnn", "cnnviz.explain.bugs:inverted"),
    "pairs": (pairs, "dscmr", "cnnviz.training.bugs_pairs:pairs"),
}


def _pair(revealed: bool) -> dict[str, tuple[str, str, bool]]:
    """Name, colour and whether it is there, of both ways."""
    return {WRONG: (_("As it was"), SHOWN, True), RIGHT: (_("Mended"), MENDED, revealed)}


def _accuracies(name: str, groups: list[str], revealed: bool) -> None:
    found = cached.trained(name)
    series = [
        Series(called, found[way]["accuracy"], colour, drawn)
        for way, (called, colour, drawn) in _pair(revealed).items()
    ]
    _plot(bars_figure(groups, series, _("accuracy (%)")))
    st.caption(_seeds(found[WRONG]["accuracy"]))


def _learning(
    found: "Mapping[str, Mapping[str, Values]]", ways: Mapping[str, tuple[str, str, bool]], *,
    log: bool = False, level: tuple[float, str] | None = None,
) -> None:  # fmt: skip
    """Loss and accuracy, epoch by epoch."""
    loss, accuracy = (
        [Series(name, found[way][column], colour, drawn)
         for way, (name, colour, drawn) in ways.items()]
        for column in ("loss", "accuracy")
    )  # fmt: skip
    panels = [
        Panel(_("loss"), loss, log=log, level=level),
        Panel(_("accuracy (%)"), accuracy, percent=True),
    ]
    _plot(curves_figure(panels, _("epoch")))
    st.caption(_seeds(found[WRONG]["loss"]))


def _seeds(values: "Values") -> str:
    text = _("Means of {count} seeds, ± their standard deviation.")
    return text.format(count=len(values))


def _plot(figure: "Figure") -> None:
    st.plotly_chart(figure, config=frame.PLOT, key="bug_picture")
