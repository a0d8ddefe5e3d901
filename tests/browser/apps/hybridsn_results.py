"""Results of made networks on a small scene, and the leakage meter (``?tab=seen``)."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from cnnviz import checkpoints  # noqa: E402
from cnnviz.data.splits import blocks, stratified  # noqa: E402
from cnnviz.explain import hybridsn_map  # noqa: E402
from dashboard import frame  # noqa: E402
from dashboard.lessons import hybridsn_leakage, hybridsn_results  # noqa: E402
from tests.dashboard import hybridsn_results_made as made  # noqa: E402


@st.cache_resource
def networks() -> None:
    """Two of them, in a folder of their own; the server has no other visitors."""
    checkpoints.SHIPPED = Path(tempfile.mkdtemp(prefix="cnnviz-shipped-"))
    hybridsn_map.strips = made.strips
    labels = made.SCENE.labels
    made.keep("random", stratified(labels, train=0.1, seed=2, window=made.WINDOW))
    made.keep("in_blocks", blocks(labels, train=0.1, seed=2, window=made.WINDOW), oa=0.7)


st.set_page_config(layout="wide")
frame.style()
networks()
with frame.guard():
    if st.query_params.get("tab") == "seen":
        hybridsn_leakage.meter(made.SCENE)
    else:
        hybridsn_results.results("random", made.SCENE)
