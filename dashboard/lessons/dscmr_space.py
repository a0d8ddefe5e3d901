"""The hero of the DSCMR lesson: images and texts in the common space, epoch by epoch."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.errors import UserError
from cnnviz.figures.numbers import percent, significant
from dashboard import controls, frame
from dashboard.cache import dscmr as cached
from dashboard.components.common_space import Pairs, common_space
from dashboard.i18n import _, translate_error
from dashboard.lessons.dscmr_shared import class_names, has_network

if TYPE_CHECKING:
    from dashboard.cache.dscmr import Asked, Film

BOARD, CAPTION = "space", "caption"
CODE = (
    "cnnviz.models.dscmr:DSCMR", "cnnviz.film:film_of", "cnnviz.film:nearest",
    "cnnviz.projections:Axes", "cnnviz.projections:tsne", "cnnviz.explain.dscmr:ask",
)  # fmt: skip
# Of the plot, CSS pixels: hero and questions fit on one screen.
HEIGHT = 326
#: The point that is chosen at first.
USUAL = (1, 61)


@st.fragment
@frame.guard()
def hero(looked: cached.Looked) -> None:
    """The test pairs of a set, its epochs on a slider, and what a point or a caption finds."""
    pairs = cached.shown_pairs(looked.data)
    if not has_network(looked):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="space_controls"):
        kind, deep = _picture()
        lines = _lines()
        asked, problem = None, ""
        if looked.data == cached.DIGITS:
            asked, problem = _asked(looked.network)
    film = cached.film(looked, kind)
    if isinstance(film, cached.Job):
        _watch(looked, kind)
        film, kind = cached.film(looked), cached.PCA
    deep = deep and kind == cached.PCA
    shown = Pairs(
        name=f"{looked} {cached.version(looked)} {film.stages} {'-'.join(film.places)}",
        film=film, classes=class_names(pairs.class_names), captions=pairs.captions,
        pixels=pairs.pixels, told=[problem] * film.stages if problem else _told(film, kind, deep),
    )  # fmt: skip
    common_space(
        shown, key=BOARD, picture=kind, deep=deep, lines=lines, usual=USUAL,
        height=HEIGHT, asked=asked, on_choice=_drop_caption,
    )  # fmt: skip


def _picture() -> tuple[str, bool]:
    """The kind of picture, and whether it is seen as space."""
    names = {"pca": _("PCA"), "space": _("PCA in 3-D"), cached.TSNE: "t-SNE", cached.UMAP: "UMAP"}
    options = {
        code: name for code, name in names.items() if code == "space" or code in cached.kinds()
    }
    chosen = controls.segmented(_("Picture"), options, key="view", default=cached.TSNE,
                                hidden_label=True)  # fmt: skip
    return (cached.PCA, True) if chosen == "space" else (chosen, False)


def _lines() -> str:
    """Which pairs have a line."""
    options = {"class": _("Lines of its class"), "all": _("of all"), "none": _("none")}
    return controls.segmented(_("Lines between pairs"), options, key="lines", hidden_label=True)


def _asked(network: str) -> "tuple[tuple[str, Asked] | None, str]":
    """A typed caption and what it finds; and why it finds nothing: it is told in the board, which
    a line of its own would push down.
    """
    text = _("Or type a caption: a three with a slash")
    caption = controls.text(_("A caption of your own"), key=CAPTION, placeholder=text,
                            hidden_label=True)  # fmt: skip
    if not caption:
        return None, ""
    try:
        return (caption, cached.ask(caption, network)), ""
    except UserError as error:
        return None, translate_error(error)


def _drop_caption() -> None:
    """A point was chosen: the caption is asked no more."""
    if st.session_state.get(CAPTION):
        st.session_state[CAPTION] = ""


@st.fragment(run_every=1.0)
@frame.guard()
def _watch(looked: cached.Looked, kind: str) -> None:
    """Until a picture is drawn: the page runs again when it is there."""
    if not isinstance(cached.film(looked, kind), cached.Job):
        st.rerun()
    name = {cached.TSNE: "t-SNE", cached.UMAP: "UMAP"}[kind]
    st.caption(
        _("{name} of all points is being drawn, some seconds; PCA meanwhile.").format(name=name)
    )


def _told(film: "Film", kind: str, deep: bool) -> list[str]:
    """What the network comes to at each stage; of PCA, what the picture keeps of it."""
    text = _("mAP on these pairs: image → text {across}, text → image {back}.")
    found = []
    for (across, back), terms in zip(film.maps, film.losses, strict=True):
        line = text.format(across=f"{across:.3f}", back=f"{back:.3f}")
        if np.isfinite(terms).all():
            numbers = [significant(float(term), 2) for term in terms]
            line += " " + _("Loss: J1 {} + αJ2 {} + βJ3 {}.").format(*numbers)
        found.append(line)
    if kind == cached.PCA:
        axes = 3 if deep else 2
        kept = percent(float(film.axes.shares[:axes].sum()), 0)
        text = _("{axes} axes show {share} of the variance.")
        found[-1] += " " + text.format(axes=axes, share=kept)
    return found
