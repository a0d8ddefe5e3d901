"""The question "Where is the cost?" of the MobileNetV2 lesson: both networks, block by block."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import THIN, millions, si, significant, tick, whole
from cnnviz.printed.mobilenet_v1 import MOBILENET_V1_ROWS
from dashboard import controls, frame
from dashboard.cache import mobilenet_v2 as cached
from dashboard.components import cost_pictures, live_slider
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_saving import beside, heads
from dashboard.lessons.mobilenet_v1_shared import size_text
from dashboard.lessons.mobilenet_v2_latency import latency
from dashboard.lessons.mobilenet_v2_shared import NETWORKS

if TYPE_CHECKING:
    from dashboard.cache.mobilenet_v2 import CountedRow, Part

EXPLAIN = "cnnviz.explain.mobilenet_v2_cost:"
CODE = (
    f"{EXPLAIN}parts", f"{EXPLAIN}Part", f"{EXPLAIN}_part", f"{EXPLAIN}paper_rows",
    f"{EXPLAIN}times",
)  # fmt: skip
WIDTHS = (0.25, 1.4, 0.05)
# Input pixels a side: the least, the most, a step.
SIZES = {"course": (16, 64, 8), "paper": (96, 224, 32)}
BYTES = 4  # of a number, as it is computed with here
# Rows of the paper's table whose count differs from it.
FOOTNOTES = ("¹", "²", "³")

Shape = tuple[str, float, int]  # layout, alpha, input pixels
Found = Mapping[str, Sequence["Part"]]


def cost() -> None:
    """The whole question."""
    cost_pictures.style()
    _live()
    latency()
    _in_the_paper()


@st.fragment
@frame.guard()
def _live() -> None:
    """Sliders, the sums of both networks, and the chosen quantity block by block."""
    left, right = cost_pictures.beside("cost_row")
    with left:
        shape = _sliders()
    found = {name: cached.parts(name, *shape) for name in NETWORKS}
    with right:
        quantity = controls.segmented(
            _("Quantity"), _quantities(), key="cost_quantity", hidden_label=True
        )
        _totals(found, quantity)
        _columns(found, quantity)
    with frame.unfolded(_("All numbers, block by block"), "cost_numbers") as opened:
        if opened:
            for name, title in NETWORKS.items():
                _table(title, found[name])


def _sliders() -> Shape:
    layout = controls.segmented(
        _("Layout"), {"paper": "ImageNet", "course": "CIFAR-10"}, key="cost_layout",
        help=_("The course's network for 32 × 32 pixels, or the paper's for 224 × 224."),
    )  # fmt: skip
    alpha = live_slider(
        _("Width α"), key="cost_alpha", min_value=WIDTHS[0], max_value=WIDTHS[1], step=WIDTHS[2],
        value=1.0,
    )  # fmt: skip
    (least, most, step), usual = SIZES[layout], cached.size(layout)
    size = live_slider(
        _("Pixels a side"), key=f"cost_size_{usual}", min_value=least, max_value=most, step=step,
        value=usual,
    )  # fmt: skip
    return layout, alpha, size


def _quantities() -> dict[str, str]:
    return {
        "madds": _("MAdds"), "parameters": _("parameters"), "activations": _("activations"),
        "memory": _("memory"),
    }  # fmt: skip


def _totals(found: Found, quantity: str) -> None:
    """MobileNetV2's sums, and under each MobileNetV1's."""
    sums = {name: _sums(parts) for name, parts in found.items()}
    cells = []
    for code, name in _quantities().items():
        mine, other = (sums[network][code] for network in ("mobilenet_v2", "mobilenet_v1"))
        written = _written(code, other)
        below = f"V1: {written} ({significant(other / mine, 2)}{THIN}×)"
        cells.append((f"V2, {name}", _written(code, mine), below))
    cost_pictures.totals(cells, chosen=list(_quantities()).index(quantity))


def _sums(parts: "Sequence[Part]") -> dict[str, int]:
    """Sums over the parts; of the memory, what the dearest part needs."""
    return {
        "madds": sum(part.madds for part in parts),
        "parameters": sum(part.parameters for part in parts),
        "activations": sum(part.activations for part in parts),
        "memory": BYTES * max(part.split for part in parts),
    }


def _written(quantity: str, value: int) -> str:
    return si(value, "B") if quantity == "memory" else millions(value)


def _columns(found: Found, quantity: str) -> None:
    """Both networks in one scale."""
    slots = {name: _slots(parts, quantity) for name, parts in found.items()}
    most = max(
        max(value, before) for each in slots.values() for _slot, columns in each
        for _kind, value, before, _told in columns
    )  # fmt: skip
    if quantity == "memory":
        st.caption(_(
            "What must be kept while a block runs. Column: its input, its output, and the maps "
            "between them one channel after the other. Dashed: all of them, layer by layer."
        ))  # fmt: skip
    for name, title in NETWORKS.items():
        label = _("{network}: {quantity}, block by block")
        hint = _("{network}. Point at a column to read its numbers.")
        cost_pictures.columns(
            slots[name], label=label.format(network=title, quantity=_quantities()[quantity]),
            axis="" if name == "mobilenet_v1" else _("block"), hint=hint.format(network=title),
            number=lambda level: tick(level, "B" if quantity == "memory" else ""),
            height=118, most=most,
        )  # fmt: skip


def _slots(parts: "Sequence[Part]", quantity: str) -> list[tuple[str, list[cost_pictures.Column]]]:
    """A slot for each part; in it a column for each layer, or one for the memory."""
    slots = []
    for part in parts:
        if quantity == "memory":
            text = _("{split}; layer by layer {whole}")
            split, layered = BYTES * part.split, BYTES * part.whole
            told = f"{_name(part)}: " + text.format(split=si(split, "B"), whole=si(layered, "B"))
            columns = [(part.layers[-1].kind, float(split), float(layered), told)]
        else:
            values = [(layer, float(getattr(layer, quantity))) for layer in part.layers]
            columns = [
                (layer.kind, value, value,
                 f"{_name(part)}, {size_text(layer.output_shape)}: {si(int(value))}")
                for layer, value in values
            ]  # fmt: skip
        slots.append((_slot(part), columns))
    return slots


def _slot(part: "Part") -> str:
    """What stands under a part's columns."""
    if part.block is not None:
        return str(part.block + 1)
    return {"classifier": "FC", "head": "1×1"}.get(part.layers[0].name, _("stem"))


def _name(part: "Part") -> str:
    if part.block is None:
        return _slot(part)
    return _("block {number}").format(number=part.block + 1)


def _table(title: str, parts: "Sequence[Part]") -> None:
    st.markdown(f"**{title}**")
    head = [
        "", _("input"), _("output"), _("MAdds"), _("parameters"), _("activations"),
        _("kept, layer by layer"), _("kept, split"),
    ]  # fmt: skip
    rows = [
        [_slot(part), size_text(part.input_shape), size_text(part.layers[-1].output_shape),
         *(whole(number) for number in (
             part.madds, part.parameters, part.activations, part.whole, part.split))]
        for part in parts
    ]  # fmt: skip
    sums = _sums(parts)
    rows.append([
        _("all, or most"), "", "",
        *(whole(sums[code]) for code in ("madds", "parameters", "activations")),
        *(whole(max(numbers)) for numbers in (
            [part.whole for part in parts], [part.split for part in parts])),
    ])  # fmt: skip
    cost_pictures.table(head, rows, label=title, total=True)


def _in_the_paper() -> None:
    """The paper's table, and the same networks counted here."""
    found = cached.paper_rows()
    title = _("The paper's networks for ImageNet, counted again")
    st.markdown(f"**{title}**")
    rows, notes = [], []
    for mark, row in zip(FOOTNOTES, found, strict=True):
        printed = row.printed
        rows.append([
            printed.name, f"{printed.top1.value}{THIN}%", *beside(row, mark),
            f"{printed.latency.value:g}{THIN}ms",
        ])  # fmt: skip
        notes.append(f"{mark} {_footnote(row)}")
    head = ["", _("top-1, paper"), *heads(), _("Pixel 1, paper")]
    cost_pictures.table(head, rows, label=title)
    st.caption("  \n".join(notes))
    frame.cite(*(row.printed.top1 for row in found))


def _footnote(row: "CountedRow") -> str:
    """How far the count is from what is printed, and what is known of the reason."""
    printed = row.printed
    text = _("Counted against printed: multiply-adds {madds}, parameters {parameters}.").format(
        madds=_difference(row.madds, printed.madds.value),
        parameters=_difference(row.parameters, printed.parameters.value),
    )
    if printed.network == "mobilenet_v1":
        own = next(each for each in MOBILENET_V1_ROWS if each.madds.where == "table 6")
        more = _("MobileNetV1's own paper prints {number} for the same network.")
        return f"{text} {more.format(number=f'{own.madds.value}{THIN}M')}"
    if printed.alpha != 1:
        more = _("torchvision's network of this width has as many parameters as counted here.")
        return f"{text} {more}"
    return text


def _difference(counted: int, printed: float) -> str:
    share = counted / (1e6 * printed) - 1
    return f"{share:+.1%}".replace("%", f"{THIN}%").replace("-", "\u2212")
