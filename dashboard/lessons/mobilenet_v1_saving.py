"""The tab "What does splitting save?" of the MobileNetV1 lesson: one layer, both ways."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import THIN, as_printed, si, significant, whole
from dashboard import cache, frame
from dashboard.components import cost_pictures, live_slider, saving_pictures
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.cache.costs import CountedRow

TEXT = "mobilenet_v1_cost"
EXPLAIN = "cnnviz.explain.mobilenet_v1_saving:"
# Rows of the paper's table whose count differs from it, and the footnote that says why.
FOOTNOTES = {"Conv MobileNet": "¹", "1.0 MobileNet-160": "²"}


def layer() -> None:
    """The whole tab."""
    cost_pictures.style()
    _live()
    one, networks = cache.paper_rows()
    title = _("The paper's example, counted again")
    st.markdown(f"**{title}**")
    _example(one, title)
    _networks(networks)
    frame.folded(TEXT, "saving", f"{EXPLAIN}compare_layer", f"{EXPLAIN}paper_networks")


@st.fragment
@frame.guard()
def _live() -> None:
    """Sliders of one layer, and its cost both ways."""
    left, right = cost_pictures.beside("layer_row")
    with left:
        inputs, outputs, kernel, size = _sliders()
    found = cache.compare_layer(inputs, outputs, kernel, size)
    with right:
        text = _(
            "of the multiply-adds are left, as counted. Formula: 1/{n} + 1/{k}² = {predicted}."
        ).format(n=outputs, k=kernel, predicted=significant(found.predicted))
        counted = f"1/{significant(1 / found.ratio)} ≈ {significant(found.ratio)}"
        saving_pictures.saving(counted, text)
        parts = [("depthwise", found.depthwise.madds), ("pointwise", found.pointwise.madds)]
        one = [("convolution", found.standard.madds)]
        rows = [
            (_("standard"), one, _work(found.standard.madds, found.standard.parameters)),
            (_("separable"), parts, _work(found.separable.madds, found.separable.parameters)),
        ]
        saving_pictures.work(rows, most=found.standard.madds)
        saving_pictures.curve(
            outputs, kernel, found.ratio, height=210,
            label=_("MAdds of the separable convolution in percent of the standard one's"),
            axis=_("output channels N"),
        )  # fmt: skip


def _sliders() -> tuple[int, int, int, int]:
    inputs = live_slider(
        _("Input channels M"), key="layer_m", min_value=8, max_value=1024, step=8, value=512
    )
    outputs = live_slider(
        _("Output channels N"), key="layer_n", min_value=8, max_value=1024, step=8, value=512
    )
    kernel = live_slider(
        _("Kernel side K"), key="layer_k", min_value=3, max_value=7, step=2, value=3,
        format=lambda side: f"{side} × {side}",
    )  # fmt: skip
    size = live_slider(
        _("Map side F"), key="layer_f", min_value=7, max_value=112, step=1, value=14,
        format=lambda side: f"{side} × {side}",
    )  # fmt: skip
    st.caption(_("M and F change what both cost, but not the ratio."))
    return inputs, outputs, kernel, size


def _work(madds: int, parameters: int) -> str:
    text = _("{madds} MAdds, {parameters} parameters")
    return text.format(madds=si(madds), parameters=si(parameters))


def _example(rows: "Sequence[CountedRow]", label: str) -> None:
    """One layer of 512 channels at 14 x 14 pixels, split, then thinner, then smaller."""
    names = (_("standard"), _("separable"), "α = 0.75", "α = 0.75, ρ = 0.714")
    head = ["", _("channels"), _("map"), *heads()]
    lines = [
        [
            name, f"{row.printed.channels} → {row.printed.channels}",
            f"{row.printed.size} × {row.printed.size}", *beside(row, ""),
        ]
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip
    cost_pictures.table(head, lines, label=label)
    frame.cite(*(row.printed.madds for row in rows))


@st.fragment
@frame.guard()
def _networks(rows: "Sequence[CountedRow]") -> None:
    """The paper's table of networks, folded away."""
    title = _("The paper's networks for ImageNet, counted again")
    with frame.unfolded(title, "layer_networks") as opened:
        if opened:
            _networks_table(rows, title)


def _networks_table(rows: "Sequence[CountedRow]", label: str) -> None:
    head = ["", _("top-1, paper"), *heads()]
    lines = []
    for row in rows:
        note = "" if row.madds_agree else FOOTNOTES[row.printed.name]
        top1 = f"{row.printed.top1.value}{THIN}%"
        lines.append([row.printed.name, top1, *beside(row, note)])
    cost_pictures.table(head, lines, label=label)
    notes = (
        _("¹ The paper's 4866 M leave out the fully connected layer, 1.0 M."),
        _(
            "² The paper multiplies the whole cost by ρ². The fully connected layer does not "
            "shrink with the picture, so that the count is 0.5 M more."
        ),
    )
    st.caption("  \n".join(notes))
    printed = (row.printed.madds for row in rows)
    frame.cite(*sorted(printed, key=lambda number: number.where))


def heads() -> list[str]:
    return [
        _("MAdds, paper"), _("counted"), _("exactly"),
        _("parameters, paper"), _("counted"), _("exactly"),
    ]  # fmt: skip


def beside(row: "CountedRow", note: str) -> list[str]:
    """Printed, counted to the same digits, and counted exactly: multiply-adds, then parameters."""
    cells = []
    pairs = ((row.printed.madds, row.madds), (row.printed.parameters, row.parameters))
    for printed, counted in pairs:
        cells += [
            f"{as_printed(printed.value, printed.value)}{THIN}M",
            f"{as_printed(counted / 1e6, printed.value)}{THIN}M{note}",
            whole(counted),
        ]
        note = ""
    return cells
