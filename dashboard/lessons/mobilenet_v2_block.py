"""The question "The block" of the MobileNetV2 lesson: how it computes, and how wide it is."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures.numbers import millions, si, whole
from dashboard import controls, frame
from dashboard.cache import mobilenet_v2 as cached
from dashboard.components import cost_pictures
from dashboard.components import mobilenet_v2_block_pictures as pictures
from dashboard.components.board import board, slider_cell
from dashboard.components.board_cells import show
from dashboard.components.mobilenet_v2_block_pictures import Silhouette
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import of_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.cache.mobilenet_v2 import Block, NetworkCost, Widths

HAND, NETWORK_HAND = "block_sliders", "network_sliders"
EXPLAIN = "cnnviz.explain.mobilenet_v2_block:"
CODE = (
    "cnnviz.models.mobilenet_v2:InvertedResidual", f"{EXPLAIN}blocks", f"{EXPLAIN}differences",
    "cnnviz.models.resnet:Bottleneck", "cnnviz.models.mobilenet_v1:SeparableBlock",
)  # fmt: skip
USUAL_T, MOST_T = 6, 10
USUAL_BLOCK = 3


def block() -> None:
    """The whole question."""
    places = st.columns([2.6, 1.5, 1.6], vertical_alignment="bottom")
    views = {
        "one": _("One block"), "whole": _("Whole networks"), "course": _("The course's variant"),
    }  # fmt: skip
    with places[0]:
        view = controls.segmented(_("Look at"), views, key="block_view")
    with places[1]:
        layout = controls.segmented(
            _("Layout"), {"course": "CIFAR-10", "paper": "ImageNet"}, key="block_layout",
            help=_("The course's network for 32 × 32 pixels, or the paper's for 224 × 224."),
        )  # fmt: skip
    variant = "paper"
    if view != "course":
        with places[2]:
            variant = controls.segmented(
                _("Built as in"), {"paper": _("the paper"), "course": _("the course")},
                key="variant",
            )  # fmt: skip
    match view:
        case "one":
            _one(layout, variant)
        case "whole":
            _whole(layout, variant)
        case "course":
            _course(layout)


@st.fragment
@frame.guard()
def _one(layout: str, variant: str) -> None:
    """A block as it computes, and beside its width those of the others at the same resolution."""
    count = len(cached.blocks(layout, USUAL_T, variant))
    number, block_cell = slider_cell(
        HAND, _("Block"), key="v2_block", min_value=1, max_value=count, value=USUAL_BLOCK,
        format=of_count(count),
    )  # fmt: skip
    t, t_cell = slider_cell(
        HAND, _("Expansion t"), key="t", min_value=1, max_value=MOST_T, value=USUAL_T
    )
    board((1, [block_cell]), (1, [t_cell]), key=HAND)
    drawn = cached.blocks(layout, t, variant)
    chosen, side = drawn[number - 1], drawn[number - 1].output_shape[-1]
    widest = max(MOST_T * chosen.input_shape[0], chosen.output_shape[0])
    found = cached.beside(layout, side)
    most = max(widest, *(max(each.widths) for each in found.values() if each), 1)
    show((1, [
        pictures.block_cell(chosen, most=widest, largest=drawn[0].input_shape[-1]),
        pictures.silhouettes_cell(_beside(chosen, found, side), most=most),
    ]), key="block_board")  # fmt: skip
    st.markdown(_told(chosen, count))


def _beside(
    chosen: "Block", found: "Mapping[str, Widths | None]", side: int
) -> list[Silhouette | str]:
    """The three blocks: V1's, this one, ResNet's."""
    texts = {
        "mobilenet_v1": _("MobileNetV1, block {number}: never narrowed"),
        "resnet": _("ResNet-50, block {number}: wide, narrow, wide"),
    }
    shapes: dict[str, Silhouette | str] = {}
    for code, title in (("mobilenet_v1", "MobileNetV1"), ("resnet", "ResNet-50")):
        each = found[code]
        if each is None:
            text = _("{network} has no block at {side} × {side} pixels.")
            shapes[code] = text.format(network=title, side=side)
            continue
        shapes[code] = Silhouette(
            texts[code].format(number=each.number + 1), each.widths, ("", *each.kinds),
            (True,) * len(each.widths), joined=code == "resnet",
        )  # fmt: skip
    widths = (chosen.input_shape[0], *(layer.output_shape[0] for layer in chosen.layers))
    name = _("MobileNetV2, block {number}: narrow, wide, narrow")
    if chosen.expansion == 1:
        name = _("MobileNetV2, block {number}: not widened")
    own = Silhouette(
        name.format(number=chosen.number + 1), widths,
        ("", *(layer.kind for layer in chosen.layers)), (True,) * len(widths), chosen.joined,
    )  # fmt: skip
    return [shapes["mobilenet_v1"], own, shapes["resnet"]]


def _told(chosen: "Block", count: int) -> str:
    layers = [*chosen.layers, *([chosen.shortcut] if chosen.shortcut else [])]
    text = _(
        "Block {number} of {count}: **{parameters}** parameters, **{madds}** multiply-adds. It "
        "passes {outputs} channels on and works on {inside}."
    )
    return text.format(
        number=chosen.number + 1, count=count, parameters=whole(sum(x.parameters for x in layers)),
        madds=si(sum(x.madds for x in layers)), outputs=chosen.output_shape[0],
        inside=chosen.expansion * chosen.input_shape[0],
    )  # fmt: skip


@st.fragment
@frame.guard()
def _whole(layout: str, variant: str) -> None:
    """Three networks, layer by layer, in one scale."""
    t, t_cell = slider_cell(
        NETWORK_HAND, _("Expansion t"), key="t", min_value=1, max_value=MOST_T, value=USUAL_T
    )
    board((1, [t_cell]), key=NETWORK_HAND)
    others = cached.counterparts(layout)
    own = cached.network(layout, 1.0, cached.size(layout), t, variant)
    costs = {
        "MobileNetV1": others["mobilenet_v1"], f"MobileNetV2, t = {t}": own,
        "ResNet-50": others["resnet"],
    }  # fmt: skip
    rows = [(_silhouette(name, cost), _numbers(cost)) for name, cost in costs.items()]
    most = max(width for row, _numbers in rows for width in row.widths)
    show((1, [pictures.skylines_cell(rows, most=most)]), key="network_board")


def _silhouette(name: str, cost: "NetworkCost") -> Silhouette:
    layers = [
        each for each in cost.layers
        if each.kind != "linear" and not each.name.endswith(".shortcut")
    ]  # fmt: skip
    following = [*(each.block for each in layers[1:]), None]
    between = [
        each.block is None or each.block != after
        for each, after in zip(layers, following, strict=True)
    ]
    widths = [each.output_shape[0] for each in layers]
    return Silhouette(name, widths, [each.kind for each in layers], between)


def _numbers(cost: "NetworkCost") -> str:
    text = _("{parameters} parameters, {madds} MAdds")
    return text.format(parameters=millions(cost.parameters), madds=millions(cost.madds))


def _course(layout: str) -> None:
    """What the course's network has besides, layer by layer."""
    size = cached.size(layout)
    paper, course = (cached.network(layout, 1.0, size, 0, each) for each in ("paper", "course"))
    text = _(
        "The course's network has **{course}** parameters and does {course_madds} multiply-adds, "
        "the paper's **{paper}** and {paper_madds}. What it has besides:"
    )
    st.markdown(text.format(
        course=whole(course.parameters), course_madds=millions(course.madds),
        paper=whole(paper.parameters), paper_madds=millions(paper.madds),
    ))  # fmt: skip
    names = {
        "expand": _("block {number}: a 1 × 1 convolution before the depthwise one, though t = 1"),
        "shortcut": _("block {number}: a 1 × 1 convolution in the shortcut"),
    }
    found = cached.differences(layout)
    rows = [
        [names[each.layer].format(number=each.number + 1), " → ".join(map(str, each.channels)),
         whole(each.parameters), si(each.madds)]
        for each in found
    ]  # fmt: skip
    rows.append([
        _("all"), "", whole(sum(each.parameters for each in found)),
        si(sum(each.madds for each in found)),
    ])  # fmt: skip
    cost_pictures.style()
    head = ["", _("channels"), _("parameters"), "MAdds"]
    cost_pictures.table(head, rows, label=_("What the course's network has besides"), total=True)
    joined = {
        each: sum(block.joined for block in cached.blocks(layout, 0, each))
        for each in ("paper", "course")
    }
    text = _(
        "With these convolutions {course} of {count} blocks have a shortcut instead of {paper}. "
        "And its activation is ReLU, where the paper has ReLU6: that costs nothing, and takes the "
        "ceiling of 6 away."
    )
    count = len(cached.blocks(layout, 0, "paper"))
    st.markdown(text.format(course=joined["course"], paper=joined["paper"], count=count))
