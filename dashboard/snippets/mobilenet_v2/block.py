"""The channels along a block, along whole networks, or what the course's variant has besides."""

import plotly.graph_objects as go

from cnnviz.explain.mobilenet_v2_block import SIZES, blocks, counterparts, differences, network_cost
from cnnviz.figures.colours import KINDS
from cnnviz.figures.numbers import si

view = "one"  # page: block_view
layout = "course"  # page: block_layout
variant = "paper"  # page: variant
block = 3  # page: v2_block
t = 6  # page: t

if view == "one":
    chosen = blocks(layout, expansion=t, variant=variant)[block - 1]
    steps = [("input", chosen.input_shape[0], "#7f7f7f")]
    steps += [(each.kind, each.output_shape[0], KINDS[each.kind]) for each in chosen.layers]
    names = [f"{place} {name}" for place, (name, _width, _colour) in enumerate(steps)]
    widths, colours = ([step[column] for step in steps] for column in (1, 2))
    figure = go.Figure(go.Bar(x=names, y=widths, marker_color=colours))
    figure.update_layout(title=f"Block {block}, t = {t}", yaxis_title="channels")
elif view == "whole":
    own = network_cost(layout, size=SIZES[layout], expansion=t, variant=variant)
    figure = go.Figure()
    for name, cost in {**counterparts(layout), "mobilenet_v2": own}.items():
        layers = [each for each in cost.layers if len(each.output_shape) == 3]
        widths = [each.output_shape[0] for each in layers if not each.name.endswith(".shortcut")]
        label = f"{name}: {si(cost.parameters)} parameters, {si(cost.madds)} multiply-adds"
        figure.add_scatter(y=widths, name=label, line_shape="hvh")
    figure.update_layout(xaxis_title="convolution", yaxis_title="channels")
else:
    found = differences(layout)
    names = [f"block {each.number + 1}: {each.layer}" for each in found]
    figure = go.Figure(go.Bar(x=names, y=[each.parameters for each in found]))
    figure.update_layout(title="What the course's network has besides", yaxis_title="parameters")
figure
