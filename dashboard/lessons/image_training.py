"""What the training panels of the image lessons share: the set, its size, how long, the seed."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import cache, controls
from dashboard.i18n import _
from dashboard.training_panel import SEED, SEEDS

if TYPE_CHECKING:
    from dashboard.cache.training import RunSpec

RATES = ("0.003", "0.01", "0.03", "0.1", "0.2", "0.5", "1")
# How many images are learned from (0: all), and how many choose the epoch; the first is usual.
SUBSETS = {
    "digits": {"1000": (0, 297), "500": (500, 297), "200": (200, 297)},
    "cifar10": {"5000": (5000, 1000), "2000": (2000, 1000), "10000": (10_000, 2000)},
}
# Epochs that fit a lecture, by data set.
EPOCHS = {"digits": 12, "cifar10": 5}


def data_set(key: str) -> str:
    """The control: a set of images that is here."""
    sets = {"digits": _("Digits (8 × 8)")}
    if cache.cifar10_place() is not None:
        sets["cifar10"] = _("CIFAR-10 (32 × 32)")
    fetch = _("CIFAR-10 can be chosen here once it is fetched on the page “Data”.")
    return controls.select(_("Data"), sets, key=key, help=None if len(sets) > 1 else fetch)


def common(model: str) -> "RunSpec":
    """The controls: what is trained on, how long, from which seed; begins with the recipe."""
    places = st.columns([1.6, 1.2, 1, 1, 1], vertical_alignment="bottom")
    with places[0]:
        data = data_set("train_data")
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
    return cache.recipe(model, data).with_settings({
        "images": images, "validation": validation, "epochs": epochs, "batch_size": int(batch),
        "seed": seed,
    })  # fmt: skip


def learning_rate(mark: str, side: str, *, hidden_label: bool = False) -> float:
    """The control: the schedule's highest rate."""
    rate = controls.select(
        mark + _("Learning rate"), {rate: rate for rate in RATES}, key=f"rate_{side}",
        default="0.1", hidden_label=hidden_label,
    )  # fmt: skip
    return float(rate)
