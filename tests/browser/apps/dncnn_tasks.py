"""Damages and two networks, which nobody trained, on a crop of a photo (``?colour=1``)."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from cnnviz import checkpoints  # noqa: E402
from cnnviz.data import photos  # noqa: E402
from dashboard import frame  # noqa: E402
from dashboard.lessons import dncnn_tasks  # noqa: E402
from dashboard.lessons.dncnn_shared import Subject  # noqa: E402
from tests.dncnn_made import keep  # noqa: E402


@st.cache_resource
def networks() -> None:
    """Two, in a folder of their own; the server has no other visitors."""
    checkpoints.SHIPPED = Path(tempfile.mkdtemp(prefix="cnnviz-dncnn-"))
    keep("dncnn_3")
    keep("dncnn_blind", seed=1)


st.set_page_config(layout="wide")
frame.style()
networks()
with frame.guard():
    crop = photos.load("chelsea")[60:200, 100:260]
    colour = "colour" in st.query_params
    subject = Subject(f"cat {colour}", "Cat", crop if colour else crop[..., 1].copy())
    dncnn_tasks.tasks(subject)
    frame.folded("dncnn_tasks", "tasks", *dncnn_tasks.CODE)
