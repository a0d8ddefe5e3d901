"""The settings of MobileNetV2's training panel: expansion, bottleneck, shortcuts, two data sets."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import controls
from dashboard.i18n import _
from dashboard.lessons import image_training

if TYPE_CHECKING:
    from dashboard.cache.training import RunSpec

CODE = ("cnnviz.training.fit:fit", "cnnviz.training.task_images:Images")
MODEL = "mobilenet_v2"
EXPANSIONS = ("1", "2", "4", "6", "8")
WIDTHS = ("0.25", "0.5", "1")
# By data set.
USUAL_WIDTH = {"digits": "1", "cifar10": "0.25"}


def common() -> "RunSpec":
    """What is trained on, how long, from which seed."""
    return image_training.common(MODEL)


def own(spec: "RunSpec", side: str, mark: str) -> "RunSpec":
    """The network and its learning rate; B begins as A's counterpart with ReLU6 everywhere."""
    places = st.columns([1.5, 1.3, 2, 1, 1.2], vertical_alignment="bottom")
    with places[0]:
        ends = {"linear": _("linear"), "relu6": "ReLU6"}
        end = controls.segmented(
            mark + _("Bottleneck"), ends, key=f"end_{side}",
            default="relu6" if side == "b" else "linear",
        )  # fmt: skip
    with places[1]:
        times = {t: f"t = {t}" for t in EXPANSIONS}
        expansion = controls.select(
            mark + _("Expansion"), times, key=f"expansion_{side}", default="6"
        )
    with places[2]:
        joined = {
            "bottleneck": _("between bottlenecks"), "expansion": _("between expansions"),
            "none": _("none"),
        }  # fmt: skip
        shortcut = controls.select(mark + _("Shortcuts"), joined, key=f"shortcut_{side}")
    with places[3]:
        width = controls.select(
            mark + _("Width α"), {alpha: alpha for alpha in WIDTHS},
            key=f"alpha_{spec.data}_{side}", default=USUAL_WIDTH[spec.data],
        )  # fmt: skip
    with places[4]:
        rate = image_training.learning_rate(mark, side)
    return spec.with_settings(
        {
            "linear": end == "linear",
            "expansion": int(expansion),
            "shortcut": shortcut,
            "alpha": float(width),
            "learning_rate": rate,
        }
    )
