"""The weights of each SE block by the reduction ratio, and those of a single layer."""

import plotly.graph_objects as go

from cnnviz.explain.senet_insertion import shipped
from cnnviz.explain.senet_reduction import by_block

network = "resnet50"  # page: r_network
r = 16  # page: r

counted = shipped()[network]
blocks = list(range(1, len(counted.sites) + 1))
figure = go.Figure()
for ratio, name in ((r, f"two layers, 2C²/{r}"), (0, "a single layer, C²")):
    weights = [weights for _channels, _hidden, weights in by_block(counted, ratio)]
    figure.add_bar(x=blocks, y=weights, name=f"{name}: {sum(weights):,} in all")

figure.update_layout(
    title=f"{counted.name}: SE adds {counted.added(r) / counted.parameters:.2%} to the parameters",
    xaxis_title="block",
    yaxis_title="weights of SE",
)
figure
