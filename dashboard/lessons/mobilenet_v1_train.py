"""The settings of MobileNetV1's training panel: both convolutions, widths, two data sets."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import controls
from dashboard.i18n import _
from dashboard.lessons import image_training

if TYPE_CHECKING:
    from dashboard.cache.training import RunSpec

MODEL = "mobilenet_v1"
WIDTHS = ("0.25", "0.5", "1")
# By data set.
USUAL_WIDTH = {"digits": "1", "cifar10": "0.25"}


def common() -> "RunSpec":
    """What is trained on, how long, from which seed."""
    return image_training.common(MODEL)


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
        rate = image_training.learning_rate(mark, side, hidden_label=again)
    return spec.with_settings(
        {"separable": kind == "separable", "alpha": float(width), "learning_rate": rate}
    )
