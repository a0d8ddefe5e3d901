"""MobileNetV1's and MobileNetV2's cost, block by block."""

import plotly.graph_objects as go

from cnnviz.explain.mobilenet_v2_cost import parts
from cnnviz.figures.numbers import si

layout = "paper"  # page: cost_layout
alpha = 1.0  # page: cost_alpha
paper_size = 224  # page: cost_size_224
course_size = 32  # page: cost_size_32
quantity = "madds"  # page: cost_quantity

size = paper_size if layout == "paper" else course_size
figure, sums = go.Figure(), []
for network, name in (("mobilenet_v1", "MobileNetV1"), ("mobilenet_v2", "MobileNetV2")):
    found = parts(network, layout, alpha=alpha, size=size)
    if quantity == "memory":
        # What must be kept while a block runs, 4 bytes a number: the dearest block counts.
        values = [4 * part.split for part in found]
        total = max(values)
    else:
        values = [getattr(part, quantity) for part in found]
        total = sum(values)
    places = [str(part.layers[0].name if part.block is None else part.block + 1) for part in found]
    figure.add_bar(x=places, y=values, name=name)
    sums.append(f"{name} {si(total)}")

# In the order of the longer one.
order = {"type": "category", "categoryorder": "array", "categoryarray": places}
figure.update_layout(
    title=f"α = {alpha:g}, {size} × {size} pixels: {', '.join(sums)}",
    xaxis={"title": "block", **order},
    yaxis_title={"madds": "multiply-adds", "memory": "bytes"}.get(quantity, quantity),
)
figure
