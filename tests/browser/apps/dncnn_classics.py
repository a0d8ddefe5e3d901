"""Methods side by side on a crop of a photo (``?colour=1``), with a network that nobody trained."""

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
from dashboard.lessons import dncnn_classics  # noqa: E402
from dashboard.lessons.dncnn_shared import Noise, Subject  # noqa: E402
from tests.dncnn_made import keep  # noqa: E402


@st.cache_resource
def networks() -> None:
    """One, in a folder of its own; the server has no other visitors."""
    checkpoints.SHIPPED = Path(tempfile.mkdtemp(prefix="cnnviz-dncnn-"))
    keep("dncnn_blind")


st.set_page_config(layout="wide")
frame.style()
networks()
with frame.guard():
    crop = photos.load("chelsea")[100:180, 100:196]
    colour = "colour" in st.query_params
    subject = Subject(f"cat {colour}", "Cat", crop if colour else crop[..., 1].copy())
    dncnn_classics.classics("dncnn_blind", subject, Noise("gaussian", 25, 0, False))
    frame.folded("dncnn_classics", "classics", *dncnn_classics.CODE)
