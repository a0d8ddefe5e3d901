"""The settings of SENet's training panel: SE or none, r, its place, its gate, its squeeze."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import controls
from dashboard.i18n import _
from dashboard.lessons import image_training
from dashboard.lessons.senet_place import NAMES

if TYPE_CHECKING:
    from dashboard.cache.training import RunSpec

CODE = ("cnnviz.training.fit:fit", "cnnviz.models.senet:SEBlock")
MODEL = "senet"
TEXT = "senet_train"
WITHOUT = "0"
REDUCTIONS = ("2", "4", "8", "16", "32")
# The networks that train in a lecture are narrow: 16 would leave most blocks one hidden unit.
USUAL_REDUCTION = "4"
# By data set: factors of the recipe's channels, the first is usual.
WIDTHS = {"digits": ("1", "0.5", "2"), "cifar10": ("0.125", "0.25", "0.5", "1")}
RELU = "ReLU"


def common() -> "RunSpec":
    """What is trained on, how long, from which seed."""
    return image_training.common(MODEL)


def own(spec: "RunSpec", side: str, mark: str) -> "RunSpec":
    """The network and its learning rate; B begins as A's counterpart without SE."""
    places = st.columns([1.2, 1.8, 1.3, 1.3, 1, 1.2], vertical_alignment="bottom")
    with places[0]:
        strengths = {WITHOUT: _("no SE"), **{r: f"r = {r}" for r in REDUCTIONS}}
        reduction = controls.select(
            f"{mark}SE", strengths, key=f"reduction_{side}",
            default=WITHOUT if side == "b" else USUAL_REDUCTION,
        )  # fmt: skip
    with places[1]:
        where = {code: _(name) for code, name in NAMES.items() if code != "none"}
        position = controls.select(mark + _("Place of SE"), where, key=f"position_{side}")
    with places[2]:
        gates = {"sigmoid": "sigmoid", "relu": RELU, "tanh": "tanh"}
        gate = controls.select(mark + _("Gate"), gates, key=f"gate_{side}")
    with places[3]:
        squeezes = {"average": _("average"), "max": _("maximum")}
        squeeze = controls.select(mark + _("Squeeze"), squeezes, key=f"squeeze_{side}")
    with places[4]:
        width = controls.select(
            mark + _("Width"), {factor: f"× {factor}" for factor in WIDTHS[spec.data]},
            key=f"width_{spec.data}_{side}",
        )  # fmt: skip
    with places[5]:
        rate = image_training.learning_rate(mark, side)
    return spec.with_settings(
        {
            "reduction": int(reduction),
            "position": position,
            "gate": gate,
            "squeeze": squeeze,
            "width": float(width),
            "learning_rate": rate,
        }
    )
