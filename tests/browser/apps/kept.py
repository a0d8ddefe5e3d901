"""A section with a picture of each kind, and another section above it."""

import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))

from dashboard import frame, shell
from dashboard.components import map_grid
from dashboard.components.bars import bars
from dashboard.components.keep import keep
from dashboard.components.line_plot import Axes, Line, line_plot

X = np.arange(5.0)
Y = np.array([0.5, 2.25, -1.0, 8.0, 3.125])
MAPS = np.linspace(-1, 1, 2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
CODE = 'block = 3\nprint("块", block)\n'


def row(section: str, code: str | None) -> None:
    with st.container(key=f"folded_{section}", horizontal=True):
        keep(section, page="MobileNetV1", heading=f"Section {section}", code=lambda: code)


st.set_page_config(layout="wide")
frame.style()
shell.language_switch()
bars("Another section's", [("only", 1.0, "100 %")])
st.fragment(row)("first", None)
figure = go.Figure([
    go.Scatter(x=X, y=Y, name="a, <b>b</b>", error_y={"array": 0.1 * X}),
    go.Scatter(x=X, y=Y[::-1], name="=1+1"),
]).update_layout(title="Error by epoch", template="none")  # fmt: skip
st.plotly_chart(figure, config=frame.PLOT, height=240)
map_grid(MAPS, key="channel", label="Kernels", signed=True, height=120)
line_plot(
    [Line("measured", Y, "#d55e00", spread=0.1 * X), Line("expected", X, dash="dashed")],
    Axes(X, "epoch", "loss"), key="lines", label="Loss by epoch", markers=[(3.0, "best", "")],
)  # fmt: skip
bars(
    "Probabilities", [("cat", 0.5, "50 %"), ("=dog()", 0.25, "25\u202f%"), ("no", 0, "1\u202f234")]
)
st.html("<table aria-label='A table'><tr><th>name</th><th>loss</th></tr>"
        "<tr><td>x, y</td><td>\u22121.5</td></tr>\n</table>")  # fmt: skip
st.fragment(row)("second", CODE)
