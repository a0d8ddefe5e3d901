"""Part of the question "Does it matter?": what blocks are made of, trained ahead."""

import streamlit as st

from cnnviz.figures.tradeoff import Network
from cnnviz.printed.mobilenet_v2 import MOBILENET_V2_ROWS, PhoneRow
from dashboard import frame, grid_panel
from dashboard.cache import grids
from dashboard.i18n import _

GRID = "mobilenet_v2_blocks"
BEFORE = "mobilenet_v1"


@frame.guard()
def blocks() -> None:
    """Accuracy against multiply-adds, by expansion, activation and shortcut."""
    grid = grids.trained(GRID, "accuracy")
    if grid is None:
        return
    title = _("Accuracy against cost")
    st.markdown(f"**{title}**")
    words = {
        "madds": _("million MAdds"), "accuracy": _("accuracy, part of CIFAR-10 (%)"),
        "printed": _("the paper: top-1, ImageNet (%)"),
    }  # fmt: skip
    of = _("α = {alpha:g}, {size} pixels, {images}").format(
        alpha=grid.recipe.model_args["alpha"], size=grid.recipe.data_args["size"],
        images=grid_panel.part_of_cifar10(grid),
    )  # fmt: skip
    grid_panel.tradeoff(
        grid, _looks(), words, key="blocks_picture", of=of,
        printed=[_printed(row) for row in MOBILENET_V2_ROWS],
        cited=[number for row in MOBILENET_V2_ROWS for number in (row.top1, row.madds)],
    )  # fmt: skip


def _looks() -> grid_panel.Looks:
    """Of each setting: its name, its colour, its shape."""
    ours = _("as in the paper")
    changed = {
        "relu6": _("ReLU6 at the bottleneck"), "none": _("no shortcuts"),
        "course": _("1 × 1 in the shortcut (course)"),
    }  # fmt: skip
    return {
        **{t: (f"t = {t}", ours, "") for t in ("1", "2", "4", "6")},
        **{code: (name, name, "") for code, name in changed.items()},
    }


def _printed(row: PhoneRow) -> Network:
    colour = "MobileNetV1" if row.network == BEFORE else _("as in the paper")
    return Network(row.name, round(1e6 * row.madds.value), (row.top1.value / 100,), colour)
