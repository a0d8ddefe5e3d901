"""The gradient that arrives at each block, by the place of SE."""

import plotly.graph_objects as go

from cnnviz.explain.senet_place_flows import PLACES, read

depth = 56  # page: place_depth
moment = "init"  # page: place_moment
way = "all"  # page: place_way
lines = "few"  # page: place_lines

# Measured over several seeds; ``python -m cnnviz.explain.senet_place`` does it again.
found = read()
figure = go.Figure()
for place in PLACES if lines == "all" else ("none", "standard", "after_addition"):
    flow = found.flows[depth, place, moment, way]
    blocks = list(range(1, len(flow.middle) + 1))
    figure.add_scatter(x=blocks, y=flow.middle, name=f"{place}: {flow.first:.3g} at block 1")

figure.update_layout(
    title=f"{depth} layers, median of the seeds",
    xaxis_title="block, from the input",
    yaxis={"title": "gradient (last block = 1)", "type": "log", "exponentformat": "power"},
)
figure
