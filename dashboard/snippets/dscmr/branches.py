"""Two branches that end in one space: what each part of the network learns."""

import plotly.graph_objects as go

from cnnviz import checkpoints
from cnnviz.explain.dscmr import parts
from cnnviz.explain.dscmr_networks import shipped_for

data = "captioned_digits"  # page: pairs
network = ""  # page: net

model, card = checkpoints.load(network or shipped_for(data))
found = parts(model)
total = sum(part.parameters for part in found)

figure = go.Figure(
    go.Bar(
        x=[part.parameters for part in found],
        y=[part.name.replace("_", " ") for part in found],
        text=[f"{part.inputs} × {part.outputs}, {part.parameters / total:.0%}" for part in found],
        orientation="h",
    )
)
figure.update_layout(
    title=f"{total:,} parameters", xaxis_title="parameters", yaxis={"autorange": "reversed"}
)
figure
