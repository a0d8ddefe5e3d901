"""MobileNetV1's convolutions by hand: one pixel, its multiplications, their sum."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import cache, controls, frame
from dashboard.components import live_slider, picture, pixel_stepper
from dashboard.components.by_hand import channel_sum, kernel_sum
from dashboard.i18n import _
from dashboard.lessons.mobilenet_v1_shared import block_slider, size_text
from dashboard.photo_input import Photo

if TYPE_CHECKING:
    from dashboard.cache.maps import PixelSum


@st.fragment
@frame.guard()
def by_hand(network: str, photo: Photo, size: int) -> None:
    """One pixel of an output map as multiplications and a sum."""
    kinds = {"depthwise": _("depthwise"), "pointwise": _("pointwise"), "stem": _("standard")}
    places = st.columns([1.7, 1.6, 1.6], vertical_alignment="bottom")
    with places[0]:
        kind = controls.segmented(_("Convolution"), kinds, key="conv")
    with places[1]:
        at = 0 if kind == "stem" else block_slider("hand", network, 0)
    layer = cache.layer_maps(network, photo, size, _layer_name(kind, at))
    with places[2]:
        count = len(layer.outputs)
        channel = live_slider(
            _("Output channel"),
            key="channel",
            min_value=0,
            max_value=count - 1,
            value=min(4, count - 1),
        )
    left, right = st.columns([1, 2.3])
    with left:
        found = pixel_stepper(
            layer.outputs[channel], key="pixel", signed=True, size=280,
            label=_("Output map, {size}: choose a pixel").format(
                size=size_text(layer.outputs.shape[1:])),
        )  # fmt: skip
    pixel = cache.pixel_sum(layer, channel, *(found or (0, 0)))
    with right:
        _multiplications(pixel, channel)
        told, seen = st.columns([1.4, 1])
        with told:
            _sum_told(pixel)
        with seen:
            field = pixel.receptive_field
            picture(
                cache.upright(photo, size), key="hand_photo", size=192, label=photo.title,
                outline=(field.top, field.left, field.bottom, field.right),
            )  # fmt: skip


def _multiplications(pixel: "PixelSum", channel: int) -> None:
    if pixel.kind == "pointwise":
        values, weights = pixel.patch[:, 0, 0], pixel.weights[:, 0, 0]
        channel_sum(pixel.channels, values, weights, pixel.products[:, 0, 0])
        return
    colours = (_("red"), _("green"), _("blue"))
    alone = (_("map {channel}").format(channel=channel),)
    names = colours if pixel.kind == "convolution" else alone
    kernel_sum(names, pixel.patch, pixel.weights, pixel.products)


def _sum_told(pixel: "PixelSum") -> None:
    """The sum beside the map's own value, and what the pixel depends on."""
    text = _("Sum of {count} products: **{total}**  \nThe map's value: **{value}**")
    total, value = (f"{number:.6g}".replace("-", "\u2212") for number in (pixel.total, pixel.value))
    st.markdown(text.format(count=pixel.products.size, total=total, value=value))
    seen = pixel.receptive_field_on_input
    side = size_text((seen.bottom - seen.top, seen.right - seen.left))
    st.markdown(_("It depends on {size} pixels of the photo: the dashed frame.").format(size=side))
    if pixel.kind == "convolution":
        st.caption(_("The photo's values are scaled as in training: mean 0, deviation 1."))
    if pixel.padded.any():
        st.caption(_("Beyond the edge of the map the convolution reads zeros (padding)."))


def _layer_name(kind: str, at: int) -> str:
    return "stem" if kind == "stem" else f"blocks.{at}.{kind}"
