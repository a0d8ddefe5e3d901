"""Part of the tab "Where is the cost?": what α and ρ cost in accuracy, trained and printed."""

import streamlit as st

from cnnviz.figures.numbers import THIN
from cnnviz.figures.tradeoff import Network
from cnnviz.printed.mobilenet_v1 import MOBILENET_V1_ROWS, ImageNetRow
from dashboard import frame, grid_panel
from dashboard.cache import grids
from dashboard.i18n import _

GRID = "mobilenet_v1_sizes"
FULL, PAPER_FULL = 32, 224  # pixels a side at rho = 1


@frame.guard()
def sizes() -> None:
    """Accuracy against multiply-adds, by α and ρ."""
    grid = grids.trained(GRID, "accuracy")
    if grid is None:
        return
    title = _("What α and ρ cost in accuracy")
    st.markdown(f"**{title}**")
    looks = {
        each.code: _look(each.settings["alpha"], each.settings["size"], FULL)
        for each in grid.results
    }
    # Those that differ in these two alone.
    rows = [row for row in MOBILENET_V1_ROWS if row.arguments.keys() <= {"alpha"}]
    words = {
        "madds": _("million MAdds"), "accuracy": _("accuracy, part of CIFAR-10 (%)"),
        "printed": _("the paper: top-1, ImageNet (%)"),
    }  # fmt: skip
    grid_panel.tradeoff(
        grid, looks, words, key="sizes_picture", of=grid_panel.part_of_cifar10(grid),
        printed=[_printed(row) for row in rows],
        cited=[number for row in rows for number in (row.top1, row.madds)],
    )  # fmt: skip


def _printed(row: ImageNetRow) -> Network:
    name, colour, shape = _look(row.arguments.get("alpha", 1.0), row.size, PAPER_FULL)
    madds = round(1e6 * row.madds.value)
    return Network(name, madds, (row.top1.value / 100,), colour, shape)


def _look(alpha: float, size: int, full: int) -> tuple[str, str, str]:
    """What a network is called, its colour, its shape: one for each ρ, and for all of the paper's
    that are not trained here.
    """
    rho = size / full
    shape = f"ρ = {rho:g}" if rho in (1, 0.75, 0.5) else _("other ρ")
    return f"α = {alpha:g}, {size}{THIN}px", f"α = {alpha:g}", shape
