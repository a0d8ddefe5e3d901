"""The hero of the DnCNN lesson with a network that no one has trained, and what the page knows."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from cnnviz import checkpoints  # noqa: E402
from cnnviz.data import folders  # noqa: E402
from dashboard import frame  # noqa: E402
from dashboard.lessons import dncnn_live, dncnn_shared  # noqa: E402
from dashboard.photo_input import photo  # noqa: E402
from tests.dncnn_made import keep  # noqa: E402


@st.cache_resource
def networks() -> None:
    """One, in a folder of its own; the server has no other visitors."""
    folders.ROOT = Path(tempfile.mkdtemp(prefix="cnnviz-dncnn-"))
    checkpoints.SHIPPED = folders.ROOT / "shipped"
    keep("dncnn_blind")


st.set_page_config(layout="wide")
frame.style()
networks()
with frame.guard():
    with st.sidebar:
        picture = dncnn_shared.whole(photo(default="camera"))
        noise = dncnn_shared.noise(dncnn_shared.kind())
    subject = dncnn_shared.subject(picture)
    dncnn_live.hero("dncnn_blind", picture, subject, noise)
    st.markdown(f"The page shows {noise.sigma} of {subject.name}.")
