"""One layer of 3-D and of 2-D kernels: what it costs and what it puts out."""

from plotly.subplots import make_subplots

from cnnviz.explain.hybridsn_dimensions import first_layers
from cnnviz.models.hybridsn import SIDE

window = 25  # page: dims_window
components = 30  # page: dims_components
depth = 7  # page: dims_depth
maps = 8  # page: dims_maps

found = first_layers(components, window, maps=maps, depth=min(depth, components), side=SIDE)

titles = ["parameters", "multiply-adds", "numbers put out"]
figure = make_subplots(cols=3, subplot_titles=titles)
for column, field in enumerate(("parameters", "madds", "activations"), start=1):
    values = [getattr(cost, field) for cost in (found.three, found.two)]
    figure.add_bar(x=["3-D kernels", "2-D kernels"], y=values, row=1, col=column)
figure.update_layout(showlegend=False)
figure.update_yaxes(title="number", col=1)
figure
