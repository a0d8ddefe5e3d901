"""MobileNetV1's maps: the hero, a block step by step, and one channel as the sum that it is."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.figures import mobilenet_v1 as figures
from cnnviz.figures.numbers import percent, written
from cnnviz.figures.scales import in_own_colours
from dashboard import cache, controls, frame
from dashboard.components import live_slider, map_grid, picture
from dashboard.components.board import (
    Cell,
    bars_cell,
    board,
    maps_cell,
    picture_cell,
    slider_cell,
)
from dashboard.components.frames import encoded
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import block_slider, of_count, size_text
from dashboard.photo_input import Photo

if TYPE_CHECKING:
    from dashboard.cache.maps import Array, BlockMaps

HAND = "hero_sliders"  # the board of the hero's sliders
SHOWN = 24  # channels of the hero: more would not follow the hand
TRAINED_AT = 32  # pixels a side
PARTS = 8  # of a sum, drawn one by one


@st.fragment
@frame.guard()
def hero(network: str, photo: Photo, size: int) -> None:
    """The photo beside what a block's two convolutions make of it, both moving with the hand."""
    count = cache.blocks_of(network)
    number, block_cell = slider_cell(
        HAND, _("Block"), key="block", min_value=1, max_value=count, value=2,
        format=of_count(count),
    )  # fmt: skip
    degrees, turn_cell = slider_cell(
        HAND, _("Turn the photo"), key="turn", min_value=-180, max_value=180, step=5, value=0,
        unit="°",
    )  # fmt: skip
    board((1, [block_cell]), (1, [turn_cell]), key=HAND)
    at = number - 1
    pixels, look = cache.look(network, photo, size, degrees, at, SHOWN)
    seen = cache.receptive_field(network, size, at)
    names = cache.class_names(network)
    likeliest = [
        (_(names[number]), share, percent(share, 0))
        for number, share in zip(
            look.prediction.classes, look.prediction.probabilities, strict=True
        )
    ]
    text = _("{what}, {shown} of {count}")

    def grid(values: "Array", what: str, count: int) -> Cell:
        label = text.format(what=what, shown=len(values), count=count)
        return maps_cell(values, count=count, label=label, columns=6, shows=f"{number} {degrees}")

    photo_cell = picture_cell(pixels, label=photo.title, outline=seen, size=176)
    board(
        (0.85, [photo_cell, bars_cell(_("What it thinks"), likeliest)]),
        (1.6, [grid(look.depthwise_maps, _("Depthwise: each channel alone"), look.channels[0])]),
        (1.6, [grid(look.maps, _("Pointwise: channels mixed"), look.channels[1])]),
        key="hero",
    )


def notes(network: str, photo: Photo, size: int) -> None:
    """Under the hero: what the photo's size means for the prediction; its class, where known."""
    if photo.truth is not None:
        st.caption(_("Its class in CIFAR-10: {name}.").format(name=_(photo.truth)))
    if size == TRAINED_AT:
        st.caption(
            _("At 32 × 32 pixels, as in training, the prediction of an upright photo counts.")
        )
        return
    found = cache.prediction(network, photo, TRAINED_AT)
    text = _(
        "At {size} × {size} pixels the maps are easier to see, but the network was trained at 32: "
        "there it says {name}, {percent} %, of the upright photo."
    )
    name = _(cache.class_names(network)[found.classes[0]])
    st.caption(text.format(size=size, name=name, percent=f"{100 * found.probabilities[0]:.0f}"))


@st.fragment
@frame.guard()
def block(network: str, photo: Photo, size: int) -> None:
    """All arrays of a block, from its input maps to its output maps."""
    left, middle, right = st.columns([1.6, 1.9, 1.4], vertical_alignment="bottom")
    with left:
        at = block_slider("step", network, 1)
    with middle:
        scale = controls.segmented(_("Colours span"), _scales(), key="scale")
    with right:
        stage = controls.segmented(
            _("Maps"), {"relu": _("after ReLU"), "raw": _("before")}, key="stage",
            help=_("Before or after batch norm and ReLU."),
        )  # fmt: skip
    maps = cache.block_maps(network, photo, size, at)
    most = cache.global_ranges(network, photo, size) if scale == "global" else {}
    raw = stage == "raw"

    def grid(part: str, label: str, signed: bool, height: int, selectable: bool = False) -> int:
        values = getattr(maps, part)
        shape = values.shape
        values = values[None] if values.ndim == 2 else values
        span = (-most[part] if signed else 0.0, most[part]) if most else None
        chosen = map_grid(
            values, key=f"step_{part.removesuffix('_raw').removesuffix('_maps')}",
            label=f"{label}: {size_text(shape)}", signed=signed, scale=scale,
            global_range=span, height=height, selectable=selectable, max_tile=height,
        )  # fmt: skip
        return chosen or 0

    first = st.columns(3)
    with first[0]:
        grid("inputs", _("Input maps"), False, 200)
    with first[1]:
        kernel = grid("kernels", _("Depthwise kernels"), True, 200, selectable=True)
    with first[2]:
        grid("depthwise_raw" if raw else "depthwise_maps", _("After depthwise"), raw, 200)
    second = st.columns([1, 1, 1])
    with second[0]:
        grid("matrix", _("Pointwise weights, out × in"), True, 210)
    with second[1]:
        grid("pointwise_raw" if raw else "maps", _("After pointwise"), raw, 210)
    with second[2]:
        _one_filter(maps, kernel)


def _one_filter(maps: "BlockMaps", channel: int) -> None:
    """One channel's way through the depthwise convolution, each picture in its own colours."""
    st.markdown(_("Channel {channel}: map, kernel, filtered map").format(channel=channel))
    steps = (
        (maps.inputs, "one_input", _("input map"), False),
        (maps.kernels, "one_kernel", _("kernel"), True),
        (maps.depthwise_raw, "one_output", _("filtered"), True),
    )
    for place, (values, key, label, signed) in zip(st.columns(3), steps, strict=True):
        with place:
            picture(in_own_colours(values[channel], signed), key=key, label=label, size=100)


@st.fragment
@frame.guard()
def mix(network: str, photo: Photo, size: int) -> None:
    """One output channel as the sum of weighted input maps that it is."""
    left, right = st.columns([1.1, 1.5])
    with left:
        at = block_slider("mix", network, 3)
        maps = cache.block_maps(network, photo, size, at)
        channel = map_grid(
            maps.maps, key="out", label=_("Choose an output channel"), height=330,
            scale="unit", shows=str(at),
        ) or 0  # fmt: skip
    parts = cache.pointwise_sum(network, photo, size, at, channel)
    counts, span = figures.stops(len(parts.order)), figures.sum_span(parts)
    with right:
        live_slider(
            _("Parts added, the largest first"), key="parts", min_value=0,
            max_value=len(counts) - 1, value=min(4, len(counts) - 1),
            format=lambda i: _("{count} of {all}").format(count=counts[i], all=counts[-1]),
            frames=lambda i: encoded(figures.sum_picture(parts, counts[i], span, 270)),
            frames_key=f"{network} {photo.name} {size} {at} {channel}",
            frame_label=_("Sum of the parts:"),
        )  # fmt: skip
        st.caption(_(
            "Left the sum, blue below and red above zero, to ±{sum}. Right the same after batch "
            "norm and ReLU, dark at zero, light at {finished}."
        ).format(sum=written(span[0]), finished=written(span[1])))  # fmt: skip
    chosen = parts.order[:PARTS]
    map_grid(
        parts.largest(len(chosen)), key="largest", signed=True,
        label=_("The largest parts: weight × map"), selectable=False, columns=len(chosen),
        names=[_("input channel {channel}, weight {weight}").format(
            channel=number, weight=written(parts.weights[number])) for number in chosen],
        max_tile=110,
    )  # fmt: skip
    words = {
        "channel": _("input channel"), "weight": _("weight"), "share": _("share"),
        "missing": _("missing"), "parts": _("parts, the largest first"),
    }  # fmt: skip
    st.caption(_("Red: the weight is positive. Blue: it is negative."))
    st.plotly_chart(figures.parts_figure(parts, words), config=frame.PLOT)


def _scales() -> dict[str, str]:
    return {"unit": _("each map"), "module": _("these maps"), "global": _("all blocks")}
