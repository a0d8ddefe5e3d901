"""The question "Three losses" of the DSCMR lesson: what each is, and what it comes to."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import percent, significant
from cnnviz.figures.training import RUN_COLOURS
from dashboard import controls, frame
from dashboard.cache import dscmr_losses as cached
from dashboard.components import dscmr_losses_table as table
from dashboard.components import dscmr_matrices as matrices
from dashboard.components import live_slider
from dashboard.i18n import _
from dashboard.lessons.dscmr_shared import class_names, has_network

if TYPE_CHECKING:
    from dashboard.cache.dscmr import Looked
    from dashboard.cache.dscmr_losses import Batch

CODE = (
    "cnnviz.models.dscmr_losses:discrimination", "cnnviz.models.dscmr_losses:likelihood",
    "cnnviz.models.dscmr_losses:invariance", "cnnviz.explain.dscmr_losses:batch",
)  # fmt: skip
TEXT = "dscmr_losses"
COLOURS = RUN_COLOURS[:3]  # of J1, J2, J3
J1 = r"\small J_1=\tfrac1n(\lVert P(U)-Y\rVert_F+\lVert P(V)-Y\rVert_F)"
J2 = r"\small J_2=\tfrac1{n^2}\textstyle\sum_{ij}[\log(1+e^{\theta_{ij}})-S_{ij}\theta_{ij}]"
J3 = r"\small J_3=\tfrac1n\lVert U-V\rVert_F"


def losses(looked: "Looked") -> None:
    """The whole question, for a network and its pairs."""
    table.style()
    matrices.style()
    _formulas()
    if has_network(looked):
        _numbers(looked)
        _matrices(looked)


def _formulas() -> None:
    """Each loss and what it asks for."""
    told = (
        (J1, _("**Discrimination.** One linear classifier P is to name the class of both: images "
               "U and texts V go where classes can be told apart.")),
        (J2, _("**Likelihood**, the sum of three: image–image, image–text, text–text. θ is half "
               "the cosine; S is 1 within a class: alike there, unlike elsewhere.")),
        (J3, _("**Invariance.** The image and the text of a pair are to have one place, "
               "whatever their class.")),
    )  # fmt: skip
    for place, (formula, meaning) in zip(st.columns([1.15, 1.15, 0.75]), told, strict=True):
        with place:
            st.latex(formula)
            st.markdown(meaning)


@st.fragment
@frame.guard()
def _numbers(looked: "Looked") -> None:
    """Sliders for both weights, and the losses of a batch before and after the training."""
    usual = cached.recipe_weights(looked.network)
    left, middle, right = st.columns([1, 1, 0.6], vertical_alignment="center")
    with left:
        alpha = _weight(_("α, the weight of J2"), "loss_alpha", usual[0])
    with middle:
        beta = _weight(_("β, the weight of J3"), "loss_beta", usual[1])
    with right:
        with_j1 = controls.toggle(_("J1 counts"), key="loss_j1", default=True)
    states = cached.batches(looked)
    sums = [cached.weighted(each.terms, alpha, beta, with_j1=with_j1) for each in states]
    _table(states, sums, (float(with_j1), alpha, beta))
    text = _(
        "{count} test pairs, as many of each class. J2 can never be below {least}: so much is left "
        "where all cosines are 1 within a class and −1 elsewhere."
    )
    least = significant(cached.least_likelihood())
    st.caption(text.format(count=len(states[0].labels), least=least))


def _weight(label: str, key: str, usual: float) -> float:
    """A slider over powers of ten, and zero."""
    texts = cached.WEIGHTS
    place = live_slider(
        label, key=key, min_value=0, max_value=len(texts) - 1, value=texts.index(f"{usual:g}"),
        format=texts.__getitem__,
    )  # fmt: skip
    return float(texts[place])


def _table(
    states: "tuple[Batch, Batch]", sums: list[tuple[float, ...]], weights: tuple[float, ...]
) -> None:
    """A row for each loss and each part of J2; before and after, weighted and not."""
    names = ("J1", "J2", "J3")
    values = [
        (each.terms.discrimination, each.terms.likelihood, each.terms.invariance) for each in states
    ]
    rows = []
    for number, name in enumerate(names):
        cells: list[str | table.Weighted] = [f"× {weights[number]:g}"]
        for of_state, added in zip(values, sums, strict=True):
            share = added[number] / (sum(added) or 1.0)
            text = f"{significant(added[number])} · {percent(share, 0)}"
            cells += [significant(of_state[number]), table.Weighted(text, share)]
        kind = "" if weights[number] else "off"
        rows.append(table.Row(_losses()[name], cells, COLOURS[number], kind))
        if name == "J2":
            rows += _parts(states)
    total = [text for added in sums for text in ("", significant(sum(added)))]
    rows.append(table.Row("J = J1 + α J2 + β J3", ["", *total], kind="sum"))
    heads = (
        "", _("weight"), _("before training"), _("weighted"), _("after training"), _("weighted"),
    )  # fmt: skip
    table.table(_("The losses of a batch"), heads, rows)


def _losses() -> dict[str, str]:
    return {
        "J1": _("J1, discrimination"), "J2": _("J2, likelihood"), "J3": _("J3, invariance"),
    }  # fmt: skip


def _kinds() -> tuple[str, str, str]:
    """What is compared with what, in the order of the batch's cosines."""
    return _("image–image"), _("image–text"), _("text–text")


def _parts(states: "tuple[Batch, Batch]") -> list[table.Row]:
    found = []
    for name, kind in zip(_kinds(), ("images", "across", "texts"), strict=True):
        before, after = (significant(getattr(each.terms, kind)) for each in states)
        found.append(table.Row(name, ("", before, "", after, ""), kind="part"))
    return found


@frame.guard()
def _matrices(looked: "Looked") -> None:
    """Who is alike whom, before and after, beside the labels; and what that comes to."""
    st.markdown(_(
        "**Cosines of all pairs in the batch, sorted by class**, and the labels S that J2 compares "
        "them with: blue −1, white 0, red 1. Below: the mean within a class, and between two."
    ))  # fmt: skip
    rows = []
    names = (_("before training"), _("after training"))
    for name, each in zip(names, cached.batches(looked), strict=True):
        below = [
            _("one class {alike}, two {apart}").format(alike=_cosine(alike), apart=_cosine(apart))
            for alike, apart in zip(each.alike, each.apart, strict=True)
        ]
        rows.append(
            matrices.Row(name, [*each.cosines, each.same], [*below, ""], list(each.by_class))
        )
    labels = each.labels.tolist()
    classes = [
        (name, labels.count(number))
        for number, name in enumerate(class_names(cached.classes(looked.data)))
        if number in labels
    ]
    matrices.matrices(
        _("Cosines before and after training, and the labels"), [*_kinds(), _("labels S")], rows,
        classes,
    )  # fmt: skip


def _cosine(value: float) -> str:
    return f"{value:.2f}".replace("-", "\u2212")
