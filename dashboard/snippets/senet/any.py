"""What SE adds to a module of a published network, and to whole networks."""

import plotly.graph_objects as go

from cnnviz.explain.senet_insertion import shipped
from cnnviz.explain.senet_modules import module_with_se

kind = "resnet"  # page: any_module
r = 16  # page: any_r

module = module_with_se(kind, r)
# By name: SE's weights, and parameters and multiply-adds without it. SE multiplies each once.
counts = {f"module of {module.name}": (module.added, module.parameters, module.madds)}
for name, network in shipped().items():
    counts[name] = (network.added(r), network.parameters, network.madds)

figure = go.Figure()
for column, of in ((1, "parameters"), (2, "multiply-adds")):
    shares = [100 * row[0] / row[column] for row in counts.values()]
    added = [f"+{row[0]:,}" for row in counts.values()]
    figure.add_bar(y=list(counts), x=shares, text=added, name=f"of the {of}", orientation="h")
figure.update_layout(
    title=f"r = {r}; in the module {module.channels} → {module.hidden} → {module.channels}",
    xaxis={"title": "SE's weights (%)", "type": "log"},
    yaxis={"title": "network", "autorange": "reversed"},
    height=700,
)
figure
