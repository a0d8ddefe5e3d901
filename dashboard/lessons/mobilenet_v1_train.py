"""The settings of MobileNetV1's training panel: both convolutions, widths, two data sets."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import cache, controls
from dashboard.i18n import _
from dashboard.training_panel import SEED, SEEDS

if TYPE_CHECKING:
    from dashboard.cache.training import RunSpec

MODEL = "mobilenet_v1"
WIDTHS = ("0.25", "0.5", "1")
RATES = ("0.003", "0.01", "0.03", "0.1", "0.2", "0.5", "1")
# How many images are learned from (0: all), and how many choose the epoch; the first is usual.
SUBSETS = {
    "digits": {"1000": (0, 297), "500": (500, 297), "200": (200, 297)},
    "cifar10": {"5000": (5000, 1000), "2000": (2000, 1000), "10000": (10_000, 2000)},
}
# Epochs that fit a lecture, and the width, by data set.
EPOCHS = {"digits": 12, "cifar10": 5}
USUAL_WIDTH = {"digits": "1", "cifar10": "0.25"}


def common() -> "RunSpec":
    """What is trained on, how long, from which seed."""
    places = st.columns([1.6, 1.2, 1, 1, 1], vertical_alignment="bottom")
    sets = {"digits": _("Digits (8 × 8)")}
    if cache.cifar10_place() is not None:
        sets["cifar10"] = _("CIFAR-10 (32 × 32)")
    with places[0]:
        fetch = _("CIFAR-10 can be chosen here once it is fetched on the page “Data”.")
        data = controls.select(
            _("Data"), sets, key="train_data", help=None if len(sets) > 1 else fetch
        )
    with places[1]:
        counts = {count: _("{count} images").format(count=count) for count in SUBSETS[data]}
        chosen = controls.select(_("Learns from"), counts, key=f"images_{data}")
        images, validation = SUBSETS[data][chosen]
    with places[2]:
        # Each set has a number of its own: what is enough for one takes the other minutes.
        epochs = controls.number(
            _("Epochs"), key=f"epochs_{data}", min_value=1, max_value=200, default=EPOCHS[data],
            step=1,
        )  # fmt: skip
    with places[3]:
        sizes = {size: size for size in ("16", "32", "64", "128")}
        usual = "32" if data == "digits" else "64"
        batch = controls.select(_("Batch size"), sizes, key=f"batch_{data}", default=usual)
    with places[4]:
        seed = controls.number(
            _("Seed"), key=SEED, min_value=0, max_value=SEEDS - 1, default=0, step=1
        )
    return cache.recipe(MODEL, data).with_settings({
        "images": images, "validation": validation, "epochs": epochs, "batch_size": int(batch),
        "seed": seed,
    })  # fmt: skip


def own(spec: "RunSpec", side: str, mark: str) -> "RunSpec":
    """The network and its learning rate; B begins as A's counterpart of standard convolutions."""
    again = side == "b"  # one row below the other: only the first says what its controls are
    if mark:
        letter, *places = st.columns([0.2, 2.2, 1.6, 1.4], vertical_alignment="bottom")
        with letter.container(key=f"letter_{side}"):
            st.markdown(f"**{side.upper()}**")
        mark = mark if again else ""
    else:
        places = st.columns([2.2, 1.6, 1.4])
    kinds = {"separable": _("separable"), "standard": _("standard")}
    with places[0]:
        kind = controls.segmented(
            mark + _("Convolution"), kinds, key=f"conv_{side}",
            default="standard" if side == "b" else "separable", hidden_label=again,
        )  # fmt: skip
    with places[1]:
        width = controls.segmented(
            mark + _("Width α"), {alpha: alpha for alpha in WIDTHS},
            key=f"alpha_{spec.data}_{side}", default=USUAL_WIDTH[spec.data], hidden_label=again,
        )  # fmt: skip
    with places[2]:
        rate = controls.select(
            mark + _("Learning rate"), {rate: rate for rate in RATES}, key=f"rate_{side}",
            default="0.1", hidden_label=again,
        )  # fmt: skip
    return spec.with_settings(
        {"separable": kind == "separable", "alpha": float(width), "learning_rate": float(rate)}
    )
