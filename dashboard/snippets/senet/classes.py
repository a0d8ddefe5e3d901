"""The mean gates of a block, class by class, over CIFAR-10's test images."""

import plotly.graph_objects as go

from cnnviz import checkpoints
from cnnviz.explain.senet_classes import known
from cnnviz.figures.senet import by_mean, most_apart

block = 7  # page: class_block
view = "difference"  # page: class_map

# Measured once for the shipped weights; None for others.
gates = known(checkpoints.digest_of("senet"))
names = checkpoints.read_card("senet").class_names
mean = gates.mean[block - 1][:, by_mean(gates, block - 1)]
if view == "difference":
    values, end, scale = mean - mean.mean(axis=0), most_apart(gates), "RdBu_r"
else:
    values, end, scale = mean, 1.0, "Cividis"

start = -end if view == "difference" else 0
figure = go.Figure(go.Heatmap(z=values, y=names, colorscale=scale, zmin=start, zmax=end))
figure.update_layout(
    title=f"Block {block}: {gates.dependence[block - 1]:.0%} of the gates' variance is between "
    f"classes, {gates.saturated[block - 1]:.0%} are within 0.1 of 0 or 1",
    xaxis_title="channels, by their mean gate",
    yaxis={"title": "class", "autorange": "reversed"},
)
figure
