"""A block's gates for a photo with a share of another one over it."""

import plotly.graph_objects as go
import torch

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.explain.senet import by_size, look
from cnnviz.training.batches import Scaling

photo = "chelsea"  # page: photo
image = 0  # page: image
other = "motorcycle"  # page: other
block = 6  # page: block
# Percent of the other photo.
share = 0  # page: mix

model, card = checkpoints.load("senet")
size = card.preprocessing["size"]
scaling = Scaling.from_card(card.preprocessing)
first = photos.square(photos.find(photo, image), size)
second = photos.square(photos.find(other), size)
alone, seen = (
    look(model, scaling(torch.tensor(pixels)[None]), block - 1, most=6)
    for pixels in (first, photos.mixed(first, second, share / 100))
)

order = by_size(alone.gates)
likeliest = card.class_names[seen.probabilities.argmax()]
figure = go.Figure(go.Bar(y=seen.gates[order], name=f"with {share} % of {other}"))
figure.add_scatter(y=alone.gates[order], name="the photo alone")
figure.update_layout(
    title=f"Block {block}: mean gate {seen.gates.mean():.2f}; it says {likeliest}, "
    f"{seen.probabilities.max():.0%}",
    xaxis_title="channels, by their gates for the photo alone",
    yaxis={"title": "gate", "range": [0, 1]},
)
figure
