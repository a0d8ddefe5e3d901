"""Runs as they stand, drawn again and again while one goes: in a lesson as on the Runs page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import UserError
from dashboard import cache, frame, run_table, run_views

if TYPE_CHECKING:
    from dashboard.cache import Record

SECONDS = 0.25  # between two looks at runs that go: at most four redraws a second
KERNEL_SECONDS = 1.0  # between two looks at their weights, which are kept about as often


def live(records: "Sequence[Record]") -> None:
    """How runs stand, their curves, table and kernels; what does not change is not drawn again."""
    ids = [record.id for record in records]
    going = any(map(cache.is_going, records))
    st.fragment(_moving, run_every=SECONDS if going else None)(ids, going)
    st.fragment(_inside, run_every=KERNEL_SECONDS if going else None)(ids)


@frame.guard()
def _moving(ids: list[str], watched: bool) -> None:
    """How the runs stand, and their curves."""
    records = again(ids)
    if any(map(cache.is_going, records)) != watched:
        st.rerun()  # a run has begun or ended: so has the looking, and the buttons change
    run_views.status(records)
    run_views.curves(records, key="run_curves")
    if len(records) > 1 and all(record.label.isdigit() for record in records):
        run_views.seeds(records)


@frame.guard()
def _inside(ids: list[str]) -> None:
    """The table and the kernels: what takes longer is drawn last."""
    records = again(ids)
    if not run_views.have_kernels(records):
        run_views.table(records)
        return
    wide = len(records) > run_table.MOST_COLUMNS
    share = 1.4 if len(records) < run_table.MOST_COLUMNS else 1.2  # a third column takes its room
    left, right = (st.container(), st.container()) if wide else st.columns([1, share], gap="medium")
    with left:
        run_views.table(records)
    with right:
        run_views.kernels(records, key="run_layer")


def again(ids: list[str]) -> "list[Record]":
    """The runs as they stand now; where one was deleted meanwhile, the page begins anew."""
    try:
        return [cache.run_record(run) for run in ids]
    except UserError:
        st.rerun()
