"""What a MobileNetV1 costs, layer by layer: counted, or timed on this machine."""

import plotly.graph_objects as go
import torch

from cnnviz import checkpoints
from cnnviz.explain.mobilenet_v1_cost import network_cost, stand_in
from cnnviz.explain.network_cost import layer_times
from cnnviz.figures.colours import KINDS
from cnnviz.figures.numbers import si

network = "mobilenet_v1"  # page: net
layout = "course"  # page: cost_layout
blocks = "separable"  # page: cost_blocks
# 0: the trained network's.
alpha = 0.0  # page: cost_alpha
course_size = 32  # page: cost_size
paper_size = 224  # page: cost_size_224
kernel_size = 3  # page: cost_kernel
flops = False  # page: cost_flops
quantity = "madds"  # page: cost_quantity

alpha = alpha or checkpoints.read_card(network).model_args.get("alpha", 1.0)
size = course_size if layout == "course" else paper_size
shape = {"alpha": alpha, "kernel_size": kernel_size, "separable": blocks == "separable"}
cost = network_cost(layout, size=size, **shape)
if quantity == "latency":
    torch.set_num_threads(1)
    values = layer_times(stand_in(layout, **shape), size)
else:
    each = 2 if quantity == "madds" and flops else 1
    values = {layer.name: each * getattr(layer, quantity) for layer in cost.layers}

names = [layer.name for layer in cost.layers]
colours = [KINDS[layer.kind] for layer in cost.layers]
units = {"latency": "milliseconds", "madds": "FLOPs" if flops else "multiply-adds"}
unit = units.get(quantity, quantity)
figure = go.Figure(go.Bar(x=names, y=[values[name] for name in names], marker_color=colours))
figure.update_layout(
    title=f"α = {alpha:g}, {size} × {size} pixels: {si(sum(values.values()))} {unit} in all",
    xaxis_title="layer",
    yaxis_title=unit,
)
figure
