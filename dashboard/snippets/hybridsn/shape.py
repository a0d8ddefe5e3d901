"""How a window becomes logits: the numbers that each layer puts out."""

from math import prod

import plotly.graph_objects as go

from cnnviz.explain.hybridsn_dimensions import shape_flow
from cnnviz.models.hybridsn import CONV3D

network = "hybridsn"  # page: flow_net
window = 25  # page: flow_window
components = 30  # page: flow_components
# Depths of the 3-D kernels, along the bands.
hybrid_1 = 7  # page: flow_hybridsn_1
hybrid_2 = 5  # page: flow_hybridsn_2
hybrid_3 = 3  # page: flow_hybridsn_3
only_1 = 3  # page: flow_hybridsn_3d_1
only_2 = 3  # page: flow_hybridsn_3d_2
only_3 = 3  # page: flow_hybridsn_3d_3
only_4 = 3  # page: flow_hybridsn_3d_4

maps = [count for count, depth in CONV3D]
arguments = {
    "hybridsn": {"conv3d": tuple(zip(maps, (hybrid_1, hybrid_2, hybrid_3), strict=True))},
    "hybridsn_2d": {},
    "hybridsn_3d": {
        "conv3d": tuple(zip(maps, (only_1, only_2, only_3), strict=True)),
        "depth": only_4,
    },
}
flow = shape_flow(
    network, components=components, window=window, classes=16, **arguments[network]
)  # fmt: skip

figure = go.Figure(
    go.Bar(
        x=[prod(layer.shape) for layer in flow],
        y=[layer.name for layer in flow],
        text=[" × ".join(map(str, layer.shape)) for layer in flow],
        orientation="h",
    )
)
figure.update_layout(
    title=f"{sum(layer.madds for layer in flow):,} multiply-adds for a window",
    xaxis={"title": "numbers that a layer puts out", "type": "log"},
    yaxis={"autorange": "reversed"},
)
figure
