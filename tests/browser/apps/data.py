"""The Data page over a table of two sets, which a server on this machine has: one slowly."""

import hashlib
import os
import runpy
import sys
import tempfile
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from cnnviz.data import table
from cnnviz.data.table_rows import DataSet, Remote
from dashboard import frame, shell
from tests.data.faulty_server import FaultyServer

PAGE = Path(frame.__file__).parent / "lessons" / "data.py"
CONTENT = bytes(3_000_000)


@st.cache_resource
def prepare() -> None:
    """Once a server: the files, the table, and an empty data folder."""
    os.environ["CNNVIZ_DATA"] = tempfile.mkdtemp()
    os.environ["NO_PROXY"] = "*"
    server = FaultyServer()
    slow = server.serve("slow.bin", CONTENT, dribble=0.05, piece=25_000)
    md5 = f"md5:{hashlib.md5(CONTENT).hexdigest()}"
    texts = ("Zeros for a test of the page.", "No licence needed.", "http://127.0.0.1/")
    table.DATASETS = tuple(
        DataSet(name, title, *texts, (Remote(f"{name}/{name}.bin", (url,), md5, len(CONTENT)),), ())
        for name, title, url in (
            ("slow", "Slow set", slow),
            ("lost", "Lost set", f"{server.address}/lost.bin"),
        )
    )


st.set_page_config(layout="wide")
frame.style()
shell.language_switch()
prepare()
runpy.run_path(str(PAGE), run_name="__main__")
