"""How many depthwise kernels training has left empty in MobileNetV1 and in MobileNetV2."""

import plotly.graph_objects as go

from cnnviz import checkpoints
from cnnviz.explain.filters import depthwise_filters, share_dead

# Percent of the block's largest.
threshold = 10  # page: threshold
measure = "norm"  # page: measure

figure = go.Figure()
for network in ("mobilenet_v1", "mobilenet_v2"):
    model, card = checkpoints.load(network)
    dead = share_dead(depthwise_filters(model), threshold / 100, measure)
    figure.add_scatter(
        x=list(range(1, len(dead.shares) + 1)),
        y=100 * dead.shares,
        name=f"{network}: {dead.share:.1%} in all",
    )

figure.update_layout(xaxis_title="block", yaxis_title="empty kernels (%)")
figure
