"""What comes back of points that a few random channels and an activation have gone through."""

import plotly.graph_objects as go

from cnnviz.explain.mobilenet_v2_linear import COUNTS, collapse, points

shape = "spiral"  # page: points
activation = "relu"  # page: activation
deviation = 1.0  # page: deviation
seed = 0  # page: matrix
# Whether size and place of what comes back are put right.
fitted = True  # page: fit
channels = 3  # page: channels

sent = points(shape)
way = collapse(shape, activation, seed=seed, deviation=deviation)
at = COUNTS.index(channels)
returned = (way.fitted if fitted else way.returned)[at]
error = (way.error if fitted else way.plain_error)[at]

colour = sent.group if shape == "disc" else sent.along + sent.group
figure = go.Figure()
for (x, y), name, opacity in ((sent.places.T, "sent", 0.2), (returned.T, "came back", 1)):
    marker = {"color": colour, "size": 5, "opacity": opacity}
    figure.add_scatter(x=x, y=y, mode="markers", name=name, marker=marker)
figure.update_layout(
    title=f"{channels} channels, {activation}: error {error:.2f}",
    xaxis_title="first coordinate (root mean square distance of the points = 1)",
    yaxis={"title": "second coordinate", "scaleanchor": "x"},
)
figure
