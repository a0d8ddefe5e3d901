"""What the SE of a block does with a photo: squeeze, excitation, gates."""

import numpy as np
import torch
from plotly.subplots import make_subplots

from cnnviz import checkpoints
from cnnviz.data import photos
from cnnviz.explain.senet import steps
from cnnviz.training.batches import Scaling

photo = "chelsea"  # page: photo
image = 0  # page: image
block = 4  # page: steps_block
order = "network"  # page: order

model, card = checkpoints.load("senet")
pixels = photos.square(photos.find(photo, image), card.preprocessing["size"])
x = Scaling.from_card(card.preprocessing)(torch.tensor(pixels)[None])
found = steps(model, x, block - 1)
channels = found.order if order == "gate" else np.arange(len(found.gates))

rows = {
    "1 squeeze: mean z of each map": found.squeezed[channels],
    "2 excitation: hidden units": found.hidden,
    "gates s": found.gates[channels],
}
figure = make_subplots(rows=3, cols=1, subplot_titles=list(rows))
for row, values in enumerate(rows.values(), start=1):
    figure.add_bar(y=values, row=row, col=1)
figure.update_xaxes(title="channels", row=3, col=1)
figure.update_yaxes(range=[0, 1], row=3, col=1)
figure.update_layout(title=f"Block {block}", showlegend=False, height=600)
figure
