"""One layer as a standard convolution, and split into depthwise and pointwise."""

import plotly.graph_objects as go

from cnnviz.explain.mobilenet_v1_saving import compare_layer
from cnnviz.figures.colours import KINDS

inputs = 512  # page: layer_m
outputs = 512  # page: layer_n
kernel = 3  # page: layer_k
size = 14  # page: layer_f

found = compare_layer(inputs, outputs, kernel, size)
rows = [
    ("standard", "convolution", found.standard),
    ("separable", "depthwise", found.depthwise),
    ("separable", "pointwise", found.pointwise),
]

figure = go.Figure([
    go.Bar(x=[work.madds], y=[way], name=kind, marker_color=KINDS[kind], orientation="h")
    for way, kind, work in rows
])  # fmt: skip
figure.update_layout(
    title=f"{found.ratio:.2%} of the multiply-adds are left; 1/N + 1/K² = {found.predicted:.2%}",
    barmode="stack",
    xaxis_title="multiply-adds",
)
figure
